"""The likelihood by patterns and the counted concordance equal those by rows."""

import numpy as np
import pytest

from core.analysis.survival import concordance, grouped, steps
from core.analysis.survival.concordance import estimate_concordance
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.design import prepare_design
from core.analysis.survival.grouped import pattern_moments, pattern_sets
from core.analysis.survival.inputs import distinct_times
from core.analysis.survival.risk_sets import information, moments_at
from core.analysis.survival.steps import count_cube, count_factors


def registry(n, seed=8):
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 3, (n, 3)).astype(float)
    days = np.ceil(draw.exponential(120.0, n))
    return x, days, draw.random(n) < 0.7, draw.integers(0, 2, n)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("stratified", [False, True])
def test_likelihood_by_patterns_equals_that_by_rows(monkeypatch, ties, stratified):
    monkeypatch.setattr(grouped, "FEWEST_PATIENTS", 1)
    x, days, event, layer = registry(400)
    strata = layer if stratified else None
    design = prepare_design(x, days, event, list("abc"), ties=ties, strata=strata)
    patterns = pattern_sets(design.sets)
    b = np.array([0.3, -0.2, 0.1])
    mine, theirs = pattern_moments(patterns, b), moments_at(design.sets, b)
    assert mine.loglik == pytest.approx(theirs.loglik, rel=1e-12)
    assert np.allclose(mine.score, theirs.score, rtol=0, atol=1e-9)
    assert np.allclose(mine.information, information(design.sets, theirs), rtol=1e-10)


def test_cox_of_a_registry_equals_the_fit_by_rows(monkeypatch):
    x, days, event, _ = registry(6_000)
    by_patterns = fit_cox(x, days, event, list("abc"))
    monkeypatch.setattr(grouped, "FEWEST_PATIENTS", 10**9)
    monkeypatch.setattr(concordance, "FEWEST_PATIENTS", 10**9)
    by_rows = fit_cox(x, days, event, list("abc"))
    for one, other in zip(by_patterns.terms, by_rows.terms, strict=True):
        assert one.b == pytest.approx(other.b, abs=1e-10)
        assert one.se == pytest.approx(other.se, rel=1e-9)
    assert by_patterns.loglik == pytest.approx(by_rows.loglik, rel=1e-12)
    assert by_patterns.concordance == pytest.approx(by_rows.concordance, rel=1e-12)


def test_patterns_are_not_made_of_a_measurement():
    x, days, event, _ = registry(6_000)
    x[:, 0] = np.random.default_rng(1).normal(size=6_000)
    design = prepare_design(x, days, event, list("abc"), ties="efron")
    assert pattern_sets(design.sets) is None


def test_concordance_of_few_risks_equals_counting_of_pairs():
    draw = np.random.default_rng(2)
    risk, time = draw.integers(0, 4, 5_200), draw.integers(1, 60, 5_200).astype(float)
    event, layer = draw.random(5_200) < 0.6, np.zeros(5_200, dtype=np.int64)
    counted = estimate_concordance(risk.astype(float), time, event, layer)
    agreeing = tied = comparable = 0
    for level in range(4):
        inside = (risk == level) & event
        for moment in np.unique(time[inside]):
            deaths = int((inside & (time == moment)).sum())
            later = (time > moment) | ((time == moment) & ~event)
            agreeing += deaths * int((later & (risk < level)).sum())
            tied += deaths * int((later & (risk == level)).sum())
            comparable += deaths * int(later.sum())
    assert counted == pytest.approx((agreeing + tied / 2) / comparable, rel=1e-12)


@pytest.mark.parametrize("scale", [1.0, 1 / 30.4375, 7.3])
def test_distinct_times_equal_sorted_ones_whatever_their_unit(scale):
    time = np.random.default_rng(6).integers(0, 900, 5_000) * scale
    moments, position = distinct_times(time)
    wanted, where = np.unique(time, return_inverse=True)
    assert np.array_equal(moments, wanted)
    assert np.array_equal(position, where)


def test_cubes_of_crossed_factors_equal_those_of_each_alone(monkeypatch):
    draw = np.random.default_rng(9)
    position, event = draw.integers(0, 40, 900), draw.random(900) < 0.5
    factors = [(draw.integers(-1, levels, 900), levels) for levels in (2, 3, 2, 5, 4)]
    for most in (1, 480, 400_000):
        monkeypatch.setattr(steps, "MOST_CELLS", most)
        for cube, (codes, levels) in zip(
            count_factors(position, event, factors, 40), factors, strict=True
        ):
            assert np.array_equal(cube, count_cube(position, event, codes, 40, levels))
