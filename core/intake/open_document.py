"""What an OpenDocument sheet hides: rows and columns out of sight, formulas, merged cells."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from core.intake.cells import UNNAMED
from core.intake.worksheet_scan import MAX_COLUMNS, MAX_ROWS, WorksheetFacts, check_rectangle


@dataclass(slots=True)
class _Table:
    row: int = 0
    column: int = 0
    step: int = 1
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    empty_formulas: list[tuple[int, int]] = field(default_factory=list)
    merged: dict[int, set[int]] = field(default_factory=dict)
    columns_seen: int = 0
    last_row: int = 0
    last_column: int = 0
    """Of the filled cells, repeated ones counted as often as they stand for."""

    def facts(self) -> WorksheetFacts:
        return WorksheetFacts(
            tuple(self.hidden_rows),
            tuple(self.hidden_columns),
            len(self.formulas),
            frozenset(column for _, column in self.formulas),
            frozenset(self.empty_formulas),
            {},
        )


def _number(attributes: dict[str, str], name: str, most: int) -> int:
    text = attributes.get(name, "1")
    return min(int(text[:12]), most) if text.isascii() and text.isdigit() else 1


class _Scan:
    """Follows the tables of ``content.xml``; lines and columns count from 1."""

    def __init__(self) -> None:
        self.tables: dict[str, _Table] = {}
        self.current: _Table | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.current = self.tables.setdefault(attributes.get("table:name", ""), _Table())
            return
        table = self.current
        if table is None:
            return
        unseen = attributes.get("table:visibility") in ("collapse", "filter")
        if name == "table:table-column":
            repeated = _number(attributes, "table:number-columns-repeated", MAX_COLUMNS)
            if unseen:
                first = table.columns_seen + 1
                table.hidden_columns.extend(range(first, min(first + repeated, MAX_COLUMNS)))
            table.columns_seen += repeated
        elif name == "table:table-row":
            table.row += table.step
            table.step = _number(attributes, "table:number-rows-repeated", MAX_ROWS)
            table.column = 0
            if unseen and table.step < 1_000:  # the endless empty rest of a sheet is no row
                table.hidden_rows.extend(range(table.row, table.row + table.step))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell(table, attributes)

    def _cell(self, table: _Table, attributes: dict[str, str]) -> None:
        column = table.column + 1
        line = table.row
        table.column += _number(attributes, "table:number-columns-repeated", MAX_COLUMNS)
        if "office:value-type" in attributes:
            table.last_row = table.row + table.step - 1
            table.last_column = max(table.last_column, table.column)
        if "table:formula" in attributes:
            table.formulas.append((line, column))
            if "office:value-type" not in attributes:
                table.empty_formulas.append((line, column))
        spanned = _number(attributes, "table:number-rows-spanned", 100_000)
        if spanned > 1:
            wide = _number(attributes, "table:number-columns-spanned", MAX_COLUMNS)
            for covered in range(column - 1, column - 1 + wide):
                table.merged.setdefault(covered, set()).update(range(line + 1, line + spanned))

    def end(self, name: str) -> None:
        if name == "table:table":
            self.current = None


@dataclass(frozen=True, slots=True)
class OpenSheetFacts:
    """Facts of one sheet, and the lines under a merged cell by 0-based column."""

    facts: WorksheetFacts
    merged: dict[int, frozenset[int]]


def open_document_facts(content: bytes) -> dict[str, OpenSheetFacts]:
    """What each sheet of an .ods file hides, by the sheet's name.

    Raises:
        UnusableFile: filled cells span an absurd rectangle.
        expat.ExpatError: the document is not well formed.
    """
    scan = _Scan()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parser.Parse(archive.read("content.xml"), True)
    for table in scan.tables.values():
        check_rectangle(UNNAMED, table.last_row, table.last_column, len(content))
    return {
        name: OpenSheetFacts(
            table.facts(), {column: frozenset(lines) for column, lines in table.merged.items()}
        )
        for name, table in scan.tables.items()
    }
