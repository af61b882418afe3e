"""Permutation P, searched cuts and pairs against R (coin, maxstat) and exact counting."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from core.analysis.survival.cut_search import search_cut
from core.analysis.survival.logrank import compare_curves
from core.analysis.survival.pairwise import compare_pairs
from core.analysis.survival.permutation import LARGEST_EXACT, permute_logrank
from tests.competing_oracle import numbers

FOLDER = Path(os.environ.get("ARTERIA_ORACLE", Path(__file__).parents[1] / "oracle"))
SETS = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
    if path.with_suffix(".csv").exists()
}


def cases(kind):
    return [
        pytest.param(name, case, id=f"{name}-{case.get('group') or case.get('variable')}-{i}")
        for name, reference in SETS.items()
        for i, case in enumerate(reference.get(kind) or [])
    ]


def columns_of(name, *wanted):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    found = [numbers([row[key] for row in rows]) for key in wanted]
    return [found[0], found[1] == 1, *found[2:]]


@pytest.mark.parametrize(("name", "case"), cases("perm_logrank"))
def test_permutation_against_coin_equals_statistic_and_p(name, case):
    time, event, group = columns_of(name, "time", "event", case["group"])
    test = permute_logrank(time, event, group)
    assert test.z == pytest.approx(case["coin_z"], rel=1e-10)
    if case.get("p_exact") is not None and test.n <= LARGEST_EXACT:
        assert test.is_exact
        # coin misses 2 of the 2 704 156 arrangements of flat24 by rounding; whole-number
        # arithmetic confirms the count here.
        assert test.p == pytest.approx(case["p_exact"], rel=2e-6)
    simulated = permute_logrank(time, event, group, exact=False)
    assert not simulated.is_exact
    assert simulated.p_low - 2e-3 <= case["p_mc200k"] <= simulated.p_high + 2e-3


@pytest.mark.parametrize(("name", "case"), cases("maxstat"))
def test_searched_cut_against_maxstat_equals(name, case):
    time, event, value = columns_of(name, "time", "event", case["variable"])
    found = search_cut(time, event, value)
    assert found.cut == case["cut"]
    own = {"Lau92": found.p_lausen_1992, "Lau94": found.p_lausen_1994}
    if case["pmethod"] in own:
        assert found.statistic == pytest.approx(case["statistic"], rel=1e-12)
        assert own[case["pmethod"]] == pytest.approx(case["p"], rel=1e-10)
    else:
        # maxstat rounds the scores to whole numbers for this method, then bounds the P.
        assert found.statistic == pytest.approx(case["statistic"], rel=2e-3)
        if case["p"] is not None:
            assert found.p_low <= case["p"] <= found.p_high


def test_searched_cut_without_effect_has_no_small_corrected_p():
    draw = np.random.default_rng(3)
    small = 0
    for _ in range(60):
        time, value = draw.exponential(1.0, 40), draw.normal(size=40)
        found = search_cut(time, np.ones(40), value, permutations=199)
        small += found.p_permutation < 0.05
    assert small <= 8


def test_permutation_of_three_groups_is_near_the_logrank_p():
    draw = np.random.default_rng(4)
    time, group = draw.exponential(1.0, 200), draw.integers(0, 3, 200)
    event = draw.random(200) < 0.8
    test = permute_logrank(time, event, group)
    assert test.z is None
    assert test.p == pytest.approx(compare_curves(time, event, group).p, abs=0.02)


@pytest.mark.parametrize("name", [name for name in SETS if name in {"lung", "veteran"}])
def test_pairs_equal_tests_of_the_two_groups_alone(name):
    variable = {"lung": "ph_ecog", "veteran": "prior"}[name]
    time, event, group = columns_of(name, "time", "event", variable)
    for pair in compare_pairs(time, event, group):
        inside = np.isin(group, [float(pair.first), float(pair.second)])
        alone = compare_curves(time[inside], event[inside], group[inside])
        assert pair.test.chi2 == pytest.approx(alone.chi2, rel=1e-12)
        assert pair.p_adjusted >= pair.test.p
