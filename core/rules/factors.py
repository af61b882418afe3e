"""Reads the baseline factors and their limits from ``factors.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import RuleFileInvalid
from core.schema import Patient

FILE = Path(__file__).with_name("factors.toml")

FactorTable = Literal["table_1", "table_4", "table_5"]


class LevelRule(BaseModel):
    """One level: a band ``lower <= value < below`` or the category ``value``."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    code: str = Field(min_length=1)
    value: str | bool | int | None = None
    lower: float | None = Field(default=None, alias="from")
    below: float | None = None
    optional: bool = False


class FactorRule(BaseModel):
    """One factor: its source columns, levels, reference level and tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["bands", "categories"]
    levels: tuple[LevelRule, ...] = Field(min_length=2)
    reference: str
    tables: tuple[FactorTable, ...]
    fallback: str | None = None
    genes: tuple[str, ...] = ()
    published: str = ""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for column in (self.name, *filter(None, [self.fallback]), *self.genes):
            if column not in Patient.model_fields:
                raise ValueError(f"{column} is no column of patients")
        codes = [level.code for level in self.levels]
        if len(set(codes)) < len(codes):
            raise ValueError("a level code occurs twice")
        required = {level.code for level in self.levels if not level.optional}
        if self.reference not in required:
            raise ValueError("the reference is no level or an optional one")
        if self.kind == "categories":
            if any(level.value is None for level in self.levels):
                raise ValueError("a category lacks its value")
            return self
        if any(level.lower is None for level in self.levels):
            raise ValueError("a band lacks its lower limit")
        for band, following in zip(self.levels, self.levels[1:], strict=False):
            if band.below != following.lower:
                raise ValueError(f"bands {band.code} and {following.code} don't meet")
        return self


def _line_of(source: str, kind: str, position: int) -> int:
    """Line of the position-th ``[[kind]]`` heading, 1 = first line."""
    headings = [n for n, line in enumerate(source.splitlines(), 1) if line.strip() == f"[[{kind}]]"]
    return headings[position] if position < len(headings) else 1


def _invalid(path: Path, line: int, problem: str) -> RuleFileInvalid:
    return RuleFileInvalid("rule_file_invalid", file=path.name, line=line, problem=problem)


@cache
def _content(path: Path) -> tuple[tuple[FactorRule, ...], tuple[str, ...]]:
    source = path.read_text(encoding="utf-8")
    try:
        content: dict[str, Any] = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise _invalid(path, 1, str(error)) from error
    factors: list[FactorRule] = []
    for position, entry in enumerate(content.get("factor", [])):
        line = _line_of(source, "factor", position)
        try:
            rule = FactorRule.model_validate(entry)
        except ValidationError as error:
            raise _invalid(path, line, str(error.errors()[0]["msg"])) from error
        if any(rule.name == earlier.name for earlier in factors):
            raise _invalid(path, line, f"{rule.name} occurs twice")
        factors.append(rule)
    numbers: list[str] = []
    for position, entry in enumerate(content.get("number", [])):
        if set(entry) != {"name"} or entry["name"] not in Patient.model_fields:
            raise _invalid(path, _line_of(source, "number", position), "no column of patients")
        numbers.append(entry["name"])
    return tuple(factors), tuple(numbers)


def factor_rules(path: Path = FILE) -> tuple[FactorRule, ...]:
    """The factors in printing order.

    Raises:
        RuleFileInvalid: names file and line of the first bad entry.

    >>> [rule.name for rule in factor_rules()][:3]
    ['age', 'sex', 'prior_lines']
    """
    return _content(path)[0]


def number_columns(path: Path = FILE) -> tuple[str, ...]:
    """Columns of ``patients`` that Table 1 summarises as numbers, in printing order.

    Raises:
        RuleFileInvalid: names file and line of the first bad entry.
    """
    return _content(path)[1]
