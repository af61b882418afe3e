"""Residuals, errors of concordance and robust standard errors against R and lifelines."""

import warnings

import numpy as np
import pandas as pd
import pytest

from core.analysis.survival.cox import fit_cox
from core.analysis.survival.cox_residuals import (
    estimate_residuals,
    robust_covariance,
    robust_terms,
)
from core.analysis.survival.optimism import LARGEST_EXACT_ERROR, concordance_error, risk_scores
from core.analysis.survival.zph import test_proportional_hazards as proportional_hazards
from tests.cox_oracle import complete_rows, fit_of, load, models, near, numbers, univariable

CASES = list(models())


def set_up(name, kind, ties):
    reference, columns = load(name)
    expected = reference[kind][ties]
    rows = complete_rows(reference, columns)
    return expected, *fit_of(columns, rows, expected["formula"], ties)


def with_key(key):
    return [case for case in CASES if key in load(case[0])[0][case[1]][case[2]]]


@pytest.mark.parametrize(
    ("key", "attribute"),
    [
        ("martingale", "martingale"),
        ("deviance", "deviance"),
        ("score_resid", "score"),
        ("dfbeta", "dfbeta"),
        ("schoenfeld", "schoenfeld"),
    ],
)
def test_residuals_against_r_are_equal(key, attribute):
    cases = with_key(key)
    for case in cases:
        expected, x, time, event, names, how = set_up(*case)
        own = getattr(estimate_residuals(x, time, event, names, **how), attribute)
        wanted = np.array(expected[key], float).reshape(own.shape)
        if own.ndim == 2:
            # What a coefficient that can't be told from others would have isn't given.
            told = [b is not None for b in expected["coef"]]
            own, wanted = own[:, told], wanted[:, told]
        assert np.allclose(own, wanted, rtol=1e-7, atol=1e-9), (case, key)
    assert cases


@pytest.mark.parametrize(("name", "kind", "ties"), with_key("concordance_se"))
def test_concordance_error_against_r_is_equal(name, kind, ties):
    expected, x, time, event, names, how = set_up(name, kind, ties)
    b = np.array([term.b or 0.0 for term in fit_cox(x, time, event, names, **how).terms])
    layer = np.zeros(time.size, dtype=np.int64)
    if how["strata"] is not None:
        layer = np.unique(how["strata"], return_inverse=True)[1]
    own = concordance_error(x @ b, time, event, layer)
    wanted = expected["concordance_se"] if time.size <= LARGEST_EXACT_ERROR else None
    assert near(own, wanted, 1e-9)


@pytest.mark.parametrize(("name", "kind", "ties"), with_key("aic"))
def test_z_and_akaike_criterion_against_r_are_equal(name, kind, ties):
    expected, x, time, event, names, how = set_up(name, kind, ties)
    model = fit_cox(x, time, event, names, **how)
    assert near(-2 * model.loglik + 2 * model.lr.df, expected["aic"], 1e-9)
    for term, z in zip(model.terms, expected.get("z", [None] * len(names)), strict=True):
        if term.b is not None and z is not None:
            assert near(term.b / term.se, z, 1e-8)


def univariable_cases():
    for name in sorted({case[0] for case in CASES}):
        reference = load(name)[0]
        for ties in reference.get("cox_univariate") or {}:
            for factor, _ in univariable(reference, ties):
                yield name, ties, factor


@pytest.mark.parametrize(("name", "ties", "factor"), list(univariable_cases()))
def test_univariable_checks_against_r_are_equal(name, ties, factor):
    reference, columns = load(name)
    expected = reference["cox_univariate"][ties][factor]
    rows = complete_rows(reference, columns)
    time, event = numbers(columns, "time")[rows], numbers(columns, "event")[rows] == 1
    x = numbers(columns, factor)[rows][:, None]
    assert int(event.sum()) == expected["nevent"]
    if "concordance_se" in expected:
        layer = np.zeros(time.size, dtype=np.int64)
        b = risk_scores(x, time, event, ties)
        own = concordance_error(x @ b, time, event, layer)
        wanted = expected["concordance_se"] if time.size <= LARGEST_EXACT_ERROR else None
        assert near(own, wanted, 1e-9)
    if "zph_km" in expected:
        test = proportional_hazards(x, time, event, [factor], ties=ties)
        assert near(test.terms[0].chi2, expected["zph_km"]["chisq"][0], 1e-8)
        assert near(test.terms[0].p, expected["zph_km"]["p"][0], 1e-8)


def clustered():
    for name in sorted({case[0] for case in CASES}):
        found = load(name)[0].get("cox_cluster")
        if found:
            yield from (
                (name, found if "coef" in found else one)
                for one in ([found] if "coef" in found else found.values())
            )


def cluster_of(columns, expected):
    named = expected.get("cluster")
    if named is None and "cluster(" in expected.get("formula", ""):
        named = expected["formula"].split("cluster(")[1].split(")")[0]
    return np.unique(np.array(columns[named]), return_inverse=True)[1]


def test_clustered_standard_errors_against_r_are_equal_where_given():
    for name, expected in clustered():
        reference, columns = load(name)
        formula = "+".join(p for p in expected["formula"].split("+") if "cluster(" not in p)
        rows = complete_rows(reference, columns)
        ties = expected.get("ties", "efron")
        x, time, event, names, how = fit_of(columns, rows, formula, ties)
        residuals = estimate_residuals(x, time, event, names, **how)
        robust = robust_covariance(residuals, cluster_of(columns, expected)[rows])
        wanted = expected.get("robust_se", expected.get("se"))
        assert np.allclose(np.sqrt(np.diag(robust)), wanted, rtol=1e-6)


def test_robust_standard_errors_are_those_of_lifelines():
    from lifelines import CoxPHFitter

    random = np.random.default_rng(7)
    x = random.normal(size=(80, 2))
    # lifelines' score residuals are right for standardised covariates only.
    x = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    time = random.exponential(np.exp(-x[:, 0])) + 0.01
    event = random.random(80) < 0.8
    residuals = estimate_residuals(x, time, event, ["a", "b"])
    model = fit_cox(x, time, event, ["a", "b"])
    frame = pd.DataFrame(x, columns=["a", "b"]).assign(time=time, event=event)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = CoxPHFitter().fit(
            frame, "time", "event", robust=True, fit_options={"precision": 1e-12}
        )
    own = robust_terms(["a", "b"], [term.b for term in model.terms], residuals, 0.95)
    assert [one.robust_se for one in own] == pytest.approx(
        fitter.standard_errors_.to_numpy(), rel=1e-3
    )
