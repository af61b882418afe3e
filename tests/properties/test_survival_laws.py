"""What must hold for any cohort, however small or odd."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.survival.comparison import compare_factors, fit_multivariable
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.curve import estimate_curve
from core.analysis.survival.firth import fit_firth
from core.analysis.survival.logrank import compare_curves
from core.analysis.survival.second_engine import check_cox, check_curve, check_logrank
from core.analysis.survival.zph import test_proportional_hazards as proportional_hazards
from core.options import DAYS_PER_MONTH, SurvivalOptions
from core.text.catalogue import LANGUAGES, say

PATIENT = st.tuples(
    st.integers(0, 40), st.booleans(), st.integers(0, 1), st.integers(0, 2), st.integers(0, 3)
)
COHORTS = st.lists(PATIENT, min_size=1, max_size=30).map(lambda rows: np.array(rows, dtype=float))
INTERVALS = st.sampled_from(["plain", "log", "loglog"])


def parts(cohort):
    return cohort[:, 0], cohort[:, 1] == 1, cohort[:, 2:]


@given(COHORTS, INTERVALS)
def test_curve_of_any_cohort_never_rises_and_stays_within_limits(cohort, interval):
    time, event, _ = parts(cohort)
    curve = estimate_curve(time, event, options=SurvivalOptions(interval=interval))
    assert (np.diff(curve.survival) <= 1e-12).all()
    assert ((curve.survival >= 0) & (curve.survival <= 1)).all()
    known = np.isfinite(curve.low)
    assert (curve.low[known] <= curve.survival[known] + 1e-12).all()
    assert (curve.survival[known] <= curve.high[known] + 1e-12).all()
    assert curve.n_event.sum() == curve.events
    assert curve.n_risk[0] == curve.n


@given(COHORTS, st.randoms(use_true_random=False))
def test_curve_of_shuffled_rows_is_the_same(cohort, random):
    order = list(range(len(cohort)))
    random.shuffle(order)
    time, event, _ = parts(cohort)
    one = estimate_curve(time, event, options=SurvivalOptions())
    other = estimate_curve(time[order], event[order], options=SurvivalOptions())
    assert (one.survival == other.survival).all()
    assert one.median == other.median


@given(COHORTS)
def test_curve_in_days_and_in_months_is_the_same(cohort):
    time, event, _ = parts(cohort)
    days = estimate_curve(time, event, options=SurvivalOptions())
    months = estimate_curve(time / DAYS_PER_MONTH, event, options=SurvivalOptions())
    assert (days.survival == months.survival).all()
    if days.median.estimate is not None:
        assert abs(days.median.estimate / DAYS_PER_MONTH - months.median.estimate) < 1e-9


@given(COHORTS)
def test_logrank_of_any_cohort_has_equal_sums_of_observed_and_expected(cohort):
    time, event, x = parts(cohort)
    for weights in ("logrank", "gehan", "tarone-ware", "peto"):
        test = compare_curves(time, event, x[:, 1], weights=weights)
        observed = sum(group.observed for group in test.groups)
        expected = sum(group.expected for group in test.groups)
        assert abs(observed - expected) < 1e-8 * max(1, observed)
        assert test.chi2 is not None or test.messages
        assert test.p is None or 0 <= test.p <= 1


@settings(deadline=None, max_examples=60)
@given(COHORTS, st.sampled_from(["efron", "breslow"]))
def test_models_of_any_cohort_give_numbers_or_reasons(cohort, ties):
    time, event, x = parts(cohort)
    names = ["a", "b", "c"]
    cox = fit_cox(x, time, event, names, ties=ties)
    firth = fit_firth(x, time, event, names, ties=ties)
    for term in (*cox.terms, *firth.terms):
        assert (term.b is None) == (term.hr is None)
        assert term.b is not None or term.message is not None
        if term.low is not None and term.high is not None:
            assert term.low <= term.hr <= term.high
    said = [*cox.messages, *firth.messages]
    said += [t.message for t in (*cox.terms, *firth.terms) if t.message]
    test = proportional_hazards(x, time, event, names, ties=ties)
    for message in (*said, *test.messages):
        assert all(say(message, language) for language in LANGUAGES)


@settings(deadline=None, max_examples=40)
@given(COHORTS)
def test_tables_of_any_cohort_speak_both_languages(cohort):
    time, event, x = parts(cohort)
    frame = pd.DataFrame(
        {
            "ecog": [None if row[2] == 3 else str(int(row[0])) for row in x],
            "prior_lines": [("2", ">=3", "<2")[int(row[1])] for row in x],
        },
        dtype=object,
    )
    levels = {"ecog": ("0", "1", "2"), "prior_lines": ("2", ">=3", "<2")}
    options = SurvivalOptions()
    rows = compare_factors(frame, time, event, levels=levels, options=options)
    model = fit_multivariable(frame, list(levels), levels, time, event, options)
    messages = [m for row in rows for m in row.messages]
    messages += [level.message for row in rows for level in row.levels if level.message]
    messages += [*model.messages, *(term.message for term in model.terms if term.message)]
    for message in messages:
        for language in LANGUAGES:
            assert "@" not in say(message, language)
    for row in rows:
        assert sum(level.n for level in row.levels) == row.n


@settings(deadline=None, max_examples=30)
@given(COHORTS)
def test_second_engine_of_any_cohort_never_disagrees(cohort):
    time, event, x = parts(cohort)
    found = check_curve(estimate_curve(time, event, options=SurvivalOptions()), time, event)
    found += check_logrank(compare_curves(time, event, x[:, 0]), time, event, x[:, 0])
    model = fit_cox(x[:, :1], time, event, ["a"])
    found += check_cox(model, x[:, :1], time, event, ["a"])
    for one in found:
        assert one.agrees or one.not_compared_reason is not None, one
