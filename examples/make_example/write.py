"""Workbooks and CSV files of the example study."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.rules.columns import STUDY, Language, display_header, sheet_name
from core.schema import TABLES

from .baseline import patients
from .events import adverse_events
from .flat import COLUMNS, flat_rows
from .follow_up import follow_up
from .labs import labs
from .lesions import lesion_measurements, lesions
from .reader import response_assessments
from .sessions import haic_sessions
from .source import DATA_CUTOFF, Record
from .wording import NOTE, STUDY_HEADERS, TITLE, Cell, cell, study_rows

NAME = "crlm_haic_24"
CREATED = datetime(2023, 2, 23)
"""Stands in the workbooks instead of the clock, so that each run writes the same bytes."""
COLUMN_WIDTH = 15

Tables = dict[str, list[Record]]


def make_tables() -> Tables:
    """All tables, every row checked against the schema.

    Raises:
        pydantic.ValidationError: a row breaks the schema.
    """
    tables = {
        "patients": patients(),
        "haic_sessions": haic_sessions(),
        "lesions": lesions(),
        "lesion_measurements": lesion_measurements(),
        "response_assessments": response_assessments(),
        "labs": labs(),
        "adverse_events": adverse_events(),
        "follow_up": follow_up(),
    }
    for name, rows in tables.items():
        for row in rows:
            TABLES[name].model_validate(row)
    return tables


def _csv_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if value.is_integer() else str(value)
    return str(value)


def _write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[_csv_text(value) for value in row] for row in rows])


def _write_sheet(
    sheet: Worksheet,
    formats: dict[str, Format],
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(header) - 1, COLUMN_WIDTH)
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, formats["header"])
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(line, column, value, formats["date"])
            elif isinstance(value, str):
                # Never as a formula, whatever the text starts with.
                sheet.write_string(line, column, value)
            elif value is not None:
                sheet.write_number(line, column, value)


def _write_workbook(
    path: Path, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]]
) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": CREATED, "title": TITLE["en"], "comments": NOTE["en"]})
        formats = {
            "header": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        }
        for name, header, rows in sheets:
            _write_sheet(workbook.add_worksheet(name), formats, header, rows)


def _cells(rows: list[Record], names: Sequence[str], language: Language) -> list[list[Cell]]:
    return [[cell(name, row.get(name), language) for name in names] for row in rows]


def _full_workbook(path: Path, tables: Tables, language: Language) -> None:
    sheets = [
        (
            sheet_name(table, language),
            [display_header(table, name, language) for name in rows[0]],
            _cells(rows, list(rows[0]), language),
        )
        for table, rows in tables.items()
    ]
    study = (sheet_name(STUDY, language), STUDY_HEADERS[language], study_rows(language))
    _write_workbook(path, [study, *sheets])


def write_all(folder: Path) -> list[Path]:
    """Write every file of the example study into a folder.

    Returns:
        The paths written, workbooks first.
    """
    (folder / "csv").mkdir(parents=True, exist_ok=True)
    tables = make_tables()
    written = []
    for language in ("zh", "en"):
        written.append(folder / f"{NAME}_{language}.xlsx")
        _full_workbook(written[-1], tables, language)
    flat, names = flat_rows(tables["patients"], tables["labs"]), [name for _, name in COLUMNS]
    written.append(folder / f"{NAME}_flat_zh.xlsx")
    header = [display_header(table, name, "zh") for table, name in COLUMNS]
    _write_workbook(
        written[-1], [(sheet_name("patients", "zh"), header, _cells(flat, names, "zh"))]
    )
    written.append(folder / f"{NAME}_flat.csv")
    _write_csv(written[-1], names, [list(row.values()) for row in flat])
    for table, rows in tables.items():
        written.append(folder / "csv" / f"{table}.csv")
        _write_csv(written[-1], list(rows[0]), [list(row.values()) for row in rows])
    written.append(folder / "csv" / f"{STUDY}.csv")
    study: list[tuple[str, Cell]] = [
        ("title", TITLE["en"]),
        ("note", NOTE["en"]),
        ("data_cutoff", DATA_CUTOFF),
    ]
    _write_csv(written[-1], ("item", "value"), study)
    return written
