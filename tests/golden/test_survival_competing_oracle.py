"""Competing risks against R's case files, the ones of the folder put in place included."""

import json

import numpy as np
import pytest

from core.analysis.survival.cox import fit_cox
from core.analysis.survival.fine_gray import fit_fine_gray
from core.analysis.survival.gray import compare_incidence
from core.analysis.survival.incidence import estimate_incidence
from core.options import SurvivalOptions
from tests.competing_oracle import (
    CURVE,
    FOLDERS,
    GRAY,
    MODEL,
    case_files,
    numbers,
    outcome,
    read_case,
)

EXACT = 1e-8
FILES = case_files()


def of_kind(path, kind):
    cases, columns, tolerance = read_case(path)
    return [case for case in cases if case.kind == kind], columns, tolerance.get(kind, EXACT)


def inside(columns, place):
    if place.group is None or place.level is None:
        return np.ones(len(columns["time"]), bool)
    return np.array(columns[place.group]) == place.level


def names_of(model):
    if isinstance(model["coef"], dict):
        return list(model["coef"])
    given = model.get("names") or model.get("covariates")
    if given is None:
        given = model["formula"].split("~")[1].replace(" ", "").split("+")
    return [given] if isinstance(given, str) else list(given)


def values_of(model, names, *keys):
    found = next((model[key] for key in keys if model.get(key) is not None), None)
    if isinstance(found, dict):
        return [found[name] for name in names]
    return found if found is None or isinstance(found, list) else [found]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_incidence_against_r_equals_curves(path):
    cases, columns, tolerance = of_kind(path, CURVE)
    time, event = outcome(columns)
    for case in cases:
        rows, wanted = inside(columns, case.place), case.values
        curve = estimate_incidence(time[rows], event[rows], options=SurvivalOptions())
        own = curve.causes[case.place.cause - 1]
        # A step drawn as two points stands at its upper one, where the curve already is.
        last = np.append(np.diff(wanted["time"]) != 0, True)
        at = np.searchsorted(curve.time, wanted["time"][last], side="right")
        estimate = np.concatenate([[0.0], own.incidence])[at]
        known = np.isfinite(wanted["estimate"][last])
        expected = wanted["estimate"][last][known]
        assert np.allclose(estimate[known], expected, rtol=0, atol=tolerance), str(case)
        if wanted["se"] is not None and wanted["se"].size == last.size:
            # R's packages estimate the variance in several ways, which are near each other.
            error, given = np.concatenate([[0.0], own.std_err])[at], wanted["se"][last]
            told = np.isfinite(given) & (given > 0) & (error > 0)
            ratio = error[told] / given[told]
            assert not ratio.size or abs(np.median(ratio) - 1) < 0.05, str(case)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_gray_test_against_r_equals_statistic(path):
    cases, columns, tolerance = of_kind(path, GRAY)
    time, event = outcome(columns)
    for case in cases:
        group = np.array([value or None for value in columns[case.place.group]], dtype=object)
        wanted = case.values
        found = compare_incidence(
            time, event, group, of_interest=case.place.cause or 1, rho=wanted.get("rho") or 0.0
        )
        assert found.chi2 == pytest.approx(wanted["chisq"], rel=tolerance, abs=tolerance)
        if wanted["p"] is not None:
            assert found.p == pytest.approx(wanted["p"], abs=tolerance)
        if wanted["df"] is not None:
            assert found.df == wanted["df"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_regression_of_competing_risks_against_r_equals_estimates(path):
    cases, columns, tolerance = of_kind(path, MODEL)
    time, event = outcome(columns)
    for case in cases:
        wanted, names = case.values, names_of(case.values)
        x = np.column_stack([numbers(columns[name]) for name in names])
        rows = np.isfinite(x).all(axis=1)
        cause = case.place.cause or 1
        how = str(case).lower()
        if "cox" in how or "specific" in how:
            ties = wanted.get("ties", "efron")
            model = fit_cox(x[rows], time[rows], event[rows] == cause, names, ties=ties)
        else:
            model = fit_fine_gray(x[rows], time[rows], event[rows], names, of_interest=cause)
        terms = model.terms
        for keys, own in (
            (("coef",), [term.b for term in terms]),
            (("se", "std_err"), [term.se for term in terms]),
            (("p", "pv", "p_value"), [term.p for term in terms]),
            (("hr", "shr", "exp_coef"), [term.hr for term in terms]),
            (("hr_lower", "lower", "low"), [term.low for term in terms]),
            (("hr_upper", "upper", "high"), [term.high for term in terms]),
        ):
            expected = values_of(wanted, names, *keys)
            if expected is not None:
                assert own == pytest.approx(expected, rel=tolerance, abs=tolerance), (how, keys)
        for key, own in (("loglik", model.loglik), ("loglik0", model.loglik0)):
            if isinstance(wanted.get(key), int | float):
                assert own == pytest.approx(wanted[key], abs=max(tolerance, 1e-7)), key


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case_file_of_competing_risks_is_read_whole(path):
    kinds = [case.kind for case in read_case(path)[0]]
    content = json.loads(path.read_text("utf-8"))
    for part, kind in (("gray", GRAY), ("crr", MODEL)):
        if any(part in key.lower() for key in content):
            assert kind in kinds, (path.name, part)
    assert CURVE in kinds, path.name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_file_of_the_folder_has_a_form_that_is_read(folder):
    fixed = {
        "stepwise",
        "firth",
        "tests",
        "binomial_ci",
        "simon",
        "paper_consistency",
        "spss_median_se_iud",
    }
    for path in folder.glob("*.json"):
        content = json.loads(path.read_text("utf-8"))
        is_set = path.with_suffix(".csv").exists() and ("km_overall" in content or "cox" in content)
        assert path.stem in fixed or is_set or path in FILES, path.name
