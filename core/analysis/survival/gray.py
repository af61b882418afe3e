"""Gray's test: does the cumulative incidence of one cause differ between groups?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from core.analysis.survival.incidence import check_causes
from core.analysis.survival.inputs import encode_groups
from core.results.common import Message
from core.results.competing import GrayTest
from core.results.survival import FloatArray, IntArray


def compare_incidence(
    time: ArrayLike,
    cause: ArrayLike,
    group: ArrayLike,
    *,
    of_interest: int = 1,
    causes: int = 2,
    levels: tuple[object, ...] | None = None,
    rho: float = 0.0,
) -> GrayTest:
    """Gray's k-sample test for the subdistribution of one cause.

    Patients whose level is missing are left out and counted in a message.

    Args:
        time: follow-up, 0 or more; (n,).
        cause: 0 = censored, 1 .. ``causes``; (n,).
        group: level of each patient; None = missing; (n,).
        of_interest: the cause compared.
        rho: power of the weight (1 - F)^rho.

    Raises:
        NotComputable: a missing or negative time, or an unknown cause.

    Source: Gray 1988, Ann Stat 16:1141.

    >>> test = compare_incidence([1, 2, 3, 4, 5, 6], [1, 1, 2, 1, 2, 0], list("aababb"))
    >>> test.df, test.events
    (1, 3)
    """
    times, what = check_causes(time, cause, causes)
    codes, _ = encode_groups(group, levels)
    known = codes >= 0
    messages = []
    if not known.all():
        messages.append(Message.of("survival.missing_left_out", n=int((~known).sum())))
    times, what, codes = times[known], what[known], codes[known]
    present, codes = np.unique(codes, return_inverse=True)
    events = int(np.count_nonzero(what == of_interest))
    chi2, df = None, max(int(present.size) - 1, 0)
    if present.size < 2:
        messages.append(Message.of("survival.one_level_only"))
    elif not events:
        messages.append(Message.of("survival.no_events", n=int(times.size)))
    else:
        own = np.where(what == of_interest, 1, np.where(what == 0, 0, 2))
        score, variance = _score_and_variance(times, own, codes, int(present.size), rho)
        if np.linalg.matrix_rank(variance) == df:
            chi2 = float(score @ np.linalg.solve(variance, score))
        else:
            messages.append(Message.of("survival.gray_no_information"))
    return GrayTest(
        cause=of_interest,
        chi2=chi2,
        df=df,
        p=None if chi2 is None else float(chdtrc(df, chi2)),
        n=int(times.size),
        events=events,
        messages=tuple(messages),
    )


def _shifted(values: FloatArray, first: float) -> FloatArray:
    return np.concatenate([np.full((1, *values.shape[1:]), first), values[:-1]])


def _score_and_variance(
    time: FloatArray, own: IntArray, codes: IntArray, k: int, rho: float
) -> tuple[FloatArray, FloatArray]:
    """Score of the first k - 1 groups and its covariance; axes are (time, group, group)."""
    moments, position = np.unique(time, return_inverse=True)
    cube = np.bincount((position * k + codes) * 3 + own, minlength=moments.size * k * 3)
    cube = cube.reshape(moments.size, k, 3)
    at_risk = cube.sum(axis=2)[::-1].cumsum(axis=0)[::-1]
    any_event = cube[:, :, 1:].any(axis=(1, 2))
    cube, at_risk = cube[any_event], at_risk[any_event].astype(float)
    first, second = cube[:, :, 1].astype(float), cube[:, :, 2].astype(float)
    safe = np.maximum(at_risk, 1.0)
    after = np.cumprod((safe - first - second) / safe, axis=0)
    before = _shifted(after, 1.0)
    incidence_before = _shifted(np.cumsum(before * first / safe, axis=0), 0.0)
    there = at_risk > 0
    weight = np.divide(at_risk, before, out=np.zeros_like(at_risk), where=there)
    total = weight.sum(axis=1)
    deaths = first.sum(axis=1)
    pooled = np.cumsum(deaths / total)
    pooled_before = _shifted(pooled, 0.0)
    power = (1 - pooled_before) ** rho
    share = weight * (1 - incidence_before)
    expected = deaths[:, None] * share / share.sum(axis=1, keepdims=True)
    score = (power[:, None] * (first - expected)).sum(axis=0)
    a = weight[:, :, None] * (np.eye(k) - weight[:, None, :] / total[:, None, None])
    a = power[:, None, None] * a
    # The pooled incidence reaches 1 only when nobody is left at risk.
    size = np.divide(
        deaths, total * (1 - pooled_before), out=np.zeros_like(total), where=pooled_before < 1
    )
    c = np.cumsum(a * size[:, None, None], axis=0)
    ratio = np.divide((1 - pooled)[:, None], after, out=np.zeros_like(after), where=after > 0)
    survives = after > 0
    # Events of the cause itself.
    lead = np.where(survives, 1 - ratio, 1.0)
    tied = np.ones_like(before)
    many = deaths > 1
    tied[many] = 1 - (deaths[many, None] - 1) / (total[many, None] * before[many] - 1)
    mass = np.where(there & (deaths > 0)[:, None], tied * before * deaths[:, None], 0.0)
    mass = mass / (total[:, None] * safe)
    t = a - lead[:, None, :] * c
    v = np.einsum("tik,tjk,tk->ij", t, t, mass)
    v2 = np.einsum("tik,tk->ik", t, lead * mass)
    v3 = (lead**2 * mass).sum(axis=0)
    # Events of the other causes.
    tied = np.where(second > 1, 1 - (second - 1) / np.maximum(at_risk - 1, 1), 1.0)
    mass = np.where(survives & (second > 0), tied * before**2 * second / safe**2, 0.0)
    t = ratio[:, None, :] * c
    v += np.einsum("tik,tjk,tk->ij", t, t, mass)
    v2 -= np.einsum("tik,tk->ik", t, ratio * mass)
    v3 += (ratio**2 * mass).sum(axis=0)
    last = c[-1]
    mixed = last @ v2.T
    variance = v + (last * v3) @ last.T + mixed + mixed.T
    return score[:-1], variance[:-1, :-1]
