"""lifelines as the independent second engine: is every number shown also its number?"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from core.analysis.survival.inputs import check_times, encode_groups
from core.analysis.survival.multivariable import indicator_columns
from core.analysis.survival.quantiles import first_crossing
from core.results.common import Message
from core.results.prognosis import CoxModel, MultivariableModel
from core.results.survival import Agreement, Curve, FloatArray, LogRank, MeanTime

CURVE_TOLERANCE = 1e-9
COEFFICIENT_TOLERANCE = 1e-4
STANDARD_ERROR_TOLERANCE = 1e-3
FIT_OPTIONS = {"precision": 1e-13, "max_steps": 100}
"""lifelines stops early by default, up to 4e-4 from the maximum in a handful of patients."""
WEIGHTS = {"logrank": None, "gehan": "wilcoxon", "tarone-ware": "tarone-ware"}
"""lifelines' name of each weighting that it defines as this kernel does."""


def check_curve(curve: Curve, time: ArrayLike, is_event: ArrayLike) -> tuple[Agreement, ...]:
    """S(t), its log-log limits and the median by the rule ``first``, by lifelines.

    The median is read off lifelines' curve with the kernel's tolerance: lifelines' own
    reading can skip a death where S(t) is exactly one half.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.
    """
    times, events = check_times(time, is_event)
    with _recorded() as remarks:
        from lifelines import KaplanMeierFitter

        fitter = KaplanMeierFitter(alpha=1 - curve.options.level).fit(times, events)
        theirs = fitter.survival_function_.iloc[:, 0].reindex(curve.time).to_numpy(dtype=float)
        limits = fitter.confidence_interval_.reindex(curve.time).to_numpy(dtype=float)
    notes = tuple(remarks)
    found = [compare_arrays("survival", curve.survival, theirs, notes)]
    if curve.options.interval == "loglog":
        found.append(compare_arrays("low", curve.low, limits[:, 0], notes))
        found.append(compare_arrays("high", curve.high, limits[:, 1], notes))
    else:
        reason = Message.of("survival.engine_other_interval", interval=curve.options.interval)
        found.append(not_compared("low", CURVE_TOLERANCE, reason))
        found.append(not_compared("high", CURVE_TOLERANCE, reason))
    median = first_crossing(curve.time, theirs, 0.5)
    found.append(_numbers("median", curve.median_first.estimate, median, CURVE_TOLERANCE, notes))
    return tuple(found)


def check_mean(mean: MeanTime, time: ArrayLike, is_event: ArrayLike) -> tuple[Agreement, ...]:
    """A restricted mean, by lifelines (whose "variance" isn't that of the estimate).

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.
    """
    times, events = check_times(time, is_event)
    if mean.estimate is None:
        reason = Message.of("survival.engine_nothing_to_compare")
        return (not_compared("rmst", CURVE_TOLERANCE, reason),)
    with _recorded() as remarks:
        from lifelines import KaplanMeierFitter
        from lifelines.utils import restricted_mean_survival_time

        theirs = restricted_mean_survival_time(KaplanMeierFitter().fit(times, events), t=mean.tau)
    return (_numbers("rmst", mean.estimate, float(theirs), CURVE_TOLERANCE, tuple(remarks)),)


def check_logrank(
    result: LogRank,
    time: ArrayLike,
    is_event: ArrayLike,
    group: ArrayLike,
    *,
    strata: ArrayLike | None = None,
) -> tuple[Agreement, ...]:
    """The log-rank statistic and P, by lifelines where it defines the same test.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.
    """
    times, events = check_times(time, is_event)
    codes, _ = encode_groups(group)
    reason = None
    if strata is not None or result.n_strata > 1 or result.trend or result.weights not in WEIGHTS:
        reason = Message.of("survival.engine_no_such_test")
    elif result.chi2 is None:
        reason = Message.of("survival.engine_nothing_to_compare")
    if reason is not None:
        return tuple(not_compared(name, CURVE_TOLERANCE, reason) for name in ("chi2", "p"))
    known = codes >= 0
    with _recorded() as remarks:
        from lifelines.statistics import multivariate_logrank_test

        test = multivariate_logrank_test(
            times[known], codes[known], events[known], weightings=WEIGHTS[result.weights]
        )
    notes = tuple(remarks)
    return (
        _numbers("chi2", result.chi2, float(test.test_statistic), CURVE_TOLERANCE, notes),
        _numbers("p", result.p, float(test.p_value), CURVE_TOLERANCE, notes),
    )


