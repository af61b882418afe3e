"""Choosing the factors of a Cox model: by themselves, or stepwise with SPSS's criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import chdtrc

from core.analysis.survival.design import Design, prepare_design
from core.analysis.survival.inputs import BoolArray
from core.analysis.survival.newton import (
    Likelihood,
    Solution,
    independent_columns,
    maximise,
)
from core.options import CoxQuestion, EntryMethod, Ties
from core.results.common import Message
from core.results.cox_study import Selection, SelectionStep, StepAction
from core.results.prognosis import GlobalTest
from core.results.survival import FloatArray, IntArray

MOST_STEPS = 60
NOTHING = GlobalTest(None, 0, None)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Complete cases over all candidates: columns and which of them are whose.

    Attributes:
        x: (n, p) indicators; blocks: factor -> its columns, in the order of the table;
            fits: the models fitted so far.
    """

    x: FloatArray
    time: FloatArray
    is_event: BoolArray
    blocks: Mapping[str, IntArray]
    ties: Ties
    fits: dict[frozenset[str], Solution] = field(default_factory=dict)

    def fit(self, factors: Sequence[str]) -> Solution:
        """The model of these factors, each fitted once."""
        key = frozenset(factors)
        if key not in self.fits:
            self.fits[key] = maximise(self.design(factors))
        return self.fits[key]

    def columns(self, factors: Sequence[str]) -> IntArray:
        """Columns of these factors, in the candidates' order."""
        own = [self.blocks[name] for name in self.blocks if name in factors]
        return np.concatenate(own) if own else np.zeros(0, dtype=np.int64)

    def design(self, factors: Sequence[str]) -> Design:
        """The Cox design of these factors."""
        columns = self.columns(factors)
        return prepare_design(
            self.x[:, columns], self.time, self.is_event, [str(i) for i in columns], ties=self.ties
        )


def _log_likelihood(candidates: Candidates, factors: Sequence[str]) -> tuple[float, int]:
    """Maximum of the log partial likelihood and the number of terms that add to it."""
    solution = candidates.fit(factors)
    return solution.loglik, int((solution.status != "aliased").sum())


def likelihood_ratio(
    candidates: Candidates, larger: Sequence[str], smaller: Sequence[str]
) -> GlobalTest:
    """LR test of the larger model against the smaller one; empty if nothing is added."""
    (high, terms), (low, fewer) = (_log_likelihood(candidates, m) for m in (larger, smaller))
    df = terms - fewer
    if df <= 0:
        return NOTHING
    statistic = max(2 * (high - low), 0.0)
    return GlobalTest(statistic, df, float(chdtrc(df, statistic)))


def score_test(candidates: Candidates, model: Sequence[str], factor: str) -> GlobalTest:
    """Score test of adding one factor to a fitted model; empty if it adds nothing."""
    design = candidates.design([*model, factor])
    if not design.sets.deaths.size:
        return NOTHING
    inside = [name for name in design.names if int(name) not in candidates.blocks[factor]]
    position = [design.names.index(name) for name in inside]
    b = np.zeros(len(design.names))
    b[position] = candidates.fit(model).b
    likelihood = Likelihood(design.sets)
    at = likelihood.at(b)
    info = likelihood.information(at)
    order = [*position, *(i for i in range(len(design.names)) if i not in position)]
    kept = independent_columns(info[np.ix_(order, order)])
    df = int((kept >= len(position)).sum())
    if not df:
        return NOTHING
    used = np.array(order)[kept]
    # The score of the fitted terms is 0, so that only the new ones count.
    statistic = float(at.score[used] @ np.linalg.solve(info[np.ix_(used, used)], at.score[used]))
    statistic = max(statistic, 0.0)
    return GlobalTest(statistic, df, float(chdtrc(df, statistic)))


def choose_factors(candidates: Candidates, question: CoxQuestion) -> Selection:
    """The factors that the entry method keeps, with each step.

    Forward: the factor with the smallest score P below ``entry_p`` enters, then whatever has
    an LR P above ``removal_p`` leaves again. Backward: starts from all; the largest LR P above
    ``removal_p`` leaves, then whatever has a score P below ``entry_p`` returns.

    Source: IBM SPSS Statistics Algorithms, COXREG (stepwise by the conditional likelihood
        ratio's unconditional form, LR); Lawless & Singhal 1978, Biometrics 34:318.
    """
    method = question.entry
    names = tuple(candidates.blocks)
    base = Selection(
        method, names, names, (), question.entry_p, question.removal_p, candidates.time.size
    )
    if method == "enter" or not names:
        return base
    if not candidates.is_event.any():
        return replace(base, chosen=(), messages=(Message.of("prognosis.selection_no_events"),))
    if method == "univariable":
        return _one_by_one(candidates, question, base)
    return _Walk(candidates, question).run(method, base)


