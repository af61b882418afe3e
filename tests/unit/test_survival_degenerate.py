"""Input that has no answer: a coded error or a message, never a number out of thin air."""

import numpy as np
import pandas as pd
import pytest

from core.analysis.survival.comparison import compare_factors, fit_multivariable
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.curve import estimate_curve, estimate_curves
from core.analysis.survival.firth import fit_firth
from core.analysis.survival.logrank import compare_curves
from core.analysis.survival.mean_time import estimate_rmst
from core.analysis.survival.zph import test_proportional_hazards as proportional_hazards
from core.errors import EmptyCohort, NotComputable
from core.options import SurvivalOptions
from core.text.catalogue import LANGUAGES, say_error

OPTIONS = SurvivalOptions()
FIRST = SurvivalOptions(median_rule="first")


def codes(messages):
    return {message.code.removeprefix("survival.") for message in messages}


@pytest.mark.parametrize(
    ("time", "event", "code"),
    [
        ([1.0, -0.5], [1, 0], "survival_time_negative"),
        ([1.0, np.nan], [1, 0], "survival_time_missing"),
        ([1.0, np.inf], [1, 0], "survival_time_missing"),
        ([1.0, 2.0], [1, 2], "survival_event_code"),
        ([1.0, 2.0], [1, np.nan], "survival_event_code"),
        ([1.0, 2.0], ["yes", "no"], "survival_event_code"),
        ([1.0, 2.0], [1], "survival_lengths_differ"),
    ],
)
def test_times_or_codes_that_are_wrong_are_refused_with_a_sentence(time, event, code):
    with pytest.raises(NotComputable) as refused:
        estimate_curve(time, event, options=OPTIONS)
    assert refused.value.code == code
    assert all(say_error(refused.value, language) for language in LANGUAGES)
    for method in (fit_cox, fit_firth, proportional_hazards):
        with pytest.raises(NotComputable):
            method([[0.0], [1.0]], time, event, ["x"])
    with pytest.raises(NotComputable):
        compare_curves(time, event, ["a", "b"])


def test_curve_of_nobody_is_refused():
    with pytest.raises(EmptyCohort):
        estimate_curve([], [], options=OPTIONS)


def test_tests_and_models_of_nobody_give_messages():
    assert compare_curves([], [], []).chi2 is None
    cox = fit_cox(np.zeros((0, 1)), [], [], ["x"])
    assert cox.terms[0].b is None
    assert "no_complete_cases" in codes(cox.messages)
    assert fit_firth(np.zeros((0, 1)), [], [], ["x"]).terms[0].hr is None
    model = fit_multivariable(
        pd.DataFrame({"ecog": []}), ["ecog"], {"ecog": ("0", "1")}, [], [], OPTIONS
    )
    assert model.terms == ()


def test_curve_without_events_has_no_median_and_no_mean():
    curve = estimate_curve([1, 2, 3], [0, 0, 0], options=OPTIONS)
    assert curve.median.estimate is None
    assert curve.mean.estimate is None
    assert "no_events" in codes(curve.messages)
    assert curve.follow_up.estimate == 2


def test_curve_of_one_death_drops_to_zero():
    curve = estimate_curve([5.0], [1], options=FIRST)
    assert curve.median.estimate == 5
    assert (curve.median.low, curve.median.std_err) == (None, None)
    assert np.isnan(curve.low).all()


def test_curve_with_deaths_at_time_zero_starts_lower():
    curve = estimate_curve([0, 0, 2, 3], [1, 1, 1, 0], options=OPTIONS)
    assert curve.survival.tolist() == pytest.approx([0.5, 0.25, 0.25])
    assert curve.median.estimate == 1


def test_median_on_flat_half_to_the_end_is_halved_at_last_time():
    curve = estimate_curve([2, 4, 8, 8], [1, 1, 0, 0], options=OPTIONS)
    assert curve.median_midpoint.estimate == 6
    assert curve.median_first.estimate == 4


@pytest.mark.parametrize("n", range(2, 402, 2))
def test_median_of_even_number_without_censoring_is_exact_whatever_the_rounding(n):
    curve = estimate_curve(np.arange(1, n + 1), np.ones(n, bool), options=OPTIONS)
    assert curve.median_first.estimate == n / 2
    assert curve.median_midpoint.estimate == n / 2 + 0.5


