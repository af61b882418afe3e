"""Cox models of a study with its numbers as measured, beside the bands of its factors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from core.analysis.cox_study import CoxCohort
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.firth import fit_firth
from core.analysis.survival.levels import level_codes
from core.analysis.survival.multivariable import FIRTH_UP_TO
from core.analysis.survival.second_engine import check_cox
from core.analysis.survival.spline import curved_part
from core.analysis.survival.zph import test_proportional_hazards
from core.options import Ties
from core.results.common import Message
from core.results.cox_study import CoxStudy
from core.results.measured import MeasuredNumber, MeasuredStudy, MeasuredTerm
from core.results.survival import Agreement, FloatArray
from core.rules.measured import Step, customary_step, offered_numbers


def usual_numbers(numbers: Sequence[MeasuredNumber]) -> tuple[MeasuredNumber, ...]:
    """Those behind factors, and those customarily looked at beside them."""
    usual = offered_numbers().usual
    return tuple(one for one in numbers if one.kind == "factor" or one.name in usual)


def customary_steps(numbers: Sequence[MeasuredNumber]) -> dict[str, Step]:
    """The customary step of each number, by its name."""
    return {one.name: customary_step(one.name) for one in numbers}


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredModels:
    """The fitted models of ``fit_measured``, from which results and their check are read."""

    alone: tuple[_Model, ...]
    joint: _Model | None
    adjusted_for: tuple[str, ...]
    messages: tuple[Message, ...]


def fit_measured(
    study: CoxStudy,
    cohort: CoxCohort,
    numbers: Sequence[MeasuredNumber],
    steps: Mapping[str, Step],
    *,
    joined: Collection[str] = (),
) -> MeasuredModels:
    """A model of every number alone, and one of some of them joint.

    The joint model holds the factors of the study's model; those cut from a number that is
    among ``numbers`` stand in it as the number. Each model uses the patients for whom all its
    covariates are recorded.

    Args:
        steps: of the numbers, by name; one unit where not given.
        joined: names of numbers that the joint model holds although they are no factor of it.

    Source: Cox 1972, J R Stat Soc B 34:187.
    """
    given, messages = _scaled(cohort, numbers, steps)
    joint, others = _joint_names(study, given, joined)
    alone = tuple(_Model(study, cohort, {one: given[one]}, ()) for one in given)
    together = _Model(study, cohort, joint, others) if joint else None
    return MeasuredModels(alone, together, others if joint else (), tuple(messages))


def analyse_measured(
    study: CoxStudy, models: MeasuredModels, steps: Mapping[str, Step]
) -> MeasuredStudy:
    """Every number alone and in the joint model, with Firth's estimate and the checks.

    Args:
        steps: those with which the models were fitted.

    Source: Durrleman & Simon 1989, Stat Med 8:551 (splines).
    """
    terms: list[MeasuredTerm] = []
    messages = list(models.messages)
    for model in (*models.alone, *([models.joint] if models.joint else [])):
        found, said = model.terms(steps, is_joint=model is models.joint)
        terms += found
        messages += said
    order = [number.name for model in models.alone for number in model.numbers]
    terms.sort(key=lambda term: (order.index(term.name), term.is_joint))
    return MeasuredStudy(
        terms=tuple(terms),
        adjusted_for=models.adjusted_for,
        events_per_variable=models.joint.cox.events_per_variable if models.joint else None,
        ties=study.options.ties,
        level=study.options.level,
        messages=tuple(dict.fromkeys(messages)),
    )


def check_measured(models: MeasuredModels) -> tuple[Agreement, ...]:
    """The same models by the second engine."""
    every = (*models.alone, *([models.joint] if models.joint else []))
    return tuple(
        agreement
        for model in every
        for agreement in check_cox(model.cox, model.x, model.time, model.is_event, model.names)
    )


Given = dict[MeasuredNumber, FloatArray]


def _scaled(
    cohort: CoxCohort, numbers: Sequence[MeasuredNumber], steps: Mapping[str, Step]
) -> tuple[Given, list[Message]]:
    """The cohort's values in steps, without numbers that don't vary."""
    given: Given = {}
    messages: list[Message] = []
    for number in numbers:
        values = pd.Series(number.values, index=list(number.patients))
        own = np.asarray(values.reindex(list(cohort.patients)), dtype=np.float64)
        step = steps.get(number.name, Step())
        low = int(np.count_nonzero(own <= 0)) if step.log2 else 0
        if low:
            messages.append(Message.of("measured.not_positive", factor=number.label, n=low))
        messages += number.messages
        scaled = scale(own, step)
        if np.unique(scaled[np.isfinite(scaled)]).size < 2:
            messages.append(Message.of("measured.one_value", factor=number.label))
            continue
        given[number] = scaled
    return given, messages


def _joint_names(
    study: CoxStudy, given: Given, joined: Collection[str]
) -> tuple[Given, tuple[str, ...]]:
    """The numbers of the joint model, and the factors that stand in it by their levels."""
    chosen = study.model.factors if study.model is not None else ()
    joint = {
        number: values
        for number, values in given.items()
        if number.name in chosen or number.name in joined
    }
    names = {number.name for number in joint}
    return joint, tuple(name for name in chosen if name not in names)


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
    """Cox, Firth and checks of some numbers beside factors by their levels, on complete cases."""

    def __init__(
        self, study: CoxStudy, cohort: CoxCohort, numbers: Given, factors: Sequence[str]
    ) -> None:
        levels = _levels(cohort, factors)
        x = np.column_stack([*numbers.values(), levels])
        rows = np.isfinite(x).all(axis=1)
        self.x, self.numbers = x[rows], tuple(numbers)
        self.time, self.is_event = cohort.time[rows], cohort.is_event[rows]
        self.ties, self.level = study.options.ties, study.options.level
        by_level = [f"level {i + 1}" for i in range(levels.shape[1])]
        self.names = [*(one.name for one in numbers), *by_level]
        self.labels = [*(one.label for one in numbers), *by_level]
        self.cox = fit_cox(
            self.x, self.time, self.is_event, self.labels, ties=self.ties, level=self.level
        )
        self.messages: list[Message] = []
        least = study.options.minimum_events_per_variable
        per_variable = self.cox.events_per_variable
        self.is_scarce = per_variable is not None and per_variable < least
        if len(self.names) > 1 and self.is_scarce:
            self.messages.append(
                Message.of(
                    "survival.few_events_per_variable",
                    events=self.cox.events,
                    terms=self.cox.lr.df,
                    per_variable=per_variable,
                    minimum=least,
                )
            )

    def terms(
        self, steps: Mapping[str, Step], *, is_joint: bool
    ) -> tuple[list[MeasuredTerm], list[Message]]:
        """One term a number, and what is to be said of the model."""
        messages = list(self.messages)
        # Neither Firth's penalty nor the test is made for the exact likelihood.
        ties: Ties = "efron" if self.ties == "exact" else self.ties
        data = (self.x, self.time, self.is_event, self.labels)
        firth = None
        if self.cox.n <= FIRTH_UP_TO or self.is_scarce or not self.cox.converged:
            firth = fit_firth(*data, ties=ties, level=self.level)
        else:
            messages.append(Message.of("survival.firth_not_needed", n=self.cox.n))
        drift = test_proportional_hazards(*data, ties=ties)
        found = []
        for i, number in enumerate(self.numbers):
            step, linearity = steps.get(number.name, Step()), self._linearity(i)
            if linearity is None:
                messages.append(Message.of("measured.no_linearity", factor=number.label))
            found.append(
                MeasuredTerm(
                    name=number.name,
                    label=number.label,
                    unit=number.unit,
                    per=step.per,
                    log2=step.log2,
                    is_joint=is_joint,
                    n=self.cox.n,
                    events=self.cox.events,
                    cox=self.cox.terms[i],
                    firth=firth.terms[i] if firth is not None else None,
                    linearity_p=linearity,
                    ph_p=drift.terms[i].p,
                )
            )
        return found, messages

    def _linearity(self, column: int) -> float | None:
        curved = curved_part(self.x[:, column])
        if curved is None or self.cox.loglik is None or self.cox.terms[column].b is None:
            return None
        x = np.column_stack([self.x, curved])
        wider = fit_cox(x, self.time, self.is_event, [*self.labels, "curved"], ties=self.ties)
        if wider.loglik is None or wider.lr.df <= self.cox.lr.df:
            return None
        return float(chdtrc(1, max(0.0, 2 * (wider.loglik - self.cox.loglik))))
