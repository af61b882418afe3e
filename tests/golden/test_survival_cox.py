"""Cox, Firth and the test of proportional hazards against R and an independent Firth."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.analysis.survival.cox import fit_cox
from core.analysis.survival.firth import fit_firth
from core.analysis.survival.zph import test_proportional_hazards as proportional_hazards
from tests.cox_oracle import (
    FOLDER,
    SETS,
    TIES,
    away,
    complete_rows,
    fit_of,
    load,
    models,
    near,
    numbers,
    univariable,
    without_maximum,
)


@pytest.mark.parametrize(("name", "kind", "ties"), list(models()))
def test_cox_against_r_equals_estimates(name, kind, ties):
    reference, columns = load(name)
    expected = reference[kind][ties]
    rows = complete_rows(reference, columns)
    x, time, event, names, how = fit_of(columns, rows, expected["formula"], ties)
    model = fit_cox(x, time, event, names, **how)
    assert (model.n, model.events) == (expected["n"], expected["nevent"])
    assert model.converged
    for i, term in enumerate(model.terms):
        assert near(term.b, expected["coef"][i], 1e-9), term
        if term.b is None:
            assert term.message is not None
            continue
        assert near(term.se, expected["se"][i], 1e-9)
        assert near(term.wald, expected["wald"][i], 1e-8)
        assert near(term.p, expected["p"][i], 1e-9)
        assert near(term.hr, expected["hr"][i], 1e-8)
        assert near(term.low, expected["hr_lower"][i], 1e-8)
        assert near(term.high, expected["hr_upper"][i], 1e-8)
    assert near(model.loglik0, expected["loglik0"], 1e-11)
    assert near(model.loglik, expected["loglik"], 1e-11)
    for own, key, tolerance in (
        (model.lr, "lr", 1e-9),
        (model.score, "score", 1e-9),
        (model.wald, "wald_global", 5.1e-3),  # R prints this one with two decimals
    ):
        statistic, df, p = expected[key]
        assert own.df == df
        assert abs(own.statistic - statistic) <= tolerance * max(1, statistic), key
        if key != "wald_global":
            assert near(own.p, p, 1e-9)
    if "concordance" in expected:
        assert near(model.concordance, expected["concordance"], 1e-10)
    covariance = np.array(expected["cov"], float)
    assert np.allclose(model.covariance, covariance, rtol=1e-7, atol=1e-10)
    if "martingale" in expected:
        assert np.allclose(model.martingale, expected["martingale"], rtol=0, atol=1e-8)
    if "basehaz" in expected and kind == "cox":
        base = expected["basehaz"]
        assert np.allclose(model.baseline[0].time, base["time"], rtol=1e-13, atol=0)
        hazard = model.baseline[0].cumulative_hazard
        assert np.allclose(hazard, base["hazard"], rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize(("name", "kind", "ties"), list(without_maximum()))
def test_coefficient_that_runs_away_in_r_is_missing_with_its_reason(name, kind, ties):
    reference, columns = load(name)
    expected = reference[kind][ties]
    rows = complete_rows(reference, columns)
    x, time, event, names, how = fit_of(columns, rows, expected["formula"], ties)
    model = fit_cox(x, time, event, names, **how)
    for term, is_away in zip(model.terms, away(expected), strict=True):
        assert (term.b is None) == is_away, term
        assert (term.message is not None) == is_away
    assert near(model.loglik, expected["loglik"], 1e-8)


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("name", SETS)
def test_univariable_cox_against_r_equals_estimates(name, ties):
    reference, columns = load(name)
    rows = complete_rows(reference, columns)
    time, event = numbers(columns, "time")[rows], numbers(columns, "event")[rows] == 1
    for factor, expected in univariable(reference, ties):
        x = numbers(columns, factor)
        model = fit_cox(x[rows][:, None], time, event, [factor], ties=ties)
        term = model.terms[0]
        assert model.n == expected["n"]
        assert near(term.b, expected["coef"][0], 1e-9), factor
        assert near(term.se, expected["se"][0], 1e-9)
        assert near(term.p, expected["p"][0], 1e-9)
        assert near(model.loglik, expected["loglik"], 1e-11)
        assert near(term.wald, expected["wald"][0], 1e-8)
        assert near(term.hr, expected["hr"][0], 1e-8)
        assert near(term.low, expected["hr_lower"][0], 1e-8)
        assert near(term.high, expected["hr_upper"][0], 1e-8)
        assert near(model.lr.statistic, expected["lr"][0], 1e-9)
        assert near(model.score.statistic, expected["score"][0], 1e-9)
        assert near(model.concordance, expected["concordance"], 1e-10)


@pytest.mark.parametrize(
    ("name", "kind", "ties", "transform"),
    [
        (name, kind, ties, transform)
        for name, kind, ties in models()
        for transform in ("km", "rank", "identity", "log")
        if f"zph_{transform}" in load(name)[0][kind][ties]
    ],
)
def test_proportionality_against_r_equals_score_test(name, kind, ties, transform):
    reference, columns = load(name)
    expected = reference[kind][ties]
    wanted = expected[f"zph_{transform}"]
    rows = complete_rows(reference, columns)
    x, time, event, names, how = fit_of(columns, rows, expected["formula"], ties)
    test = proportional_hazards(x, time, event, names, transform=transform, **how)
    by_name = dict(
        zip(wanted["names"], zip(wanted["chisq"], wanted["p"], strict=True), strict=True)
    )
    for term in test.terms:
        if term.name in by_name:
            assert near(term.chi2, by_name[term.name][0], 1e-8), term.name
            assert near(term.p, by_name[term.name][1], 1e-8)
        else:
            assert term.chi2 is None
    assert near(test.overall.statistic, by_name["GLOBAL"][0], 1e-8)
    assert near(test.overall.p, by_name["GLOBAL"][1], 1e-8)


def firth_sets():
    path = FOLDER / "firth.json"
    return sorted(json.loads(path.read_text("utf-8"))) if path.exists() else []


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("name", firth_sets())
def test_firth_against_two_computations_equals_estimates(name, ties):
    everything = json.loads((FOLDER / "firth.json").read_text("utf-8"))[name]
    expected, names = everything[ties], everything["covariates"]
    _, columns = load(Path(everything["csv"]).stem)
    x = np.column_stack([numbers(columns, covariate) for covariate in names])
    event = numbers(columns, "event") == 1
    model = fit_firth(x, numbers(columns, "time"), event, names, ties=ties)
    assert (model.n, model.events) == (everything["n"], everything["events"])
    assert near(model.penalised_loglik, expected["penalised_loglik"], 1e-9)
    assert near(model.lr.statistic, expected["penalised_lr_global"], 1e-8)
    assert near(model.lr.p, expected["penalised_lr_global_p"], 1e-8)
    for i, term in enumerate(model.terms):
        assert near(term.b, expected["coef"][i], 1e-8)
        assert near(term.se, expected["se"][i], 1e-8)
        assert near(term.p, expected["pl_p"][i], 1e-8)
        assert near(term.hr, expected["hr"][i], 1e-7)
        assert near(np.log(term.low), expected["pl_ci"][i][0], 1e-7)
        assert near(np.log(term.high), expected["pl_ci"][i][1], 1e-7)
