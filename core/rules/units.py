"""Units of laboratory values, lengths and weights: what a report prints, and how to convert.

The table ``units.csv`` has two kinds of rows. ``*`` rows list spellings of a unit, whatever
the analyte. The others say which units an analyte may have, the factor to its canonical unit
(the row with factor 1 and a plausible range) and that range. A unit that the table does not
give for an analyte is unknown: it is never guessed and never taken over from another analyte.

Source: docs/glossary.md; factors from molar masses (creatinine 88.4, urea nitrogen 0.357,
haemoglobin as Fe 16.114, bilirubin 17.1 umol/L in 1 mg/dL and so on).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from core.errors import RuleFileInvalid

FILE = Path(__file__).parent / "units.csv"
_COLUMNS = ["analyte", "unit", "factor", "low", "high", "spellings"]
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SCALES = ("LENGTH", "WEIGHT", "DURATION", "MASS")


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """A recognised unit of one analyte.

    Attributes:
        analyte: code as in the ``labs`` table, e.g. ``HGB``.
        unit: the reported unit in its standard spelling, e.g. ``g/dL``.
        canonical: unit in which the analyte is compared, e.g. ``g/L``.
        factor: canonical value = reported value x factor.
        low, high: range of plausible values in the canonical unit; a value outside it
            most likely carries the wrong unit.
    """

    analyte: str
    unit: str
    canonical: str
    factor: float
    low: float
    high: float

    def convert(self, value: float) -> float:
        """The value in the canonical unit."""
        return value * self.factor

    def is_plausible(self, value: float) -> bool:
        """Whether a *reported* value is within the plausible range once converted."""
        return self.low <= self.convert(value) <= self.high


@lru_cache(maxsize=4096)
def normal_spelling(text: str) -> str:
    """A unit reduced to one way of writing it, for comparison only.

    >>> {normal_spelling(t) for t in ("×10^9/L", "10*9/L", "10⁹·L⁻¹", "１０＾９／Ｌ", "x10e9/l")}
    {'10^9/l'}
    >>> normal_spelling("µmol/L") == normal_spelling("μmol·L-1")
    True
    """
    # Superscripts first: NFKC would turn 10⁹ into 109.
    text = re.sub(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", r"10^\1", text).translate(_SUPERSCRIPTS)
    text = unicodedata.normalize("NFKC", text).casefold().replace("μ", "u")
    text = re.sub(r"\s+", "", text).replace("÷", "/").replace("−", "-")
    text = re.sub(r"[×✕∗]", "*", text)
    text = re.sub(r"[·.⋅・∙](?=[a-z(*])", "*", text)
    text = re.sub(r"^[(\[](.*)[)\]]$", r"\1", text)
    text = re.sub(r"^[x*]+(?=10)", "", text)
    text = re.sub(r"^10(?:[\^'∧˄ˆ]|\*+|e\+?)?\(?0?([34569])\)?(?=[/*个])", r"10^\1", text)
    text = re.sub(r"\*?([a-z]+)\^?-1(?![0-9])", r"/\1", text)
    text = re.sub(r"([a-z])\^([23])", r"\1\2", text)
    text = re.sub(r"(?<=/)(?:litre|liter)$", "l", text)
    return text.replace("*/", "/")


@dataclass(frozen=True, slots=True)
class _Table:
    matches: Mapping[str, Mapping[str, UnitMatch]]
    canonical: Mapping[str, UnitMatch]


def _refused(path: Path, line: int, problem: str) -> RuleFileInvalid:
    return RuleFileInvalid("rule_file_invalid", file=path.name, line=line, problem=problem)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != _COLUMNS:
            raise _refused(path, 1, "columns")
        for line, row in enumerate(reader, start=2):
            if None in row or None in row.values():
                raise _refused(path, line, "columns")
            yield line, row


def _number(text: str, path: Path, line: int, column: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _refused(path, line, column) from None


def read_units(path: Path) -> _Table:
    """The unit table of a file, checked.

    Raises:
        RuleFileInvalid: a column is missing, a factor is not positive, a range is empty, an
            analyte has no canonical unit, or a spelling would mean two units. Names the line.
    """
    spellings: dict[str, list[str]] = {}
    listed: list[tuple[int, str, str, float, list[str]]] = []
    ranges: dict[str, tuple[str, float, float]] = {}
    for line, row in _rows(path):
        written = [part for part in row["spellings"].split("|") if part]
        if row["analyte"] == "*":
            spellings[row["unit"]] = [row["unit"], *written]
            continue
        factor = _number(row["factor"], path, line, "factor")
        for analyte in row["analyte"].split("|"):
            listed.append((line, analyte, row["unit"], factor, written))
            if row["low"] or row["high"]:
                low = _number(row["low"], path, line, "low")
                high = _number(row["high"], path, line, "high")
                if factor != 1 or analyte in ranges or not low < high:
                    raise _refused(path, line, "low")
                ranges[analyte] = (row["unit"], low, high)
    matches: dict[str, dict[str, UnitMatch]] = {}
    for line, analyte, unit, factor, written in listed:
        if factor <= 0 or analyte not in ranges or unit not in spellings:
            raise _refused(path, line, "unit")
        match = UnitMatch(analyte, unit, ranges[analyte][0], factor, *ranges[analyte][1:])
        for spelling in {normal_spelling(text) for text in (*spellings[unit], *written)}:
            if matches.setdefault(analyte, {}).setdefault(spelling, match) is not match:
                raise _refused(path, line, "spellings")
    canonical = {code: matches[code][normal_spelling(ranges[code][0])] for code in matches}
    return _Table(matches, canonical)


@cache
def _units() -> _Table:
    return read_units(FILE)


@lru_cache(maxsize=4096)
def canonical_unit(analyte: str, unit_text: str) -> UnitMatch | None:
    """The unit that a report prints for an analyte; None when it is missing or unknown.

    Args:
        analyte: code as in the ``labs`` table (``HGB``, ``NEUT`` ...), or ``LENGTH``,
            ``WEIGHT``, ``DURATION``, ``MASS``.
        unit_text: as printed, in any of the usual spellings, upper or lower case.

    >>> canonical_unit("PLAT", "K/µL")
    UnitMatch(analyte='PLAT', unit='10^3/uL', canonical='10^9/L', factor=1.0, low=1.0, high=3000.0)
    >>> canonical_unit("NEUT", "%") is None
    True
    """
    return _units().matches.get(analyte, {}).get(normal_spelling(unit_text))


def default_unit(analyte: str) -> UnitMatch | None:
    """The canonical unit of an analyte with its plausible range; None for an unknown analyte."""
    return _units().canonical.get(analyte)


def analytes() -> tuple[str, ...]:
    """Codes of all analytes that have units."""
    return tuple(code for code in _units().canonical if code not in _SCALES)


def accepted_units(analyte: str) -> tuple[str, ...]:
    """Units accepted for an analyte, in standard spelling, the canonical one first.

    >>> accepted_units("CREAT")
    ('umol/L', 'mg/dL', 'mmol/L')
    """
    found = _units().matches.get(analyte, {}).values()
    return tuple(dict.fromkeys(match.unit for match in found))


def convert(value: float, analyte: str, unit: str) -> float | None:
    """A value in the canonical unit of its analyte; None when the unit is unknown.

    >>> convert(9.0, "HGB", "g/dL"), convert(9.0, "HGB", "")
    (90.0, None)
    """
    match = canonical_unit(analyte, unit)
    return None if match is None else match.convert(value)


def scale_factor(from_unit: str, to_unit: str) -> float | None:
    """Factor between two units of length, weight, drug mass or duration; None if there is none.

    >>> scale_factor("cm", "mm"), scale_factor("斤", "kg"), scale_factor("kg", "mm")
    (10.0, 0.5, None)
    """
    for scale in _SCALES:
        source, target = canonical_unit(scale, from_unit), canonical_unit(scale, to_unit)
        if source is not None and target is not None:
            return source.factor / target.factor
    return None
