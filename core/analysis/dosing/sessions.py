"""What a study records for the dose of each session, and the dose intensity that it gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from core.analysis.dosing.body_surface import body_surface_m2
from core.analysis.dosing.regimen import ClinicalLimits, Regimen, dose_rules
from core.analysis.eligibility.cycles import session_days
from core.errors import NotComputable
from core.results.dosing import BsaFormula, DrugIntensity, SessionInputs
from core.results.eligibility import CohortFitness
from core.rules.ctcae import resolve_term
from core.schema import StudyData

GIVEN_COLUMNS: Mapping[str, str] = {
    "oxaliplatin": "oxaliplatin_mg",
    "levoleucovorin": "leucovorin_mg",
    "leucovorin": "leucovorin_mg",
    "fluorouracil": "fluorouracil_mg",
}
_FORM = {"levoleucovorin": "LEVO", "leucovorin": "RACEMIC"}


def _float(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _flag(value: Any) -> bool | None:
    return None if value is None or pd.isna(value) else bool(value)


def surface_or_none(
    height_cm: float | None, weight_kg: float | None, formula: BsaFormula = "mosteller"
) -> float | None:
    """Body surface; None also where height or weight is impossible (the dose card says why)."""
    try:
        return body_surface_m2(height_cm, weight_kg, formula)
    except NotComputable:
        return None


def _events(data: StudyData, patient_id: str) -> list[tuple[str, int, pd.Timestamp, Any]]:
    events = data.table("adverse_events")
    events = events[(events["patient_id"] == patient_id) & events["ae_grade"].notna()]
    found = []
    for row in events.to_dict("records"):
        name = row["ctcae_term"] if isinstance(row["ctcae_term"], str) else row["ae_term"]
        term = resolve_term(str(name))
        if term is not None and not pd.isna(row["ae_start"]):
            found.append((term.term, int(row["ae_grade"]), row["ae_start"], row["ae_end"]))
    return found


def _toxicity(
    events: Sequence[tuple[str, int, pd.Timestamp, Any]],
    day: pd.Timestamp,
    since: Any,
    limits: ClinicalLimits,
) -> dict[str, Any]:
    """Worst grades up to a day: nerves as they last (grade 3 and 4 ever), the rest since then."""
    first = pd.Timestamp.min if pd.isna(since) else since
    before = [event for event in events if event[2] < day]
    nerve = [
        grade
        for term, grade, _, end in before
        if term in limits.neuropathy and (grade >= 3 or pd.isna(end) or end >= day)
    ]
    recent = [event for event in before if event[2] >= first]

    def worst(terms: Iterable[str]) -> int | None:
        return max((grade for term, grade, _, _ in recent if term in terms), default=None)

    return {
        "neuropathy_grade": max(nerve, default=None),
        "gastrointestinal_grade": worst(limits.gastrointestinal),
        "neutropenia_grade": worst(limits.neutropenia),
        "had_febrile_neutropenia": worst(limits.febrile_neutropenia) is not None,
    }


def session_inputs(
    data: StudyData, patient_id: str, fitness: CohortFitness
) -> tuple[SessionInputs, ...]:
    """Every session of one patient, and the next one, with what the dose card needs.

    Args:
        fitness: ``judge_cycles`` of the study, for blood and clearance of each session's day.
    """
    patients = data.table("patients").set_index("patient_id")
    height = _float(patients.loc[patient_id, "height_cm"])
    stated = _float(patients.loc[patient_id, "weight_kg"])
    sessions = session_days(data)
    sessions = sessions[sessions["patient_id"] == patient_id]
    cycles = {
        (one.session_no, one.is_next): one for one in fitness.cycles if one.patient_id == patient_id
    }
    events = _events(data, patient_id)
    limits = dose_rules().clinical
    rows: list[dict[Any, Any]] = sessions.to_dict("records")
    last = rows[-1] if rows else None
    number = int(last["session_no"]) + 1 if last else 1
    ahead = cycles.get((number, True))
    coming: dict[Any, Any] = {
        "session_no": number,
        "session_date": pd.Timestamp(ahead.day) if ahead else pd.NaT,
        "before": last["session_date"] if last else pd.NaT,
        "is_next": True,
    }
    found: list[SessionInputs] = []
    weight, first_weight, prior = stated, None, 0.0
    is_prior_known = True
    for row in [*rows, coming]:
        is_next = bool(row.get("is_next", False))
        weight = _float(row.get("weight_kg")) or weight
        first_weight = first_weight or weight
        cycle = cycles.get((int(row["session_no"]), is_next))
        values = {}
        if cycle is not None:
            for result in cycle.judged.criteria:
                values[result.key] = result.value if isinstance(result.value, float) else None
        day = row["session_date"]
        gap = None if pd.isna(row["before"]) or pd.isna(day) else (day - row["before"]).days
        toxic = {} if pd.isna(day) else _toxicity(events, day, row["before"], limits)
        position = row.get("catheter_position")
        found.append(
            SessionInputs(
                patient_id=patient_id,
                session_no=int(row["session_no"]),
                day=None if pd.isna(day) else day.date(),
                is_next=is_next,
                height_cm=height,
                weight_kg=weight,
                first_weight_kg=first_weight,
                days_since_last=gap,
                prior_oxaliplatin_mg_m2=prior if is_prior_known else None,
                anc=values.get("N1"),
                plt=values.get("N2"),
                crcl_ml_min=values.get("N3"),
                catheter_position=position if isinstance(position, str) else "",
                infusion_interrupted=_flag(row.get("infusion_interrupted")),
                lidocaine_given=_flag(row.get("lidocaine_given")),
                **toxic,
            )
        )
        given = _float(row.get("oxaliplatin_mg"))
        surface = _float(row.get("bsa_m2")) or surface_or_none(height, weight)
        if given is None or not surface:
            is_prior_known = False
        else:
            prior += given / surface
    return tuple(found)


def _time_factor(days: Sequence[date], longest: int) -> float | None:
    """Planned time over time taken between first and last session; 1 if none was late."""
    if len(days) < 2:
        return 1.0 if days else None
    taken, planned = (days[-1] - days[0]).days, longest * (len(days) - 1)
    return min(1.0, planned / taken) if taken > 0 else None


def dose_intensity(data: StudyData, regimen: Regimen) -> tuple[DrugIntensity, ...]:
    """Given against planned dose of each drug: per patient, and last of all of them ("").

    Planned: mg/m2 of the regimen times the session's body surface (as recorded, else Mosteller
    by height and the session's weight), for the sessions given. Relative dose intensity also
    counts time: it is the relative dose times planned over taken time between the first and
    last session, where up to the longest interval of the regimen is in time. The cohort's
    figure is the sum of doses, and for the intensity the mean of the patients.

    Racemic and levo leucovorin are not added up: a session with the other form does not count.
    """
    sessions = session_days(data)
    patients = data.table("patients").set_index("patient_id")
    longest = regimen.interval_days[1]
    found: list[DrugIntensity] = []
    for rule in regimen.drugs:
        column = GIVEN_COLUMNS.get(rule.drug)
        if column is None:
            continue
        of_drug: list[DrugIntensity] = []
        for patient_id, rows in sessions.groupby("patient_id", sort=False):
            height = _float(patients["height_cm"].get(patient_id))
            stated = _float(patients["weight_kg"].get(patient_id))
            given = planned = 0.0
            days: list[date] = []
            for row in rows.to_dict("records"):
                amount = _float(row[column])
                surface = _float(row["bsa_m2"]) or surface_or_none(
                    height, _float(row["weight_kg"]) or stated
                )
                wanted = _FORM.get(rule.drug)
                other_form = wanted is not None and row["leucovorin_form"] not in (wanted, None)
                if amount is None or surface is None or other_form:
                    continue
                given += amount
                planned += rule.dose_mg_m2 * surface
                days.append(row["session_date"].date())
            ratio = given / planned if planned else None
            factor = _time_factor(days, longest)
            intensity = None if ratio is None or factor is None else ratio * factor
            of_drug.append(
                DrugIntensity(
                    str(patient_id), rule.drug, len(days), given, planned, ratio, intensity
                )
            )
        found += [*of_drug, _together(rule.drug, of_drug)]
    return tuple(found)


def _together(drug: str, of_drug: Sequence[DrugIntensity]) -> DrugIntensity:
    given = sum(one.given_mg for one in of_drug)
    planned = sum(one.planned_mg for one in of_drug)
    known = [one.relative_intensity for one in of_drug if one.relative_intensity is not None]
    return DrugIntensity(
        "",
        drug,
        sum(one.sessions for one in of_drug),
        given,
        planned,
        given / planned if planned else None,
        sum(known) / len(known) if known else None,
    )
