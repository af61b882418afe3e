"""Units of laboratory results: their spellings, and which printed set of limits they use.

NCI prints parallel limits (g/L, g/dL, mmol/L) that are not exact conversions of each other, so
a value is graded in the unit in which it was reported. ``factor`` is different from 1 only
where CTCAE prints no set for that unit and the conversion is a pure scaling (mg/24 h).
The same spelling may mean different units for different tests: ``G/L`` is 10^9/L for cells
and g/L for haemoglobin, so spellings are looked up by test.

Source: docs of CTCAE v5.0 (units as printed); factors: molar masses (bilirubin 584.7,
creatinine 113.1, ...), activity 1 ukat = 60 U.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.rules.ctcae import FOLDER, invalid, read_rows

UNITS_FILE = FOLDER / "ctcae5_units.csv"
DIPSTICK_FILE = FOLDER / "ctcae5_dipstick.csv"
DIPSTICK_LEVELS = ("NEG", "TRACE", "1+", "2+", "3+", "4+")
BLANK = "(none)"

_REPLACED = str.maketrans(
    {"μ": "u", "×": "x", "✕": "x", "·": ".", "•": ".", "⋅": ".", "∙": ".", "−": "-", "–": "-"}
)


@dataclass(frozen=True, slots=True)
class LabUnit:
    """One unit of one test.

    Attributes:
        name: canonical spelling.
        graded_as: unit of the printed limits; a value counts ``factor`` of them.
        common_factor: value x factor = value in the test's common (SI) unit, to compare a
            baseline in one unit with a result in another.
        implausible_below, implausible_above: outside, the unit is probably wrong.
    """

    name: str
    graded_as: str
    factor: float
    common_factor: float
    implausible_below: float | None
    implausible_above: float | None


def plain_unit(text: str) -> str:
    """A unit's spelling reduced for comparison; "" for a missing one.

    >>> plain_unit("×10⁹ / L"), plain_unit("µmol·L⁻¹"), plain_unit("μmol/L")
    ('x109/l', 'umol.l-1', 'umol/l')
    """
    plain = unicodedata.normalize("NFKC", text).translate(_REPLACED).casefold()
    return "".join(plain.translate(_REPLACED).split())


UNIT_COLUMNS = (
    "analytes", "unit", "spellings", "graded_as", "factor", "common_factor",
    "implausible_below", "implausible_above",
)  # fmt: skip


def read_units(path: Path = UNITS_FILE) -> Mapping[tuple[str, str], LabUnit]:
    """(test, plain spelling) -> unit.

    Raises:
        RuleFileInvalid: a factor is not a positive number, or a spelling stands for two units
            of one test.
    """
    found: dict[tuple[str, str], LabUnit] = {}
    for line, row in read_rows(path, UNIT_COLUMNS):
        numbers: list[float] = []
        for column in ("factor", "common_factor"):
            try:
                numbers.append(float(row[column]))
            except ValueError:
                raise invalid(path, line, column, row[column]) from None
            if not numbers[-1] > 0:
                raise invalid(path, line, column, row[column])
        limits: list[float | None] = []
        for column in ("implausible_below", "implausible_above"):
            try:
                limits.append(float(row[column]) if row[column] else None)
            except ValueError:
                raise invalid(path, line, column, row[column]) from None
        unit = LabUnit(row["unit"], row["graded_as"], numbers[0], numbers[1], limits[0], limits[1])
        if not unit.name or not unit.graded_as:
            raise invalid(path, line, "unit", row["unit"])
        for analyte in row["analytes"].split("|"):
            for spelling in (row["unit"], *row["spellings"].split("|")):
                key = (analyte, "" if spelling == BLANK else plain_unit(spelling))
                if found.setdefault(key, unit) != unit:
                    raise invalid(path, line, "spellings", spelling)
    return found


@cache
def _units() -> Mapping[tuple[str, str], LabUnit]:
    return read_units()


def unit_of(analyte: str, text: str | None) -> LabUnit | None:
    """The unit that a spelling means for this test; None if unknown or missing.

    >>> unit_of("PLAT", "G/L").name, unit_of("HGB", "G/L").name
    ('10^9/L', 'g/L')
    >>> unit_of("HGB", "umol/L") is None
    True
    """
    return _units().get((analyte, plain_unit(text or "")))


def read_dipstick(path: Path = DIPSTICK_FILE) -> Mapping[str, str]:
    """Plain spelling of a dipstick result -> level.

    Raises:
        RuleFileInvalid: an unknown level, or one spelling for two levels.
    """
    found: dict[str, str] = {}
    for line, row in read_rows(path, ("level", "spellings")):
        if row["level"] not in DIPSTICK_LEVELS:
            raise invalid(path, line, "level", row["level"])
        for spelling in row["spellings"].split("|"):
            if found.setdefault(plain_unit(spelling), row["level"]) != row["level"]:
                raise invalid(path, line, "spellings", spelling)
    return found


@cache
def _dipstick() -> Mapping[str, str]:
    return read_dipstick()


def dipstick_level(text: str | None) -> str | None:
    """The level of a urine dipstick; None if it can't be read.

    >>> dipstick_level("＋＋"), dipstick_level("阴性"), dipstick_level("?")
    ('2+', 'NEG', None)
    """
    return None if text is None else _dipstick().get(plain_unit(text))
