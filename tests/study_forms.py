"""The example study in the forms that people keep studies in, made anew for each test run.

Every form is made from the committed workbooks (or by the product's exporters from them), with
nothing random, so that equal code gives equal files.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import xlsxwriter

from core.analysis.cohort import analyse_study, effective_options
from core.example import example_files
from core.exports.analysis_json import analysis_json
from core.exports.interchange.form import Form
from core.exports.interchange.forms import interchange_file
from core.exports.interchange.parts import StudyParts
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import AnalysisOptions
from core.results.intake import Intake
from core.text.catalogue import Language

Cell = Any
Table = list[list[Cell]]
Json = dict[str, Any]

US_UNITS = {
    # test: unit, what the reported value is multiplied by, decimals of a report
    "Hemoglobin": ("g/dL", 1 / 10, 1),
    "Albumin": ("g/dL", 1 / 10, 2),
    "Creatinine": ("mg/dL", 1 / 88.4, 2),
    "Total bilirubin": ("mg/dL", 1 / 17.1, 2),
    "BUN": ("mg/dL", 1 / 0.357, 1),
    "Glucose": ("mg/dL", 1 / 0.0555062, 1),
    "Calcium": ("mg/dL", 1 / 0.249501, 2),
    "Fibrinogen": ("mg/dL", 100, 0),
    "WBC": ("10^3/uL", 1, 2),
    "Platelets": ("K/uL", 1, 0),
}
CUTOFF = "数据截止日期"
MOST_CODED = 6
"""Words of a variable that people give codes; more are left as text."""
_INCH, _POUND = 2.54, 0.45359237


def sheets(language: Language) -> dict[str, Table]:
    """The sheets of the example workbook as rows of cells."""
    ((_, content),) = example_files(language)
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def analysed(files: Sequence[UploadedFile]) -> tuple[Intake, Json]:
    """What an upload is read as, and what ``python -m core analyse`` says of it."""
    intake = read_study(files)
    analysis = analyse_study(intake.data, AnalysisOptions())
    return intake, analysis_json(analysis, intake.findings, "en")


@cache
def example_parts(name: str = "crlm_haic_24") -> StudyParts:
    """The example study with what an exporter needs of it."""
    intake = read_study([UploadedFile(*file) for file in example_files("en")])
    return parts_of(intake, name)


def parts_of(intake: Intake, name: str) -> StudyParts:
    """A study that was read with what an exporter needs of it."""
    analysis = analyse_study(intake.data, effective_options(intake.data, AnalysisOptions()))
    return StudyParts(name, intake.data, analysis.endpoints, analysis.response)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def gb18030_csv() -> list[UploadedFile]:
    """The Chinese sheets as CSV files, as Excel saves them on Chinese Windows."""
    files = []
    for name, table in sheets("zh").items():
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\r\n").writerows(
            [_text(c) for c in row] for row in table
        )
        files.append(UploadedFile(f"{name}.csv", stream.getvalue().encode("gb18030")))
    return files


def spss_tables() -> list[UploadedFile]:
    """Each Chinese sheet as an SPSS file: names V1, V2, ...; headers and words as labels."""
    tables = sheets("zh")
    (cutoff,) = [row[1] for table in tables.values() for row in table if row and row[0] == CUTOFF]
    files = []
    for name, (header, *rows) in tables.items():
        if header[0] != "患者编号":
            continue
        is_first = not files
        labels = [*header, CUTOFF] if is_first else list(header)
        columns: dict[str, Any] = {}
        words: dict[str, dict[float, str]] = {}
        for at, label in enumerate(labels):
            variable = f"V{at + 1}"
            cells = [cutoff if label == CUTOFF else row[at] for row in rows]
            columns[variable], coded = _spss_column(cells)
            if coded:
                words[variable] = coded
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.sav"
            pyreadstat.write_sav(
                pd.DataFrame(columns), str(path), column_labels=labels,
                variable_value_labels=words,
            )  # fmt: skip
            files.append(UploadedFile(f"{name}.sav", path.read_bytes()))
    return files


def _spss_column(cells: Sequence[Cell]) -> tuple[pd.Series, dict[float, str]]:
    """A variable as a person would define it, and the labels of its codes."""
    filled = [cell for cell in cells if cell is not None]
    if filled and all(isinstance(cell, datetime) for cell in filled):
        return pd.Series([None if cell is None else cell.date() for cell in cells]), {}
    if all(isinstance(cell, int | float) for cell in filled):
        return pd.Series([None if cell is None else float(cell) for cell in cells]), {}
    texts = sorted({_text(cell) for cell in filled})
    if len(texts) <= MOST_CODED and all(isinstance(cell, str) for cell in filled):
        codes = {word: float(code) for code, word in enumerate(texts, start=1)}
        coded = [None if cell is None else codes[cell] for cell in cells]
        return pd.Series(coded, dtype="float64"), {code: word for word, code in codes.items()}
    return pd.Series([_text(cell) for cell in cells]), {}


def _workbook(tables: dict[str, Table]) -> UploadedFile:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, table in tables.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(table):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                elif cell is not None:
                    sheet.write(at, column, cell)
    book.close()
    return UploadedFile("study.xlsx", stream.getvalue())


def two_row_headers() -> list[UploadedFile]:
    """Chinese sheets under title rows, with a group header above the columns' names."""
    tables = {}
    for name, (header, *rows) in sheets("zh").items():
        if header[0] != "患者编号":
            tables[name] = [header, *rows]
            continue
        title = [[f"某医院介入科 {name}一览表"], ["填表日期：2023年3月"], []]
        group = [header[0], "基本情况", *[None] * (len(header) - 3), "其他"]
        tables[name] = [*title, group, [None, *header[1:]], *rows]
    return [_workbook(tables)]


