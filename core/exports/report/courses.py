"""Waterfall, spider and swimmer of a report: single patients' courses, bounded in number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from core.exports.course_figures import (
    change_limits,
    groups_by_response,
    spider_lines,
    waterfall_bars,
)
from core.exports.report.figure_data import spider_data, swimmer_data, waterfall_data
from core.exports.report.model import ReportFigure
from core.exports.tables.response import options_note
from core.figures import spider, swimmer, waterfall
from core.figures.shades import response_shades
from core.results.courses import PatientLane
from core.results.response import CohortResponse
from core.text.catalogue import Language, text

MOST_DRAWN = 200
"""Lines of a spider and lanes of a swimmer; more would be a blur on paper."""

_Item = TypeVar("_Item")


def evenly(items: Sequence[_Item], most: int) -> list[_Item]:
    """So many of the items at most, evenly spaced, the first and the last among them.

    >>> evenly("abcdefg", 3), evenly("ab", 3)
    (['a', 'd', 'g'], ['a', 'b'])
    """
    if len(items) <= most:
        return list(items)
    kept = np.linspace(0, len(items) - 1, most).round().astype(int)
    return [items[at] for at in np.unique(kept)]


def course_figures(
    cohort: CohortResponse, lanes: Sequence[PatientLane], language: Language
) -> list[ReportFigure]:
    """The figures for which the study has data, in printing order."""
    drawn = (
        _waterfall(cohort, language),
        _spider(cohort, language),
        _swimmer(cohort, lanes, language),
    )
    return [one for one in drawn if one is not None]


def _notes(
    cohort: CohortResponse, found: int, without: str, drawn: int, language: Language
) -> list[str]:
    """The rules, who is missing for lack of data, and how many of the others are drawn."""
    notes = [options_note(cohort.options, language)]
    missing = len(cohort.patients) - found
    if missing > 0:
        notes.append(text(without, language, n=missing))
    if drawn < found:
        notes.append(text("report.note.evenly", language, shown=drawn, total=found))
    return notes


def _waterfall(cohort: CohortResponse, language: Language) -> ReportFigure | None:
    bars = waterfall_bars(cohort, "overall", groups_by_response(cohort, "overall"), language)
    if not bars:
        return None
    notes = _notes(cohort, len(bars), "response_screen.without_change", len(bars), language)
    if any(bar.has_new_lesion for bar in bars):
        notes.append(text("report.note.new_lesion", language))
    if any(bar.is_outside_liver for bar in bars):
        notes.append(text("report.note.outside_liver", language))
    title = text("report.figure.waterfall", language)
    limits = change_limits(cohort.options)
    figure = waterfall.figure(bars, response_shades(language), language, limits=limits)
    data = waterfall_data(bars, language)
    return ReportFigure("waterfall", title, figure, data, tuple(notes), title)


def _spider(cohort: CohortResponse, language: Language) -> ReportFigure | None:
    lines = spider_lines(cohort, "overall", groups_by_response(cohort, "overall"), language)
    if not lines:
        return None
    ordered = sorted(lines, key=lambda one: (one.points[-1].change_percent, one.patient_id))
    kept = evenly(ordered, MOST_DRAWN)
    notes = _notes(cohort, len(lines), "response_screen.without_change", len(kept), language)
    if any(point.has_new_lesion for line in kept for point in line.points):
        notes.append(text("report.note.new_lesion", language))
    title = text("report.figure.spider", language)
    limits = change_limits(cohort.options)
    figure = spider.figure(kept, response_shades(language), language, limits=limits)
    return ReportFigure("spider", title, figure, spider_data(lines, language), tuple(notes), title)


def _swimmer(
    cohort: CohortResponse, lanes: Sequence[PatientLane], language: Language
) -> ReportFigure | None:
    if not lanes:
        return None
    groups = groups_by_response(cohort, "overall")
    ordered = sorted(lanes, key=lambda one: (one.end_day, one.patient_id))
    kept = evenly(ordered, MOST_DRAWN)
    notes = _notes(cohort, len(lanes), "response_screen.without_lane", len(kept), language)
    notes.append(text("report.note.lane", language))
    title = text("report.figure.swimmer", language)
    figure = swimmer.figure(kept, groups, response_shades(language), language)
    data = swimmer_data(ordered, groups, language)
    return ReportFigure("swimmer", title, figure, data, tuple(notes), title)
