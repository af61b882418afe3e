"""Laboratory grades against the shared CTCAE v5.0 vectors."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from core.analysis.toxicity.single import grade_value
from core.results.toxicity import ValueGrade

VECTORS = Path(os.environ.get("ARTERIA_VECTORS", Path(__file__).parents[1] / "vectors"))
FACTS = {
    "symptomatic": "symptomatic",
    "anticoag": "on_anticoagulation",
    "on_anticoagulation": "on_anticoagulation",
    "intervention": "intervention",
    "physio": "physiologic_consequences",
    "physiologic_consequences": "physiologic_consequences",
    "fever_over_24h": "fever_over_24h",
    "over_24h": "fever_over_24h",
}


def cases() -> Iterator[dict[str, str]]:
    for path in sorted(VECTORS.glob("ctcae_*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["ambiguous"] != "1":
                    yield row


def grade(row: Mapping[str, str], *, worst_case: bool = False) -> ValueGrade:
    def number(name: str) -> list[float] | None:
        return [float(row[name])] if row[name] else None

    facts = json.loads(row["flags"]) if row["flags"] else {}
    value: float | str | None = row["value"] or None
    if value is not None and row["analyte"] != "UPROT_DIP":
        value = float(value)
    return grade_value(
        row["ctcae_term"],
        row["analyte"],
        row["direction"],  # type: ignore[arg-type]
        value,
        unit=row["unit"],
        lln=number("lln"),
        uln=number("uln"),
        baseline=number("baseline"),
        baseline_abnormal=number("baseline_abnormal"),
        percent_change=number("pct_change_from_baseline"),
        is_baseline=row["is_baseline_record"] == "1",
        facts={FACTS.get(name, name): [float(state)] for name, state in facts.items()},
        worst_case=worst_case,
    )


@pytest.mark.parametrize("row", list(cases()), ids=lambda row: row["id"])
def test_lab_grade_shared_vector_equals_expected(row: dict[str, str]) -> None:
    result = grade(row)
    assert result.status == row["expected_status"]
    if result.status == "GRADED":
        assert (result.grade_min, result.grade_max) == (
            int(row["expected_min"]),
            int(row["expected_max"]),
        )
        assert grade(row, worst_case=True).grade_min == int(row["expected_max"])
    else:
        assert (result.grade_min, result.grade_max) == (None, None)
        assert result.reason is not None
    if "implausible" in row["note"]:
        assert "IMPLAUSIBLE_UNIT" in result.flags
