"""The columns of the study as people fill them in: header, unit, words, limits, meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.rules.columns import LABS_WIDE, ColumnRule, column_rules, lab_codes
from core.rules.values import category_of, value_groups
from core.schema import TABLES, ColumnSpec, column_specs
from core.text.catalogue import Language, code_word, has, text
from core.text.units import shown_unit


@dataclass(frozen=True, slots=True)
class Field:
    """One column in one language.

    Attributes:
        words: canonical code and the word for it that uploads read, for categories and
            yes/no; () = free.
        above: the lower limit itself is not allowed.
    """

    spec: ColumnSpec
    rule: ColumnRule
    header: str
    words: tuple[tuple[str, str], ...]
    above: bool
    meaning: str

    def word(self, value: object) -> str:
        """The word for a value; the value as text if it has none."""
        code = str(value).lower() if isinstance(value, bool) else str(value)
        return dict(self.words).get(code, str(value))


def _word(group: str, code: str, language: Language) -> str:
    """A word of the language that an upload reads as this code."""
    catalogued = {
        "true": text("common.yes", language),
        "false": text("common.no", language),
    }.get(code, code_word(code, language))
    known = [word for word, meaning in value_groups()[group].items() if meaning == code]
    in_language = [word for word in known if word.isascii() == (language == "en")]
    choices = (catalogued, *in_language, code)
    return next(word for word in choices if category_of(group, word) == code)


def _words(spec: ColumnSpec, rule: ColumnRule, language: Language) -> tuple[tuple[str, str], ...]:
    if spec.kind == "boolean":
        codes: tuple[str, ...] = ("true", "false")
    elif spec.kind == "category":
        codes = spec.categories
    else:
        return ()
    group = rule.values or "boolean"
    return tuple((code, _word(group, code, language)) for code in codes)


def _is_above(spec: ColumnSpec) -> bool:
    limits = TABLES[spec.table].model_fields[spec.name].metadata
    return any(getattr(limit, "gt", None) is not None for limit in limits)


def fields(table: str, language: Language) -> tuple[Field, ...]:
    """The columns of a table in the order of the schema."""
    found = []
    for spec in column_specs(table):
        rule = column_rules()[table, spec.name]
        found.append(
            Field(
                spec,
                rule,
                rule.header(language),
                _words(spec, rule, language),
                _is_above(spec),
                text(f"dictionary.meaning.{table}.{spec.name}", language),
            )
        )
    return tuple(found)


def limits(field: Field) -> str:
    """The range of what is physically possible; "" = no limits.

    >>> age = next(one for one in fields("patients", "en") if one.spec.name == "age")
    >>> limits(age)
    '0–120'
    """
    low, high = field.spec.minimum, field.spec.maximum
    if low is None or high is None:
        return ""
    return f"> {low:g}, ≤ {high:g}" if field.above else f"{low:g}–{high:g}"


def unit_name(unit: str, language: Language) -> str:
    """A column's unit as the language prints it.

    >>> unit_name("weeks", "zh"), unit_name("m2", "zh"), unit_name("", "zh")
    ('周', 'm²', '')
    """
    key = f"dictionary.unit_of.{unit}"
    return text(key, language) if has(key) else shown_unit(unit)


def analytes(language: Language) -> Iterator[tuple[ColumnRule, str]]:
    """The laboratory tests and what the language calls them, without a unit."""
    for code in lab_codes():
        rule = column_rules()[LABS_WIDE, code]
        names = rule.headers_zh if language == "zh" else rule.headers_en
        # The first name carries the unit, where the test has one.
        yield rule, names[1] if rule.unit else names[0]
