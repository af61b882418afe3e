"""Published and own figures beside one another, only shown: on several screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.exports.tables.comparators import comparators_table, printed_figure
from core.exports.tables.table import labelled
from core.figures import comparators
from core.figures.theme import for_a_room
from core.results.common import Rate
from core.results.comparators import Comparator, Measure
from core.results.response import CohortResponse
from core.results.survival_study import StudyCurves
from pages.parts import state
from pages.parts.drawn import drawn
from pages.parts.widgets import chart, show_table, t

MEDIANS: tuple[Measure, ...] = ("os", "pfs", "ttp")


def own_figures(
    overall: Mapping[str, StudyCurves], response: CohortResponse, name: str
) -> list[Comparator]:
    """The medians and rates of the patients shown, as lines beside the others.

    Args:
        overall: one curve of all these patients by endpoint, in months.
        name: what the line is called, ``"@"`` and a catalogue key.
    """
    found = []
    for measure in MEDIANS:
        curves = overall.get(measure)
        if curves is None or not curves.groups:
            continue
        curve = curves.groups[0].curve
        median = curve.median
        found.append(
            Comparator(
                name, measure, median.estimate, median.low, median.high, curve.n, name, False
            )
        )
    rates: list[tuple[Measure, Rate]] = []
    if response.overall is not None:
        rates = [("orr", response.overall.orr), ("dcr", response.overall.dcr)]
    for measure, rate in rates:
        if rate.estimate is None or rate.low is None or rate.high is None:
            continue
        per_cent = (100 * rate.estimate, 100 * rate.low, 100 * rate.high)
        found.append(Comparator(name, measure, *per_cent, rate.total, name, False))
    return found


def show_beside(
    own: Sequence[Comparator],
    others: Sequence[Comparator],
    measures: Sequence[Measure],
    slot: str,
    room_px: int | None = None,
) -> None:
    """A figure for each measure, two side by side, and all lines as one table.

    Args:
        slot: prefix of the elements' keys.
        room_px: as ``ShownPatient.room_px``; the figures then stand one below the other.
    """
    language = state.language()
    rows: list[Comparator] = []
    for pair in (measures[at : at + 2] for at in range(0, len(measures), 2)):
        cells = st.columns(2) if room_px is None else [st.container() for _ in pair]
        for cell, measure in zip(cells, pair, strict=False):
            lines = [one for one in [*own, *others] if one.measure == measure]
            rows += lines
            with cell:
                _figure(own, lines, measure, f"{slot}_{measure}", room_px)
    show_table(comparators_table(rows, language), key=slot, heading=False)


def _figure(
    own: Sequence[Comparator],
    lines: Sequence[Comparator],
    measure: Measure,
    key: str,
    room_px: int | None,
) -> None:
    language, label = state.language(), t(f"comparators.measure.{measure}")
    drawn_lines = [
        comparators.ComparatorRow(
            labelled(one.name, language),
            one.value,
            one.low,
            one.high,
            printed_figure(one),
            labelled(one.source, language),
            one in own,
        )
        for one in lines
    ]
    content = (drawn_lines, label, language)
    if room_px is None:
        figure = drawn(comparators.figure, *content)
    else:
        figure = drawn(for_a_room, comparators.figure, room_px, *content)
    chart(
        figure,
        key=key,
        alt=t("comparators.alt", measure=label),
        is_themed=room_px is None,
    )