def test_landmark_beyond_follow_up_is_unknown_with_a_reason():
    curve = estimate_curve([2, 4, 5], [1, 0, 0], options=OPTIONS)
    assert curve.landmarks[0].estimate is None
    assert curve.landmarks[0].at_risk == 0
    assert curve.landmarks[0].message.code == "survival.landmark_beyond_follow_up"


def test_landmark_after_everybody_died_is_zero():
    curve = estimate_curve([2, 4], [1, 1], options=OPTIONS)
    assert curve.landmarks[1].estimate == 0
    assert curve.landmarks[1].low is None


def test_landmark_before_first_event_is_one():
    curve = estimate_curve([20, 40], [1, 1], options=OPTIONS)
    assert (curve.landmarks[0].estimate, curve.landmarks[0].at_risk) == (1, 2)


def test_rmst_beyond_follow_up_is_unknown_with_a_reason():
    curve = estimate_curve([2, 4, 5], [1, 0, 0], options=OPTIONS, rmst_tau=9)
    assert curve.rmst.estimate is None
    assert curve.rmst.message.code == "survival.rmst_beyond_follow_up"
    assert estimate_rmst(curve, 5).estimate == pytest.approx(2 + 3 * 2 / 3)


def test_curves_by_group_leave_out_missing_levels_and_empty_ones():
    found = estimate_curves(
        [1, 2, 3], [1, 1, 1], ["a", None, "c"], levels=("a", "b", "c"), options=OPTIONS
    )
    assert [(group.level, group.curve.n) for group in found] == [("a", 1), ("c", 1)]


@pytest.mark.parametrize("weights", ["logrank", "gehan", "tarone-ware", "peto"])
def test_logrank_of_one_group_gives_a_reason(weights):
    test = compare_curves([1, 2], [1, 1], ["a", "a"], weights=weights)
    assert (test.chi2, test.p) == (None, None)
    assert codes(test.messages) == {"one_level_only"}


def test_logrank_without_events_or_information_gives_a_reason():
    assert codes(compare_curves([1, 2], [0, 0], ["a", "b"]).messages) == {"no_events"}
    late = compare_curves([1, 2, 3], [0, 0, 1], ["a", "a", "b"])
    assert codes(late.messages) == {"logrank_no_information"}


def test_logrank_with_group_that_left_before_the_first_event_drops_it():
    test = compare_curves([1, 5, 6, 7, 8], [0, 1, 1, 1, 1], ["a", "b", "c", "b", "c"])
    assert test.df == 1
    assert test.chi2 is not None


def test_cox_with_perfect_separation_names_the_patients_and_keeps_the_others():
    x = np.array([[1, 0], [1, 1], [0, 1], [0, 0], [0, 1], [0, 0]], dtype=float)
    model = fit_cox(x, [1, 2, 3, 4, 5, 6], [1] * 6, ["ecog1", "other"])
    first, other = model.terms
    assert first.b is None
    assert dict(first.message.facts) == {"name": "ecog1", "n": 2}
    assert first.message.code == "survival.term_died_first"
    assert other.b is not None
    assert not model.converged
    assert model.lr.df == 2
    assert model.wald.statistic is None
    firth = fit_firth(x, [1, 2, 3, 4, 5, 6], [1] * 6, ["ecog1", "other"])
    assert 1 < firth.terms[0].hr < np.inf
    assert firth.converged


@pytest.mark.parametrize(
    ("column", "events", "code"),
    [
        ([0, 0, 1, 1, 0], [1, 1, 0, 0, 1], "term_no_events"),
        ([1, 1, 0, 0, 0], [1, 1, 0, 0, 0], "term_no_events_without"),
        ([0, 0, 0, 1, 1], [1, 1, 1, 1, 1], "term_died_last"),
        ([5, 4, 3, 2, 1], [1, 1, 1, 1, 1], "term_separates"),
        ([1, 1, 1, 1, 1], [1, 1, 1, 1, 1], "term_constant"),
        ([1, 0, 1, 0, 1], [0, 0, 0, 0, 0], "no_events"),
        ([1, 0, 0, 0, 0], [0, 1, 1, 1, 1], "term_no_contrast"),
    ],
)
def test_cox_without_finite_coefficient_says_why(column, events, code):
    model = fit_cox(np.array(column, float)[:, None], [1, 2, 3, 4, 5], events, ["x"])
    assert model.terms[0].b is None
    assert code in codes(model.messages)


