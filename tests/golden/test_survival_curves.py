"""Kaplan-Meier and log-rank against R; the folder of reference results can be replaced."""

import csv
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from core.analysis.survival.curve import estimate_curve
from core.analysis.survival.logrank import compare_curves
from core.analysis.survival.mean_time import compare_rmst, estimate_rmst
from core.options import SurvivalOptions
from tests.oracle_files import oracle_json

FOLDER = Path(os.environ.get("ARTERIA_ORACLE", Path(__file__).parents[1] / "oracle"))
SETS = sorted(
    path.stem
    for path in FOLDER.glob("*.json")
    if path.with_suffix(".csv").exists() and "km_overall" in json.loads(path.read_text("utf-8"))
)
INTERVALS = ("plain", "log", "loglog")


def load(name):
    reference = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return reference, {column: [row[column] for row in rows] for column in rows[0]}


def number(text):
    return float(text) if text else math.nan


def outcome(columns):
    return np.array(columns["time"], float), np.array(columns["event"], float) == 1


def curves_of(name):
    """(label, expected, time, event) of the whole set and of each group."""
    reference, columns = load(name)
    time, event = outcome(columns)
    yield "all", reference["km_overall"], time, event
    for variable, levels in dict(reference.get("km_groups") or {}).items():
        values = np.array(columns[variable])
        for level, expected in levels.items():
            inside = values == level
            yield f"{variable}={level}", expected, time[inside], event[inside]


def close(actual, expected, tolerance=1e-10):
    """None stands for not reached, infinite or undefined."""
    if expected is None:
        return actual is None or math.isnan(actual)
    return actual is not None and abs(actual - expected) <= tolerance * max(1.0, abs(expected))


def assert_all_close(actual, expected, tolerance=1e-10):
    assert len(actual) == len(expected)
    wrong = [
        (i, a, e)
        for i, (a, e) in enumerate(zip(actual, expected, strict=True))
        if not close(float(a), e, tolerance)
    ]
    assert not wrong


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("name", SETS)
def test_curve_against_r_equals_steps_and_limits(name, interval):
    for label, expected, time, event in curves_of(name):
        curve = estimate_curve(time, event, options=SurvivalOptions(interval=interval))
        assert curve.n == expected["n"], label
        assert curve.events == expected["events"], label
        for field in ("time", "n_risk", "n_event", "n_censor"):
            assert_all_close(getattr(curve, field), expected[field])
        assert_all_close(curve.survival, expected["surv"])
        assert_all_close(curve.std_err, expected["se"])
        limits = expected[f"ci_{interval}"]
        assert_all_close(curve.low, limits["lower"])
        assert_all_close(curve.high, limits["upper"])


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("name", SETS)
def test_quantiles_against_r_equal_midpoint_rule(name, interval):
    for label, expected, time, event in curves_of(name):
        curve = estimate_curve(time, event, options=SurvivalOptions(interval=interval))
        limits = expected[f"ci_{interval}"]
        found = [(q.estimate, q.low, q.high) for q in curve.quartiles]
        wanted = list(zip(limits["quantile"], limits["q_lower"], limits["q_upper"], strict=True))
        for one, other in zip(found, wanted, strict=True):
            assert all(map(close, one, other)), (label, one, other)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("name", SETS)
def test_landmarks_against_r_equal_rates_at_chosen_times(name, interval):
    for label, expected, time, event in curves_of(name):
        marks = expected[f"ci_{interval}"]["marks"]
        options = SurvivalOptions(
            interval=interval, landmark_months=tuple(float(mark["t"]) for mark in marks)
        )
        curve = estimate_curve(time, event, options=options)
        for landmark, mark in zip(curve.landmarks, marks, strict=True):
            wanted = {key: np.atleast_1d(np.array(value, float)) for key, value in mark.items()}
            if not wanted["surv"].size or (landmark.estimate is None):
                assert landmark.months > time.max(), label
                assert landmark.message is not None
                continue
            assert close(landmark.estimate, wanted["surv"][0])
            assert landmark.at_risk == wanted["n_risk"][0]
            for value, key in ((landmark.low, "lower"), (landmark.high, "upper")):
                limit = wanted[key][0]
                assert close(value, None if math.isnan(limit) else limit), (label, key)


