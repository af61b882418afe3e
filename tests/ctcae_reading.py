"""A second reading of the table of laboratory grades, row by row and with exact fractions.

Nothing of the engine's reading, its arrays or its tolerance is used. A case is a row of the shared
vectors' form without what is expected.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from core.results.toxicity import Direction

TABLE = Path(__file__).parents[1] / "core" / "rules" / "ctcae5_labs.csv"
Row = Mapping[str, str]
Key = tuple[str, str, Direction]
Grades = tuple[int, int]
COLUMNS = [
    "value",
    "unit",
    "lln",
    "uln",
    "baseline",
    "baseline_abnormal",
    "pct_change_from_baseline",
    "flags",
    "is_baseline_record",
]
NOT_NUMBERS = {"CLINICAL", "NONE"}
FLAG = {
    "symptomatic": ("symptomatic", True),
    "not symptomatic": ("symptomatic", False),
    "on anticoagulation": ("anticoag", True),
    "no intervention": ("intervention", False),
    "physiologic consequences": ("physio", True),
    "no physiologic consequences": ("physio", False),
    ">24 h": ("fever_over_24h", True),
    "<=24 h": ("fever_over_24h", False),
}
STEP = Fraction(1, 10**6)
RANGES = [("1.1", "40"), ("0.3", "1.2"), ("0.1", "0.7"), ("3.7", "33.3")]
BASE = ("47.3", "1.3", "0.9", "60.1")


def read() -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = {}
    with TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            key = (row["ctcae_term"], row["analyte"], row["direction"])
            found.setdefault(key, []).append(row)  # type: ignore[arg-type]
    return found


TERMS = read()
NUMERIC = [key for key, rows in TERMS.items() if rows[0]["reference"] not in NOT_NUMBERS]
BY_NUMBER = [key for key in NUMERIC if TERMS[key][0]["reference"] != "ORDINAL"]


def written(number: Fraction) -> str:
    """An exact decimal, as a laboratory would print it."""
    digits = number * 10**12
    assert digits.denominator == 1, number
    sign, whole = ("-", -digits.numerator) if digits < 0 else ("", digits.numerator)
    return f"{sign}{whole // 10**12}.{whole % 10**12:012d}".rstrip("0").rstrip(".")


def number(cell: str) -> Fraction | None:
    return Fraction(cell) if cell else None


def bound(row: Row, side: str, case: Row) -> Fraction | None:
    """The bound as a number; None where its reference is missing."""
    cell, reference = row[side], row["reference"]
    lln, uln, base = (number(case[name]) for name in ("lln", "uln", "baseline"))
    if case["is_baseline_record"] == "1":
        base = None
    if cell in {"LLN", "ULN"}:
        return lln if cell == "LLN" else uln
    if cell == "max(ULN,BASE)":
        return None if uln is None else max(uln, base) if base is not None else uln
    plain = Fraction(cell)
    if reference in {"LLN", "ULN", "BASE"}:
        of = {"LLN": lln, "ULN": uln, "BASE": base}[reference]
        return None if of is None else plain * of
    if reference == "ULN_DIFF":
        return None if uln is None else uln + plain
    return plain


def quantity(row: Row, case: Row) -> Fraction | None:
    value = Fraction(case["value"])
    if not row["reference"].startswith("PCT"):
        return value
    change = number(case["pct_change_from_baseline"])
    if case["is_baseline_record"] == "1":
        change = Fraction(0)
    elif change is None:
        base = number(case["baseline"])
        if base is None:
            return None
        change = (value - base) / base * 100
    return change if "INCREASE" in row["reference"] else -change


def holds(row: Row, case: Row, facts: Mapping[str, bool]) -> bool:
    """Whether the value lies in the row's band."""
    relative = row["unit"] in {"", "%"} or row["unit"].startswith("x")
    if not relative and row["unit"] != case["unit"]:
        return False
    if row["condition"]:
        name, wanted = FLAG[row["condition"]]
        if facts[name] is not wanted:
            return False
    abnormal = case["baseline_abnormal"] == "1" and case["is_baseline_record"] != "1"
    when = row["applies_when"]
    if when != "any" and when != ("baseline_abnormal" if abnormal else "baseline_normal"):
        lln = number(case["lln"])
        if when != "value_below_LLN" or lln is None or Fraction(case["value"]) >= lln:
            return False
    found = quantity(row, case)
    if found is None:
        return False
    for side, sign in (("low", 1), ("high", -1)):
        if row[side]:
            edge = bound(row, side, case)
            if edge is None:
                return False
            gap = sign * (found - edge)
            if gap < 0 or (gap == 0 and row[f"{side}_inclusive"] != "1"):
                return False
    return True


