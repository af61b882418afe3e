"""Loads the RECIST 1.1 limits, the table of overall responses and the organ names."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from core.errors import RuleFileInvalid

FOLDER = Path(__file__).parent
MICROMETRES_PER_MM = 1000
"""Sums are compared as whole micrometres: binary fractions lose limits like 14 -> 9.8 mm."""

TARGET_VALUES = ("CR", "PR", "SD", "PD", "NE", "NONE")
NONTARGET_VALUES = ("CR", "NON-CR/NON-PD", "PD", "NE", "NONE")
NEW_VALUES = ("YES", "NO")
OVERALL_VALUES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")


def _invalid(file: str, line: int, problem: str) -> RuleFileInvalid:
    return RuleFileInvalid("rule_file_invalid", file=file, line=line, problem=problem)


@dataclass(frozen=True, slots=True)
class TargetLimits:
    """Limits of target response; lengths in micrometres, changes in percent."""

    response_decrease_percent: int
    progression_increase_percent: int
    progression_increase_mm: int
    normal_node_mm: int
    too_small_to_measure_mm: int


@dataclass(frozen=True, slots=True)
class BaselineLimits:
    """Limits of lesion selection at baseline; lengths in mm."""

    maximum_targets: int
    maximum_targets_per_organ: int
    minimum_diameter_mm: float
    maximum_slice_for_minimum_mm: float
    minimum_node_mm: float
    maximum_days_before_treatment: int
    plausible_cm_below: float


@cache
def _limits_file() -> Mapping[str, Mapping[str, Any]]:
    with (FOLDER / "recist.toml").open("rb") as stream:
        table = tomllib.load(stream)
    for section, kind in (("target", TargetLimits), ("baseline", BaselineLimits)):
        given = table.get(section, {})
        expected = {field.name for field in fields(kind)}
        if set(given) != expected:
            name = ", ".join(sorted(set(given) ^ expected))
            raise _invalid("recist.toml", 0, f"{section}: missing or unknown {name}")
        for name, value in given.items():
            if not isinstance(value, (int, float)) or value <= 0:
                raise _invalid("recist.toml", 0, f"{section}.{name} is no positive number")
    return table


@cache
def target_limits() -> TargetLimits:
    """Limits of target response (RECIST 1.1 s4.3.1).

    >>> target_limits().progression_increase_mm
    5000
    """
    given = _limits_file()["target"]
    scaled = {
        name: round(value * MICROMETRES_PER_MM) if name.endswith("_mm") else value
        for name, value in given.items()
    }
    return TargetLimits(**scaled)


@cache
def baseline_limits() -> BaselineLimits:
    """Limits of measurability and of the number of targets (RECIST 1.1 s3.1, s4.2)."""
    return BaselineLimits(**_limits_file()["baseline"])


@dataclass(frozen=True, slots=True)
class OverallRule:
    """The overall response of one combination, with the id of the table's row."""

    rule: str
    overall: str


def _allowed(cell: str, values: tuple[str, ...], line: int) -> tuple[str, ...]:
    if cell == "any":
        return values
    parts = tuple(cell.split("|"))
    for part in parts:
        if part not in values:
            raise _invalid("recist_overall.csv", line, f"unknown category {part}")
    return parts


@cache
def overall_table() -> Mapping[tuple[str, str, bool], OverallRule]:
    """(target, non-target, new lesion) -> overall; the first matching row decides.

    >>> overall_table()["CR", "NE", False].overall
    'PR'

    Raises:
        RuleFileInvalid: a row holds an unknown category, or a combination has no row.

    Source: RECIST 1.1, Tables 1 and 2.
    """
    found: dict[tuple[str, str, bool], OverallRule] = {}
    with (FOLDER / "recist_overall.csv").open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            (overall,) = _allowed(row["overall"], OVERALL_VALUES, line)
            for target in _allowed(row["target"], TARGET_VALUES, line):
                for nontarget in _allowed(row["nontarget"], NONTARGET_VALUES, line):
                    for new in _allowed(row["new_lesion"], NEW_VALUES, line):
                        key = (target, nontarget, new == "YES")
                        found.setdefault(key, OverallRule(row["rule"], overall))
    if len(found) != len(TARGET_VALUES) * len(NONTARGET_VALUES) * len(NEW_VALUES):
        raise _invalid("recist_overall.csv", 0, "a combination has no row")
    return found


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ as RECIST counts it; paired organs and all nodes are one organ each."""

    name: str
    measurable: bool


@cache
def _organ_patterns() -> tuple[tuple[re.Pattern[str], Organ], ...]:
    found = []
    with (FOLDER / "organs.csv").open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            if not row["pattern"] or not row["organ"] or row["measurable"] not in {"yes", "no"}:
                raise _invalid("organs.csv", line, "pattern, organ, or measurable yes/no missing")
            # Latin words match from the start of a word, so "renal" does not match "adrenal".
            start = r"\b" if row["pattern"].isascii() else ""
            pattern = re.compile(start + re.escape(row["pattern"]), re.IGNORECASE)
            found.append((pattern, Organ(row["organ"], row["measurable"] == "yes")))
    return tuple(found)


@lru_cache(maxsize=4096)
def recognise_organ(text: str) -> Organ:
    """The organ that a report names, in Chinese or English; unknown names stand for themselves.

    >>> recognise_organ("肝右叶S8").name, recognise_organ("肝门淋巴结").name
    ('liver', 'lymph node')
    """
    cleaned = " ".join(text.lower().replace("_", " ").split())
    for pattern, organ in _organ_patterns():
        if pattern.search(cleaned):
            return organ
    return Organ(cleaned, True)


def is_intrahepatic(organ: str | None) -> bool | None:
    """Whether an organ's name means liver parenchyma; None if no organ is named.

    Portal and hilar nodes and implants on the capsule are outside the liver.
    """
    return None if not organ else recognise_organ(organ).name == "liver"
