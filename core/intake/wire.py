"""Sheets as lines of JSON, the form in which the reading process hands them over.

JSON, not pickle: a process that a hostile file has taken over can send wrong cells at worst.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby, islice, repeat
from typing import Any

from core.errors import Fact, UnusableFile
from core.intake.cells import Cell, RawSheet, SheetRow
from core.results.common import Finding, FindingKind, Severity

_BATCH = 2_000
_PLAIN = {str, int, float, bool, type(None)}


def _plain(cell: object) -> dict[str, object]:
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"seconds": cell.total_seconds()}
    raise TypeError(type(cell).__name__)


def _typed(item: dict[str, Any]) -> object:
    if len(item) == 1:
        ((key, value),) = item.items()
        if key == "datetime":
            return datetime.fromisoformat(value)
        if key == "date":
            return date.fromisoformat(value)
        if key == "time":
            return time.fromisoformat(value)
        if key == "seconds":
            return timedelta(seconds=value)
    return item


def _finding(finding: Finding) -> list[object]:
    return [
        finding.severity, finding.code, finding.sheet, finding.row, finding.column, finding.value,
        finding.kind, finding.facts,
    ]  # fmt: skip


def _as_finding(item: list[Any]) -> Finding:
    severity, code, sheet, row, column, value, kind, facts = item
    return Finding(
        Severity(severity), code, sheet=sheet, row=row, column=column, value=value,
        kind=FindingKind(kind), facts=tuple((name, fact) for name, fact in facts),
    )  # fmt: skip


def _line(item: dict[str, object]) -> bytes:
    return json.dumps(item, default=_plain, separators=(",", ":")).encode() + b"\n"


def written(sheets: Iterable[RawSheet]) -> Iterator[bytes]:
    """The lines that stand for the sheets, ended by one that says that all is there."""
    for sheet in sheets:
        yield _line(
            {
                "sheet": sheet.name,
                "findings": [_finding(finding) for finding in sheet.findings],
                "merged": [[column, sorted(lines)] for column, lines in sheet.merged.items()],
                "names": sheet.names,
                "labels": sheet.labels,
            }
        )
        # Column by column; the rows of one line of JSON are equally long.
        for _, alike in groupby(sheet.rows, key=lambda row: len(row.cells)):
            while rows := list(islice(alike, _BATCH)):
                yield _line(
                    {
                        "rows": [row.line for row in rows],
                        "columns": list(
                            map(_column, zip(*(row.cells for row in rows), strict=True))
                        ),
                        "problems": [
                            [index, [_finding(problem) for problem in row.problems]]
                            for index, row in enumerate(rows)
                            if row.problems
                        ],
                    }
                )
    yield _line({"end": True, "sheets": True})


def _column(cells: Sequence[Cell]) -> object:
    """A column's cells as they are, or its different cells and which of them stands where."""
    if set(map(type, cells)) <= _PLAIN:
        return cells
    keys = list(zip(map(type, cells), cells, strict=True))
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return {"different": [cell for _, cell in numbers], "at": [numbers[key] for key in keys]}


def _cells(column: Any, texts: dict[str, str]) -> list[Cell]:
    if isinstance(column, dict):
        different = column["different"]
        return [different[number] for number in column["at"]]
    # Equal texts of all rows share one.
    return [texts.setdefault(cell, cell) if type(cell) is str else cell for cell in column]


def _rows(item: dict[str, Any], texts: dict[str, str]) -> Iterator[SheetRow]:
    columns = [_cells(column, texts) for column in item["columns"]]
    cells = zip(*columns, strict=True) if columns else repeat(())
    problems = {index: tuple(map(_as_finding, found)) for index, found in item["problems"]}
    for index, (line, row) in enumerate(zip(item["rows"], cells, strict=bool(columns))):
        yield SheetRow(line, row, problems.get(index, ()))


def refused(code: str, facts: dict[str, Fact]) -> bytes:
    """The line that says why a file can't be used."""
    return _line({"error": code, "facts": facts})


def read_lines(file: str, content: bytes) -> list[RawSheet]:
    """The sheets that the lines stand for.

    Raises:
        UnusableFile: the reading process refused the file, or its answer is incomplete.
    """
    sheets: list[RawSheet] = []
    texts: dict[str, str] = {}
    ended = False
    try:
        for line in content.splitlines():
            item = json.loads(line, object_hook=_typed)
            if "error" in item:
                raise UnusableFile(str(item["error"]), **{**item["facts"], "file": file})
            if "sheet" in item:
                sheets.append(
                    RawSheet(
                        item["sheet"],
                        [],
                        [_as_finding(finding) for finding in item["findings"]],
                        {column: frozenset(lines) for column, lines in item["merged"]},
                        tuple(item["names"]),
                        tuple(item["labels"]),
                    )
                )
            elif "rows" in item:
                sheets[-1].rows.extend(_rows(item, texts))
            ended = "end" in item
    except (ValueError, LookupError, TypeError) as error:
        raise UnusableFile("reader_stopped", file=file) from error
    if not ended:
        raise UnusableFile("reader_stopped", file=file)
    return sheets