def _one_by_one(candidates: Candidates, question: CoxQuestion, base: Selection) -> Selection:
    tests = {name: likelihood_ratio(candidates, [name], []) for name in candidates.blocks}
    chosen: list[str] = []
    steps = []
    for number, (name, test) in enumerate(tests.items(), start=1):
        keep = test.p is not None and test.p < question.univariable_p
        if keep:
            chosen.append(name)
        action: StepAction = "kept" if keep else "left_out"
        steps.append(_step(number, action, name, "lr", test, None, chosen))
    return _finished(base, chosen, steps)


def _step(
    number: int,
    action: StepAction,
    factor: str,
    kind: str,
    test: GlobalTest,
    loglik: float | None,
    model: Sequence[str],
) -> SelectionStep:
    return SelectionStep(
        number=number,
        action=action,
        factor=factor,
        test="score" if kind == "score" else "lr",
        statistic=test.statistic,
        df=test.df,
        p=test.p,
        minus_two_loglik=None if loglik is None else -2 * loglik,
        model=tuple(model),
    )


def _finished(base: Selection, chosen: Sequence[str], steps: list[SelectionStep]) -> Selection:
    messages = [Message.of("prognosis.selection_caveat")]
    if not chosen:
        messages.insert(0, Message.of("prognosis.selection_empty"))
    ordered = tuple(name for name in base.candidates if name in chosen)
    return replace(base, chosen=ordered, steps=tuple(steps), messages=tuple(messages))


class _Walk:
    """The stepwise walk from model to model; stops where it has been before."""

    def __init__(self, candidates: Candidates, question: CoxQuestion) -> None:
        self.candidates, self.question = candidates, question
        self.model: list[str] = []
        self.steps: list[SelectionStep] = []
        self.seen: set[frozenset[str]] = set()

    def run(self, method: EntryMethod, base: Selection) -> Selection:
        """The selection by ``forward`` or ``backward`` steps."""
        if method == "backward":
            self.model = list(base.candidates)
            self._remove_all()
        self.seen.add(frozenset(self.model))
        while len(self.steps) < MOST_STEPS and self._enter():
            self._remove_all()
        return _finished(base, self.model, self.steps)

    def _remove_all(self) -> None:
        while len(self.steps) < MOST_STEPS and self._remove():
            pass

    def _enter(self) -> bool:
        outside = [name for name in self.candidates.blocks if name not in self.model]
        tests = {name: score_test(self.candidates, self.model, name) for name in outside}
        known = {name: test for name, test in tests.items() if test.p is not None}
        if not known:
            return False
        best = min(known, key=lambda name: known[name].p or 0.0)
        if (known[best].p or 0.0) >= self.question.entry_p:
            return False
        return self._move([*self.model, best], "entered", best, "score", known[best])

    def _remove(self) -> bool:
        tests = {
            name: likelihood_ratio(self.candidates, self.model, self._without(name))
            for name in self.model
        }
        if not tests:
            return False
        # A factor that adds no term at all (one level, or repeating others) leaves first.
        worst = max(tests, key=lambda name: 2.0 if tests[name].p is None else tests[name].p or 0.0)
        p = tests[worst].p
        if p is not None and p <= self.question.removal_p:
            return False
        return self._move(self._without(worst), "removed", worst, "lr", tests[worst])

    def _without(self, factor: str) -> list[str]:
        return [name for name in self.model if name != factor]

    def _move(
        self, model: list[str], action: StepAction, factor: str, kind: str, test: GlobalTest
    ) -> bool:
        if frozenset(model) in self.seen:
            return False
        self.seen.add(frozenset(model))
        self.model = model
        loglik, _ = _log_likelihood(self.candidates, model)
        number = len(self.steps) + 1
        self.steps.append(_step(number, action, factor, kind, test, loglik, model))
        return True
