"""Events after missed visits, censored on request."""

from __future__ import annotations

import pytest

from core.analysis.endpoints.timeline import Timeline, measure
from core.rules.endpoints import endpoint_rules

PFS = endpoint_rules()["pfs"]


@pytest.mark.parametrize(
    ("progression", "expected"), [(154, (154, True)), (155, (42, False)), (90, (90, True))]
)
def test_event_after_more_than_two_planned_intervals_is_censored(
    progression: int, expected: tuple[int, bool]
) -> None:
    timeline = Timeline(0, progression=progression, evaluable=(42,))
    found = measure(PFS, timeline, missed_visit_days=56)
    assert found is not None
    assert (found.end, found.is_event) == expected


def test_event_after_missed_visits_counts_by_default() -> None:
    found = measure(PFS, Timeline(0, progression=400, evaluable=(42,)))
    assert found is not None
    assert (found.end, found.is_event) == (400, True)


def test_death_without_any_scan_after_a_long_gap_is_censored_at_the_start() -> None:
    found = measure(PFS, Timeline(1, death=201), missed_visit_days=56)
    assert found is not None
    assert (found.end, found.is_event) == (1, False)
    assert found.reason.code == "endpoints.reason.censored_missed_visits"


def test_overall_survival_knows_no_missed_visits() -> None:
    found = measure(endpoint_rules()["os"], Timeline(0, death=400), missed_visit_days=28)
    assert found is not None
    assert found.is_event
