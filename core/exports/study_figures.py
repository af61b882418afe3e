"""The figures of a study for programs: the same as on the screens, each with its method."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from core.exports.course_figures import (
    change_limits,
    groups_by_response,
    spider_lines,
    waterfall_bars,
)
from core.exports.protected_figures import protected_survival
from core.exports.report.figures import adverse_event_figure, curve_figure, forest_figures
from core.exports.tables.response import options_note
from core.exports.tables.safety import adverse_event_table
from core.figures import spider, swimmer, waterfall
from core.figures.shades import response_shades
from core.results.cohort import EndpointCurves, StudyAnalysis
from core.results.courses import PatientLane
from core.text.catalogue import Language, text

CURVES = {code: f"{code}_curve" for code in ("os", "pfs", "hepatic_pfs")}
NAMES = (
    "waterfall", "spider", "swimmer", *CURVES.values(), "forest", "forest_single",
    "adverse_events",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class StudyFigure:
    """One figure; ``method`` are the sentences that the screens print below it."""

    name: str
    title: str
    figure: go.Figure
    method: tuple[str, ...]

    def listed(self) -> dict[str, Any]:
        """Name and title as JSON."""
        return {"name": self.name, "title": self.title}

    def as_json(self) -> dict[str, Any]:
        """With the figure as Plotly reads it: ``data`` and ``layout``."""
        drawn = json.loads(self.figure.to_json())
        return self.listed() | {
            "method": list(self.method),
            "figure": {"data": drawn["data"], "layout": drawn["layout"]},
        }


def study_figures(
    analysis: StudyAnalysis, lanes: Sequence[PatientLane], language: Language
) -> Iterator[StudyFigure]:
    """Every figure for which the study has data, in the order of ``NAMES``."""
    yield from _courses(analysis, lanes, language)
    drawn = [curve_figure(analysis, code, language) for code in CURVES]
    for one in (*drawn, *forest_figures(analysis, language)):
        if one is not None:
            yield StudyFigure(one.name, one.title, one.figure, one.notes)
    events = adverse_event_figure(analysis, language)
    if events is not None:
        notes = adverse_event_table(analysis.adverse_events, language).notes
        yield StudyFigure(events.name, events.title, events.figure, notes)


def protected_figures(
    curves: Mapping[str, EndpointCurves], patients: int, language: Language
) -> Iterator[StudyFigure]:
    """The figures that hold no single patient: the curves where enough are at risk."""
    for code, name in CURVES.items():
        found = protected_survival(curves[code], patients, language) if code in curves else None
        if found is not None:
            table, figure = found
            yield StudyFigure(name, text(f"report.figure.{name}", language), figure, table.notes)


def _courses(
    analysis: StudyAnalysis, lanes: Sequence[PatientLane], language: Language
) -> Iterator[StudyFigure]:
    cohort = analysis.response
    groups, shades = groups_by_response(cohort, "overall"), response_shades(language)
    limits, note = change_limits(cohort.options), options_note(cohort.options, language)

    def method(drawn: int, without: str) -> tuple[str, ...]:
        left_out = len(cohort.patients) - drawn
        return (note, *([text(without, language, n=left_out)] if left_out else []))

    bars = waterfall_bars(cohort, "overall", groups, language)
    if bars:
        yield StudyFigure(
            "waterfall",
            text("report.figure.waterfall", language),
            waterfall.figure(bars, shades, language, limits=limits),
            method(len(bars), "response_screen.without_change"),
        )
    lines = spider_lines(cohort, "overall", groups, language)
    if lines:
        yield StudyFigure(
            "spider",
            text("response_screen.figure_spider", language),
            spider.figure(lines, shades, language, limits=limits),
            method(len(lines), "response_screen.without_change"),
        )
    if lanes:
        yield StudyFigure(
            "swimmer",
            text("response_screen.figure_swimmer", language),
            swimmer.figure(lanes, groups, shades, language),
            method(len(lanes), "response_screen.without_lane"),
        )
