"""Adverse events patient by patient, recorded names, shifts and the liver screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from core.exports.tables.table import Table, framed, worded
from core.results.safety import LiverSafety, TermMatch
from core.results.toxicity import AdverseEventTable, LabGrades, ShiftTable
from core.text.catalogue import Language, code_word, text
from core.text.numbers import MISSING, compact, day, number
from core.text.terms import term_name
from core.text.units import shown_unit


def _shown(value: object) -> str:
    return MISSING if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def events_of(table: AdverseEventTable, patients: Iterable[str], language: Language) -> Table:
    """Every counted event of these patients."""
    wanted = set(patients)
    events = table.events[table.events["patient_id"].isin(wanted)]
    events = events.sort_values(["patient_id", "onset_day", "term"], na_position="last")
    rows = [
        [
            str(row["patient_id"]),
            term_name(str(row["term"]), language),
            str(row["grade"]),
            _shown(row["onset_day"]),
            _shown(row["session_no"]),
            code_word(str(row["related"]), language) if row["related"] else MISSING,
            MISSING if pd.isna(row["serious"])
            else text(f"safety_tables.is_{bool(row['serious'])}", language),
            str(row["action"]) or MISSING,
            text(f"safety_tables.source.{row['source']}", language),
        ]
        for row in events.to_dict("records")
    ]  # fmt: skip
    headers = [
        text("common.patient", language),
        text("tables.term", language),
        text("safety_tables.grade", language),
        text("safety_tables.onset_day", language),
        text("safety_tables.session", language),
        text("safety_tables.related", language),
        text("safety_tables.serious", language),
        text("safety_tables.action", language),
        text("safety_tables.source_of", language),
    ]
    title = text("safety_tables.events_title", language)
    return Table("adverse_event_list", title, framed(rows, headers))


def term_table(matches: Sequence[TermMatch], language: Language) -> Table:
    """Recorded names, the term that each counts under, and how it was found."""
    separator = text("safety_tables.separator", language)
    rows = [
        [
            one.recorded,
            term_name(one.term, language) if one.term else MISSING,
            text(f"safety_tables.confidence.{one.confidence}", language),
            separator.join(
                f"{term_name(term, language)} ({number(100 * score, 0)})"
                for term, score in one.proposals
            )
            or MISSING,
            str(one.n_records),
            str(len(one.patients)),
        ]
        for one in matches
    ]
    headers = [
        text("safety_tables.recorded_name", language),
        text("tables.term", language),
        text("safety_tables.found_by", language),
        text("safety_tables.proposals", language),
        text("safety_tables.n_records", language),
        text("safety_tables.patients", language),
    ]
    title = text("safety_tables.terms_title", language)
    notes = (text("safety_tables.terms_note", language),)
    return Table("recorded_names", title, framed(rows, headers), notes)


def shift_grid(shift: ShiftTable, language: Language) -> Table:
    """Baseline grade (rows) against worst grade after it (columns), in patients."""
    headers = [
        text("safety_tables.baseline_grade", language),
        *(text("tables.grade_n", language, n=grade) for grade in shift.worst_grades),
        text("safety_tables.total", language),
    ]
    rows = []
    for base in shift.baseline_grades:
        counts = [shift.count(base, worst) for worst in shift.worst_grades]
        name = (
            text("safety_tables.no_baseline", language)
            if base is None
            else text("tables.grade_n", language, n=base)
        )
        rows.append([name, *map(str, counts), str(sum(counts))])
    title = text(
        "safety_tables.shift_title", language, term=term_name(shift.term, language),
        direction=f"@safety_tables.direction.{shift.direction}",
    )  # fmt: skip
    notes = (text("safety_tables.shift_note", language, n=shift.total),)
    return Table("shift", title, framed(rows, headers), notes)


def liver_table(liver: LiverSafety, language: Language) -> Table:
    """Patients outside the lower left quadrant of the liver screen."""
    rows = [
        [
            point.patient_id,
            text(f"safety_tables.quadrant.{point.quadrant}", language),
            f"{number(point.transaminase, 2)} ({point.analyte})",
            number(point.bilirubin, 2),
            number(point.alp, 2),
            MISSING if point.days_apart is None else number(float(point.days_apart), 0),
            text(f"safety_tables.is_{point.is_abnormal_before}", language),
        ]
        for point in liver.points
        if point.quadrant != "NORMAL"
    ]
    headers = [
        text("common.patient", language),
        text("safety_tables.quadrant_of", language),
        text("safety_tables.transaminase", language),
        text("safety_tables.bilirubin", language),
        text("safety_tables.alp", language),
        text("safety_tables.days_apart", language),
        text("safety_tables.abnormal_before", language),
    ]
    title = text("safety_tables.liver_title", language)
    return Table("liver_screen", title, framed(rows, headers), worded(liver.messages, language))


def lab_list(grades: LabGrades, patients: Iterable[str], term: str, language: Language) -> Table:
    """Every result of these patients that bears on the term, with its grade or the reason."""
    rows = grades.rows[(grades.rows["term"] == term)]
    rows = rows[rows["patient_id"].isin(set(patients))]
    rows = rows.sort_values(["patient_id", "lab_date"], na_position="last")
    separator = text("safety_tables.separator", language)
    cells = []
    for row in rows.to_dict("records"):
        unit = shown_unit(row["unit"]) if isinstance(row["unit"], str) else ""
        value = compact(row["value"]) if pd.notna(row["value"]) else _shown(row["text"])
        told = [text(f"toxicity.flag.{flag}", language) for flag in row["flags"].split("|") if flag]
        if row["reason"]:
            told.insert(0, text(f"toxicity.reason.{row['reason']}", language, unit=unit))
        low, high = row["grade_min"], row["grade_max"]
        grade = MISSING if pd.isna(low) else str(low) if low == high else f"{low}–{high}"
        cells.append(
            [
                str(row["patient_id"]),
                day(row["lab_date"]) if pd.notna(row["lab_date"]) else MISSING,
                _shown(row["day"]),
                str(row["analyte"]),
                f"{value} {unit}".strip(),
                f"{compact(row['lln'])}–{compact(row['uln'])}",
                compact(row["baseline_value"]),
                grade,
                separator.join(told) or MISSING,
            ]
        )
    headers = [
        text("common.patient", language),
        text("safety_tables.date", language),
        text("safety_tables.day", language),
        text("safety_tables.test", language),
        text("tables.value", language),
        text("safety_tables.normal", language),
        text("safety_tables.baseline_value", language),
        text("safety_tables.grade", language),
        text("safety_tables.remarks", language),
    ]
    title = text("safety_tables.lab_list_title", language, term=term_name(term, language))
    return Table("laboratory_values", title, framed(cells, headers))


def ungradable_table(grades: LabGrades, language: Language) -> Table:
    """Results that a number can't grade, by term and reason."""
    rows = [
        [
            term_name(term, language),
            text(f"toxicity.reason.{reason}", language, unit=MISSING),
            str(n),
        ]
        for (term, reason), n in sorted(
            grades.ungradable.items(), key=lambda pair: (-pair[1], pair[0])
        )
    ]
    headers = [
        text("tables.term", language),
        text("tables.reason", language),
        text("safety_tables.n_results", language),
    ]
    title = text("safety_tables.ungradable_title", language)
    notes = (text("safety_tables.ungradable_note", language),)
    return Table("not_gradable", title, framed(rows, headers), notes)