def worst(key: Key, case: Row, facts: Mapping[str, bool]) -> int:
    return max((int(row["grade"]) for row in TERMS[key] if holds(row, case, facts)), default=0)


def fact_of(key: Key) -> str | None:
    named = {FLAG[row["condition"]][0] for row in TERMS[key] if row["condition"]}
    assert len(named) <= 1
    return named.pop() if named else None


def expected(key: Key, case: Row) -> Grades:
    """Lowest and highest grade; they differ where the clinical fact isn't known."""
    fact = fact_of(key)
    if fact is None:
        found = worst(key, case, {})
        return found, found
    told = json.loads(case["flags"]) if case["flags"] else {}
    states = [told[fact]] if fact in told else [False, True]
    grades = [worst(key, case, {fact: state}) for state in states]
    return min(grades), max(grades)


def units(key: Key) -> list[str]:
    named = {row["unit"] for row in TERMS[key]}
    return sorted(u for u in named if u not in {"", "%"} and not u.startswith("x")) or [""]


def blank(unit: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {"unit": unit, "is_baseline_record": "0"}


def references(key: Key, unit: str) -> Iterator[dict[str, str]]:
    """Normal ranges and baselines, awkward in binary, that fit the printed numbers."""
    rows = TERMS[key]
    cuts = [
        Fraction(row[side])
        for row in rows
        for side in ("low", "high")
        if row["unit"] == unit and row[side] and row[side][0].isdigit()
        and row["reference"] in {"ABS", "LLN+ABS", "ULN+ABS"}
    ]  # fmt: skip
    ranges = [("1.1", "40")]
    if cuts:
        low, high = min(cuts), max(cuts)
        ranges = [
            (written(high * Fraction("1.07")), written(high * Fraction("1.37"))),
            (written(low * Fraction("0.3")), written(low * Fraction("0.93"))),
        ]
    else:
        ranges = RANGES
    needs_base = any("BASE" in row["reference"] for row in rows)
    fact = fact_of(key)
    flags = [""] + ([json.dumps({fact: state}) for state in (True, False)] if fact else [])
    for lln, uln in ranges:
        for base in BASE if needs_base else ("",):
            for abnormal in ("0", "1", "") if needs_base else ("",):
                for told in flags:
                    yield blank(unit) | {
                        "lln": lln, "uln": uln, "baseline": base,
                        "baseline_abnormal": abnormal, "flags": told,
                    }  # fmt: skip


def values_at_bounds(key: Key, case: Row) -> Iterator[Fraction]:
    """Every bound, a millionth below it and a millionth above it."""
    base = number(case["baseline"])
    for row in TERMS[key]:
        for side in ("low", "high"):
            if not row[side]:
                continue
            at = bound(row, side, case)
            if at is not None and row["reference"].startswith("PCT"):
                sign = 1 if "INCREASE" in row["reference"] else -1
                at = None if base is None else base * (1 + sign * at / 100)
            if at is not None and at > 0:
                yield from (at, at * (1 - STEP), at * (1 + STEP))


def cases(key: Key) -> Iterator[dict[str, str]]:
    for unit in units(key):
        for case in references(key, unit):
            for value in sorted(set(values_at_bounds(key, case))):
                yield case | {"value": written(value)}
