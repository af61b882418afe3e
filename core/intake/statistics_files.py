"""SPSS, Stata and SAS files to rows of cells: value labels as text, missing codes as empty.

Only called in the reading process. Cases are numbered as the statistics program numbers them,
from 1, since such a file has no header row.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pyreadstat

from core.errors import UnusableFile
from core.intake.cells import UNNAMED, Cell, RawSheet, SheetRow, cell_text
from core.intake.findings import with_facts
from core.intake.worksheet_scan import MAX_DATA_ROWS, most_cells
from core.results.common import Finding, FindingKind, Severity

MAX_VARIABLES = 2_000
_READERS: Mapping[str, Callable[..., Any]] = {
    "sav": pyreadstat.read_sav,
    "dta": pyreadstat.read_dta,
    "sas7bdat": pyreadstat.read_sas7bdat,
    "xpt": pyreadstat.read_xport,
}
_VALUES_SHOWN = 5


def _tables(kind: str, content: bytes, **options: Any) -> tuple[dict[str, list[Any]], Any]:
    if kind != "xpt":
        options["user_missing"] = True
    try:
        return _READERS[kind](io.BytesIO(content), output_format="dict", **options)
    except UnicodeDecodeError:
        # Older SPSS and Stata files in Chinese do not name their encoding.
        return _READERS[kind](
            io.BytesIO(content), output_format="dict", encoding="GB18030", **options
        )


def _check_extent(meta: Any, size: int) -> None:
    if meta.number_columns > MAX_VARIABLES:
        raise UnusableFile("too_many_columns", file=UNNAMED, found=meta.number_columns)
    rows = meta.number_rows or 0
    if rows > MAX_DATA_ROWS or rows * meta.number_columns > most_cells(size):
        raise UnusableFile("too_many_rows", file=UNNAMED, limit=MAX_DATA_ROWS)


def _is_missing(value: Any, ranges: Sequence[Mapping[str, Any]], letters: Sequence[Any]) -> bool:
    if value in letters:
        return True
    for item in ranges:
        try:
            if item["lo"] <= value <= item["hi"]:
                return True
        except TypeError:
            continue
    return False


def _cell(value: Any) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, datetime) and value.time() == time():
        return value.date()  # Stata and SAS often keep days as date-times
    if isinstance(value, float):
        return None if value != value else value
    if isinstance(value, str | int | bool | date | datetime | time | timedelta):
        return value.rstrip() if isinstance(value, str) else value
    return str(value)


def _column(
    name: str, values: Sequence[Any], labels: Mapping[Any, str], meta: Any
) -> tuple[list[Cell], list[Finding]]:
    ranges = meta.missing_ranges.get(name, ())
    letters = meta.missing_user_values.get(name, ()) if meta.missing_user_values else ()
    emptied: Counter[str] = Counter()
    labelled = 0
    cells: list[Cell] = []
    for value in values:
        if value is not None and (ranges or letters) and _is_missing(value, ranges, letters):
            code = cell_text(_cell(value))
            emptied[f"{code} = {labels[value]}" if value in labels else code] += 1
            cells.append(None)
        elif labels and value in labels:
            labelled += 1
            cells.append(labels[value])
        else:
            cells.append(_cell(value))
    findings = []
    if emptied:
        shown = ", ".join(cell_text(code) for code, _ in emptied.most_common(_VALUES_SHOWN))
        findings.append(
            with_facts(
                Finding(
                    Severity.INFO, "user_missing_emptied", column=name, value=shown,
                    kind=FindingKind.CONVERTED,
                ),
                n=emptied.total(),
            )
        )  # fmt: skip
    if labelled:
        findings.append(
            with_facts(
                Finding(
                    Severity.INFO, "value_labels_used", column=name, kind=FindingKind.CONVERTED,
                    value=cell_text("; ".join(f"{cell_text(_cell(code))} = {label}"
                                              for code, label in labels.items())),
                ),
                n=labelled,
            )
        )  # fmt: skip
    return cells, findings


def read_statistics_file(kind: str, content: bytes) -> list[RawSheet]:
    """The one table of an SPSS (sav, zsav), Stata (dta) or SAS (sas7bdat, xpt) file.

    Returns:
        One sheet whose ``names`` are the variables and ``labels`` their labels; dates are
        dates, labelled values their label, user-missing values empty with a finding each.

    Raises:
        UnusableFile: damaged, of more than ``MAX_DATA_ROWS`` cases or 2 000 variables.
    """
    try:
        _, meta = _tables(kind, content, metadataonly=True)
        _check_extent(meta, len(content))
        table, meta = _tables(kind, content, row_limit=MAX_DATA_ROWS + 1)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OSError) as error:
        raise UnusableFile("statistics_file_damaged", file=UNNAMED) from error
    columns: list[list[Cell]] = []
    findings: list[Finding] = []
    for name in meta.column_names:
        labels = meta.variable_value_labels.get(name) or {}
        cells, remarks = _column(name, table[name], labels, meta)
        columns.append(cells)
        findings.extend(remarks)
    rows = [SheetRow(case, cells) for case, cells in enumerate(zip(*columns, strict=True), start=1)]
    if len(rows) > MAX_DATA_ROWS:
        raise UnusableFile("too_many_rows", file=UNNAMED, limit=MAX_DATA_ROWS)
    labels = tuple(label or "" for label in meta.column_labels)
    return [RawSheet(meta.table_name or "", rows, findings, {}, tuple(meta.column_names), labels)]