def _converted(
    table: Table, changes: dict[str, tuple[str, Callable[[float], float]]]
) -> Table:  # fmt: skip
    """The table with columns under another header and in another unit."""
    header, *rows = table
    renamed = [changes[name][0] if name in changes else name for name in header]
    return [renamed, *([_value(changes, *pair) for pair in zip(header, row, strict=True)]
                       for row in rows)]  # fmt: skip


def _value(changes: dict[str, tuple[str, Callable[[float], float]]], name: str, cell: Cell) -> Cell:
    return changes[name][1](cell) if name in changes and cell is not None else cell


def _us_labs(table: Table) -> Table:
    header, *rows = table
    at = {name: header.index(name) for name in ("Test", "Result", "Unit", "LLN", "ULN")}
    made = [header]
    for row in rows:
        unit, factor, decimals = US_UNITS.get(row[at["Test"]], ("", 1.0, 0))
        if unit:
            row = list(row)
            row[at["Unit"]] = unit
            for name in ("Result", "LLN", "ULN"):
                if row[at[name]] is not None:
                    row[at[name]] = round(row[at[name]] * factor, decimals)
        made.append(row)
    return made


def us_units() -> list[UploadedFile]:
    """The English workbook as an American laboratory would fill it, rounded as reports are."""
    tables = sheets("en")
    tables["patients"] = _converted(
        tables["patients"],
        {
            "Height (cm)": ("Height (in)", lambda cm: round(cm / _INCH, 1)),
            "Weight (kg)": ("Weight (lb)", lambda kg: round(kg / _POUND, 1)),
            "Max tumor diameter (cm)": ("Max tumor diameter (mm)", lambda cm: round(cm * 10, 2)),
        },
    )
    tables["haic_sessions"] = _converted(
        tables["haic_sessions"],
        {"Weight (kg)": ("Weight (lb)", lambda kg: round(kg / _POUND, 1))},
    )
    tables["lesion_measurements"] = _converted(
        tables["lesion_measurements"],
        {"Diameter (mm)": ("Diameter (cm)", lambda mm: round(mm / 10, 3))},
    )
    tables["labs"] = _us_labs(tables["labs"])
    return [_workbook(tables)]


def exported(form: Form, language: Language = "en") -> list[UploadedFile]:
    """The example study as the product writes it for another program."""
    content = interchange_file(form, example_parts(), language)
    return [UploadedFile(f"study.{form.suffix}", content)]


def differences(
    expected: object, found: object, tolerance: float, place: str = ""
) -> Iterable[str]:
    """Where two JSON values differ by more than the relative tolerance."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in expected.keys() | found.keys():
            one, other = expected.get(key), found.get(key)
            yield from differences(one, other, tolerance, f"{place}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for at, pair in enumerate(zip(expected, found, strict=True)):
            yield from differences(*pair, tolerance, f"{place}[{at}]")
    elif _is_number(expected) and _is_number(found):
        if abs(expected - found) > tolerance * max(1.0, abs(expected)):  # type: ignore[operator]
            yield f"{place}: {expected} / {found}"
    elif expected != found:
        yield f"{place}: {str(expected)[:100]} / {str(found)[:100]}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
