"""The range in which most values of a quantity lie, by which a wrong unit is noticed.

Narrower than what is possible (``units.csv``): it is held against the majority of a column, not
against a single value, and serves only to ask for the unit.

Source: see the column ``source`` of ``unit_ranges.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.errors import RuleFileInvalid
from core.rules.columns import LABS_WIDE, column_rules
from core.rules.units import accepted_units, canonical_unit, default_unit, scale_factor

FILE = Path(__file__).parent / "unit_ranges.csv"
FEWEST = 3
"""Values from which the majority can contradict a unit that the file states."""
_COLUMNS = ["quantity", "unit", "low", "high", "source"]
_SCALES = ("LENGTH", "WEIGHT", "MASS")


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The usual range of a quantity in its canonical unit.

    Attributes:
        units: unit -> factor to ``unit``, in the order of ``units.csv``.
    """

    unit: str
    low: float
    high: float
    units: Mapping[str, float]

    def is_usual(self, value: float, factor: float) -> bool:
        """Whether a value in a unit of that factor is usual."""
        return self.low <= value * factor <= self.high


def _units_of(table: str, field: str, unit: str) -> dict[str, float]:
    if table == LABS_WIDE:
        found = {name: canonical_unit(field, name) for name in accepted_units(field)}
        return {name: match.factor for name, match in found.items() if match is not None}
    scale = next((name for name in _SCALES if canonical_unit(name, unit)), "")
    factors = {name: scale_factor(name, unit) for name in accepted_units(scale)}
    return {name: factor for name, factor in factors.items() if factor is not None}


def _canonical(table: str, field: str) -> str | None:
    if table == LABS_WIDE:
        match = default_unit(field)
        return match.unit if match else None
    rule = column_rules().get((table, field))
    return rule.unit if rule else None


def read_unit_ranges(path: Path) -> dict[tuple[str, str], UsualRange]:
    """The ranges of a file by table (``labs_wide`` for laboratory tests) and field.

    Raises:
        RuleFileInvalid: an unknown quantity or unit, an empty range, no source, or a quantity
            twice; names file and line.
    """
    found: dict[tuple[str, str], UsualRange] = {}

    def refused(line: int, problem: str) -> RuleFileInvalid:
        return RuleFileInvalid("rule_file_invalid", file=path.name, line=line, problem=problem)

    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != _COLUMNS:
            raise refused(1, "columns")
        for line, row in enumerate(reader, start=2):
            if None in row or None in row.values() or not row["source"]:
                raise refused(line, "columns")
            table, _, field = row["quantity"].rpartition(".")
            key = (table or LABS_WIDE, field)
            if key in found or _canonical(*key) != row["unit"]:
                raise refused(line, "quantity")
            try:
                low, high = float(row["low"]), float(row["high"])
            except ValueError:
                raise refused(line, "low") from None
            if not 0 < low < high:
                raise refused(line, "low")
            found[key] = UsualRange(row["unit"], low, high, _units_of(*key, row["unit"]))
    return found


@cache
def _ranges() -> Mapping[tuple[str, str], UsualRange]:
    return read_unit_ranges(FILE)


def usual_range(table: str, field: str) -> UsualRange | None:
    """The usual range of a laboratory test (``labs_wide`` and its code) or of a field.

    >>> usual_range("labs_wide", "HGB").units
    {'g/L': 1.0, 'g/dL': 10.0, 'mmol/L': 16.114}
    >>> usual_range("patients", "weight_kg").is_usual(130, 0.5)
    True
    """
    return _ranges().get((table, field))
