"""The user's own rows written again, each cell that a finding names coloured, with its sentence."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from core.exports.workbook import neutral
from core.results.common import Finding, Severity
from core.results.intake import ShownCell, ShownSheet
from core.text.catalogue import Language, say_finding, text

_FIXED = datetime(2000, 1, 1)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_COLOURS = {
    Severity.ERROR: "#F4A6A0",
    Severity.WARNING: "#FFE08A",
    Severity.INFO: "#CFE3F5",
}
_FIRST_DAY = date(1900, 3, 1)
"""Before it Excel's calendar is a day off."""
_DATE = "yyyy-mm-dd"
_LONGEST_CELL = 32_767
_LONGEST_REMARK = 1_500
_WIDEST = 40

_Place = tuple[int, int]
"""Row and column of a cell, from 0."""


def _sheet_names(sheets: Sequence[ShownSheet], first: str) -> tuple[str, list[str]]:
    """A name for the list of findings, and one a sheet; Excel takes 31 signs, each name once."""
    taken: set[str] = set()

    def free(wanted: str) -> str:
        name = _FORBIDDEN.sub(" ", neutral(wanted)).strip().strip("'")[:31] or "-"
        number = 2
        while name.casefold() in taken:
            suffix = f" {number}"
            name = name[: 31 - len(suffix)] + suffix
            number += 1
        taken.add(name.casefold())
        return name

    names = [free(sheet.name) for sheet in sheets]
    return free(first), names


class _Marked:
    def __init__(self, language: Language) -> None:
        self.language = language
        self.stream = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book: Workbook = xlsxwriter.Workbook(self.stream, options)
        self.book.set_properties({"created": _FIXED})
        self._formats: dict[tuple[str, bool, Severity | None], Format] = {}

    def style(self, number: str, is_head: bool, severity: Severity | None) -> Format | None:
        """The format of a cell; None for a plain one."""
        if not number and not is_head and severity is None:
            return None
        key = (number, is_head, severity)
        if key not in self._formats:
            wanted: dict[str, object] = {"num_format": number} if number else {}
            if is_head:
                wanted |= {"bold": True, "bottom": 1}
            if severity is not None:
                wanted["bg_color"] = _COLOURS[severity]
            self._formats[key] = self.book.add_format(wanted)
        return self._formats[key]

    def cell(
        self, sheet: Worksheet, place: _Place, value: ShownCell, is_head: bool,
        severity: Severity | None,
    ) -> None:  # fmt: skip
        """One cell with its type; text is text, so nothing can run as a formula."""
        number = ""
        if isinstance(value, date) and _day(value) >= _FIRST_DAY:
            has_time = isinstance(value, datetime) and value.time() != time(0)
            number = f"{_DATE} hh:mm:ss" if has_time else _DATE
        style = self.style(number, is_head, severity)
        if value is None:
            sheet.write_blank(*place, None, style)
        elif isinstance(value, bool):
            sheet.write_boolean(*place, value, style)
        elif isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e15:
            sheet.write_number(*place, value, style)
        elif number and isinstance(value, date):
            moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
            sheet.write_datetime(*place, moment.replace(tzinfo=None), style)
        else:
            sheet.write_string(*place, neutral(str(value))[:_LONGEST_CELL], style)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _worst(findings: Sequence[Finding]) -> Severity:
    return min((finding.severity for finding in findings), key=_ORDER.index)


def _place(sheet: ShownSheet, finding: Finding, shift: int) -> _Place | None:
    """The cell that a finding concerns; None = the sheet as a whole.

    A row without a column is marked at its first cell, a column without a row at its header.
    """
    lines = {row.line: row for row in sheet.rows}
    columns = [at for at, header in enumerate(sheet.headers) if header == finding.column]
    row = lines.get(finding.row) if finding.row is not None else None
    if row is not None:
        if len(columns) > 1 and finding.value:
            same = [at for at in columns if str(row.cells[at]) == finding.value]
            columns = same or columns
        return row.line - 1 + shift, columns[0] if columns else 0
    head = max(sheet.header_line, 1) - 1
    if columns and finding.row in (None, sheet.header_line):
        return head, columns[0]
    return (head, 0) if finding.row is not None and finding.row == sheet.header_line else None


def _sentence(finding: Finding, language: Language) -> str:
    """The finding in words, and who accepts it."""
    said = say_finding(finding, language)
    if finding.waived is None:
        return said
    by, reason = finding.waived.by, finding.waived.reason
    return f"{said} {text('template.marked.waived', language, by=by, reason=reason)}"


