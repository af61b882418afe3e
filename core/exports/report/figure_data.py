"""The numbers behind a figure, as rows for a sheet or a CSV file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.exports.workbook import neutral
from core.figures.forest import ForestSeries
from core.figures.km import LabelledCurve
from core.figures.spider import SpiderLine
from core.figures.waterfall import WaterfallBar
from core.options import DAYS_PER_MONTH
from core.results.courses import PatientLane
from core.results.toxicity import AdverseEventTable
from core.rules.formula_text import inert
from core.text.catalogue import Language, text
from core.text.terms import term_name

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class FigureData:
    """Rows under headers; None = no value."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def csv_file(data: FigureData) -> bytes:
    """The rows as CSV in UTF-8 with a mark that spreadsheets need; text can't run as a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([inert(neutral(header)) for header in data.headers])
    for row in data.rows:
        writer.writerow([inert(neutral(one)) if isinstance(one, str) else one for one in row])
    return stream.getvalue().encode("utf-8-sig")


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _headers(names: Sequence[str], language: Language) -> tuple[str, ...]:
    return tuple(text(f"report.data.{name}", language) for name in names)


def km_data(curves: Sequence[LabelledCurve], language: Language) -> FigureData:
    """One row per distinct time of each curve, from month 0 on."""
    rows: list[tuple[Cell, ...]] = []
    for item in curves:
        curve = item.curve
        rows.append((item.label, 0.0, curve.n, 0, 0, 1.0, None, None))
        for index in range(len(curve.time)):
            rows.append(
                (
                    item.label,
                    float(curve.time[index]),
                    int(curve.n_risk[index]),
                    int(curve.n_event[index]),
                    int(curve.n_censor[index]),
                    float(curve.survival[index]),
                    _known(float(np.asarray(curve.low)[index])),
                    _known(float(np.asarray(curve.high)[index])),
                )
            )
    names = ("series", "months", "at_risk", "events", "censored", "survival", "low", "high")
    return FigureData(_headers(names, language), tuple(rows))


def _said(value: bool, language: Language) -> str:
    return text("common.yes" if value else "common.no", language)


def waterfall_data(bars: Sequence[WaterfallBar], language: Language) -> FigureData:
    """One row a patient, in the order of the bars."""
    ordered = sorted(bars, key=lambda bar: (-bar.change_percent, bar.patient_id))
    rows = tuple(
        (
            bar.patient_id,
            bar.change_percent,
            bar.category,
            _said(bar.has_new_lesion, language),
            _said(bar.is_outside_liver, language),
        )
        for bar in ordered
    )
    names = ("patient", "change", "category", "new_lesion", "outside_liver")
    return FigureData(_headers(names, language), rows)


def spider_data(lines: Sequence[SpiderLine], language: Language) -> FigureData:
    """One row a complete sum of each patient."""
    rows = tuple(
        (
            line.patient_id,
            line.group,
            point.day / DAYS_PER_MONTH,
            point.change_percent,
            _said(point.has_new_lesion, language),
        )
        for line in lines
        for point in line.points
    )
    names = ("patient", "category", "months", "change_then", "new_lesion")
    return FigureData(_headers(names, language), rows)


def swimmer_data(
    lanes: Sequence[PatientLane], categories: Mapping[str, str], language: Language
) -> FigureData:
    """One row for the end of each lane and one an event on it."""
    rows: list[tuple[Cell, ...]] = []
    for lane in lanes:
        who = (lane.patient_id, categories.get(lane.patient_id, ""))
        marks = [(one.day, text(f"figures.lane.{one.kind}", language)) for one in lane.events]
        end = text("figures.ongoing" if lane.is_ongoing else "report.data.lane_end", language)
        marks.append((lane.end_day, end))
        for day, name in (
            (lane.response_from, "response_from"),
            (lane.response_until, "response_until"),
        ):
            if day is not None:
                marks.append((day, text(f"report.data.{name}", language)))
        rows += [(*who, day / DAYS_PER_MONTH, name) for day, name in marks]
    return FigureData(_headers(("patient", "category", "months", "event"), language), tuple(rows))


def forest_data(series: Sequence[ForestSeries], language: Language) -> FigureData:
    """One row per term and kind of estimate."""
    rows = tuple(
        (one.name, row.label, row.estimate, row.low, row.high) for one in series for row in one.rows
    )
    return FigureData(_headers(("series", "term", "hr", "low", "high"), language), rows)


def adverse_event_data(table: AdverseEventTable, language: Language) -> FigureData:
    """One row a term: patients by band of the worst grade."""
    rows = tuple(
        (
            term_name(row.term, language),
            row.any.count,
            row.grade_1_2.count,
            row.grade_3_4.count,
            row.grade_5.count,
            row.any.total,
        )
        for row in table.rows
    )
    names = ("term", "any", "grade_1_2", "grade_3_4", "grade_5", "total")
    return FigureData(_headers(names, language), rows)
