"""Competing risks and searches on inputs that can't give a number: a reason, no traceback."""

import numpy as np
import pytest

from core.analysis.survival.cut_search import search_cut
from core.analysis.survival.fine_gray import fit_fine_gray
from core.analysis.survival.gray import compare_incidence
from core.analysis.survival.incidence import estimate_incidence
from core.analysis.survival.pairwise import compare_pairs
from core.analysis.survival.permutation import permute_logrank
from core.errors import EmptyCohort, NotComputable
from core.options import SurvivalOptions

OPTIONS = SurvivalOptions()
TIMES = {
    "all_censored": ([1.0, 2, 3, 4], [0, 0, 0, 0]),
    "single_event": ([1.0, 2, 3, 4], [0, 1, 0, 0]),
    "ties_everywhere": ([3.0, 3, 3, 3], [1, 2, 1, 0]),
    "times_of_zero": ([0.0, 0, 0, 0], [1, 1, 2, 0]),
    "one_patient": ([2.0], [1]),
}


@pytest.mark.parametrize("name", TIMES)
def test_incidence_of_degenerate_input_stays_within_zero_and_one(name):
    time, cause = TIMES[name]
    curve = estimate_incidence(time, cause, options=OPTIONS)
    for one in curve.causes:
        assert ((one.incidence >= 0) & (one.incidence <= 1)).all()
        assert np.isfinite(one.std_err).all()


@pytest.mark.parametrize("day", [0.0, 6.0])
def test_events_all_on_one_day_have_no_subdistribution_error(day):
    x = np.array([0.0, 1, 0, 1])[:, None]
    model = fit_fine_gray(x, [day] * 4, [1, 1, 1, 1], ["x"])
    assert model.terms[0].hr is None
    assert model.terms[0].message.code == "survival.subdistribution_no_error"


@pytest.mark.parametrize("name", TIMES)
def test_tests_of_degenerate_input_give_a_number_or_a_reason(name):
    time, cause = TIMES[name]
    group = (["a", "b"] * 2)[: len(time)]
    event = [int(what == 1) for what in cause]
    value = list(range(len(time)))
    gray = compare_incidence(time, cause, group)
    permuted = permute_logrank(time, event, group)
    searched = search_cut(time, event, value, permutations=99)
    model = fit_fine_gray(np.array(value, float)[:, None], time, cause, ["x"])
    assert gray.p is not None or gray.messages
    assert permuted.p is not None or permuted.messages
    assert searched.p_permutation is not None or searched.messages
    assert model.terms[0].b is not None or model.terms[0].message
    for pair in compare_pairs(time, event, group):
        assert pair.test.p is not None or pair.test.messages


def test_one_level_only_is_said_by_every_comparison():
    time, cause = [1, 2, 3], [1, 1, 0]
    assert compare_incidence(time, cause, ["a"] * 3).messages[0].code.endswith("one_level_only")
    assert permute_logrank(time, cause, ["a"] * 3).messages[0].code.endswith("one_level_only")
    assert compare_pairs(time, cause, ["a"] * 3) == ()


@pytest.mark.parametrize(
    ("time", "event"), [([6, 6, 6, 6], [1, 1, 1, 1]), ([0, 0, 0, 0], [1, 1, 1, 1])]
)
def test_cut_is_not_searched_where_all_times_are_alike(time, event):
    found = search_cut(time, event, [1, 2, 3, 4])
    assert found.cut is None
    assert found.messages[-1].code == "survival.cut_all_alike"


def test_cut_of_a_constant_is_not_searched():
    found = search_cut([1, 2, 3], [1, 1, 1], [5, 5, 5])
    assert found.cut is None
    assert found.messages[-1].code == "survival.cut_no_candidates"


def test_missing_levels_and_covariates_are_counted():
    time, cause = [1, 2, 3, 4, 5, 6], [1, 2, 1, 1, 0, 1]
    group = ["a", None, "b", "a", "b", "b"]
    assert compare_incidence(time, cause, group).n == 5
    x = np.array([[0.0], [1], [np.nan], [1], [0], [1]])
    assert fit_fine_gray(x, time, cause, ["x"]).n_missing == 1


def test_subdistribution_of_a_perfect_separator_is_told_not_printed():
    time, cause = np.arange(1.0, 11), np.array([1] * 5 + [2] * 5)
    model = fit_fine_gray((cause == 1)[:, None].astype(float), time, cause, ["x"])
    assert model.terms[0].b is None
    assert model.terms[0].message.code == "survival.subdistribution_infinite"


def test_no_patients_and_unknown_causes_are_refused():
    with pytest.raises(EmptyCohort):
        estimate_incidence([], [], options=OPTIONS)
    with pytest.raises(NotComputable) as error:
        estimate_incidence([1, 2], [1, 3], options=OPTIONS)
    assert error.value.code == "survival_cause_unknown"
    with pytest.raises(NotComputable):
        estimate_incidence([-1, 2], [1, 0], options=OPTIONS)
    with pytest.raises(NotComputable):
        estimate_incidence([np.nan, 2], [1, 0], options=OPTIONS)
