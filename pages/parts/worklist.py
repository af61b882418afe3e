"""Findings as a list to work through: filtered, and each with the way to its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.exports.tables.intake import findings_table
from core.exports.workbook import workbook_bytes
from core.results.common import Finding, Severity
from core.text.catalogue import has
from pages.parts import state
from pages.parts.cell_panel import show_cell
from pages.parts.drafting import Draft
from pages.parts.widgets import XLSX, download_when_clicked, named, t

ON_PAGE = 100
"""Findings sent to the browser at once."""
MOST_PATIENTS = 200
"""Patients offered in the filter, those with most findings first; any other can be typed."""
_STATES = ("open", "waived", "all")


@dataclass(frozen=True, slots=True)
class Item:
    """A finding with the patient of its row."""

    finding: Finding
    patient: str


def rule_name(code: str) -> str:
    """A rule's short name; its code if it has none."""
    key = f"rule.{code}"
    return t(key) if has(key) else code


def begin(draft: Draft) -> None:
    """Make this the upload at work, from its first finding."""
    state.set_draft(draft)
    _go("draft", 0)


def work_list(draft: Draft) -> None:
    """The findings of an upload, and the cell of the chosen one with what can be done."""
    items = [Item(*one) for one in zip(draft.intake.findings, draft.patients, strict=True)]
    part = choose_part(items, prefix="draft")
    if not part:
        return
    at = _at("draft", len(part))
    show_list(part, prefix="draft", digest=draft.digest, can_choose=True)
    with st.container(border=True):
        _steps(at, len(part))
        show_cell(draft, part[at].finding)


def choose_part(items: Sequence[Item], *, prefix: str) -> list[Item]:
    """The findings that the visitor's filters leave; filters without a choice aren't shown."""
    if not items:
        st.success(t("data.no_findings"))
        return []
    levels = list(Severity)
    counts = Counter(item.finding.severity for item in items)
    waived = sum(item.finding.waived is not None for item in items)
    counts[Severity.WARNING] -= waived
    first = next((level for level in levels if counts[level]), Severity.WARNING)
    kind, rule, patient = st.columns([2.6, 2, 1.4], vertical_alignment="bottom")
    with kind:
        level = st.segmented_control(
            t("work.severity"),
            levels,
            format_func=lambda one: _level_name(one, counts[one], waived),
            default=first,
            required=True,
            key=f"data_{prefix}_severity",
            on_change=_go,
            args=(prefix, 0),
        )
    part = [item for item in items if item.finding.severity == (level or first)]
    if level == Severity.WARNING and waived:
        wanted = st.segmented_control(
            t("work.state"),
            list(_STATES),
            format_func=named(_STATES, "work.state_{}"),
            default="open",
            required=True,
            key=f"data_{prefix}_state",
            on_change=_go,
            args=(prefix, 0),
        )
        if wanted != "all":
            part = [item for item in part if item.finding.is_open is (wanted != "waived")]
    part = _by_rule(part, rule, prefix)
    part = _by_patient(part, patient, prefix)
    if not part:
        st.caption(t("work.none"))
    return part


def _level_name(level: Severity, n: int, waived: int) -> str:
    if level == Severity.WARNING and waived:
        return t("work.severity_warning_waived", n=n, waived=waived)
    return t(f"work.severity_{level.value}", n=n)


def _by_rule(part: list[Item], place: st.delta_generator.DeltaGenerator, prefix: str) -> list[Item]:
    rules = Counter(item.finding.code for item in part)
    names = {code: t("work.counted", name=rule_name(code), n=n) for code, n in rules.items()}
    names[""] = t("work.all_rules", n=len(part))
    chosen = place.selectbox(
        t("work.rule"),
        ["", *(code for code, _ in rules.most_common())],
        format_func=lambda code: names.get(code, code),
        key=f"data_{prefix}_rule",
        on_change=_go,
        args=(prefix, 0),
    )
    return [item for item in part if not chosen or item.finding.code == chosen]


