"""Cox models of a study with its numbers as measured, beside the bands of its factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import chdtrc

from core.analysis.cox_checks import numeric_factors
from core.analysis.cox_study import CoxCohort
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.firth import fit_firth
from core.analysis.survival.levels import factor_name, level_codes
from core.analysis.survival.spline import curved_part
from core.analysis.survival.zph import test_proportional_hazards
from core.analysis.survival_groups import numeric_values
from core.options import Ties
from core.results.baseline import FactorFrame
from core.results.common import Message
from core.results.cox_study import CoxStudy
from core.results.measured import MeasuredStudy, MeasuredTerm
from core.results.survival import FloatArray
from core.rules.measured import Step
from core.schema import StudyData


def analyse_measured(
    study: CoxStudy,
    cohort: CoxCohort,
    data: StudyData,
    factors: FactorFrame,
    steps: Mapping[str, Step],
) -> MeasuredStudy:
    """Every number among the candidates alone, and those of the joint model together.

    The joint model holds the factors of the study's model; those cut from a number stand in it
    as the number. Each model uses the patients for whom all its covariates are recorded.

    Args:
        steps: of the numbers, by factor; one unit where not given.

    Source: Cox 1972, J R Stat Soc B 34:187; Durrleman & Simon 1989, Stat Med 8:551 (splines).
    """
    given: dict[str, FloatArray] = {}
    messages: list[Message] = []
    for factor in numeric_factors(study, data, factors):
        values = numeric_values(data, factor)
        if values is None:
            continue
        number = values.reindex(list(cohort.patients)).to_numpy(dtype=float)
        step = steps.get(factor.name, Step())
        low = int(np.count_nonzero(number <= 0)) if step.log2 else 0
        if low:
            messages.append(
                Message.of("measured.not_positive", factor=factor_name(factor.name), n=low)
            )
        scaled = scale(number, step)
        if np.unique(scaled[np.isfinite(scaled)]).size < 2:
            messages.append(Message.of("measured.one_value", factor=factor_name(factor.name)))
            continue
        given[factor.name] = scaled
    terms: list[MeasuredTerm] = []
    for name, number in given.items():
        alone = _Model(study, cohort, {name: number}, np.zeros((number.size, 0)))
        terms += alone.terms(steps, is_joint=False)
        messages += alone.messages
    chosen = study.model.factors if study.model is not None else ()
    measured = {name: given[name] for name in chosen if name in given}
    others = tuple(name for name in chosen if name not in given)
    per_variable = None
    if measured:
        joint = _Model(study, cohort, measured, _levels(cohort, others))
        terms += joint.terms(steps, is_joint=True)
        messages += joint.messages
        per_variable = joint.cox.events_per_variable
    order = list(given)
    terms.sort(key=lambda term: (order.index(term.factor), term.is_joint))
    return MeasuredStudy(
        terms=tuple(terms),
        adjusted_for=others if measured else (),
        events_per_variable=per_variable,
        ties=study.options.ties,
        level=study.options.level,
        messages=tuple(dict.fromkeys(messages)),
    )


def scale(number: FloatArray, step: Step) -> FloatArray:
    """The number in steps; NaN where it has no logarithm.

    >>> scale(np.array([0.0, 1.0, 8.0]), Step(log2=True)).tolist()
    [nan, 0.0, 3.0]
    """
    if not step.log2:
        return np.asarray(number / step.per, dtype=np.float64)
    positive = np.isfinite(number) & (number > 0)
    return np.log2(number, out=np.full(number.shape, np.nan), where=positive)


def _levels(cohort: CoxCohort, names: Sequence[str]) -> FloatArray:
    """0/1 columns of the levels after the first present one, NaN where a level is missing."""
    columns = [np.zeros((cohort.time.size, 0))]
    for name in names:
        codes = level_codes(cohort.table, name, cohort.levels[name])
        present = np.unique(codes[codes >= 0])[1:]
        own = (codes[:, None] == present).astype(np.float64)
        own[codes < 0] = np.nan
        columns.append(own)
    return np.hstack(columns)


class _Model:
    """Cox, Firth and checks of some numbers beside 0/1 columns, on complete cases."""

    def __init__(
        self,
        study: CoxStudy,
        cohort: CoxCohort,
        numbers: Mapping[str, FloatArray],
        levels: FloatArray,
    ) -> None:
        x = np.column_stack([*numbers.values(), levels])
        rows = np.isfinite(x).all(axis=1)
        self.x, self.numbers = x[rows], tuple(numbers)
        self.time, self.is_event = cohort.time[rows], cohort.is_event[rows]
        self.ties, self.level = study.options.ties, study.options.level
        self.names = [*numbers, *(f"level {i}" for i in range(levels.shape[1]))]
        self.cox = fit_cox(
            self.x, self.time, self.is_event, self.names, ties=self.ties, level=self.level
        )
        self.messages: list[Message] = []
        least = study.options.minimum_events_per_variable
        per_variable = self.cox.events_per_variable
        if len(self.names) > 1 and per_variable is not None and per_variable < least:
            self.messages.append(
                Message.of(
                    "survival.few_events_per_variable",
                    events=self.cox.events,
                    terms=self.cox.lr.df,
                    per_variable=per_variable,
                    minimum=least,
                )
            )

    def terms(self, steps: Mapping[str, Step], *, is_joint: bool) -> list[MeasuredTerm]:
        # Neither Firth's penalty nor the test is made for the exact likelihood.
        ties: Ties = "efron" if self.ties == "exact" else self.ties
        data = (self.x, self.time, self.is_event, self.names)
        firth = fit_firth(*data, ties=ties, level=self.level)
        drift = test_proportional_hazards(*data, ties=ties)
        found = []
        for i, name in enumerate(self.numbers):
            step = steps.get(name, Step())
            found.append(
                MeasuredTerm(
                    factor=name,
                    per=step.per,
                    log2=step.log2,
                    is_joint=is_joint,
                    n=self.cox.n,
                    events=self.cox.events,
                    cox=self.cox.terms[i],
                    firth=firth.terms[i],
                    linearity_p=self._linearity(i),
                    ph_p=drift.terms[i].p,
                )
            )
        return found

    def _linearity(self, column: int) -> float | None:
        curved = curved_part(self.x[:, column])
        name = factor_name(self.numbers[column])
        if curved is None or self.cox.loglik is None:
            self.messages.append(Message.of("measured.no_linearity", factor=name))
            return None
        x = np.column_stack([self.x, curved])
        wider = fit_cox(x, self.time, self.is_event, [*self.names, "curved"], ties=self.ties)
        if wider.loglik is None or wider.lr.df <= self.cox.lr.df:
            self.messages.append(Message.of("measured.no_linearity", factor=name))
            return None
        return float(chdtrc(1, max(0.0, 2 * (wider.loglik - self.cox.loglik))))
