"""Log-rank tests: weighted, stratified and for trend."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from core.analysis.survival.inputs import BoolArray, check_times, distinct_times, encode_groups
from core.analysis.survival.steps import count_cube
from core.results.common import Message
from core.results.survival import FloatArray, IntArray, LogRank, LogRankGroup, Weights


def compare_curves(
    time: ArrayLike,
    is_event: ArrayLike,
    group: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    weights: Weights = "logrank",
    trend: bool = False,
    levels: tuple[object, ...] | None = None,
    scores: Sequence[float] | None = None,
) -> LogRank:
    """Test whether survival differs between the levels of a factor.

    Patients whose level or stratum is missing are left out and counted in a message.

    Args:
        time: follow-up, 0 or more; (n,).
        is_event: True for the event; (n,).
        group: level of each patient; None = missing; (n,).
        strata: compare within these strata only; (n,).
        weights: 1 (``logrank``), number at risk (``gehan``; SPSS calls it Breslow), its root
            (``tarone-ware``) or the pooled survival just before (``peto``; R's rho = 1).
        trend: one degree of freedom for an ordered factor.
        levels: their order; default sorted.
        scores: of the levels for the trend; default the levels themselves if they are
            numbers, else 0, 1, 2, ...

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    Source: Mantel 1966, Cancer Chemother Rep 50:163; Peto & Peto 1972, JRSS A 135:185;
        Tarone & Ware 1977, Biometrika 64:156; Tarone 1975, Biometrika 62:679 (trend).

    >>> test = compare_curves([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    >>> round(test.chi2, 3), test.df
    (2.882, 1)
    """
    times, events = check_times(time, is_event)
    codes, names = encode_groups(group, levels)
    known = codes >= 0
    layers = np.zeros(times.size, dtype=np.int64)
    if strata is not None:
        layers, _ = encode_groups(strata)
        known = known & (layers >= 0)
    messages = []
    if not known.all():
        messages.append(Message.of("survival.missing_left_out", n=int((~known).sum())))
    if messages:
        times, events, codes, layers = times[known], events[known], codes[known], layers[known]
    moments, position = distinct_times(times)
    present = np.unique(layers) if strata is not None else np.zeros(1, dtype=np.int64)
    cubes = []
    for layer in present:
        inside = layers == layer if present.size > 1 else slice(None)
        cubes.append(
            count_cube(position[inside], events[inside], codes[inside], moments.size, len(names))
        )
    return compare_counted(
        cubes, names, weights=weights, trend=trend, scores=scores, remarks=tuple(messages)
    )


def compare_counted(
    cubes: Sequence[IntArray],
    names: tuple[object, ...],
    *,
    weights: Weights = "logrank",
    trend: bool = False,
    scores: Sequence[float] | None = None,
    remarks: tuple[Message, ...] = (),
) -> LogRank:
    """The test of ``compare_curves`` on patients who were counted already.

    Args:
        cubes: one per stratum, (times, levels, 2) of ``count_cube``; times ascending.
        names: of the levels.
    """
    messages = list(remarks)
    k = len(names)
    observed, expected, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    totals = np.zeros((k, 2), dtype=np.int64)
    for cube in cubes:
        totals += cube.sum(axis=0)
        parts = _one_stratum(cube, weights)
        observed += parts[0]
        expected += parts[1]
        covariance += parts[2]
    counts, events = totals.sum(axis=1), int(totals[:, 1].sum())
    z, chi2, df = None, None, max(int(np.count_nonzero(expected > 0)) - 1, 0)
    if np.count_nonzero(counts) < 2:
        messages.append(Message.of("survival.one_level_only"))
    elif not events:
        messages.append(Message.of("survival.no_events", n=int(counts.sum())))
    elif trend:
        z = _trend(observed - expected, covariance, _scores(names, scores))
        chi2, df = (None if z is None else z * z), 1
    else:
        chi2 = _quadratic_form(observed - expected, covariance, expected > 0)
    if chi2 is None and not messages:
        messages.append(Message.of("survival.logrank_no_information"))
    return LogRank(
        chi2=chi2,
        df=df,
        p=None if chi2 is None else float(chdtrc(df, chi2)),
        z=z,
        groups=tuple(
            LogRankGroup(str(name), int(counts[i]), float(observed[i]), float(expected[i]))
            for i, name in enumerate(names)
        ),
        weights=weights,
        trend=trend,
        n_strata=len(cubes),
        n=int(counts.sum()),
        events=events,
        messages=tuple(messages),
    )


def _one_stratum(cube: IntArray, weights: Weights) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weighted observed and expected events per level, and their covariance."""
    deaths = cube[:, :, 1]
    with_death = deaths.any(axis=1)
    at_risk = cube.sum(axis=2)[::-1].cumsum(axis=0)[::-1][with_death]
    deaths = deaths[with_death]
    n, d = at_risk.sum(axis=1), deaths.sum(axis=1)
    if weights == "gehan":
        w = n.astype(np.float64)
    elif weights == "tarone-ware":
        w = np.sqrt(n)
    elif weights == "peto":
        w = np.concatenate([[1.0], np.cumprod((n - d) / n)[:-1]]) if n.size else np.ones(0)
    else:
        w = np.ones(n.size)
    share = at_risk / n[:, None]
    observed, expected = w @ deaths, (w * d) @ share
    spread = w**2 * d * (n - d) / np.maximum(n - 1, 1)
    covariance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    return observed, expected, covariance


def _quadratic_form(
    difference: FloatArray, covariance: FloatArray, informative: BoolArray
) -> float | None:
    kept = np.flatnonzero(informative)[1:]
    if not kept.size:
        return None
    if kept.size == 1:
        variance = float(covariance[kept[0], kept[0]])
        return float(difference[kept[0]]) ** 2 / variance if variance > 0 else None
    block = covariance[np.ix_(kept, kept)]
    scale = np.sqrt(np.diag(block))
    if not (scale > 0).all():
        return None
    correlation = block / np.outer(scale, scale)
    if np.linalg.matrix_rank(correlation) < kept.size:
        return None
    standardised = difference[kept] / scale
    return float(standardised @ np.linalg.solve(correlation, standardised))


def _scores(names: tuple[object, ...], scores: Sequence[float] | None) -> FloatArray:
    if scores is not None:
        return np.asarray(scores, dtype=np.float64)
    if all(isinstance(name, int | float | np.number) for name in names):
        return np.asarray(names, dtype=np.float64)
    return np.arange(len(names), dtype=np.float64)


def _trend(difference: FloatArray, covariance: FloatArray, scores: FloatArray) -> float | None:
    centred = scores - scores.mean()
    variance = float(centred @ covariance @ centred)
    if variance <= 1e-12 * max(float(centred @ centred), 1.0):
        return None
    return float(centred @ difference) / math.sqrt(variance)
