"""What the checks of a study's Cox model are drawn from."""

from __future__ import annotations

import numpy as np

from core.analysis.cox_study import CoxCohort, candidates_of
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.curve import estimate_curve
from core.analysis.survival.levels import level_codes
from core.analysis.survival.smoothing import smooth_points
from core.analysis.survival_groups import numeric_values
from core.results.baseline import Factor, FactorFrame
from core.results.cox_study import CoxStudy, FunctionalForm, LogMinusLog
from core.results.survival import FloatArray
from core.rules.factors import factor_rules
from core.schema import StudyData


def curves_by_level(study: CoxStudy, cohort: CoxCohort, factor: str) -> LogMinusLog:
    """Kaplan-Meier curves of a factor's levels, among all whose level is known."""
    names = cohort.levels[factor]
    codes = level_codes(cohort.table, factor, names)
    return LogMinusLog(
        factor,
        tuple(
            (
                name,
                estimate_curve(
                    cohort.time[codes == code], cohort.is_event[codes == code],
                    options=study.options,
                ),
            )
            for code, name in enumerate(names)
            if (codes == code).any()
        ),
    )  # fmt: skip


def functional_form(
    study: CoxStudy, cohort: CoxCohort, data: StudyData, factor: Factor
) -> FunctionalForm | None:
    """Martingale residuals of the model without the factor against the number behind it.

    None where the factor isn't cut from a number, or nobody has it recorded.

    Source: Therneau, Grambsch & Fleming 1990, Biometrika 77:147.
    """
    values = numeric_values(data, factor)
    if values is None:
        return None
    number = values.reindex(list(cohort.patients)).to_numpy(dtype=float)
    known = np.isfinite(number)
    if not known.any():
        return None
    chosen = study.model.factors if study.model is not None else ()
    others = [name for name in chosen if name != factor.name]
    complete = known.copy()
    x = np.zeros((cohort.time.size, 0))
    if others:
        codes = [level_codes(cohort.table, name, cohort.levels[name]) for name in others]
        everybody = np.all([own >= 0 for own in codes], axis=0)
        complete = known & everybody
        columns = candidates_of(cohort, others, study.options).x
        x = np.full((cohort.time.size, columns.shape[1]), np.nan)
        x[everybody] = columns
    if not complete.any():
        return None
    names = [str(i) for i in range(x.shape[1])]
    residual = fit_cox(
        x[complete], cohort.time[complete], cohort.is_event[complete], names,
        ties=study.options.ties,
    ).martingale  # fmt: skip
    value = number[complete]
    at, line = smooth_points(value, residual)
    patients = np.array(cohort.patients, dtype=object)[complete]
    limits = tuple(limit for limit in _limits(factor) if value.min() < limit <= value.max())
    return FunctionalForm(factor.name, tuple(patients), value, residual, at, line, limits)


def _limits(factor: Factor) -> tuple[float, ...]:
    if factor.cut is not None:
        return (factor.cut,)
    rules = {rule.name: rule for rule in factor_rules()}
    rule = rules.get(factor.name)
    found = [level.below for level in rule.levels if level.below is not None] if rule else []
    return tuple(found)


def numeric_factors(study: CoxStudy, data: StudyData, factors: FactorFrame) -> tuple[Factor, ...]:
    """The candidates that are cut from a number."""
    names = {item.factor for item in study.comparisons}
    return tuple(
        one
        for one in factors.factors
        if one.name in names and numeric_values(data, one) is not None
    )


def drift_of(study: CoxStudy, column: int) -> tuple[FloatArray, FloatArray]:
    """Local regression through one term's scaled Schoenfeld residuals."""
    if study.residuals is None:
        return np.zeros(0), np.zeros(0)
    return smooth_points(study.residuals.event_time, study.residuals.scaled[:, column])
