"""The one catalogue of visible strings: both languages side by side.

Each file ``catalogue/<topic>.toml`` holds tables ``[name]`` with the keys ``en`` and ``zh``;
the full key is ``<topic>.<name>``. Placeholders are named: ``{n}``, with an optional number
format as in ``str.format``. Dotted names (``[rule.target_pd]``) are allowed.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from core.errors import ArteriaError, Fact, RuleFileInvalid
from core.results.common import Finding, Message, Words
from core.rules.columns import LABS_WIDE, display_header
from core.text.units import shown_unit

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FOLDER = Path(__file__).parent / "catalogue"
LAB = f"{LABS_WIDE}."
COLUMN = "column."
MINUS = "\N{MINUS SIGN}"


def placeholders(template: str) -> frozenset[str]:
    """Names of the placeholders in a template.

    >>> sorted(placeholders("{n} of {total:.1f}"))
    ['n', 'total']
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if not isinstance(value, dict):
            raise RuleFileInvalid("catalogue_entry_not_table", key=key)
        if any(isinstance(part, str) for part in value.values()):
            yield key, value
        else:
            yield from _leaves(value, key)


@cache
def entries() -> Mapping[str, Mapping[Language, str]]:
    """All entries, checked: every key has both languages with the same placeholders.

    Raises:
        RuleFileInvalid: an entry lacks a language or its placeholders differ.
    """
    found: dict[str, Mapping[Language, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        with path.open("rb") as stream:
            table = tomllib.load(stream)
        for key, value in _leaves(table, path.stem):
            if set(value) != set(LANGUAGES) or not all(value.values()):
                raise RuleFileInvalid("catalogue_language_missing", key=key)
            if placeholders(value["en"]) != placeholders(value["zh"]):
                raise RuleFileInvalid("catalogue_placeholders_differ", key=key)
            found[key] = {language: value[language] for language in LANGUAGES}
    return found


def has(key: str) -> bool:
    """Whether the catalogue holds this key."""
    return key in entries()


class _Unit(str):
    """A unit; ``{unit: }`` puts a space before it, and nothing where a number has no unit."""

    def __format__(self, spec: str) -> str:
        return (f" {self}" if self else "") if spec == " " else super().__format__(spec)


class _Negative(float):
    """A number below 0, with the minus sign that tables print."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace("-", MINUS, 1)


def text(key: str, language: Language, **facts: Fact) -> str:
    """The string of ``key`` in ``language`` with its placeholders filled.

    A fact written ``"@topic.name"`` stands for another entry of the catalogue, so that a
    sentence can name a term (a factor, a category) in its own language. A fact whose name
    ends in ``unit`` is printed in the language, with superscripts and the Greek letter;
    ``{unit: }`` has a space before it where there is a unit.

    Raises:
        KeyError: the catalogue has no such key (a defect in the code, found by the tests).
    """
    catalogue = entries()

    def worded(name: str, value: Fact) -> Fact:
        if isinstance(value, float) and value < 0:
            return _Negative(value)
        if not isinstance(value, str):
            return value
        if value.startswith("@"):
            return named(value, language)
        if name == "words":
            return _meanings(value, language)
        if name.endswith("unit"):
            found = catalogue.get(f"units.{value}")
            return _Unit(found[language] if found else shown_unit(value))
        return value

    words = {name: worded(name, value) for name, value in facts.items()}
    return catalogue[key][language].format(**words)


def named(label: str, language: Language) -> str:
    """A label as results carry it: ``"@"`` and what it stands for, or the text itself.

    >>> named("@factors.age.name", "en"), named("@labs_wide.ALB", "zh"), named("Ferritin", "zh")
    ('Age (years)', '白蛋白', 'Ferritin')
    >>> named("@column.patients.prior_lines", "zh")
    '既往治疗线数'
    """
    key = label.removeprefix("@")
    if key == label:
        return label
    if has(key):
        return entries()[key][language]
    if key.startswith(COLUMN):
        table, field = key.removeprefix(COLUMN).split(".")
        return display_header(table, field, language)
    if key.startswith(LAB):
        return analyte_name(key.removeprefix(LAB), language)
    return label


def analyte_name(analyte: str, language: Language) -> str:
    """A laboratory test in the language, without its unit.

    >>> analyte_name("HGB", "zh"), analyte_name("CA_CORR", "en")
    ('血红蛋白', 'Calcium, corrected')
    """
    key = f"patient.test.{analyte}"
    if has(key):
        return entries()[key][language]
    try:
        return display_header(LABS_WIDE, analyte, language).rsplit("(", 1)[0].strip()
    except KeyError:
        return analyte


def label_text(label: str | Words, language: Language) -> str:
    """A catalogue key in words, or what a person wrote in both languages.

    >>> label_text(Words(en="Ferritin", zh="铁蛋白"), "zh")
    '铁蛋白'
    """
    return getattr(label, language) if isinstance(label, Words) else text(label, language)


def code_word(code: str, language: Language) -> str:
    """A category's code in words (``codes.<code>``); any other text as it is.

    >>> code_word("WILD", "zh"), code_word("PR", "zh")
    ('野生型', 'PR')
    """
    key = f"codes.{code}"
    return entries()[key][language] if key in entries() else code


def _meanings(words: str, language: Language) -> str:
    """``word = CODE; word = CODE`` with the codes in words."""
    pairs = (pair.rpartition(" = ") for pair in words.split("; "))
    return "; ".join(f"{word}{sign}{code_word(code, language)}" for word, sign, code in pairs)


def say(message: Message, language: Language) -> str:
    """A message in words."""
    return text(message.code, language, **dict(message.facts))


def say_error(error: ArteriaError, language: Language) -> str:
    """An error as one sentence: where, what was found, what is accepted, what happens next."""
    return text(f"error.{error.code}", language, **error.facts)


def say_finding(finding: Finding, language: Language) -> str:
    """A finding as one sentence; its place and value are available as placeholders."""
    facts: dict[str, Fact] = {
        "table": finding.table,
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "value": finding.value,
        "patient_id": finding.patient_id,
        **dict(finding.facts),
    }
    return text(f"finding.{finding.code}", language, **facts)