def _by_patient(
    part: list[Item], place: st.delta_generator.DeltaGenerator, prefix: str
) -> list[Item]:
    patients = Counter(item.patient for item in part if item.patient)
    names = {one: t("work.counted", name=one, n=n) for one, n in patients.items()}
    names[""] = t("work.all_patients")
    chosen = place.selectbox(
        t("work.patient"),
        ["", *(one for one, _ in patients.most_common(MOST_PATIENTS))],
        format_func=lambda one: names.get(one, one),
        key=f"data_{prefix}_patient",
        on_change=_go,
        args=(prefix, 0),
        accept_new_options=len(patients) > MOST_PATIENTS,
        help=t("work.patient_typed", n=MOST_PATIENTS, total=len(patients))
        if len(patients) > MOST_PATIENTS
        else None,
    )
    return [item for item in part if not chosen or item.patient == chosen]


def _go(prefix: str, at: int) -> None:
    """Make another finding the chosen one; the list is drawn anew to mark it."""
    st.session_state[f"data_{prefix}_at"] = at
    st.session_state["data_work_turn"] = _turn() + 1


def _turn() -> int:
    return int(st.session_state.get("data_work_turn", 0))


def _at(prefix: str, total: int) -> int:
    """Place of the chosen finding among those that the filters leave."""
    return min(int(st.session_state.get(f"data_{prefix}_at", 0)), total - 1)


def show_list(part: Sequence[Item], *, prefix: str, digest: str, can_choose: bool = False) -> None:
    """One page of the findings as a table, and the download of all of them.

    Args:
        can_choose: a finding can be chosen, to be shown below.
    """
    language = state.language()
    at = _at(prefix, len(part))
    first = at - at % ON_PAGE
    listed = part[first : first + ON_PAGE]
    key = f"data_{prefix}_findings_{_turn()}_{first}"

    def go() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            st.session_state[f"data_{prefix}_at"] = first + int(rows[0])

    frame = findings_table([item.finding for item in listed], language).frame
    height = min(38 + 35 * len(frame), 320)
    if can_choose:
        st.dataframe(
            frame, hide_index=True, key=key, height=height, on_select=go,
            selection_mode="single-row", selection_default={"selection": {"rows": [at - first]}},
        )  # fmt: skip
    else:
        st.dataframe(frame, hide_index=True, key=key, height=height)
    notes, pages, button = st.columns([2.6, 3, 1.1], vertical_alignment="center")
    if len(part) > ON_PAGE:
        _pages(pages, prefix, first, len(part))
    if can_choose:
        notes.caption(t("work.choose"))
    ends = hash((len(part), repr(part[0]), repr(part[-1])))
    with button:
        download_when_clicked(
            t("common.download_table"),
            f"findings_{digest}_{ends & 0xFFFFFF:06x}",
            lambda: workbook_bytes([findings_table([item.finding for item in part], language)]),
            mime=XLSX,
            suffix="xlsx",
            key=f"{key}_download",
        )


def _pages(place: st.delta_generator.DeltaGenerator, prefix: str, first: int, total: int) -> None:
    """Which findings are listed, and the pages before and after."""
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "", key=f"data_{prefix}_page_before", on_click=_go, args=(prefix, first - ON_PAGE),
            disabled=first == 0, icon=":material/keyboard_arrow_left:",
            help=t("work.page_before"),
        )  # fmt: skip
        last = min(first + ON_PAGE, total)
        st.caption(t("work.page_of", first=first + 1, last=last, total=total), width="content")
        st.button(
            "", key=f"data_{prefix}_page_after", on_click=_go, args=(prefix, first + ON_PAGE),
            disabled=last == total, icon=":material/keyboard_arrow_right:",
            help=t("work.page_after"),
        )  # fmt: skip


def _steps(at: int, total: int) -> None:
    """Where in the list the visitor is, and the way on."""

    def step(by: int) -> None:
        _go("draft", min(max(at + by, 0), total - 1))

    title, back, forward = st.columns([4, 1, 1], vertical_alignment="center")
    title.markdown(f"**{t('work.title', n=at + 1, total=total)}**")
    back.button(
        t("work.previous"), key="data_work_previous", on_click=step, args=(-1,),
        disabled=at == 0, icon=":material/chevron_left:", width="stretch",
    )  # fmt: skip
    forward.button(
        t("work.next"), key="data_work_next", on_click=step, args=(1,),
        disabled=at == total - 1, icon=":material/chevron_right:", width="stretch",
    )  # fmt: skip