def test_cox_with_repeated_column_keeps_the_first():
    x = np.array([[1, 2], [0, 0], [1, 2], [0, 0], [1, 2]], dtype=float)
    model = fit_cox(x, [1, 2, 5, 4, 3], [1] * 5, ["a", "twice a"])
    assert model.terms[0].b is not None
    assert model.terms[1].message.code == "survival.term_repeats_others"
    assert model.lr.df == 1


def test_cox_with_missing_covariates_counts_them():
    model = fit_cox([[1.0], [np.nan], [0.0], [1.0]], [1, 2, 3, 4], [1] * 4, ["x"])
    assert (model.n, model.n_missing) == (3, 1)
    assert model.rows.tolist() == [0, 2, 3]
    assert "missing_left_out" in codes(model.messages)


def test_cox_of_huge_and_tiny_units_gives_the_same_ratio_per_unit():
    x = np.array([1.0, 0, 3, 2, 5, 4, 7, 1])[:, None]
    time, event = [3, 8, 2, 7, 1, 4, 5, 6], [1, 1, 1, 0, 1, 1, 1, 1]
    b = fit_cox(x, time, event, ["x"]).terms[0].b
    for factor in (1e-7, 1e7):
        assert fit_cox(x * factor, time, event, ["x"]).terms[0].b * factor == pytest.approx(b)


def test_proportionality_without_estimable_terms_gives_a_reason():
    test = proportional_hazards([[1.0], [1.0]], [1, 2], [1, 1], ["x"])
    assert test.terms[0].p is None
    assert codes(test.messages) == {"zph_no_terms"}
    zero = proportional_hazards(
        [[1.0], [0.0], [1.0], [0.0]], [0, 3, 2, 1], [1] * 4, ["x"], transform="log"
    )
    assert codes(zero.messages) == {"zph_log_of_zero"}


def test_factor_with_one_level_missing_values_or_nobody_is_told():
    frame = pd.DataFrame(
        {"ecog": ["0", "0", None], "sex": [None] * 3, "age": ["<50", ">=50", "unknown"]},
        dtype=object,
    )
    levels = {"ecog": ("0", "1"), "sex": ("male", "female"), "age": ("<50", ">=50")}
    ecog, sex, age = compare_factors(frame, [1, 2, 3], [1, 1, 1], levels=levels, options=OPTIONS)
    assert codes(ecog.messages) == {"factor_missing", "factor_one_level"}
    assert (ecog.logrank, ecog.n, ecog.n_missing) == (None, 2, 1)
    assert ecog.levels[1].message.code == "survival.level_empty"
    assert "factor_nobody" in codes(sex.messages)
    assert "level_unlisted" in codes(age.messages)


def test_factor_unknown_to_the_table_is_refused():
    with pytest.raises(NotComputable):
        compare_factors(
            pd.DataFrame({"a": ["x"]}), [1], [1], levels={"b": ("x", "y")}, options=OPTIONS
        )


def test_factor_whose_reference_is_empty_takes_another():
    frame = pd.DataFrame({"ecog": ["1", "2", "1", "2"]})
    levels = {"ecog": ("0", "1", "2")}
    row = compare_factors(frame, [1, 2, 3, 4], [1] * 4, levels=levels, options=OPTIONS)[0]
    assert [level.is_reference for level in row.levels] == [False, True, False]
    assert "reference_empty" in codes(row.messages)
    model = fit_multivariable(frame, ["ecog"], levels, [1, 2, 3, 4], [1] * 4, OPTIONS)
    assert [(term.term, term.reference) for term in model.terms] == [("ecog=2", "1")]


def test_multivariable_with_separation_tells_of_the_level_and_shows_firth():
    frame = pd.DataFrame({"ecog": list("110000"), "sex": ["male", "female"] * 3})
    levels = {"ecog": ("0", "1"), "sex": ("male", "female")}
    model = fit_multivariable(frame, list(levels), levels, [1, 2, 3, 5, 4, 6], [1] * 6, OPTIONS)
    ecog = model.terms[0]
    assert ecog.hr is None
    assert ecog.message.code == "survival.level_died_first"
    assert ecog.firth_hr > 1
    assert {"few_events_per_variable", "level_died_first"} <= codes(model.messages)
    assert not any(code.startswith("term_") for code in codes(model.messages))
