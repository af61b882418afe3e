"""Cox from counts by pattern, sums over tied deaths, and the incidences' second engine."""

import numpy as np
import pandas as pd
import pytest

from core.analysis.survival.counted import count_patterns, fit_patterns, fit_terms
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.incidence import estimate_incidence
from core.analysis.survival.inputs import distinct_times
from core.analysis.survival.levels import level_codes
from core.analysis.survival.multivariable import fit_factor_model, fit_multivariable
from core.analysis.survival.second_incidence import check_incidence
from core.analysis.survival.steps import count_cube
from core.analysis.survival.tied_sums import LARGEST_TABLE, TERMS, power_sums, tied_sums
from core.options import SurvivalOptions


def patients(n, span, seed=3):
    draw = np.random.default_rng(seed)
    codes = [draw.integers(0, levels, n) for levels in (2, 3)]
    days = np.ceil(draw.exponential(span / (1 + 0.5 * codes[0]), n))
    return codes, days, draw.random(n) < 0.7


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize(("n", "span"), [(30, 400.0), (300, 5.0), (4_000, 300.0)])
def test_cox_from_counts_equals_cox_from_rows(ties, n, span):
    codes, days, event = patients(n, span)
    x = np.column_stack([codes[0] == 1, codes[1] == 1, codes[1] == 2]).astype(float)
    rows = fit_cox(x, days, event, list("abc"), ties=ties)
    pattern, first = count_patterns(codes, [2, 3])
    moments, position = distinct_times(days)
    how = {"ties": ties, "level": 0.95}
    own = fit_patterns(x[first], pattern, moments, position, event, list("abc"), **how)
    assert own is not None
    for one, other in zip(own.terms, rows.terms, strict=True):
        assert one.b == pytest.approx(other.b, abs=1e-10)
        assert one.se == pytest.approx(other.se, rel=1e-9)
        assert one.p == pytest.approx(other.p, abs=1e-10)
    for name in ("loglik0", "loglik", "concordance", "events_per_variable"):
        assert getattr(own, name) == pytest.approx(getattr(rows, name), rel=1e-11)
    for name in ("lr", "score", "wald"):
        assert getattr(own, name).statistic == pytest.approx(getattr(rows, name).statistic)
    assert np.allclose(own.martingale, rows.martingale, rtol=0, atol=1e-9)
    assert np.allclose(own.covariance, rows.covariance, rtol=1e-9)
    mine, theirs = own.baseline[0], rows.baseline[0]
    assert np.array_equal(mine.time, theirs.time)
    assert np.allclose(mine.cumulative_hazard, theirs.cumulative_hazard, rtol=1e-9)


def test_cox_from_counts_leaves_separation_to_the_rows():
    event, codes = np.array([True, True, False, False]), np.array([1, 1, 0, 0])
    cube = count_cube(np.arange(4), event, codes, 4, 2)
    x = np.array([[0.0], [1.0]])
    assert fit_terms(cube, x, ["x"], ties="efron", level=0.95) is None
    none = count_cube(np.arange(4), ~event & event, codes, 4, 2)
    assert fit_terms(none, x, ["x"], ties="efron", level=0.95) is None


def test_model_alone_equals_that_of_the_table_with_missing_levels():
    codes, days, event = patients(200, 90.0)
    frame = pd.DataFrame({"a": codes[0].astype(str), "b": codes[1].astype(str)}, dtype=object)
    frame.loc[:4, "a"] = None
    levels, options = {"a": ("0", "1"), "b": ("0", "1", "2")}, SurvivalOptions()
    alone = fit_factor_model(frame, ["a", "b"], levels, days, event, options)
    table = fit_multivariable(frame, ["a", "b"], levels, days, event, options)
    assert alone.terms == table.cox.terms
    assert alone.n == 195


@pytest.mark.parametrize("deaths", [1, 2, 70, LARGEST_TABLE + 1, 20_000])
@pytest.mark.parametrize("share", [0.01, 0.05, 0.3, 1.0])
def test_sums_over_tied_deaths_equal_those_added_up(deaths, share):
    total, counts = 50.0 * deaths, np.array([deaths])
    powers = power_sums(counts)
    f = np.arange(deaths) / deaths
    for m in range(TERMS + 2):
        assert powers[0, m] == pytest.approx((f**m).sum(), abs=1e-13 * deaths)
    left = total - f * total * share
    found = tied_sums(np.array([total]), np.array([total * share]), counts.astype(float), powers)
    wanted = [(f**a / left**b).sum() for a, b in ((0, 1), (1, 1), (0, 2), (1, 2), (2, 2))]
    for own, other in zip(found[:5], wanted, strict=True):
        assert own[0] == pytest.approx(other, rel=1e-12, abs=1e-300)
    assert found.log == pytest.approx(np.log(left).sum(), rel=1e-13)


@pytest.mark.parametrize("as_category", [False, True])
@pytest.mark.parametrize("n", [5, 5_000])
def test_level_codes_are_the_same_however_the_column_is_kept(as_category, n):
    values = np.array(["b", "a", None, "x", "b"], dtype=object)[np.arange(n) % 5]
    column = pd.Series(values, dtype="category" if as_category else object)
    found = level_codes(pd.DataFrame({"f": column}), "f", ("a", "b"))
    assert found.tolist() == [{"a": 0, "b": 1}.get(value, -1) for value in values]


def test_second_engine_agrees_on_incidence_whatever_the_ties():
    draw = np.random.default_rng(5)
    time = draw.integers(0, 9, 80).astype(float)
    cause = draw.integers(0, 3, 80)
    curve = estimate_incidence(time, cause, causes=3, options=SurvivalOptions())
    found = check_incidence(curve, time, cause)
    assert [one.agrees for one in found] == [True, True, None]
    assert found[2].not_compared_reason.code == "survival.engine_nothing_to_compare"