def check_cox(
    model: CoxModel,
    X: ArrayLike,
    time: ArrayLike,
    is_event: ArrayLike,
    names: Sequence[str],
    *,
    strata: ArrayLike | None = None,
) -> tuple[Agreement, ...]:
    """Coefficients and standard errors, by lifelines (Efron only; so not under ties else).

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.
    """
    times, events = check_times(time, is_event)
    rows = model.rows
    deaths = times[rows][events[rows]]
    has_ties = np.unique(deaths).size < deaths.size
    reason = None
    if not names or any(term.b is None for term in model.terms):
        reason = Message.of("survival.engine_nothing_to_compare")
    elif model.ties != "efron" and has_ties:
        reason = Message.of("survival.engine_efron_only")
    if reason is not None:
        return _cox_not_compared(names, reason)
    used = np.asarray(X, dtype=np.float64).reshape(-1, len(names))[rows]
    columns = [f"x{i}" for i in range(len(names))]
    frame = pd.DataFrame(used, columns=columns)
    frame["time"], frame["event"] = times[rows], events[rows]
    layers = None
    if strata is not None:
        frame["stratum"], _ = encode_groups(np.asarray(strata).ravel()[rows])
        layers = ["stratum"]
    with _recorded() as remarks:
        from lifelines import CoxPHFitter
        from lifelines.exceptions import ConvergenceError

        fitter = CoxPHFitter(alpha=1 - model.level)
        try:
            fitter.fit(frame, "time", "event", strata=layers, fit_options=FIT_OPTIONS)
        except ConvergenceError:
            return _cox_not_compared(names, Message.of("survival.engine_not_converged"))
    notes = tuple(remarks)
    found = []
    for column, name, term in zip(columns, names, model.terms, strict=True):
        b, se = float(fitter.params_[column]), float(fitter.standard_errors_[column])
        found.append(_numbers(f"b:{name}", term.b, b, COEFFICIENT_TOLERANCE, notes))
        found.append(_numbers(f"se:{name}", term.se, se, STANDARD_ERROR_TOLERANCE, notes))
    # A fit that lifelines itself gave up on confirms nothing and refutes nothing.
    if "ConvergenceWarning" in notes and not all(one.agrees for one in found):
        return _cox_not_compared(names, Message.of("survival.engine_not_converged"))
    return tuple(found)


def check_multivariable(
    model: MultivariableModel, frame: pd.DataFrame, time: ArrayLike, is_event: ArrayLike
) -> tuple[Agreement, ...]:
    """The multivariable table's coefficients, by lifelines.

    Args:
        frame, time, is_event: as they were given to ``fit_multivariable``.
    """
    names = [term.term for term in model.terms]
    if model.cox is None or not names:
        return ()
    x = indicator_columns(model, frame)
    complete = np.isfinite(x).all(axis=1)
    times, events = check_times(time, is_event)
    return check_cox(model.cox, x[complete], times[complete], events[complete], names)


def _cox_not_compared(names: Sequence[str], reason: Message) -> tuple[Agreement, ...]:
    return tuple(
        not_compared(f"{quantity}:{name}", tolerance, reason)
        for name in names
        for quantity, tolerance in (
            ("b", COEFFICIENT_TOLERANCE),
            ("se", STANDARD_ERROR_TOLERANCE),
        )
    )


@contextmanager
def _recorded() -> Iterator[list[str]]:
    """Collects what the other engine warns about, as the names of the warnings."""
    remarks: list[str] = []
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        yield remarks
        remarks.extend(dict.fromkeys(warning.category.__name__ for warning in caught))


def not_compared(quantity: str, tolerance: float, reason: Message) -> Agreement:
    """A quantity that the second engine can't confirm, with the reason."""
    return Agreement(quantity, None, None, None, tolerance, None, reason)


def _numbers(
    quantity: str, own: float | None, other: float | None, tolerance: float, notes: tuple[str, ...]
) -> Agreement:
    """Difference relative to the number's size once it exceeds 1."""
    if own is None or other is None or not np.isfinite(other):
        if own is None and other is None:
            reason = Message.of("survival.engine_nothing_to_compare")
            return not_compared(quantity, tolerance, reason)
        return Agreement(quantity, own, other, None, tolerance, False, None, notes)
    difference = abs(own - other)
    agrees = difference <= tolerance * max(1.0, abs(own))
    return Agreement(quantity, own, other, difference, tolerance, agrees, None, notes)


def compare_arrays(
    quantity: str, own: FloatArray, other: FloatArray, notes: tuple[str, ...]
) -> Agreement:
    """Largest difference where this kernel has a value (limits don't exist at S = 0 and 1)."""
    defined = np.isfinite(own)
    if not defined.any():
        reason = Message.of("survival.engine_nothing_to_compare")
        return not_compared(quantity, CURVE_TOLERANCE, reason)
    difference = np.abs(own[defined] - other[defined])
    at = int(np.argmax(difference))
    return _numbers(
        quantity, float(own[defined][at]), float(other[defined][at]), CURVE_TOLERANCE, notes
    )
