"""The second engine agrees where it can, says why where it can't, and catches a wrong number."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.analysis.survival.cox import fit_cox
from core.analysis.survival.curve import estimate_curve
from core.analysis.survival.logrank import compare_curves
from core.analysis.survival.multivariable import fit_multivariable
from core.analysis.survival.second_engine import (
    check_cox,
    check_curve,
    check_logrank,
    check_multivariable,
)
from core.options import SurvivalOptions

TIME = np.array([2, 3, 3, 5, 8, 9, 11, 12, 15, 15, 20, 22], dtype=float)
EVENT = np.array([1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0]) == 1
GROUP = np.array(list("abababbabaab"))
X = np.column_stack([GROUP == "a", np.arange(12) % 5]).astype(float)


def test_curve_is_confirmed():
    found = check_curve(estimate_curve(TIME, EVENT, options=SurvivalOptions()), TIME, EVENT)
    assert {one.quantity for one in found} == {"survival", "low", "high", "median"}
    assert all(one.agrees for one in found)


def test_curve_with_other_interval_says_that_limits_were_not_compared():
    options = SurvivalOptions(interval="log")
    found = check_curve(estimate_curve(TIME, EVENT, options=options), TIME, EVENT)
    reasons = {one.quantity: one.not_compared_reason for one in found}
    assert reasons["survival"] is None
    assert reasons["low"].code == "survival.engine_other_interval"


def test_curve_with_a_wrong_step_is_caught():
    curve = estimate_curve(TIME, EVENT, options=SurvivalOptions())
    wrong = replace(curve, survival=curve.survival * 0.999)
    found = {one.quantity: one for one in check_curve(wrong, TIME, EVENT)}
    assert found["survival"].agrees is False
    assert found["survival"].max_difference > 1e-4


def test_logrank_and_its_weights_are_confirmed():
    for weights in ("logrank", "gehan", "tarone-ware"):
        result = compare_curves(TIME, EVENT, GROUP, weights=weights)
        assert all(one.agrees for one in check_logrank(result, TIME, EVENT, GROUP))


def test_logrank_unknown_to_the_engine_is_not_compared():
    strata = np.arange(12) % 2
    for result in (
        compare_curves(TIME, EVENT, GROUP, weights="peto"),
        compare_curves(TIME, EVENT, GROUP, trend=True),
        compare_curves(TIME, EVENT, GROUP, strata=strata),
    ):
        found = check_logrank(result, TIME, EVENT, GROUP)
        assert {one.agrees for one in found} == {None}
        assert {one.not_compared_reason.code for one in found} == {"survival.engine_no_such_test"}


def test_cox_is_confirmed_under_efron_and_stratified():
    for strata in (None, np.arange(12) % 2):
        model = fit_cox(X, TIME, EVENT, ["a", "b"], strata=strata)
        found = check_cox(model, X, TIME, EVENT, ["a", "b"], strata=strata)
        assert [one.quantity for one in found] == ["b:a", "se:a", "b:b", "se:b"]
        assert all(one.agrees for one in found)


def test_cox_under_breslow_with_ties_is_not_compared():
    model = fit_cox(X, TIME, EVENT, ["a", "b"], ties="breslow")
    found = check_cox(model, X, TIME, EVENT, ["a", "b"])
    assert {one.not_compared_reason.code for one in found} == {"survival.engine_efron_only"}


def test_cox_under_breslow_without_ties_is_confirmed():
    time = np.arange(1.0, 13.0)
    model = fit_cox(X, time, EVENT, ["a", "b"], ties="breslow")
    assert all(one.agrees for one in check_cox(model, X, time, EVENT, ["a", "b"]))


def test_cox_with_a_wrong_coefficient_is_caught():
    model = fit_cox(X, TIME, EVENT, ["a", "b"])
    wrong = replace(model, terms=(replace(model.terms[0], b=0.9), model.terms[1]))
    found = {one.quantity: one for one in check_cox(wrong, X, TIME, EVENT, ["a", "b"])}
    assert found["b:a"].agrees is False


def test_cox_without_estimate_is_not_compared():
    model = fit_cox(np.ones((12, 1)), TIME, EVENT, ["x"])
    found = check_cox(model, np.ones((12, 1)), TIME, EVENT, ["x"])
    assert found[0].not_compared_reason.code == "survival.engine_nothing_to_compare"


def test_multivariable_with_missing_level_is_confirmed_on_the_same_patients():
    frame = pd.DataFrame(
        {
            "ecog": [None, *("0", "1") * 5, "1"],
            "sex": ["male", "female", "female", "male"] * 3,
            "age": ["<50"] * 11 + [None],
        },
        dtype=object,
    )
    levels = {"ecog": ("0", "1"), "sex": ("male", "female"), "age": ("<50", ">=50")}
    model = fit_multivariable(frame, list(levels), levels, TIME, EVENT, SurvivalOptions())
    found = check_multivariable(model, frame, TIME, EVENT)
    assert model.n_dropped == 2
    assert len(found) == 4
    assert all(one.agrees for one in found)


def test_warnings_of_the_engine_become_remarks():
    time = np.arange(1.0, 11.0)
    x = np.array([0, 0, 0, 1, 0, 1, 1, 1, 1, 1.0])[:, None]
    event = np.ones(10, bool)
    model = fit_cox(x, time, event, ["x"])
    found = check_cox(model, x, time, event, ["x"])
    assert all(isinstance(remark, str) for one in found for remark in one.remarks)
