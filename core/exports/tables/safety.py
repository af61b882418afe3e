"""Table 3 as printed: adverse events by term and band, overall by both counting rules."""

from __future__ import annotations

from core.exports.tables.table import Table, framed, worded
from core.results.toxicity import (
    AdverseEventRow,
    AdverseEventTable,
    Discrepancy,
    LabGrades,
    OverallRow,
    Reconciliation,
)
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, compact, count_percent, day
from core.text.terms import soc_name, term_name
from core.text.units import shown_unit


def adverse_event_table(
    table: AdverseEventTable, language: Language, *, by_soc: bool = False
) -> Table:
    """Any grade, 1-2, 3-4 and 5 per term; overall rows by the chosen rule first.

    Args:
        by_soc: each organ class with its own row and its terms below it.
    """
    with_deaths = bool(table.overall_worst.grade_5.count)

    def cells(row: OverallRow | AdverseEventRow) -> list[str]:
        counts = [row.any, row.grade_1_2, row.grade_3_4]
        counts += [row.grade_5] if with_deaths else []
        return [count_percent(count.count, count.total) for count in counts]

    headers = [
        text("tables.term", language),
        text("tables.soc", language),
        *(text(f"tables.grade.{band}", language) for band in ("any", "1_2", "3_4")),
        *([text("tables.grade.5", language)] if with_deaths else []),
    ]
    first, second = table.overall_worst, table.overall_bands
    if table.overall.rule == "bands":
        first, second = second, first
    rows = [
        [text(f"tables.overall.{row.rule}", language), "", *cells(row)] for row in (first, second)
    ]
    for soc in table.soc_rows if by_soc else ():
        rows.append([soc_name(soc.soc, language), "", *cells(soc)])
        rows += [
            [f"· {term_name(row.term, language)}", "", *cells(row)]
            for row in table.rows
            if row.soc == soc.soc
        ]
    if not by_soc:
        rows += [
            [term_name(row.term, language), soc_name(row.soc, language), *cells(row)]
            for row in table.rows
        ]
    if by_soc:
        headers = [text("safety_tables.soc_and_term", language), *headers[2:]]
        rows = [[row[0], *row[2:]] for row in rows]
    notes = (
        _overlap(table.overall_bands, language),
        *([text("safety_tables.soc_note", language)] if by_soc else []),
        *worded(table.messages, language),
    )
    title = text("tables.adverse_events_title", language)
    return Table("adverse_events", title, framed(rows, headers), notes)


def _overlap(row: OverallRow, language: Language) -> str:
    return text("tables.bands_overlap", language, n=len(row.in_two_bands))


def reconciliation_table(result: Reconciliation, language: Language) -> Table:
    """Where the recorded events and the laboratory grades disagree."""
    headers = [
        text("common.patient", language),
        text("tables.term", language),
        text("tables.recorded_grade", language),
        text("tables.laboratory_grade", language),
        text("tables.value", language),
        text("safety_tables.date", language),
        text("tables.what", language),
    ]
    rows = [
        [
            item.patient_id,
            term_name(item.term, language),
            MISSING if item.reported_grade is None else str(item.reported_grade),
            MISSING if item.lab_grade is None else str(item.lab_grade),
            *_finding(item),
            text(f"safety_tables.{_difference(item)}", language),
        ]
        for item in result.discrepancies
    ]
    notes = worded(result.messages, language)
    title = text("tables.reconciliation_title", language)
    return Table("recorded_and_graded", title, framed(rows, headers), notes)


def _finding(item: Discrepancy) -> tuple[str, str]:
    """Value and date of the worst result; of results that are all grade 0, none is the one."""
    if not item.lab_grade or item.lab_value is None:
        return MISSING, MISSING
    value = f"{compact(item.lab_value)} {shown_unit(item.unit)}".strip()
    return value, MISSING if item.lab_date is None else day(item.lab_date)


def _difference(item: Discrepancy) -> str:
    is_blind = item.kind == "not_supported" and item.lab_grade is None
    return f"differs.{item.kind}_ungradable" if is_blind else f"differs.{item.kind}"


def laboratory_grade_table(grades: LabGrades, language: Language) -> Table:
    """Worst grade after baseline per laboratory term, in patients."""
    worst = grades.worst
    headers = [
        text("tables.term", language),
        text("tables.patients_graded", language),
        *(text("tables.grade_n", language, n=grade) for grade in range(5)),
        text("tables.not_gradable", language),
    ]
    ranked = []
    for term, part in worst.groupby("term", sort=True):
        graded = part["worst_grade"].dropna().astype(int)
        counts = [int((graded == grade).sum()) for grade in range(5)]
        line = [
            term_name(str(term), language),
            str(len(graded)),
            *map(str, counts),
            str(len(part) - len(graded)),
        ]
        ranked.append(((-sum(counts[1:]), -sum(counts[3:]), str(term)), line))
    rows = [line for _, line in sorted(ranked)]
    notes = worded(grades.messages, language)
    title = text("tables.laboratory_title", language)
    return Table("laboratory_grades", title, framed(rows, headers), notes)


def set_aside_table(table: AdverseEventTable, language: Language) -> Table:
    """Recorded events that the table doesn't count, each with the reason."""
    headers = [
        text("common.patient", language),
        text("tables.term", language),
        text("tables.recorded_grade", language),
        text("tables.reason", language),
    ]
    rows = [
        [
            item.patient_id,
            term_name(item.term, language) if item.term else item.recorded_term,
            MISSING if item.grade is None else str(item.grade),
            worded([item.reason], language)[0],
        ]
        for item in table.set_aside
    ]
    title = text("tables.set_aside_title", language)
    return Table("events_set_aside", title, framed(rows, headers))
