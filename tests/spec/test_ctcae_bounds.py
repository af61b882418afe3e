"""Both sides of every bound of every laboratory term, by a second reading of the table.

The table is read here once more, row by row and with exact fractions: nothing of the engine's
reading, its arrays or its tolerance is used to say what is expected. Each case goes through the
form of the shared vectors, so that the reader of those is tested alike.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from core.analysis.toxicity.grading import find_term, grade_values
from core.results.toxicity import Direction
from tests.golden.test_ctcae_vectors import FACTS, grade

TABLE = Path(__file__).parents[2] / "core" / "rules" / "ctcae5_labs.csv"
Row = Mapping[str, str]
Key = tuple[str, str, Direction]
Grades = tuple[int, int]
EVERY = 97
"""One case of so many is also graded singly."""
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


def checked_together(key: Key, cases: Sequence[Row], wanted: Sequence[Grades | None]) -> None:
    """All cases of a term in one call, as a study's results are graded; some also singly."""
    fact = fact_of(key)
    stated = [json.loads(case["flags"]).get(fact) if case["flags"] else None for case in cases]

    def numbers(name: str) -> list[float]:
        return [float(case[name]) if case[name] else math.nan for case in cases]

    found = grade_values(
        find_term(*key),
        numbers("value"),
        unit=[case["unit"] for case in cases],
        lln=numbers("lln"),
        uln=numbers("uln"),
        baseline=numbers("baseline"),
        baseline_abnormal=numbers("baseline_abnormal"),
        is_baseline=[case["is_baseline_record"] == "1" for case in cases],
        facts={FACTS[fact]: [math.nan if state is None else state for state in stated]}
        if fact
        else None,
    )
    low, high = found.grade_min.tolist(), found.grade_max.tolist()
    for at, case in enumerate(cases):
        assert (None if low[at] < 0 else (low[at], high[at])) == wanted[at], case
    for at in range(0, len(cases), EVERY):
        checked(key, dict(cases[at]), wanted[at])


def checked(key: Key, case: dict[str, str], wanted: Grades | None) -> None:
    row = dict(zip(("ctcae_term", "analyte", "direction"), key, strict=True)) | case
    found = grade(row)
    told = None if found.status == "UNGRADABLE" else (found.grade_min, found.grade_max)
    assert told == wanted, row


@pytest.mark.parametrize("key", BY_NUMBER, ids="-".join)
def test_grade_on_and_beside_every_bound_is_that_of_the_printed_row(key: Key) -> None:
    mine = list(cases(key))
    wanted = [expected(key, case) for case in mine]
    checked_together(key, mine, wanted)
    found = {grade for pair in wanted for grade in pair}
    # Every grade of the table was reached, and no grade at all.
    assert found >= {int(row["grade"]) for row in TERMS[key]} | {0}


@pytest.mark.parametrize("key", BY_NUMBER, ids="-".join)
def test_baseline_record_is_graded_by_the_normal_range_alone(key: Key) -> None:
    mine = []
    for unit in units(key):
        case = next(references(key, unit)) | {"baseline_abnormal": "1", "is_baseline_record": "1"}
        texts = sorted({written(value) for value in values_at_bounds(key, case)})
        mine += [case | {"value": value, "baseline": value} for value in texts]
    checked_together(key, mine, [expected(key, case) for case in mine])


@pytest.mark.parametrize("key", BY_NUMBER, ids="-".join)
def test_without_a_limit_of_normal_a_grade_stands_only_where_no_limit_could_change_it(
    key: Key,
) -> None:
    mine, wanted = [], []
    for case in cases(key):
        for name in ("lln", "uln"):
            answers = {
                expected(key, case | {name: limit}) for limit in ("0.000000001", "1000000000")
            }
            answers.add(expected(key, case))
            mine.append(case | {name: ""})
            wanted.append(answers.pop() if len(answers) == 1 else None)
    checked_together(key, mine, wanted)
    uses_range = any("LN" in row["reference"] + row["low"] + row["high"] for row in TERMS[key])
    assert (None in wanted) is uses_range
    assert any(wanted)


@pytest.mark.parametrize("key", BY_NUMBER, ids="-".join)
def test_missing_baseline_counts_as_normal_or_leaves_its_rows_out(key: Key) -> None:
    only_baseline = all(row["reference"].startswith("PCT") for row in TERMS[key])
    mine = [case | {"baseline": "", "baseline_abnormal": ""} for case in cases(key)]
    wanted: list[Grades | None] = []
    for case in mine:
        found = expected(key, case)
        is_measure = json.loads(case["flags"] or "{}").get("anticoag") and found == (0, 0)
        wanted.append(None if only_baseline or is_measure else found)
    checked_together(key, mine, wanted)


@pytest.mark.parametrize("key", BY_NUMBER, ids="-".join)
def test_unit_that_is_not_printed_or_missing_is_not_gradable(key: Key) -> None:
    case = next(cases(key))
    is_absolute = units(key) != [""]
    for unit in ("", "furlong"):
        if not is_absolute or (unit == "" and key[1] in {"INR", "PH"}):
            continue
        checked(key, case | {"unit": unit}, None)
    if not is_absolute:
        checked(key, case | {"unit": "furlong"}, expected(key, case))


@pytest.mark.parametrize("key", NUMERIC, ids="-".join)
def test_missing_value_is_not_gradable(key: Key) -> None:
    checked(key, blank(units(key)[0]) | {"lln": "1", "uln": "2", "baseline": "1"}, None)


@pytest.mark.parametrize("key", [key for key in TERMS if key not in NUMERIC], ids="-".join)
def test_term_without_numbers_is_never_graded_by_one(key: Key) -> None:
    for value in ("0.001", "1", "30", "100000"):
        checked(key, blank("mmol/L") | {"value": value, "lln": "2", "uln": "3"}, None)


@pytest.mark.parametrize(
    ("level", "wanted"),
    [
        ("NEG", 0), ("-", 0), ("阴性", 0), ("+/-", 0), ("±", 0),
        ("1+", 1), ("+", 1), ("2+", 2), ("++", 2), ("3+", 2), ("+++", 2), ("4+", 3), ("++++", 3),
    ],
)  # fmt: skip
def test_dipstick_has_one_grade_a_level(level: str, wanted: int) -> None:
    checked(
        ("Proteinuria", "UPROT_DIP", "high"),
        blank("dipstick") | {"value": level},
        (wanted, wanted),
    )


@pytest.mark.parametrize("reported", ["Hyperlipidemia", "Tumor lysis syndrome"])
def test_term_that_no_test_shows_needs_a_clinician(reported: str) -> None:
    checked((reported, "CHOL", "high"), blank("mmol/L") | {"value": "20", "uln": "5"}, None)


def test_products_awkward_in_binary_stay_on_their_side() -> None:
    bili = ("Blood bilirubin increased", "BILI", "high")
    case = blank("mg/dL") | {"uln": "1.2", "value": "3.6"}
    assert 3.0 * 1.2 != 3.6
    checked(bili, case, (2, 2))
    checked(bili, case | {"value": "3.600001"}, (3, 3))
    alt = ("Alanine aminotransferase increased", "ALT", "high")
    checked(alt, blank("U/L") | {"uln": "40", "value": "120"}, (1, 1))
    checked(alt, blank("U/L") | {"uln": "40", "value": "120.1"}, (2, 2))
