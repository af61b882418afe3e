"""Stepwise Cox models against R's coxph, step by step (tests/oracle/stepwise.R)."""

import json

import numpy as np
import pytest

from core.analysis.survival.stepwise import Candidates, choose_factors
from core.options import CoxQuestion
from tests.cox_oracle import numbers
from tests.oracle_files import OWN

CASES = json.loads((OWN / "stepwise.json").read_text("utf-8"))


def candidates_of(case):
    lines = (OWN / f"{case['data']}.csv").read_text("utf-8").splitlines()
    table = [line.split(",") for line in lines]
    columns = {name: [row[i] for row in table[1:]] for i, name in enumerate(table[0])}
    names = [name for block in case["blocks"].values() for name in block]
    x = np.column_stack([numbers(columns, name) for name in names])
    rows = np.isfinite(x).all(axis=1)
    blocks = {
        factor: np.array([names.index(name) for name in block])
        for factor, block in case["blocks"].items()
    }
    time, event = numbers(columns, "time"), numbers(columns, "event") == 1
    return Candidates(x[rows], time[rows], event[rows], blocks, case["ties"])


def named(case):
    return f"{case['data']}-{case['ties']}"


def assert_equal(test, wanted):
    assert test.df == wanted["df"]
    assert test.statistic == pytest.approx(wanted["statistic"], rel=1e-8, abs=1e-9)
    assert test.p == pytest.approx(wanted["p"], rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("method", ["forward", "backward"])
@pytest.mark.parametrize("case", CASES, ids=named)
def test_every_step_against_r_is_equal(case, method):
    found = choose_factors(candidates_of(case), CoxQuestion(entry=method))
    wanted = case[method]
    assert found.n == case["n"]
    assert list(found.chosen) == wanted["chosen"]
    assert [(one.action, one.factor) for one in found.steps] == [
        (one["action"], one["factor"]) for one in wanted["steps"]
    ]
    for step, one in zip(found.steps, wanted["steps"], strict=True):
        assert_equal(step, one)
        assert step.minus_two_loglik == pytest.approx(one["minus_two_loglik"], rel=1e-10)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_entry_by_univariable_p_against_r_is_equal(case):
    question = CoxQuestion(entry="univariable", univariable_p=0.05)
    found = choose_factors(candidates_of(case), question)
    for step in found.steps:
        assert_equal(step, case["univariable"][step.factor])
        assert (step.action == "kept") == (case["univariable"][step.factor]["p"] < 0.05)
