"""Published and own comparators on the Survival screen, and digitised curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.access.roles import Permission
from core.analysis.survival.guyot import reconstruct_curve
from core.analysis.survival.steps import product_limit
from core.errors import ArteriaError, NotComputable
from core.exports.tables.table import inert_text
from core.figures.km_others import DashedCurve
from core.options import DAYS_PER_MONTH, DAYS_PER_UNIT, TimeUnit
from core.results.comparators import Comparator, DigitisedCurve, Measure, OwnComparators
from core.results.response import CohortResponse
from core.results.survival_study import StudyCurves
from core.rules.comparators import published_comparators
from core.text.comparator_words import comparators_paragraph
from pages.parts import state
from pages.parts.comparators_view import own_figures, show_beside
from pages.parts.widgets import named, t
from pages.parts.words import paragraph

MEASURES: tuple[Measure, ...] = ("os", "pfs", "ttp", "orr", "dcr")
OF_ENDPOINT: dict[str, Measure] = {"os": "os", "pfs": "pfs", "hepatic_pfs": "pfs", "ttp": "ttp"}
FIRST_INPUT = "survival_digitised_name"
COLUMNS = ("name", "measure", "value", "low", "high", "n", "source")


def show_comparators(
    overall: dict[str, StudyCurves], endpoint: str, response: CohortResponse, study: str
) -> None:
    """Figures beside one another: the endpoint's median and the response rate.

    Args:
        overall: curves of all patients by endpoint, in months.
    """
    st.subheader(t("comparators.title"))
    own = own_figures(overall, response, "@figures.own_series")
    others = [*published_comparators(), *_entered(study)]
    measures: list[Measure] = [OF_ENDPOINT.get(endpoint, "os"), "orr"]
    show_beside(own, others, measures, "survival_comparators")
    paragraph(comparators_paragraph(own, others, measures, state.language()))


def medians_beside(study: str, endpoint: str) -> list[Comparator]:
    """Published and own medians of an endpoint; of one without a comparable measure none."""
    measure = OF_ENDPOINT.get(endpoint)
    if measure is None:
        return []
    every = [*published_comparators(), *state.desk().comparators(study).figures]
    return [one for one in every if one.measure == measure]


def _entered(study: str) -> list[Comparator]:
    """The figures kept with this study; who may decide can change them."""
    desk = state.desk()
    kept = desk.comparators(study)
    if not desk.may(study, Permission.DECIDE):
        return list(kept.figures)
    with st.expander(t("comparators.own_entry")):
        st.caption(t("comparators.own_entry_help"))
        edited = st.data_editor(
            _rows(kept.figures),
            num_rows="dynamic",
            hide_index=True,
            key=f"survival_own_comparators_{study}_{kept.revision}",
            column_config={
                "name": st.column_config.TextColumn(t("comparators.name")),
                "measure": st.column_config.SelectboxColumn(
                    t("comparators.measure_column"),
                    options=list(MEASURES),
                    format_func=named(MEASURES, "comparators.measure.{}"),
                ),
                **{
                    column: st.column_config.NumberColumn(t(f"comparators.{column}"), min_value=0)
                    for column in ("value", "low", "high", "n")
                },
                "source": st.column_config.TextColumn(t("comparators.source")),
            },
        )
        found = entered_comparators(edited, t("comparators.own_source_missing"))
        if st.button(t("comparators.keep"), key="survival_keep_comparators"):
            _keep(study, replace(kept, figures=tuple(found)))
            st.rerun()
    return found


def may_be_typing() -> bool:
    """Whether figures or points may have been typed that aren't kept yet, so must stay there."""
    return FIRST_INPUT in st.session_state


def _rows(figures: Sequence[Comparator]) -> pd.DataFrame:
    rows = [{column: getattr(one, column) for column in COLUMNS} for one in figures]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({column: _dtype(column) for column in COLUMNS})


def _keep(study: str, own: OwnComparators) -> bool:
    """Keep the comparators with the study; says so, or why it wasn't possible."""
    try:
        state.desk().keep_comparators(study, own)
    except ArteriaError as error:
        state.tell("error", f"error.{error.code}", **error.facts)
        return False
    state.tell("success", "comparators.kept")
    return True


def _dtype(column: str) -> str:
    return "object" if column in ("name", "measure", "source") else "float64"


