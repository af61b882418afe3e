"""What holds for any adverse events: bands add up, groups part the whole, intervals contain."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.baseline.derive import derive_factors
from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.exposure import poisson_rate
from core.analysis.toxicity.groups import compare_events
from core.options import ToxicityOptions
from core.rules.ctcae import ae_terms, folded
from core.rules.ctcae_matching import propose_terms
from core.schema import StudyData, typed_frame

NAMES = ("Nausea", "呕吐", "腹痛", "Anaemia", "Fatigue", "Hiccups")


def study(seed: int) -> StudyData:
    rng = np.random.default_rng(seed)
    people = [f"P{n}" for n in range(8)]
    patients = pd.DataFrame(
        {
            "patient_id": people,
            "first_haic_date": "2021-03-01",
            "sex": np.array(["M", "F"])[rng.integers(0, 2, 8)],
        }
    )
    size = int(rng.integers(0, 40))
    days = pd.Timestamp("2021-03-01") + pd.to_timedelta(rng.integers(-20, 60, size), unit="D")
    events = pd.DataFrame(
        {
            "patient_id": np.array(people)[rng.integers(0, 8, size)],
            "ae_term": np.array(NAMES)[rng.integers(0, len(NAMES), size)],
            "ae_grade": rng.integers(1, 6, size),
            "ae_start": days,
            "ae_related": np.array(["RELATED", "NOT_RELATED"])[rng.integers(0, 2, size)],
        }
    )
    return StudyData(
        {
            "patients": typed_frame("patients", patients),
            "adverse_events": typed_frame("adverse_events", events),
        }
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), emergent=st.booleans(), related=st.booleans())
def test_counts_are_consistent_whatever_the_filters(
    seed: int, emergent: bool, related: bool
) -> None:
    data = study(seed)
    options = ToxicityOptions(treatment_emergent=emergent, related_only=related)
    table = tabulate_adverse_events(data, options)
    for row in (*table.rows, *table.soc_rows):
        parts = (row.grade_1_2.count, row.grade_3_4.count, row.grade_5.count)
        assert sum(parts) == row.any.count <= table.n_patients
    by_rule = table.overall_bands
    parts = (by_rule.grade_1_2.count, by_rule.grade_3_4.count, by_rule.grade_5.count)
    assert table.overall_worst.any.count == by_rule.any.count <= sum(parts)
    counts = [row.any.count for row in table.rows]
    assert max(counts, default=0) <= by_rule.any.count
    # Every record is counted or set aside; nothing is lost.
    records = data.table("adverse_events")
    assert len(table.events) + len(table.set_aside) == len(records)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_groups_part_the_patients_of_each_row(seed: int) -> None:
    data = study(seed)
    table = tabulate_adverse_events(data)
    grouped = compare_events(table, derive_factors(data), "sex")
    for whole, row in zip(table.rows, grouped.rows, strict=True):
        assert sum(count.count for count in row.counts) == whole.any.count
        for one in row.comparisons:
            assert one.difference is not None
            assert one.difference_low is not None
            assert one.difference_high is not None
            assert one.difference_low <= one.difference <= one.difference_high


@given(count=st.integers(0, 400), exposure=st.floats(0.01, 1e4))
def test_poisson_interval_contains_the_rate(count: int, exposure: float) -> None:
    found = poisson_rate(count, exposure)
    assert found.rate is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.rate <= found.high
    assert (found.low == 0) == (count == 0)


@given(name=st.text(max_size=40))
def test_proposals_are_known_terms_with_a_share_of_one(name: str) -> None:
    for one in propose_terms(name):
        assert one.term in ae_terms()
        assert 0 < one.score <= 1
    assert propose_terms(name) == propose_terms(f" {folded(name)} ")
