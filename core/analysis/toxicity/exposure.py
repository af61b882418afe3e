"""Adverse events per session and per patient-month.

Source: Garwood 1936, Biometrika 28:437 (exact interval of a Poisson mean).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import chi2

from core.analysis.toxicity.baseline import first_haic_dates
from core.analysis.toxicity.events import LATE_DAYS
from core.options import DAYS_PER_MONTH
from core.results.common import Message
from core.results.safety import ExposureRow, ExposureTable, PoissonRate
from core.results.toxicity import AdverseEventTable
from core.schema import StudyData


def poisson_rate(count: int, exposure: float, level: float = 0.95) -> PoissonRate:
    """Events per unit of exposure with Garwood's exact interval.

    >>> found = poisson_rate(3, 100.0)
    >>> round(found.rate, 2), round(found.low, 4), round(found.high, 4)
    (0.03, 0.0062, 0.0877)
    >>> poisson_rate(0, 0.0).rate is None
    True
    """
    if exposure <= 0:
        return PoissonRate(count, exposure, None, None, None, level)
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    high = float(chi2.ppf(1 - tail, 2 * count + 2)) / 2
    return PoissonRate(count, exposure, count / exposure, low / exposure, high / exposure, level)


def exposure_days(data: StudyData) -> pd.Series:
    """Days under observation of each patient: first HAIC to 30 days after the last one.

    Ends earlier with death, last contact or the data cut-off. NaN where the first HAIC has no
    date; both end days count.
    """
    zero = first_haic_dates(data)
    sessions = data.table("haic_sessions")
    last = sessions.groupby("patient_id")["session_date"].max().reindex(zero.index).fillna(zero)
    end = last + pd.Timedelta(days=LATE_DAYS)
    follow = data.table("follow_up").groupby("patient_id")[["death_date", "last_followup_date"]]
    ends = follow.max().reindex(zero.index)
    # A contact before the last session is an older note, not the end of the observation.
    contact = ends["last_followup_date"].where(ends["last_followup_date"] >= last)
    for limit in (ends["death_date"], contact):
        end = end.where(limit.isna() | (limit >= end), limit)
    if data.data_cutoff is not None:
        cutoff = pd.Timestamp(data.data_cutoff)
        end = end.where(end <= cutoff, cutoff)
    days = (end - zero).dt.days + 1
    return days.where(days > 0).astype(float)


def adjust_for_exposure(data: StudyData, table: AdverseEventTable) -> ExposureTable:
    """Rates of each term per session, per patient-month, and of first events.

    An event after its patient's window isn't counted; one without a date is, but its patient
    contributes his whole time to the first-event rate.
    """
    days = exposure_days(data)
    sessions = data.table("haic_sessions")
    known = set(days.index[days.notna()].astype(str))
    n_sessions = int(sessions["patient_id"].isin(list(days.index)).sum())
    events = table.events
    onset = events["onset_day"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    limits = days.reindex(events["patient_id"]).to_numpy(dtype=float)
    outside = onset > limits - 1
    inside = events.assign(_onset=onset)[~outside]
    inside = inside[inside["patient_id"].isin(known)]
    row = _Rows({str(p): float(d) for p, d in days.dropna().items()}, n_sessions)
    soc = {item.term: item.soc for item in table.rows}
    rows = [
        row.of(item.term, soc[item.term], inside[inside["term"] == item.term])
        for item in table.rows
    ]
    messages = [
        Message.of("toxicity.method.exposure", days=LATE_DAYS, level=95),
        Message.of("toxicity.method.exposure_first"),
    ]
    if outside.any():
        messages.append(Message.of("toxicity.method.exposure_outside", n=int(outside.sum())))
    without = table.n_patients - len(known)
    if without:
        messages.append(Message.of("toxicity.method.exposure_without_zero", n=without))
    return ExposureTable(
        overall=row.of("", "", inside),
        rows=tuple(rows),
        n_sessions=n_sessions,
        patient_months=float(days.sum()) / DAYS_PER_MONTH,
        n_outside=int(outside.sum()),
        messages=tuple(messages),
    )


class _Rows:
    """Makes the rows of one study from its exposure."""

    def __init__(self, days: Mapping[str, float], n_sessions: int) -> None:
        self._days = days
        self._n_sessions = n_sessions

    def of(self, term: str, soc: str, events: pd.DataFrame) -> ExposureRow:
        total = sum(self._days.values())
        first = events.groupby("patient_id")["_onset"].min()
        at_risk = {**self._days}
        for patient, day in first.items():
            if not np.isnan(day):
                at_risk[str(patient)] = min(day + 1, self._days[str(patient)])
        return ExposureRow(
            term=term,
            soc=soc,
            per_session=poisson_rate(len(events), float(self._n_sessions)),
            per_month=poisson_rate(len(events), total / DAYS_PER_MONTH),
            first=poisson_rate(len(first), sum(at_risk.values()) / DAYS_PER_MONTH),
        )
