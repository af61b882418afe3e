"""Cells to canonical values, by the kind of their column.

A reader is made once a column; it gives a ``Value`` for each cell. Whatever is more than
trimming is said: as a conversion, as a word put into a category, or as an error that sets the
row aside. Nothing unreadable becomes missing, zero or "no".
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from datetime import date, time, timedelta

from core.intake.cells import Cell, full_text, is_empty
from core.intake.dates import read_date
from core.intake.numbers import Decimal, ParsedNumber, parse_number
from core.intake.value import MISSING, Value, converted, error
from core.results.intake import ColumnMatch
from core.rules.columns import ColumnRule, column_rules, header_key
from core.rules.units import scale_factor
from core.rules.values import category_of, is_ditto, is_missing_word, value_groups, word_key
from core.schema import NEVER, ColumnSpec, column_specs

Reader = Callable[[Cell], Value]

_UNSEEN = re.compile(
    "[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]"
    # Joiners between letters or digits; those between signs hold an emoji together.
    r"|(?<=\w)[\u200c\u200d]|[\u200c\u200d](?=\w)"
)
_HALF_WIDTH = {
    ord(sign) + 0xFEE0: sign for sign in string.digits + string.ascii_letters
}  # other full-width signs may be meant
_BLANK_SIGNS = frozenset({"-", "–", "—", "－"})
_BAND = re.compile(r"[0-9ⅠⅡⅢⅣⅤIV]\s*[-~～—–至到]\s*[0-9ⅠⅡⅢⅣⅤIV]")
SENTINELS = frozenset({-1.0, -9.0, -99.0, -999.0, 99.0, 888.0, 999.0, 9999.0, 99999.0})
"""Numbers that often stand for "missing"; mentioned when they are out of range."""
_MAX_TEXT = 4000


def missing(word: str) -> Value:
    """A cell that says in a word that nothing was recorded."""
    return converted(None, "missing_word", to="")


def read_text(cell: Cell) -> Value:
    """Free text, trimmed."""
    text = full_text(cell).strip()
    if is_missing_word(text):
        return missing(text)
    if len(text) > _MAX_TEXT:
        return error("text_too_long", limit=_MAX_TEXT)
    return Value(text)


def read_identifier(cell: Cell) -> Value:
    """A patient's or lesion's number as text, without invisible signs and full-width letters."""
    if isinstance(cell, bool | date | time | timedelta):
        return error("id_is_other_type")
    text = full_text(cell).strip()
    is_sign = not any(map(str.isalnum, text))
    if is_sign or (not text.isascii() and is_missing_word(text)):
        return missing(text)
    cleaned = _UNSEEN.sub("", text).strip()
    if cleaned != text:
        return converted(cleaned or None, "id_cleaned", to=cleaned)
    half = cleaned.translate(_HALF_WIDTH)
    if half != cleaned:
        return converted(half, "id_full_width", to=half)
    return Value(cleaned)


def _coded(text: str, match: ColumnMatch) -> str | None:
    """The word that a code stands for by the codebook in the header."""
    return next((word for code, word in match.codebook if code == text), None)


def _canonical_flag(word: str) -> bool:
    return word == "true"


def boolean_reader(spec: ColumnSpec, rule: ColumnRule, match: ColumnMatch) -> Reader:
    """Yes or no. A bare 0/1 counts only where the header leaves no doubt what 1 means."""
    group = rule.values or "boolean"
    allowed = {header_key(header) for header in rule.zero_one_headers}
    zero_one = not allowed or header_key(match.header) in allowed

    def read(cell: Cell) -> Value:
        if isinstance(cell, bool):
            return Value(cell)
        text = full_text(cell).strip()
        word = _coded(text, match)
        if word is None and text in ("0", "1"):
            if match.codebook and text == "0" and {c for c, _ in match.codebook} == {"1"}:
                # "(1=yes)" alone: 0 is its opposite.
                only = category_of(group, match.codebook[0][1])
                return (
                    error("category_unknown")
                    if only is None
                    else Value(not _canonical_flag(only), word=text)
                )
            return Value(text == "1", word=text) if zero_one else error("code_ambiguous")
        found = category_of(group, word or text)
        if found is not None:
            return Value(_canonical_flag(found), word=text)
        if is_missing_word(text):
            return missing(text)
        if rule.class_field == "extrahepatic_sites":
            folded = word_key(text)
            if any(site in folded for site in value_groups()["extrahepatic_site"]):
                return Value(
                    True, "site_means_yes", facts=(("to", "yes"),), also=((rule.class_field, text),)
                )
        return error("boolean_unknown")

    return read


def category_reader(spec: ColumnSpec, rule: ColumnRule, match: ColumnMatch) -> Reader:
    """One of the categories of the schema, by the words of its group."""
    accepted = ", ".join(spec.categories)

    def read(cell: Cell) -> Value:
        text = full_text(cell).strip()
        word = _coded(text, match)
        found = category_of(rule.values, word or text)
        if found is not None:
            return Value(found, word=text if found != text else "")
        # Whether "unknown" may stand for missing in sex or vital status is not for the
        # program to say, so only empty-like signs are taken as missing there.
        if is_missing_word(text) and (spec.name != "sex" or text in ("/", "—", "--", "NA")):
            return missing(text)
        if text in _BLANK_SIGNS:
            return missing(text)
        if re.fullmatch(r"[0-9]", text):
            return error("code_ambiguous")
        return error("category_unknown", accepted=accepted)

    return read


def date_reader(spec: ColumnSpec, rule: ColumnRule, match: ColumnMatch) -> Reader:
    """A date; in "date or never" columns also the words for "never given"."""

    def read(cell: Cell) -> Value:
        if isinstance(cell, str):
            text = cell.strip()
            never = category_of("never", text)
            if never and spec.kind == "date_or_never":
                return Value(NEVER, word=text if text != NEVER else "")
            if is_missing_word(text) or text in _BLANK_SIGNS or never:
                return missing(text)
        return read_date(cell)

    return read


def _class_value(parsed_text: str, rule: ColumnRule) -> Value | None:
    """A class such as ``>=5`` or ``二线`` where a number belongs."""
    if not rule.class_field:
        return None
    group = column_rules()[rule.table, rule.class_field].values
    found = category_of(group, parsed_text)
    if found is None:
        return None
    number = int(found) if found.isdigit() else None
    return Value(
        number, "class_instead_of_number", facts=(("to", found),), also=((rule.class_field, found),)
    )


def number_reader(spec: ColumnSpec, rule: ColumnRule, match: ColumnMatch, style: Decimal) -> Reader:
    """A number in the column's unit; units of the header or the cell are converted and said."""
    header_factor = scale_factor(match.unit, rule.unit) if match.unit and rule.unit else None

    def finished(parsed: ParsedNumber, text: str) -> Value:
        factor, unit = header_factor or 1.0, match.unit
        how = parsed.how
        if parsed.unit:
            own = scale_factor(parsed.unit, rule.unit) if rule.unit else None
            labels = {*value_groups()["counter"], word_key(rule.unit or "-")}
            if own is None and word_key(parsed.unit) not in labels:
                return error("number_unreadable")
            factor, unit = (own, parsed.unit) if own is not None else (factor, unit)
            how = (*how, "unit_label")
        number = parsed.value if factor == 1.0 else round(parsed.value * factor, 6)
        if spec.kind == "integer":
            if not float(number).is_integer():
                return error("integer_needed")
            value: object = int(number)
        else:
            value = number
        if factor != 1.0:
            return converted(
                value, "unit_converted", to=f"{number:g}", unit=unit, to_unit=rule.unit
            )
        if "decimal_comma" in how:
            return converted(value, "decimal_comma", to=f"{number:g}")
        if how:
            return converted(
                value, "number_converted", to=f"{number:g}", how=f"@finding.how.{how[0]}"
            )
        return Value(value)

    def read(cell: Cell) -> Value:
        text = full_text(cell).strip()
        if isinstance(cell, str):
            if is_missing_word(text) or text in _BLANK_SIGNS:
                return missing(text)
            if match.codebook:
                text = _coded(text, match) or text
        if rule.values:
            found = category_of(rule.values, text)
            if found is not None and found.isdigit() and not text.isdigit():
                return Value(int(found), word=text)
            if _BAND.search(text) and isinstance(cell, str) and rule.values == "ae_grade":
                return error("grade_is_band")
        parsed = parse_number(cell, style)
        if isinstance(parsed, ParsedNumber) and not parsed.prefix:
            value = finished(parsed, text)
            if not value.is_error:
                return value
            return _class_value(text, rule) or value
        by_class = _class_value(text, rule) if isinstance(cell, str) else None
        if by_class is not None:
            return by_class
        if rule.table == "lesion_measurements" and isinstance(cell, str):
            status = category_of("lesion_status", text)
            if status is not None:
                return Value(None, word=text, also=(("status", status),))
        return error("number_is_limit" if isinstance(parsed, ParsedNumber) else parsed)

    return read


def reader_for(match: ColumnMatch, style: Decimal) -> Reader:
    """The reader of a column of the schema."""
    rule = column_rules()[match.table, match.field]
    spec = next(s for s in column_specs(match.table) if s.name == match.field)
    if match.field in ("patient_id", "lesion_id"):
        read: Reader = read_identifier
    elif spec.kind == "boolean":
        read = boolean_reader(spec, rule, match)
    elif spec.kind == "category":
        read = category_reader(spec, rule, match)
    elif spec.kind in ("date", "date_or_never"):
        read = date_reader(spec, rule, match)
    elif spec.kind in ("number", "integer"):
        read = number_reader(spec, rule, match, style)
    else:
        read = read_text
    return remembering(read)


def remembering(read: Reader) -> Reader:
    """The reader with empty cells as missing and equal cells read once."""
    seen: dict[tuple[type, Cell], Value] = {}

    def remembered(cell: Cell) -> Value:
        if is_empty(cell):
            return MISSING
        key = (type(cell), cell)
        if key not in seen:
            points_away = isinstance(cell, str) and is_ditto(cell)
            seen[key] = error("cell_is_ditto") if points_away else read(cell)
        return seen[key]

    return remembered