def entered_comparators(rows: pd.DataFrame, no_source: str) -> list[Comparator]:
    """Complete rows as comparators; a row without a name, a figure's kind or a number waits."""
    found = []
    for row in rows.to_dict("records"):
        numbers = {
            key: None if pd.isna(row[key]) else float(row[key])
            for key in ("value", "low", "high", "n")
        }
        name, measure = row["name"], row["measure"]
        has_range = numbers["low"] is not None and numbers["high"] is not None
        if not name or measure not in MEASURES or (numbers["value"] is None and not has_range):
            continue
        n = numbers["n"]
        found.append(
            Comparator(
                str(name),
                measure,
                numbers["value"],
                numbers["low"],
                numbers["high"],
                None if n is None else int(n),
                str(row["source"] or no_source),
                False,
            )
        )
    return found


def digitised_curves(study: str, unit: TimeUnit) -> list[DashedCurve]:
    """Curves that were rebuilt for this study, in a unit of time; drawn dashed."""
    per_unit = DAYS_PER_MONTH / DAYS_PER_UNIT[unit]
    found = []
    for one in state.desk().comparators(study).curves:
        steps = product_limit(one.curve.time, one.curve.is_event)
        found.append(DashedCurve(one.name, steps.time * per_unit, steps.survival))
    return found


def enter_digitised(study: str) -> None:
    """Form for the points of a printed curve, for those who may decide in the study."""
    desk = state.desk()
    if not desk.may(study, Permission.DECIDE):
        return
    with st.expander(t("comparators.digitised")):
        st.caption(t("comparators.digitised_help"))
        with st.form(key="survival_digitised_form", border=False):
            name = st.text_input(t("comparators.name"), key=FIRST_INPUT)
            left, right = st.columns(2)
            with left:
                points = st.text_area(t("comparators.points"), key="survival_digitised_points")
            with right:
                risk = st.text_area(t("comparators.risk_rows"), key="survival_digitised_risk")
            events = st.number_input(
                t("comparators.events_known"), min_value=0, step=1, key="survival_digitised_events"
            )
            if st.form_submit_button(t("comparators.draw")):
                _rebuild(study, name or t("comparators.name"), points, risk, int(events))
                st.rerun()
        kept = desk.comparators(study)
        for at, one in enumerate(kept.curves):
            if st.button(
                f"{t('comparators.drop')}: {inert_text(one.name)}", key=f"survival_drop_{at}"
            ):
                left_over = tuple(other for other in kept.curves if other is not one)
                _keep(study, replace(kept, curves=left_over))
                st.rerun()


def _rebuild(study: str, name: str, points: str, risk: str, events: int) -> None:
    try:
        time, survival = pairs_of(points)
        starts, counts = pairs_of(risk)
        rebuilt = reconstruct_curve(
            time,
            [share / 100 for share in survival],
            starts,
            [round(count) for count in counts],
            events=events or None,
        )
    except UnreadableLine as unreadable:
        state.tell("error", "comparators.unreadable", line=unreadable.line)
        return
    except NotComputable as error:
        state.tell("error", f"error.{error.code}", **error.facts)
        return
    kept = state.desk().comparators(study)
    others = tuple(one for one in kept.curves if one.name != name)
    if not _keep(study, replace(kept, curves=(*others, DigitisedCurve(name, rebuilt)))):
        return
    state.tell(
        "success",
        "comparators.rebuilt",
        name=inert_text(name),
        n=rebuilt.n,
        events=rebuilt.events,
        gap=f"{rebuilt.largest_gap:.3f}",
    )


class UnreadableLine(ValueError):
    """A pasted line that doesn't hold two numbers."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def pairs_of(words: str) -> tuple[list[float], list[float]]:
    """Two numbers a line, parted by a comma, a semicolon, a tab or blanks.

    >>> pairs_of("0, 100\\n6;80.5\\n")
    ([0.0, 6.0], [100.0, 80.5])
    """
    first, second = [], []
    for number, line in enumerate(words.splitlines(), start=1):
        cells = (
            line.replace(",", " ").replace("，", " ").replace(";", " ").replace("%", " ").split()
        )
        if not cells:
            continue
        try:
            one, other = (float(cell) for cell in cells)
        except ValueError:
            raise UnreadableLine(number) from None
        first.append(one)
        second.append(other)
    return first, second
