"""Which event came first in each patient, and what a factor does to each kind of event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.analysis.survival.cox import fit_cox
from core.analysis.survival.fine_gray import fit_fine_gray
from core.analysis.survival.gray import compare_incidence
from core.analysis.survival.incidence import estimate_incidence
from core.analysis.survival.second_engine import check_cox
from core.analysis.survival.second_incidence import check_incidence
from core.options import DAYS_PER_UNIT, SurvivalOptions
from core.results.baseline import FactorFrame
from core.results.common import Message
from core.results.competing import CauseModels
from core.results.endpoints import Endpoints, NotDerived, TimeToEvent
from core.results.survival import Agreement, FloatArray
from core.results.survival_study import StudyIncidence
from core.schema import StudyData

CAUSES = ("hepatic", "extrahepatic", "death")
HEPATIC, EXTRAHEPATIC, DEATH = 1, 2, 3
SAME_DAY = 0.75
"""Days within which coded months of two endpoints mean the same day."""
_SITES = {"INTRAHEPATIC": HEPATIC, "BOTH": HEPATIC, "EXTRAHEPATIC": EXTRAHEPATIC}


def first_causes(
    data: StudyData, endpoints: Endpoints
) -> tuple[tuple[tuple[TimeToEvent, int], ...], tuple[NotDerived, ...]]:
    """Each patient's first event after the start: in the liver, outside it, or death.

    Progression on the same day inside and outside the liver counts as inside.

    Returns:
        PFS time and cause (0 = censored) of each patient, and those whose cause is unknown.
    """
    liver = {one.patient_id: one for one in endpoints.get("hepatic_pfs").times}
    alive = {one.patient_id: one for one in endpoints.get("os").times}
    sites = _recorded_sites(data)
    found, unknown = [], []
    for one in endpoints.get("pfs").times:
        cause = _cause(one, liver.get(one.patient_id), alive.get(one.patient_id), sites)
        if cause is None:
            reason = Message.of("endpoints.missing.first_event_site")
            unknown.append(NotDerived(one.patient_id, reason))
        else:
            found.append((one, cause))
    return tuple(found), tuple(unknown)


def _recorded_sites(data: StudyData) -> Mapping[str, int]:
    rows = data.table("follow_up")[["patient_id", "progression_site"]].dropna()
    return {
        patient: _SITES[site]
        for patient, site in zip(rows["patient_id"], rows["progression_site"], strict=True)
        if site in _SITES
    }


def _cause(
    progression: TimeToEvent,
    liver: TimeToEvent | None,
    survival: TimeToEvent | None,
    sites: Mapping[str, int],
) -> int | None:
    if not progression.is_event:
        return 0
    if "death" in progression.reason.code:
        return DEATH
    days = progression.time_days
    # Coded months don't say what ended them; a death on that very day does.
    died = survival is not None and survival.is_event
    if progression.source == "coded" and survival is not None and died:
        same_day = abs(survival.time_days - days) < SAME_DAY
        if same_day:
            return DEATH
    if liver is not None:
        same = abs(liver.time_days - days) < SAME_DAY
        if liver.is_event and same:
            return HEPATIC
        if liver.time_days > days or not liver.is_event:
            return EXTRAHEPATIC
    return sites.get(progression.patient_id)


def check_competing(
    data: StudyData, endpoints: Endpoints, factors: FactorFrame, found: StudyIncidence
) -> tuple[Agreement, ...]:
    """Every incidence and cause-specific Cox model, recomputed by the second engine, lifelines."""
    first, _ = first_causes(data, endpoints)
    time = np.array([one.time_days for one, _ in first]) / DAYS_PER_UNIT[found.options.time_unit]
    cause = np.array([what for _, what in first])
    if found.factor is None:
        return tuple(one for curve in found.curves for one in check_incidence(curve, time, cause))
    ids = [one.patient_id for one, _ in first]
    levels = factors.table[found.factor.name].reindex(ids).to_numpy(dtype=object)
    agreements: list[Agreement] = []
    for level, curve in zip(found.levels, found.curves, strict=True):
        inside = levels == level
        agreements += check_incidence(curve, time[inside], cause[inside])
    known = np.isin(levels, found.levels)
    for models in found.models:
        x = _against_first(levels[known], found.levels)
        names = [f"{found.levels[at + 1]}, {CAUSES[models.cause - 1]}" for at in range(x.shape[1])]
        is_event = cause[known] == models.cause
        agreements += check_cox(models.cause_specific, x, time[known], is_event, names)
    return tuple(agreements)


def _against_first(levels: np.ndarray, present: Sequence[str]) -> FloatArray:
    """A 0/1 column for each level but the first."""
    return np.column_stack([levels == code for code in present[1:]]).astype(float)


def answer_competing(
    data: StudyData,
    endpoints: Endpoints,
    factors: FactorFrame,
    factor: str | None,
    options: SurvivalOptions,
) -> StudyIncidence:
    """Cumulative incidence of each cause, Gray's tests, cause-specific Cox and Fine-Gray."""
    first, unknown = first_causes(data, endpoints)
    labels = tuple(f"survival_competing.cause.{name}" for name in CAUSES)
    definition = None if factor is None else factors.factor(factor)
    if not first:
        return StudyIncidence(
            labels, definition, (), (), (), (), unknown, 0, options,
            (Message.of("cohort.no_endpoint"),),
        )  # fmt: skip
    time = np.array([one.time_days for one, _ in first]) / DAYS_PER_UNIT[options.time_unit]
    cause = np.array([what for _, what in first])
    size = len(CAUSES)
    if definition is None or factor is None:
        curve = estimate_incidence(time, cause, causes=size, options=options)
        return StudyIncidence(
            labels, None, ("",), (curve,), (), (), unknown, 0, options, curve.messages
        )
    ids = [one.patient_id for one, _ in first]
    levels = factors.table[factor].reindex(ids).to_numpy(dtype=object)
    known = np.array([level is not None and level == level for level in levels], dtype=bool)
    present = tuple(code for code in definition.codes if (levels == code).any())
    curves = tuple(
        estimate_incidence(
            time[levels == code], cause[levels == code], causes=size, options=options
        )
        for code in present
    )
    gray = tuple(
        compare_incidence(
            time[known], cause[known], levels[known],
            of_interest=number, causes=size, levels=present,
        )
        for number in range(1, size + 1)
    )  # fmt: skip
    models = []
    if len(present) > 1:
        names = [f"{factor}={code}" for code in present[1:]]
        x = _against_first(levels[known], present)
        for number in range(1, size + 1):
            models.append(
                CauseModels(
                    number,
                    fit_cox(
                        x, time[known], cause[known] == number, names,
                        ties=options.ties, level=options.level,
                    ),
                    fit_fine_gray(
                        x, time[known], cause[known], names,
                        of_interest=number, causes=size, level=options.level,
                    ),
                )
            )  # fmt: skip
    return StudyIncidence(
        labels, definition, present, curves, gray, tuple(models), unknown,
        int((~known).sum()), options,
        tuple(dict.fromkeys(message for test in gray for message in test.messages)),
    )  # fmt: skip
