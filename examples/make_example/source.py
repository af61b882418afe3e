"""The source tables and the hand-written plans, read once and typed."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parent.parent / "crlm_haic_24"
PLAN = Path(__file__).parent / "plan"
DATA_CUTOFF = date(2023, 2, 23)

Record = dict[str, Any]


def steady(*name: object) -> float:
    """A number in [0, 1) that depends on nothing but its name.

    >>> steady("H01", "weight", 2) == steady("H01", "weight", 2)
    True
    """
    digest = hashlib.sha256("|".join(map(str, name)).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def between(low: float, high: float, *name: object) -> float:
    """A steady number in [low, high)."""
    return low + (high - low) * steady(*name)


def whole_between(low: int, high: int, *name: object) -> int:
    """A steady whole number from low to high, both included."""
    return low + int(steady(*name) * (high - low + 1))


@dataclass(frozen=True, slots=True)
class SourcePatient:
    """One row of the source cohort and the plan of this patient's course."""

    patient_id: str
    row: Mapping[str, str]
    course: Mapping[str, Any]

    @property
    def first_haic(self) -> date:
        return date.fromisoformat(self.row["first_haic_date"])

    def day(self, day: int) -> date:
        """The date of a day counted from the first HAIC."""
        return self.first_haic + timedelta(days=day)

    def flag(self, column: str) -> bool:
        return self.row[column] == "yes"

    def number(self, column: str) -> float:
        return float(self.row[column])

    @property
    def is_female(self) -> bool:
        return self.row["sex"] == "F"

    @property
    def is_mutant(self) -> bool:
        return self.row["ras_braf_status"] == "mutant"

    @property
    def session_days(self) -> list[int]:
        return list(self.course["sessions"])


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def source_patients() -> tuple[SourcePatient, ...]:
    """The 24 patients, each with its course."""
    with (PLAN / "courses.toml").open("rb") as stream:
        courses = tomllib.load(stream)
    rows = read_csv(EXAMPLE / "source" / "patients.csv")
    return tuple(SourcePatient(row["patient_id"], row, courses[row["patient_id"]]) for row in rows)


@cache
def source_events() -> tuple[tuple[str, str, int], ...]:
    """(patient, term, worst grade) of the source."""
    rows = read_csv(EXAMPLE / "source" / "adverse_events.csv")
    return tuple((row["patient_id"], row["term"], int(row["grade"])) for row in rows)
