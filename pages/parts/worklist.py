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

MOST_LISTED = 1000
MOST_PATIENTS = 500
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
    _go(0)


def work_list(draft: Draft) -> None:
    """The findings of an upload, and the cell of the chosen one with what can be done."""
    items = [Item(*one) for one in zip(draft.intake.findings, draft.patients, strict=True)]
    part = choose_part(items, prefix="draft")
    if not part:
        return
    at = min(int(st.session_state.get("data_work_at", 0)), len(part) - 1)
    show_list(part, prefix="draft", digest=draft.digest, chosen=at)
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
            on_change=_from_the_start,
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
            on_change=_from_the_start,
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
        on_change=_from_the_start,
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
        on_change=_from_the_start,
    )
    return [item for item in part if not chosen or item.patient == chosen]


def _go(at: int) -> None:
    """Make another finding the chosen one; the list is drawn anew to mark it."""
    st.session_state["data_work_at"] = at
    st.session_state["data_work_turn"] = int(st.session_state.get("data_work_turn", 0)) + 1


def _from_the_start() -> None:
    _go(0)


def show_list(part: Sequence[Item], *, prefix: str, digest: str, chosen: int | None = None) -> None:
    """The findings as a table and its download.

    Args:
        chosen: place of the finding that is shown below; None = none can be chosen.
    """
    language = state.language()
    listed = part[:MOST_LISTED]
    key = f"data_{prefix}_findings_{st.session_state.get('data_work_turn', 0)}"

    def go() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            st.session_state["data_work_at"] = int(rows[0])

    frame = findings_table([item.finding for item in listed], language).frame
    height = min(38 + 35 * len(frame), 320)
    if chosen is not None:
        marked = [chosen] if chosen < len(listed) else []
        st.dataframe(
            frame, hide_index=True, key=key, height=height, on_select=go,
            selection_mode="single-row", selection_default={"selection": {"rows": marked}},
        )  # fmt: skip
    else:
        st.dataframe(frame, hide_index=True, key=key, height=height)
    notes, button = st.columns([5, 1.1])
    if len(part) > len(listed):
        notes.caption(t("work.shown_first", n=len(listed), total=len(part)))
    elif chosen is not None:
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


def _steps(at: int, total: int) -> None:
    """Where in the list the visitor is, and the way on."""

    def step(by: int) -> None:
        _go(min(max(at + by, 0), total - 1))

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
