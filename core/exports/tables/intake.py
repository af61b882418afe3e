"""What an upload gave, as printed: rows per table, findings, mapping, the rows themselves."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.exports.canonical import shown_cells
from core.exports.tables.table import Table, framed
from core.results.common import Finding
from core.results.intake import Confidence, Intake
from core.rules.columns import LABS_WIDE, display_header
from core.schema import SOURCE_COLUMNS, TABLES, StudyData, column_specs
from core.text.catalogue import Language, say_finding, text


def counts_table(intake: Intake, language: Language) -> Table:
    """Rows read, accepted and set aside per table."""
    headers = [
        text("data.table_name", language),
        text("data.rows_read", language),
        text("data.rows_accepted", language),
        text("data.rows_set_aside", language),
        text("data.rows_stored", language),
    ]
    rows = [
        [
            _table_name(one.table, language),
            str(one.rows_read),
            str(one.rows_accepted),
            str(one.rows_set_aside),
            str(one.rows),
        ]
        for one in intake.tables
    ]
    return Table("rows", text("data.read", language), framed(rows, headers))


def _table_name(table: str, language: Language) -> str:
    return text(f"data.table.{table}", language) if table in TABLES else table


def findings_table(findings: Sequence[Finding], language: Language) -> Table:
    """One line a finding: where, what was found, what next."""
    headers = [
        text("data.sheet", language),
        text("data.row", language),
        text("data.column", language),
        text("data.value", language),
        text("data.message", language),
    ]
    rows = [
        [
            one.sheet,
            "" if one.row is None else str(one.row),
            one.column,
            one.value,
            say_finding(one, language),
        ]
        for one in findings
    ]
    return Table("findings", text("data.findings", language), framed(rows, headers))


def mapping_table(intake: Intake, language: Language) -> Table:
    """Every column of every sheet and the field that it fills."""
    headers = [
        text("data.sheet", language),
        text("data.table_name", language),
        text("data.header", language),
        text("data.field", language),
        text("data.unit", language),
        text("data.confidence", language),
    ]
    rows = []
    for mapping in intake.mappings:
        for column in mapping.columns:
            field = ""
            if column.field and column.confidence is not Confidence.IDENTIFIER:
                field = display_header(column.table, column.field, language)
            table = "labs" if column.table == LABS_WIDE else (column.table or mapping.table)
            rows.append(
                [
                    mapping.sheet,
                    _table_name(table, language),
                    column.header,
                    field,
                    column.unit,
                    text(f"data.confidence_of.{column.confidence.value}", language),
                ]
            )
    return Table("mapping", text("data.mapping", language), framed(rows, headers))


def schema_table(data: StudyData, name: str, language: Language, most: int | None = None) -> Table:
    """The stored rows of one table under the language's headers.

    Args:
        most: rows to print at most, with a note that says of how many; None = all.
    """
    total = len(data.tables[name])
    frame = data.tables[name].head(total if most is None else most)
    known = {spec.name for spec in column_specs(name)}
    columns = [column for column in frame.columns if column not in SOURCE_COLUMNS]
    headers = [
        display_header(name, column, language) if column in known else column for column in columns
    ]
    shown = pd.DataFrame({column: shown_cells(frame[column], language) for column in columns})
    rows: list[list[str]] = shown.astype(str).values.tolist()
    notes = (text("data.first_rows", language, n=len(frame), total=total),)
    title = text(f"data.table.{name}", language)
    return Table(name, title, framed(rows, headers), notes if len(frame) < total else ())


def set_aside_table(intake: Intake, language: Language) -> Table:
    """Every row that was not stored, its reasons and its cells as found."""
    headers = [
        text("data.sheet", language),
        text("data.row", language),
        text("common.patient", language),
        text("tables.reason", language),
        text("data.cells", language),
    ]
    rows = [
        [
            one.sheet,
            str(one.row),
            one.patient_id,
            " ".join(dict.fromkeys(say_finding(reason, language) for reason in one.reasons)),
            "; ".join(f"{header}: {cell}" for header, cell in one.cells if cell),
        ]
        for one in intake.set_aside
    ]
    title = text("data.set_aside", language, n=len(rows))
    return Table("set_aside", title, framed(rows, headers))
