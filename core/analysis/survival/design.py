"""Complete cases, standardised covariates and risk sets: what every Cox fit starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.survival.inputs import BoolArray, check_times, encode_groups
from core.analysis.survival.risk_sets import RiskSets, gather_risk_sets
from core.errors import NotComputable
from core.options import Ties
from core.results.common import Message
from core.results.survival import FloatArray, IntArray

if TYPE_CHECKING:
    from core.analysis.survival.newton import Solution


NO_INFORMATION = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Complete cases with covariates centred and divided by their standard deviation.

    Attributes:
        x: (n, p) standardised; centre, scale: (p,) of the columns (scale 1 if constant).
        rows: (n,) rows of the input that were used; n_missing: rows left out.
        strata: names of the strata; stratum: (n,) their codes.
    """

    names: tuple[str, ...]
    x: FloatArray
    centre: FloatArray
    scale: FloatArray
    time: FloatArray
    is_event: BoolArray
    stratum: IntArray
    strata: tuple[str, ...]
    rows: IntArray
    n_missing: int
    sets: RiskSets

    def reason(self, i: int, solution: Solution) -> Message:
        """Why term ``i`` has no estimate, in terms of the patients."""
        name = self.names[i]
        if not self.is_event.any():
            return Message.of("survival.no_events", n=int(self.time.size))
        column = self.x[:, i]
        if column.min() == column.max():
            return Message.of("survival.term_constant", name=name)
        if solution.status[i] == "aliased":
            if solution.information[i, i] <= NO_INFORMATION:
                return Message.of("survival.term_no_contrast", name=name)
            return Message.of("survival.term_repeats_others", name=name)
        if solution.status[i] == "unsettled":
            return Message.of("survival.term_not_converged", name=name)
        values = np.unique(column)
        if values.size == 2:
            higher = column == values[1]
            if not self.is_event[higher].any():
                return Message.of("survival.term_no_events", name=name, n=int(higher.sum()))
            if not self.is_event[~higher].any():
                others = int((~higher).sum())
                return Message.of("survival.term_no_events_without", name=name, n=others)
            for code, group in (("died_first", higher), ("died_last", ~higher)):
                if self.time[group].max() <= self.time[~group & self.is_event].min():
                    n = int(higher.sum())
                    return Message.of(f"survival.term_{code}", name=name, n=n)
        return Message.of("survival.term_separates", name=name)

    def messages(self, solution: Solution) -> tuple[Message, ...]:
        """Remarks on the model as a whole, then the reason of each missing estimate."""
        found = []
        if self.n_missing:
            found.append(Message.of("survival.missing_left_out", n=self.n_missing))
        if not self.time.size:
            found.append(Message.of("survival.no_complete_cases"))
        elif not self.is_event.any():
            found.append(Message.of("survival.no_events", n=int(self.time.size)))
        else:
            missing = np.flatnonzero(solution.status != "estimable")
            found.extend(self.reason(int(i), solution) for i in missing)
        return tuple(found)


def prepare_design(
    X: ArrayLike,
    time: ArrayLike,
    is_event: ArrayLike,
    names: Sequence[str],
    *,
    ties: Ties,
    strata: ArrayLike | None = None,
) -> Design:
    """Drop rows with a missing covariate or stratum, standardise, and index the risk sets.

    Raises:
        NotComputable: wrong times, event codes or shapes.
    """
    times, events = check_times(time, is_event)
    covariates = (
        np.asarray(X, dtype=np.float64).reshape(-1, len(names))
        if len(names)
        else (np.zeros((times.size, 0)))
    )
    if covariates.shape[0] != times.size:
        raise NotComputable("survival_lengths_differ", times=times.size, events=covariates.shape[0])
    known = np.isfinite(covariates).all(axis=1)
    stratum = np.zeros(times.size, dtype=np.int64)
    if strata is not None:
        stratum, _ = encode_groups(strata)
        known = known & (stratum >= 0)
    rows = np.flatnonzero(known)
    used = covariates[rows]
    layer_names: tuple[str, ...] = ("",)
    layers = stratum[rows]
    if strata is not None:
        labels = np.asarray(strata).ravel()[rows]
        layers, found = encode_groups(labels)
        layer_names = tuple(str(name) for name in found)
    if rows.size:
        centre, scale = used.mean(axis=0), used.std(axis=0)
    else:
        centre, scale = np.zeros(len(names)), np.ones(len(names))
    # A spread of rounding size is none: the column is constant.
    constant = scale <= 1e-12 * np.maximum(np.abs(centre), 1.0)
    scale = np.where(constant, 1.0, scale)
    x = np.where(constant, 0.0, (used - centre) / scale)
    return Design(
        names=tuple(names),
        x=x,
        centre=centre,
        scale=scale,
        time=times[rows],
        is_event=events[rows],
        stratum=layers,
        strata=layer_names,
        rows=rows,
        n_missing=int(times.size - rows.size),
        sets=gather_risk_sets(x, times[rows], events[rows], layers, ties),
    )
