"""Guyot's reconstruction on curves made from known patients; landmarks and truncation."""

import numpy as np
import pytest

from core.analysis.survival.guyot import reconstruct_curve
from core.analysis.survival.quantiles import first_crossing
from core.analysis.survival.steps import product_limit
from core.analysis.survival.windows import from_landmark, truncated
from core.errors import NotComputable


def known_patients(seed, n=150):
    draw = np.random.default_rng(seed)
    death, loss = draw.exponential(14.0, n), draw.uniform(2.0, 40.0, n)
    return np.minimum(death, loss), death <= loss


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("knows_events", [True, False])
def test_reconstruction_of_known_patients_gives_their_curve(seed, knows_events):
    time, event = known_patients(seed)
    steps = product_limit(time, event)
    at = np.arange(0.0, 30.0, 6.0)
    left = [int((time >= start).sum()) for start in at]
    rebuilt = reconstruct_curve(
        steps.time, steps.survival, at, left, events=int(event.sum()) if knows_events else None
    )
    assert rebuilt.n == time.size
    assert abs(rebuilt.events - event.sum()) <= 3
    assert rebuilt.largest_gap < 0.03
    again = product_limit(rebuilt.time, rebuilt.is_event)
    median = first_crossing(steps.time, steps.survival, 0.5)
    assert first_crossing(again.time, again.survival, 0.5) == pytest.approx(median, rel=0.06)


def test_reconstruction_with_slips_of_the_hand_stays_a_curve():
    rebuilt = reconstruct_curve(
        [6, 2, 4, 4, 9], [0.5, 0.9, 0.7, 0.72, 0.51], [0, 5], [20, 14], events=10
    )
    assert rebuilt.n == 20
    assert rebuilt.events == 10


@pytest.mark.parametrize(
    ("time", "survival", "risk_time", "n_risk", "code"),
    [
        ([1], [0.5], [0], [9], "guyot_points"),
        ([1, 2], [0.5], [0], [9], "guyot_points"),
        ([1, 2], [0.5, 1.2], [0], [9], "guyot_range"),
        ([-1, 2], [0.5, 0.2], [0], [9], "guyot_range"),
        ([1, 2], [0.5, 0.2], [1], [9], "guyot_risk"),
        ([1, 2], [0.5, 0.2], [0, 2], [9, 12], "guyot_risk"),
        ([1, 2], [0.5, 0.2], [], [], "guyot_risk"),
    ],
)
def test_reconstruction_of_unusable_points_says_why(time, survival, risk_time, n_risk, code):
    with pytest.raises(NotComputable) as error:
        reconstruct_curve(time, survival, risk_time, n_risk)
    assert error.value.code == code


def test_landmark_keeps_patients_still_followed_up_and_restarts_their_clock():
    time, event, kept = from_landmark([1.0, 3.0, 3.0, 5.0, 8.0], [1, 1, 0, 0, 1], 3.0)
    assert time.tolist() == [2.0, 5.0]
    assert event.tolist() == [False, True]
    assert kept.tolist() == [False, False, False, True, True]


def test_landmark_of_zero_keeps_everybody():
    time, _, kept = from_landmark([0.0, 4.0], [1, 1], 0.0)
    assert time.tolist() == [0.0, 4.0]
    assert kept.all()


def test_truncation_keeps_an_event_on_the_day_itself():
    time, event = truncated([2.0, 6.0, 9.0], [1, 1, 1], 6.0)
    assert time.tolist() == [2.0, 6.0, 6.0]
    assert event.tolist() == [True, True, False]
