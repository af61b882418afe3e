"""Competing risks against cmprsk's printed results for the bone marrow transplant data.

Data: 177 patients with acute leukaemia, relapse (1) and death in remission (2); Scrucca,
Santucci & Aversa 2010, Bone Marrow Transplant 45:1388 (bmtcrr). The expected numbers are the
printed output of R's cuminc() and crr() for them.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analysis.survival.curve import estimate_curve
from core.analysis.survival.fine_gray import fit_fine_gray
from core.analysis.survival.gray import compare_incidence
from core.analysis.survival.incidence import estimate_incidence
from core.options import SurvivalOptions

TIMES = (20.0, 40.0, 60.0, 80.0, 100.0)
OPTIONS = SurvivalOptions(landmark_months=TIMES)
INCIDENCE = {
    ("ALL", 1): [0.3713851, 0.3875571, 0.3875571, 0.3875571, 0.3875571],
    ("AML", 1): [0.2414530, 0.2663827, 0.2810390, 0.2810390, 0.2810390],
    ("ALL", 2): [0.3698630, 0.3860350, 0.3860350, 0.3860350, 0.3860350],
    ("AML", 2): [0.4439103, 0.4551473, 0.4551473, 0.4551473, 0.4551473],
}
GRAY = {1: (2.8623325, 0.09067592), 2: (0.4481279, 0.50322531)}
CRR = {
    "Sex": (0.0494, 0.2867, 0.599, 1.84),
    "D": (-0.4860, 0.3040, 0.339, 1.12),
    "Phase": (0.4144, 0.1194, 1.198, 1.91),
    "Age": (-0.0174, 0.0118, 0.960, 1.01),
    "Source": (0.9526, 0.5469, 0.888, 7.57),
}


@pytest.fixture(scope="module")
def patients():
    return pd.read_csv(Path(__file__).with_name("competing_bmt_177.csv"))


@pytest.mark.parametrize(("disease", "cause"), INCIDENCE)
def test_incidence_of_transplant_data_equals_cuminc(patients, disease, cause):
    inside = patients[patients["D"] == disease]
    curve = estimate_incidence(inside["ftime"], inside["Status"], options=OPTIONS)
    found = [mark.estimate for mark in curve.causes[cause - 1].landmarks]
    assert found == pytest.approx(INCIDENCE[disease, cause], abs=6e-8)


@pytest.mark.parametrize("cause", GRAY)
def test_gray_test_of_transplant_data_equals_cuminc(patients, cause):
    test = compare_incidence(
        patients["ftime"], patients["Status"], patients["D"], of_interest=cause
    )
    statistic, p = GRAY[cause]
    assert test.chi2 == pytest.approx(statistic, abs=6e-8)
    assert test.p == pytest.approx(p, abs=6e-9)
    assert test.df == 1


def test_fine_gray_of_transplant_data_equals_crr(patients):
    names = list(CRR)
    numbers = patients.copy()
    for name in ("Sex", "D", "Phase", "Source"):
        numbers[name] = pd.Categorical(patients[name]).codes + 1
    model = fit_fine_gray(numbers[names], patients["ftime"], patients["Status"], names)
    for term in model.terms:
        b, se, low, high = CRR[term.name]
        assert term.b == pytest.approx(b, abs=5.1e-5)
        assert term.se == pytest.approx(se, abs=5.1e-5)
        assert term.low == pytest.approx(low, abs=5.1e-4)
        assert term.high == pytest.approx(high, abs=5.1e-3)
    assert model.loglik == pytest.approx(-267, abs=0.5)
    assert 2 * (model.loglik - model.loglik0) == pytest.approx(23.6, abs=0.05)


def test_fine_gray_without_other_events_or_ties_equals_cox(patients):
    from core.analysis.survival.cox import fit_cox

    draw = np.random.default_rng(5)
    time, x = draw.exponential(1.0, 80), draw.normal(size=(80, 2))
    event = draw.random(80) < 0.7
    model = fit_fine_gray(x, time, event.astype(int), ["a", "b"])
    cox = fit_cox(x, time, event, ["a", "b"])
    for term, other in zip(model.terms, cox.terms, strict=True):
        assert term.b == pytest.approx(other.b, abs=1e-9)
    assert model.loglik == pytest.approx(cox.loglik, abs=1e-8)


def test_incidence_without_other_events_equals_one_minus_kaplan_meier(patients):
    event = patients["Status"] == 1
    one = estimate_incidence(patients["ftime"], event.astype(int), options=OPTIONS)
    km = estimate_curve(patients["ftime"], event, options=OPTIONS)
    assert np.allclose(one.causes[0].incidence, 1 - km.survival, rtol=0, atol=1e-12)
    assert np.allclose(one.causes[1].incidence, 0, rtol=0, atol=0)


def test_incidence_of_all_causes_and_event_free_add_up_to_one(patients):
    curve = estimate_incidence(patients["ftime"], patients["Status"], options=OPTIONS)
    total = sum(cause.incidence for cause in curve.causes) + curve.event_free
    assert np.allclose(total, 1, rtol=0, atol=1e-12)


def test_incidence_without_censoring_has_binomial_variance():
    # All followed up to the end, no ties: F(t) is a share of patients.
    time, cause = np.arange(1.0, 21.0), np.array([1, 2] * 10)
    curve = estimate_incidence(time, cause, options=SurvivalOptions())
    share = curve.causes[0].incidence
    assert np.allclose(share, np.cumsum(cause == 1) / 20, rtol=0, atol=1e-12)
    binomial = np.sqrt(share * (1 - share) / 20)
    assert np.allclose(curve.causes[0].std_err[:-2], binomial[:-2], rtol=0.08, atol=0)


def test_gray_test_by_unrelated_group_keeps_its_level():
    draw = np.random.default_rng(11)
    rejected = 0
    for _ in range(400):
        time, cause = draw.exponential(1.0, 90), draw.integers(0, 3, 90)
        rejected += compare_incidence(time, cause, draw.integers(0, 3, 90)).p < 0.05
    assert 8 <= rejected <= 34
