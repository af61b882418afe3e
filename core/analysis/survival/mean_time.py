"""Areas under a Kaplan-Meier curve: mean to the last time (SPSS) and RMST."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc, ndtri

from core.analysis.survival.quantiles import TOLERANCE
from core.analysis.survival.steps import Steps
from core.options import TimeUnit, unit_word
from core.results.common import Message
from core.results.survival import Curve, MeanDifference, MeanKind, MeanTime


def area_to(
    steps: Steps, tau: float, level: float, kind: MeanKind, unit: TimeUnit = "months"
) -> MeanTime:
    """Area under S(t) from 0 to ``tau`` with Greenwood's standard error.

    None when the curve isn't known up to ``tau``. For ``mean_to_last`` also None without any
    event, where the area would be the longest follow-up and no estimate of survival.

    Args:
        tau: in the unit of the times; for ``mean_to_last`` the last observed time.

    Source: Klein & Moeschberger 2003, Survival Analysis, 2nd ed., s4.5.
    """
    last = float(steps.time[-1])
    if tau > last and steps.survival[-1] > TOLERANCE:
        reason = Message.of(
            "survival.rmst_beyond_follow_up", tau=tau, last=last, time_unit=unit_word(unit)
        )
        return MeanTime(kind, tau, None, None, None, None, level, reason)
    if kind == "mean_to_last" and not steps.n_event.any():
        return MeanTime(
            kind, tau, None, None, None, None, level, Message.of("survival.mean_no_events")
        )
    edges = np.minimum(np.concatenate([[0.0], steps.time, [tau]]), tau)
    areas = np.diff(edges) * np.concatenate([[1.0], steps.survival])
    estimate = float(areas.sum())
    remaining = np.maximum(areas[::-1].cumsum()[::-1][1:], 0.0)
    left = steps.n_risk - steps.n_event
    terms = np.divide(steps.n_event, steps.n_risk * left, out=np.zeros(left.size), where=left > 0)
    error = float(np.sqrt(np.sum(remaining**2 * terms)))
    z = float(ndtri(0.5 + level / 2))
    note = None
    if kind == "mean_to_last" and steps.survival[-1] > TOLERANCE:
        note = Message.of("survival.mean_restricted", last=last, time_unit=unit_word(unit))
    return MeanTime(
        kind,
        tau,
        estimate,
        error,
        max(estimate - z * error, 0.0),
        estimate + z * error,
        level,
        note,
    )


def estimate_rmst(curve: Curve, tau: float) -> MeanTime:
    """Restricted mean survival time of a curve up to ``tau`` (unit of the curve's times).

    Source: Royston & Parmar 2013, BMC Med Res Methodol 13:152.
    """
    steps = Steps(
        curve.time, curve.n_risk, curve.n_event, curve.n_censor, curve.survival, curve.std_err
    )
    return area_to(steps, tau, curve.options.level, "rmst", curve.options.time_unit)


def compare_rmst(curve: Curve, other: Curve, tau: float) -> MeanDifference:
    """RMST of ``curve`` minus that of ``other``: time gained up to ``tau``.

    None with a reason where either curve isn't known up to ``tau`` or nobody had the event.

    Source: Royston & Parmar 2013, BMC Med Res Methodol 13:152.
    """
    level = curve.options.level
    areas = estimate_rmst(curve, tau), estimate_rmst(other, tau)
    reason = areas[0].message or areas[1].message
    values = [(area.estimate, area.std_err) for area in areas]
    (one, one_error), (two, two_error) = values
    if one is None or two is None or one_error is None or two_error is None:
        return MeanDifference(tau, None, None, None, None, None, None, level, reason)
    difference, error = one - two, float(np.hypot(one_error, two_error))
    if error == 0:
        reason = Message.of(
            "survival.rmst_no_events", tau=tau, time_unit=unit_word(curve.options.time_unit)
        )
        return MeanDifference(tau, difference, None, None, None, None, None, level, reason)
    width, z = float(ndtri(0.5 + level / 2)) * error, difference / error
    p = float(chdtrc(1, z * z))
    return MeanDifference(
        tau, difference, error, difference - width, difference + width, z, p, level
    )
