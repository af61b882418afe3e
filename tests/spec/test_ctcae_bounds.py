"""Both sides of every bound of every laboratory term, by a second reading of the table.

Each term's cases go through the engine together; some go singly, by the reader of the shared
vectors, so that it is tested alike.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import pytest

from core.analysis.toxicity.grading import find_term, grade_values
from tests.ctcae_reading import (
    BY_NUMBER,
    NUMERIC,
    TERMS,
    Grades,
    Key,
    Row,
    blank,
    cases,
    expected,
    fact_of,
    references,
    units,
    values_at_bounds,
    written,
)
from tests.golden.test_ctcae_vectors import FACTS, grade

EVERY = 97
"""One case of so many is also graded singly."""


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