@pytest.mark.parametrize("name", SETS)
def test_spss_figures_against_reference_equal(name):
    for label, expected, time, event in curves_of(name):
        curve = estimate_curve(time, event, options=SurvivalOptions(median_rule="first"))
        assert close(curve.median.estimate, expected["median_spss"]), label
        assert close(curve.median.std_err, expected["median_spss_se"]), label
        if curve.events:
            assert close(curve.mean.estimate, expected["mean_to_last"]), label
            assert close(curve.mean.std_err, expected["mean_to_last_se"]), label
        else:
            # Nobody died: what R gives is the time of the last contact, no mean.
            assert curve.mean.message is not None
        for rmst in expected["rmst"]:
            area = estimate_rmst(curve, float(rmst["tau"]))
            assert close(area.estimate, rmst["rmst"]), label
            assert close(area.std_err, rmst["se"]), label


@pytest.mark.parametrize("name", SETS)
def test_follow_up_against_r_equals_reverse_kaplan_meier(name):
    for label, expected, time, event in curves_of(name):
        # R's default scale, on which the reference was made.
        curve = estimate_curve(time, event, options=SurvivalOptions(interval="log"))
        found = (curve.follow_up.estimate, curve.follow_up.low, curve.follow_up.high)
        wanted = expected["median_followup_reverse_km"]
        assert all(map(close, found, wanted)), (label, found, wanted)


@pytest.mark.parametrize("name", SETS)
def test_rmst_difference_against_r_equals(name):
    reference, columns = load(name)
    time, event = outcome(columns)
    for wanted in reference.get("rmst_diff", []):
        group = np.array([number(value) for value in columns[wanted["group"]]])
        members = [group == float(level) for level in wanted["levels"]]
        one, other = (estimate_curve(time[m], event[m], options=SurvivalOptions()) for m in members)
        found = compare_rmst(other, one, float(wanted["tau"]))
        assert close(found.difference, wanted["diff"])
        if not wanted["se"]:
            assert found.message is not None
            continue
        assert close(found.std_err, wanted["se"])
        assert close(found.z, wanted["z"])
        assert close(found.p, wanted["p"])


def test_median_error_of_textbook_example_equals_print():
    reference = oracle_json("spss_median_se_iud.json")
    options = SurvivalOptions(median_rule="first")
    curve = estimate_curve(reference["time"], reference["event"], options=options)
    assert curve.median.estimate == reference["median"]
    assert curve.median.std_err == pytest.approx(reference["se_median"], abs=1e-4)
    assert (curve.median.low, curve.median.high) == pytest.approx(reference["ci"], abs=1e-3)


KINDS = {"rho0": "logrank", "rho1": "peto", "gehan": "gehan", "tarone_ware": "tarone-ware"}


@pytest.mark.parametrize("name", SETS)
def test_logrank_against_r_equals_statistics_and_expected(name):
    reference, columns = load(name)
    time, event = outcome(columns)
    tests = [*reference["logrank"]]
    if reference.get("logrank_stratified"):
        tests.append(reference["logrank_stratified"])
    for test in tests:
        group = np.array([value or None for value in columns[test["group"]]], dtype=object)
        strata = None
        if test.get("strata"):
            strata = np.array([value or None for value in columns[test["strata"]]], dtype=object)
        for key, weights in KINDS.items():
            if key not in test:
                continue
            found = compare_curves(time, event, group, strata=strata, weights=weights)
            wanted = test[key]
            assert found.df == wanted["df"]
            assert close(found.chi2, wanted["chisq"]), (test["group"], key)
            assert close(found.p, wanted["p"])
            if "exp" in wanted:
                assert_all_close([g.observed for g in found.groups], wanted["obs"])
                assert_all_close([g.expected for g in found.groups], wanted["exp"])


@pytest.mark.parametrize("name", [name for name in SETS if load(name)[0].get("logrank_trend")])
def test_trend_against_r_equals_statistic(name):
    reference, columns = load(name)
    wanted = reference["logrank_trend"]
    time, event = outcome(columns)
    group = np.array([float(value) if value else np.nan for value in columns[wanted["group"]]])
    found = compare_curves(time, event, group, trend=True, scores=wanted["scores"])
    assert close(found.chi2, wanted["chisq"])
    assert close(found.z, wanted["z"])
    assert close(found.p, wanted["p"])
