"""Laboratory results: number, limit sign, flag, unit and dipstick text, as reported.

A value keeps the unit in which it was reported; grading and limits convert it and show both.
A value that no living patient can have in the stated unit is refused with the unit that would
fit, never converted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.intake.cells import Cell, full_text
from core.intake.header_text import readings
from core.intake.numbers import Decimal, ParsedNumber, parse_number
from core.intake.value import Value, converted, error
from core.intake.values import SENTINELS, missing
from core.results.common import FindingKind, Severity
from core.rules.columns import LABS_WIDE, column_rules, headers_of
from core.rules.ctcae_units import dipstick_level
from core.rules.units import accepted_units, canonical_unit, default_unit
from core.rules.values import is_missing_word

DIPSTICK = "UPROT_DIP"
_RANGE = re.compile(
    r"^\s*([0-9]*\.?[0-9]+)\s*(?:-{1,2}|~|～|—|–|－|至|to)\s*([0-9]*\.?[0-9]+)\s*(\D.*)?$", re.ASCII
)
_ONE_SIDED = re.compile(r"^\s*(<=?|≤|＜|>=?|≥|＞)\s*([0-9]*\.?[0-9]+)\s*(\D.*)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class LabValue:
    """One result as reported; ``value`` is None for text results."""

    value: float | None = None
    text: str | None = None
    prefix: str | None = None
    unit: str | None = None
    remark: Value = field(default_factory=Value)


def lab_code(name: str) -> tuple[str, str] | None:
    """Code of a laboratory test and the unit that its name carries; None if unknown.

    >>> lab_code("血红蛋白(g/L)"), lab_code("中性粒细胞百分比")
    (('HGB', 'g/L'), None)
    """
    found = readings(name)
    known = headers_of(LABS_WIDE)
    for reading in found:
        code = known.get(reading.key)
        if code is not None and reading.unit != "%":
            units = (r.unit for r in found if r.unit and known.get(r.key) == code)
            return code, next(units, "")
    return None


def known_unit(code: str, unit: str) -> str:
    """The standard spelling of a unit for this test; as written if it is not known.

    >>> known_unit("PLAT", "×10⁹/L"), known_unit("HGB", "stone")
    ('10^9/L', 'stone')
    """
    match = canonical_unit(code, unit) if unit else None
    return match.unit if match else unit


def canonical_of(code: str) -> str:
    """The unit that a test is kept in when none is given; "" for a dipstick."""
    default = default_unit(code)
    if default is not None:
        return default.unit
    rule = column_rules().get((LABS_WIDE, code))
    return rule.unit if rule else ""


def implausible(code: str, value: float, unit: str) -> Value | None:
    """An error if no patient can have this value in this unit; with a unit that would fit."""
    match = canonical_unit(code, unit) if unit else None
    if match is None or match.is_plausible(value):
        return None
    fits = [
        other.unit
        for name in accepted_units(code)
        if (other := canonical_unit(code, name)) is not None
        and other.unit != match.unit
        and other.is_plausible(value)
    ]
    facts = {
        "low": f"{match.low / match.factor:g}",
        "high": f"{match.high / match.factor:g}",
        "unit": match.unit,
    }
    if value in SENTINELS:
        return error("lab_out_of_range_sentinel", **facts)
    if fits:
        return error("lab_out_of_range_unit", fits=fits[0], **facts)
    return error("lab_out_of_range", **facts)


def read_lab(code: str | None, cell: Cell, unit: str, style: Decimal) -> LabValue:
    """One result of a test.

    Args:
        code: code of the test; None for a test that Arteria doesn't know, whose text results
            are kept as text.
        unit: unit of the column or row, as written; "" = none.
    """
    text = full_text(cell).strip()
    if code == DIPSTICK:
        level = dipstick_level(text)
        if level is not None:
            remark = Value(word=text if level != text else "")
            return LabValue(text=level, remark=remark)
        if is_missing_word(text):
            return LabValue(remark=missing(text))
        return LabValue(remark=error("dipstick_unknown"))
    if isinstance(cell, str) and (is_missing_word(text) or text in ("-", "–", "－")):
        return LabValue(remark=missing(text))
    parsed = parse_number(cell, style)
    if not isinstance(parsed, ParsedNumber):
        if code is None and isinstance(cell, str):
            return LabValue(text=text)
        return LabValue(remark=error(parsed))
    if code is None and parsed.unit and parsed.unit != unit:
        return LabValue(text=text)
    return _reported(code, parsed, unit)


def _reported(code: str | None, parsed: ParsedNumber, unit: str) -> LabValue:
    stated = known_unit(code, unit) if code else unit
    own = known_unit(code, parsed.unit) if code and parsed.unit else parsed.unit
    if parsed.unit and code and canonical_unit(code, parsed.unit) is None:
        return LabValue(remark=error("number_unreadable"))
    kept = own or stated
    if code and kept:
        # "<0.5" says that the value lies below the method's limit, so only the far side counts.
        wrong = None if parsed.prefix else implausible(code, parsed.value, kept)
        if wrong is not None:
            return LabValue(remark=wrong)
    remark = Value()
    if own and stated and own != stated:
        remark = Value(
            None, "unit_in_cell_differs", Severity.WARNING, FindingKind.PROBLEM,
            (("header_unit", stated), ("unit", own)),
        )  # fmt: skip
    elif parsed.prefix:
        remark = converted(
            None, "limit_kept", to=f"{parsed.prefix}{parsed.value:g}", prefix=parsed.prefix
        )
    elif "decimal_comma" in parsed.how:
        remark = converted(None, "decimal_comma", to=f"{parsed.value:g}")
    elif parsed.how or (own and parsed.unit):
        how = parsed.how[0] if parsed.how else "unit_label"
        remark = converted(
            None, "number_converted", to=f"{parsed.value:g}", how=f"@finding.how.{how}"
        )
    return LabValue(parsed.value, None, parsed.prefix or None, kept or None, remark)


def read_range(text: str) -> tuple[float | None, float | None] | None:
    """Lower and upper limit of a printed reference range; None if it can't be read.

    >>> read_range("3.5--9.5"), read_range("≤40"), read_range("阴性")
    ((3.5, 9.5), (None, 40.0), None)
    """
    found = _RANGE.match(text)
    if found:
        low, high = float(found.group(1)), float(found.group(2))
        return (low, high) if low <= high else None
    found = _ONE_SIDED.match(text)
    if found:
        limit = float(found.group(2))
        return (None, limit) if found.group(1)[0] in "<≤＜" else (limit, None)
    return None
