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


def _invalid(path: Path, line: int, problem: str) -> RuleFileInvalid:
    return RuleFileInvalid("rule_file_invalid", file=path.name, line=line, problem=problem)


@dataclass(frozen=True, slots=True)
class TargetLimits:
    """Limits of single target lesions in micrometres."""

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


@dataclass(frozen=True, slots=True)
class MarkerRule:
    """The marker that CR may require, and how many days from the scan its sample may be."""

    analyte: str
    days_from_scan: int


def read_limits(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """The two tables of limits as written, checked to be complete and positive.

    Raises:
        RuleFileInvalid: a limit is missing, unknown or not a positive number.
    """
    with path.open("rb") as stream:
        table = tomllib.load(stream)
    for section, kind in (("target", TargetLimits), ("baseline", BaselineLimits)):
        given = table.get(section, {})
        differing = set(given) ^ {field.name for field in fields(kind)}
        if differing:
            names = ", ".join(sorted(differing))
            raise _invalid(path, 0, f"{section}: missing or unknown {names}")
        for name, value in given.items():
            if not isinstance(value, (int, float)) or value <= 0:
                raise _invalid(path, 0, f"{section}.{name} is no positive number")
    return table


@cache
def target_limits() -> TargetLimits:
    """Limits of single target lesions (RECIST 1.1 s4.3).

    >>> target_limits().normal_node_mm
    10000
    """
    scaled = {
        name: round(value * MICROMETRES_PER_MM)
        for name, value in read_limits(FOLDER / "recist.toml")["target"].items()
    }
    return TargetLimits(**scaled)


@cache
def baseline_limits() -> BaselineLimits:
    """Limits of measurability and of the number of targets (RECIST 1.1 s3.1, s4.2)."""
    return BaselineLimits(**read_limits(FOLDER / "recist.toml")["baseline"])


@cache
def lenient_missing_nontargets() -> int:
    """How many non-target lesions not assessed the lenient reading passes over."""
    with (FOLDER / "recist.toml").open("rb") as stream:
        return int(tomllib.load(stream)["nontarget"]["lenient_missing"])


@cache
def marker_rule() -> MarkerRule:
    """The tumour marker of complete response (RECIST 1.1 s4.3.3).

    >>> marker_rule().analyte
    'CEA'
    """
    with (FOLDER / "recist.toml").open("rb") as stream:
        return MarkerRule(**tomllib.load(stream)["marker"])


@dataclass(frozen=True, slots=True)
class OverallRule:
    """The overall response of one combination, with the id of the table's row."""

    rule: str
    overall: str


Combination = tuple[str, str, bool]
"""Target response, non-target response, and whether there is a new lesion."""


def read_overall_table(path: Path) -> Mapping[Combination, OverallRule]:
    """The overall response of every combination; the first matching row decides.

    Raises:
        RuleFileInvalid: a row holds an unknown category, or a combination has no row.
    """

    def allowed(cell: str | None, values: tuple[str, ...], line: int) -> tuple[str, ...]:
        parts = values if cell == "any" else tuple((cell or "").split("|"))
        unknown = [part for part in parts if part not in values]
        if unknown:
            raise _invalid(path, line, f"unknown category {unknown[0]}")
        return parts

    found: dict[Combination, OverallRule] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            overall = allowed(row["overall"], OVERALL_VALUES, line)[0]
            for target in allowed(row["target"], TARGET_VALUES, line):
                for nontarget in allowed(row["nontarget"], NONTARGET_VALUES, line):
                    for new in allowed(row["new_lesion"], NEW_VALUES, line):
                        key = (target, nontarget, new == "YES")
                        found.setdefault(key, OverallRule(row["rule"], overall))
    if len(found) != len(TARGET_VALUES) * len(NONTARGET_VALUES) * len(NEW_VALUES):
        raise _invalid(path, 0, "a combination has no row")
    return found


@cache
def overall_table() -> Mapping[Combination, OverallRule]:
    """(target, non-target, new lesion) -> overall response (RECIST 1.1, Tables 1 and 2).

    >>> overall_table()["CR", "NE", False].overall
    'PR'
    """
    return read_overall_table(FOLDER / "recist_overall.csv")


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ as RECIST counts it; paired organs and all nodes are one organ each."""

    name: str
    measurable: bool


def read_organs(path: Path) -> tuple[tuple[re.Pattern[str], Organ], ...]:
    """Patterns of organ names in the order in which they are tried.

    Raises:
        RuleFileInvalid: a row lacks its pattern, its organ, or yes/no.
    """
    found = []
    with path.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            if not row["pattern"] or not row["organ"] or row["measurable"] not in {"yes", "no"}:
                raise _invalid(path, line, "pattern, organ, or measurable yes/no is missing")
            # Latin words match from the start of a word, so "renal" does not match "adrenal".
            start = r"\b" if row["pattern"].isascii() else ""
            pattern = re.compile(start + re.escape(row["pattern"]), re.IGNORECASE)
            found.append((pattern, Organ(row["organ"], row["measurable"] == "yes")))
    return tuple(found)


@cache
def _organ_patterns() -> tuple[tuple[re.Pattern[str], Organ], ...]:
    return read_organs(FOLDER / "organs.csv")


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
