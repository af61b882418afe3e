"""The published series of 24 patients, on the synthetic cohort that reproduces its tables."""

from pathlib import Path

import pandas as pd
import pytest

from core.analysis.survival.comparison import compare_factors, fit_multivariable
from core.analysis.survival.curve import estimate_curve
from core.options import DAYS_PER_MONTH, Convention, SurvivalOptions

LEVELS = {
    "age": ("<50", ">=50"),
    "sex": ("male", "female"),
    "prior_lines": ("2", ">=3"),
    "tumor_number": ("<5", ">=5"),
    "max_tumor_diameter_cm": ("<5", ">=5"),
    "extrahepatic_mets": ("no", "yes"),
    "ras_braf_status": ("wild-type", "mutant"),
    "ecog": ("0", "1"),
}
LOGRANK_P = {
    "age": 0.215,
    "sex": 0.338,
    "prior_lines": 0.280,
    "tumor_number": 0.023,
    "max_tumor_diameter_cm": 0.002,
    "extrahepatic_mets": 0.019,
    "ras_braf_status": 0.902,
}
COX = {
    "extrahepatic_mets": (0.565, 0.677),
    "tumor_number": (2.920, 1.155),
    "max_tumor_diameter_cm": (2.829, 1.284),
    "prior_lines": (-0.639, 0.640),
    "ras_braf_status": (0.158, 0.766),
    "ecog": (2.825, 1.329),
}
MEANS_ECOG = (16.7, 7.4)


@pytest.fixture(scope="module")
def cohort():
    return pd.read_csv(Path(__file__).with_name("survival_cohort_24.csv"), dtype={"ecog": str})


def overall(cohort):
    return cohort["os_days"] / DAYS_PER_MONTH, cohort["death_event"] == 1


def test_overall_survival_of_series_has_published_median_by_midpoint_only(cohort):
    curve = estimate_curve(*overall(cohort), options=SurvivalOptions())
    assert round(curve.median_midpoint.estimate, 1) == 13.6
    assert round(curve.median_first.estimate, 1) == 11.9
    assert curve.median is curve.median_midpoint


def test_overall_survival_of_series_has_published_rates(cohort):
    curve = estimate_curve(*overall(cohort), options=SurvivalOptions())
    assert [mark.estimate for mark in curve.landmarks] == pytest.approx([20 / 24, 12 / 24])
    assert (curve.n, curve.events) == (24, 23)


def test_progression_free_survival_of_series_has_published_median(cohort):
    time, event = cohort["pfs_days"] / DAYS_PER_MONTH, cohort["pfs_event"] == 1
    assert round(estimate_curve(time, event, options=SurvivalOptions()).median.estimate, 1) == 3.4


def test_factors_of_series_have_known_logrank_p(cohort):
    rows = compare_factors(cohort, *overall(cohort), levels=LEVELS, options=SurvivalOptions())
    found = {row.factor: row.logrank.p for row in rows}
    assert found.pop("ecog") < 0.0005
    assert {factor: round(p, 3) for factor, p in found.items()} == LOGRANK_P


def test_means_of_ecog_groups_are_those_of_the_series(cohort):
    rows = compare_factors(
        cohort, *overall(cohort), levels={"ecog": ("0", "1")}, options=SurvivalOptions()
    )
    assert tuple(round(level.mean.estimate, 1) for level in rows[0].levels) == MEANS_ECOG


@pytest.mark.parametrize("convention", list(Convention))
def test_multivariable_cox_of_series_has_known_estimates_under_each_convention(cohort, convention):
    # No two deaths share a day, so that Efron and Breslow give the same model.
    options = SurvivalOptions.following(convention)
    model = fit_multivariable(cohort, list(COX), LEVELS, *overall(cohort), options)
    found = {term.factor: (round(term.b, 3), round(term.se, 3)) for term in model.terms}
    assert found == COX
    assert model.events_per_variable == pytest.approx(23 / 6)
    assert "survival.few_events_per_variable" in [message.code for message in model.messages]
    assert all(term.firth_low < term.firth_hr < term.firth_high for term in model.terms)