def _write_sheet(
    marked: _Marked, name: str, sheet: ShownSheet, findings: Sequence[Finding]
) -> dict[int, tuple[str, _Place]]:
    """Write a sheet; returns where each of its findings stands, by the finding's identity."""
    language = marked.language
    target = marked.book.add_worksheet(name)
    # A file without a header row has its cases from the first line on.
    shift = 0 if sheet.header_line else 1
    at: dict[_Place, list[Finding]] = defaultdict(list)
    where: dict[int, tuple[str, _Place]] = {}
    for finding in findings:
        place = _place(sheet, finding, shift)
        if place is not None:
            at[place].append(finding)
            where[id(finding)] = (name, place)
    severities = {place: _worst(found) for place, found in at.items()}
    for row in sheet.above:
        for column, cell in enumerate(row.cells):
            marked.cell(target, (row.line - 1, column), cell, False, None)
    head = max(sheet.header_line, 1) - 1
    for column, header in enumerate(sheet.headers):
        place = (head, column)
        marked.cell(target, place, header or None, True, severities.get(place))
        target.set_column(column, column, min(max(10, 2 * len(header)), _WIDEST))
    for row in sheet.rows:
        for column, cell in enumerate(row.cells):
            place = (row.line - 1 + shift, column)
            severity = severities.get(place)
            if cell is not None or severity is not None:
                marked.cell(target, place, cell, False, severity)
    author = text("common.product", language)
    for place, found in sorted(at.items()):
        said = dict.fromkeys(_sentence(finding, language) for finding in found)
        remark = neutral("\n".join(said))[:_LONGEST_REMARK]
        size = {"x_scale": 2.2, "y_scale": max(0.6, len(remark) / 90)}
        target.write_comment(*place, remark, {"author": author, **size})
    target.freeze_panes(head + 1, 1)
    return where


def _write_list(
    marked: _Marked, target: Worksheet, sheets: Sequence[ShownSheet],
    findings: Sequence[Finding], where: Mapping[int, tuple[str, _Place]],
) -> None:  # fmt: skip
    """The first sheet: every finding with its place, those of no single cell included."""
    language = marked.language
    head = marked.style("", True, None)
    titles = [text(f"template.marked.{key}", language) for key in ("severity", "place", "sentence")]
    for column, title in enumerate(titles):
        target.write_string(0, column, title, head)
    line = 1
    for finding in sorted(findings, key=lambda one: _ORDER.index(one.severity)):
        style = marked.style("", False, finding.severity)
        named = text(f"template.marked.{finding.severity.value}", language)
        target.write_string(line, 0, named, style)
        name, place = where.get(id(finding), (finding.sheet, None))
        shown = name if place is None else f"{name}!{xlsxwriter.utility.xl_rowcol_to_cell(*place)}"
        target.write_string(line, 1, neutral(shown))
        target.write_string(line, 2, neutral(_sentence(finding, language))[:_LONGEST_CELL])
        line += 1
    for sheet in sheets:
        if sheet.hidden:
            names = "; ".join(sheet.hidden)
            target.write_string(line, 0, text("template.marked.info", language))
            target.write_string(line, 1, neutral(sheet.name))
            target.write_string(
                line, 2, neutral(text("template.marked.hidden", language, names=names))
            )
            line += 1
    target.set_column(0, 0, 12)
    target.set_column(1, 1, 24)
    target.set_column(2, 2, 110)


def marked_workbook(
    sheets: Sequence[ShownSheet], findings: Sequence[Finding], language: Language
) -> bytes:
    """The user's upload as one workbook with every finding at its cell.

    Errors are red, warnings yellow, notes and conversions blue; the sentences stand as
    comments on the cells and once more, all of them, on the first sheet. Rows stand in the
    lines that they had in the user's file, columns without header and data are left out, and
    cells that identify a person are empty. No cell can run as a formula.

    Args:
        sheets: as ``core.intake.shown.shown_sheets`` gives them.
        findings: of the same upload.
    """
    marked = _Marked(language)
    first, names = _sheet_names(sheets, text("template.marked.sheet", language))
    listing = marked.book.add_worksheet(first)
    where: dict[int, tuple[str, _Place]] = {}
    for name, sheet in zip(names, sheets, strict=True):
        own = [finding for finding in findings if finding.sheet == sheet.name]
        where |= _write_sheet(marked, name, sheet, own)
    _write_list(marked, listing, sheets, findings, where)
    marked.book.close()
    return marked.stream.getvalue()
