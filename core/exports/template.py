"""The upload template: one sheet a table, with lists, limits and remarks on every column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from core.exports.fields import Field, analytes, fields, limits, unit_name
from core.exports.workbook import neutral
from core.rules.columns import sheet_name
from core.rules.units import accepted_units
from core.rules.values import value_groups
from core.schema import NEVER, TABLES
from core.text.catalogue import Language, code_word, text
from core.text.units import shown_unit

ROWS = 2000
"""Rows below the header that carry lists and limits."""
_FIXED = datetime(2000, 1, 1)
_FIRST_DAY = date(1900, 1, 2)
_GUIDE = ("sheets", "required", "comments", "patient", "dates", "labs", "lesions", "own")
_TESTS, _TEST_UNITS, _UNITS = 2, 3, 5
"""Columns of the guide sheet that hold the lists."""

Rows = Mapping[str, Sequence[Mapping[str, object]]]


class _Template:
    def __init__(self, language: Language, rows: Rows) -> None:
        self.language, self.rows = language, rows
        self.stream = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.stream, options)
        self.book.set_properties({"created": _FIXED})
        shared = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
        self.required = self.book.add_format(
            {**shared, "bg_color": "#1F4E5F", "font_color": "white"}
        )
        self.optional = self.book.add_format({**shared, "bg_color": "#DCE9EE"})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.by_kind = {
            kind: self.book.add_format({"num_format": code})
            for kind, code in (("date", "yyyy-mm-dd"), ("text", "@"))
        }
        self.tests = {rule.field: name for rule, name in analytes(language)}
        units = (shown_unit(unit) for code in self.tests for unit in accepted_units(code))
        self.units = list(dict.fromkeys(units))

    def written(self) -> bytes:
        self._guide()
        for table in TABLES:
            self._table(table)
        self.book.worksheets()[1].activate()
        self.book.close()
        return self.stream.getvalue()

    def _guide(self) -> None:
        """What to do, and the lists that are too long for a cell's own list.

        Every column has a header in the first row and the last row is one of a list, so that
        an upload reads the sheet as a table that holds nothing of the study.
        """
        sheet = self.book.add_worksheet(text("template.sheet", self.language))
        headers = {0: "how", _TESTS: "tests", _TEST_UNITS: "test_unit", _UNITS: "units"}
        for column, key in headers.items():
            sheet.write_string(0, column, text(f"template.{key}", self.language), self.optional)
        for row, key in enumerate(_GUIDE, start=1):
            sheet.write_string(row, 0, text(f"template.guide.{key}", self.language), self.wrapped)
        for row, (code, name) in enumerate(self.tests.items(), start=1):
            sheet.write_string(row, _TESTS, name)
            usual = accepted_units(code)
            sheet.write_string(row, _TEST_UNITS, shown_unit(usual[0]) if usual else "-")
        for row, unit in enumerate(self.units, start=1):
            sheet.write_string(row, _UNITS, unit)
        sheet.set_column(0, 0, 70)
        sheet.set_column(_TESTS, _UNITS, 22)

    def _table(self, table: str) -> None:
        sheet = self.book.add_worksheet(sheet_name(table, self.language))
        columns = fields(table, self.language)
        given = self.rows.get(table, ())
        unknown = {name for row in given for name in row} - {one.spec.name for one in columns}
        if unknown:
            raise KeyError(f"{table}: {', '.join(sorted(unknown))}")
        for position, field in enumerate(columns):
            head = self.required if field.spec.required else self.optional
            sheet.write_string(0, position, field.header, head)
            remark = self._remark(field)
            size = {"x_scale": 2.0, "y_scale": 0.5 + len(remark) / 90}
            sheet.write_comment(
                0, position, remark, {"author": text("common.product", self.language), **size}
            )
            width = max(12.0, 2.0 * len(field.header) if self.language == "zh" else 14.0)
            is_text = field.spec.kind == "text" and field.spec.name != "lab_value"
            kind = "date" if field.spec.kind.startswith("date") else "text" if is_text else ""
            sheet.set_column(position, position, width, self.by_kind.get(kind))
            rule = self._rule(field, position)
            if rule:
                sheet.data_validation(1, position, ROWS, position, rule)
            for line, row in enumerate(given, start=1):
                self._cell(sheet, line, position, field, row.get(field.spec.name))
        sheet.set_row(0, 45)
        sheet.freeze_panes(1, 1)

    def _remark(self, field: Field) -> str:
        spec, language = field.spec, self.language
        lines = [field.meaning]
        if spec.required:
            lines.append(text("template.comment.required", language))
        kind = text(f"dictionary.kind.{spec.kind}", language)
        lines.append(text("template.comment.kind", language, kind=kind))
        if field.rule.unit:
            unit = unit_name(field.rule.unit, language)
            lines.append(text("template.comment.unit", language, unit=unit))
        if field.words:
            names = "; ".join(word for _, word in field.words)
            lines.append(text("template.comment.allowed", language, names=names))
        if limits(field):
            lines.append(text("template.comment.limits", language, range=limits(field)))
        return "\n".join(lines)

    def _rule(self, field: Field, position: int) -> dict[str, Any] | None:
        """The check of a column's cells; None where anything may stand."""
        spec, language = field.spec, self.language
        first = f"{xl_col_to_name(position)}2"

        def stop(key: str, **facts: str) -> dict[str, Any]:
            return {
                "error_title": text("template.stop.title", language),
                "error_message": text(f"template.stop.{key}", language, **facts),
            }

        if field.words:
            listed = {"validate": "list", "source": [word for _, word in field.words]}
            return {**listed, **stop("list")}
        if spec.name in ("lab_test", "lab_unit"):
            # Tests and units that the list doesn't hold are kept too, so it only offers.
            column, n = (
                (_TESTS, len(self.tests)) if spec.name == "lab_test" else (_UNITS, len(self.units))
            )
            letter = xl_col_to_name(column)
            source = f"='{text('template.sheet', language)}'!${letter}$2:${letter}${n + 1}"
            return {"validate": "list", "source": source, "show_error": False}
        if spec.kind == "date":
            period = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": "=TODAY()"}
            return {"validate": "date", **period, **stop("date")}
        if spec.kind == "date_or_never":
            word = self._never()
            formula = f'=OR(ISNUMBER({first}),{first}="{word}")'
            return {"validate": "custom", "value": formula, **stop("date_or_never", word=word)}
        if spec.kind not in ("integer", "number") or spec.name == "lab_value":
            # A laboratory result may be a limit or a word.
            return None
        if spec.minimum is None or spec.maximum is None:
            formula = f"=ISNUMBER({first})"
            return {"validate": "custom", "value": formula, **stop("any_number")}
        said = stop("number", range=limits(field))
        if field.above:
            bounds = f"{first}>{spec.minimum:g},{first}<={spec.maximum:g}"
            formula = f"=AND(ISNUMBER({first}),{bounds})"
            return {"validate": "custom", "value": formula, **said}
        validate = "integer" if spec.kind == "integer" else "decimal"
        between = {"criteria": "between", "minimum": spec.minimum, "maximum": spec.maximum}
        return {"validate": validate, **between, **said}

    def _never(self) -> str:
        word = code_word(NEVER, self.language)
        return word if word in value_groups()["never"] else NEVER

    def _cell(
        self, sheet: Worksheet, line: int, position: int, field: Field, value: object
    ) -> None:
        if value is None:
            return
        kind = field.spec.kind
        if isinstance(value, date) and kind.startswith("date"):
            moment = datetime(value.year, value.month, value.day)
            sheet.write_datetime(line, position, moment, self.by_kind["date"])
        elif isinstance(value, int | float) and kind in ("integer", "number"):
            sheet.write_number(line, position, value)
        elif value == NEVER and kind == "date_or_never":
            sheet.write_string(line, position, self._never())
        else:
            words = self.tests if field.spec.name == "lab_test" else dict(field.words)
            word = field.word(value) if field.words else words.get(str(value), str(value))
            sheet.write_string(line, position, neutral(word))


def template_workbook(language: Language, rows: Rows | None = None) -> bytes:
    """A workbook to be filled in and uploaded.

    One sheet a table under the names, headers and words of the language; lists for
    categories, limits for numbers and dates, a remark on each header, required columns dark.
    The first sheet says how to fill it in and lists laboratory tests and units.

    Args:
        rows: by table, rows to stand in it: field -> canonical value (code of a category,
            True/False, ``date``, number, text, ``NEVER``); fields left out are empty.

    Raises:
        KeyError: a row names a field that its table doesn't have.
    """
    return _Template(language, rows or {}).written()
