"""Worksheets of a workbook (xlsx, xls, xlsb, ods) to rows of typed cells, with what is hidden.

Only called in the reading process, on a workbook that ``container`` has passed.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from xml.etree import ElementTree
from xml.parsers import expat

import python_calamine

from core.errors import UnusableFile
from core.intake.binary_scan import check_binary_cells
from core.intake.cells import UNNAMED, Cell, RawSheet, SheetRow, is_empty
from core.intake.findings import problem, with_facts
from core.intake.open_document import open_document_facts
from core.intake.struck_out import struck_rows, struck_styles
from core.intake.worksheet_events import facts_by_events, is_unusual
from core.intake.worksheet_scan import (
    WorksheetFacts,
    check_rectangle,
    worksheet_facts,
)
from core.results.common import Finding, Severity

EXCEL_ERRORS = frozenset(
    {
        "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA",
        "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!",
    }
)  # fmt: skip
_RELATIONS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
"""The attribute that names a sheet's part, in the usual and in the strict form of the format."""


_STYLES = "xl/styles.xml"


def _parts(content: bytes) -> tuple[dict[str, bytes], bytes]:
    """Sheet name -> worksheet XML, as the workbook's relations link them; and the formats."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}, b""
        # Safe: the container check refuses every DTD and entity.
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        targets = {item.get("Id"): item.get("Target", "") for item in relations}
        found = {}
        for sheet in book.iter():
            if sheet.tag.rpartition("}")[2] != "sheet":
                continue
            target = next((targets.get(sheet.get(name), "") for name in _RELATIONS
                           if sheet.get(name)), "")  # fmt: skip
            path = posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
            if path in names:
                found[sheet.get("name", "")] = archive.read(path)
        return found, archive.read(_STYLES) if _STYLES in names else b""


def _remarks(name: str, facts: WorksheetFacts) -> Iterator[Finding]:
    if facts.hidden_rows:
        yield with_facts(
            problem(Severity.WARNING, "hidden_rows", sheet=name),
            n=len(facts.hidden_rows),
            rows=", ".join(map(str, facts.hidden_rows[:10])),
        )
    if facts.hidden_columns:
        yield with_facts(
            problem(Severity.WARNING, "hidden_columns", sheet=name), n=len(facts.hidden_columns)
        )
    if facts.struck_rows:
        yield with_facts(
            problem(Severity.WARNING, "struck_out_rows", sheet=name),
            n=len(facts.struck_rows),
            rows=", ".join(map(str, facts.struck_rows[:10])),
        )
    if facts.formula_cells:
        yield with_facts(
            problem(Severity.WARNING, "formula_cells", sheet=name), n=facts.formula_cells
        )


def _cells(
    values: Sequence[object], line: int, facts: WorksheetFacts, sheet: str
) -> tuple[tuple[Cell, ...], tuple[Finding, ...]]:
    """The cells of a row with the errors that the parser left empty, and formulas unsaid."""
    cells: list[Cell] = []
    problems: list[Finding] = []
    for position, value in enumerate(values):
        cell: Cell = value if value != "" else None  # type: ignore[assignment]
        cell = facts.error_cells.get((line, position + 1), cell)
        if (line, position + 1) in facts.empty_formulas and is_empty(cell):
            problems.append(
                with_facts(
                    problem(Severity.ERROR, "formula_without_value", sheet=sheet, row=line),
                    position=position,
                )
            )
        cells.append(cell)
    return tuple(cells), tuple(problems)


Merged = Mapping[int, frozenset[int]]


def _hidden_facts(kind: str, content: bytes) -> dict[str, tuple[WorksheetFacts, Merged | None]]:
    """What each sheet hides and where it merges cells (None: the parser tells), by sheet name."""
    if kind == "xlsx":
        parts, formats = _parts(content)
        struck = struck_styles(formats)
        return {
            name: (
                replace(
                    facts_by_events(part) if is_unusual(part) else worksheet_facts(part),
                    struck_rows=struck_rows(part, struck),
                ),
                None,
            )
            for name, part in parts.items()
        }
    if kind == "ods":
        found = open_document_facts(content)
        return {name: (sheet.facts, sheet.merged) for name, sheet in found.items()}
    return {}


def _rows(
    sheet: python_calamine.CalamineSheet, facts: WorksheetFacts | None, name: str, size: int
) -> list[SheetRow]:
    if sheet.height:
        check_rectangle(UNNAMED, sheet.total_height, sheet.total_width, size)
    places = {*facts.error_cells, *facts.empty_formulas} if facts else set()
    awkward = {line for line, _ in places}
    rows = []
    for line, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        if facts and line in awkward:
            rows.append(SheetRow(line, *_cells(values, line, facts, name)))
        else:
            cells = tuple([None if value == "" else value for value in values])
            rows.append(SheetRow(line, cells))
    while rows and all(is_empty(cell) for cell in rows[-1].cells):
        rows.pop()
    return rows


def read_workbook(kind: str, content: bytes) -> list[RawSheet]:
    """All worksheets; empty rows above and below are left out, those between are kept.

    Args:
        kind: ``xlsx``, ``xls``, ``xlsb`` or ``ods``. The two binary kinds do not tell hidden
            rows, formulas and error cells; each of their sheets says so in a finding.

    Raises:
        UnusableFile: the workbook can't be read, is encrypted or too large.
    """
    try:
        # What looks at the file's own records comes first: the parser makes room for each
        # cell between the first and the last one.
        if kind == "xlsb":
            check_binary_cells(content)
        hidden = _hidden_facts(kind, content)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        raw: list[RawSheet] = []
        for meta in book.sheets_metadata:
            if meta.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            facts, merged = hidden.get(meta.name, (None, None))
            findings = list(_remarks(meta.name, facts)) if facts else []
            if meta.visible is not python_calamine.SheetVisibleEnum.Visible:
                findings.append(problem(Severity.WARNING, "hidden_sheet", sheet=meta.name))
            rows = _rows(sheet, facts, meta.name, len(content))
            if rows and kind in ("xls", "xlsb"):
                finding = problem(Severity.WARNING, "hidden_parts_unknown", sheet=meta.name)
                findings.append(with_facts(finding, kind=kind))
            raw.append(
                RawSheet(
                    meta.name, rows, findings, _merged(sheet, rows) if merged is None else merged
                )
            )
        return raw
    except python_calamine.PasswordError as error:
        raise UnusableFile("workbook_encrypted", file=UNNAMED) from error
    except (
        python_calamine.CalamineError,
        ElementTree.ParseError,
        expat.ExpatError,
        LookupError,
        ValueError,
    ) as error:
        raise UnusableFile("workbook_damaged", file=UNNAMED) from error


def _merged(
    sheet: python_calamine.CalamineSheet, rows: Sequence[SheetRow]
) -> dict[int, frozenset[int]]:
    lines: dict[int, set[int]] = {}
    width = max((len(row.cells) for row in rows), default=0)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for column in range(left, min(right, width - 1) + 1):
            lines.setdefault(column, set()).update(range(top + 2, min(bottom + 1, len(rows)) + 1))
    return {column: frozenset(found) for column, found in lines.items()}
