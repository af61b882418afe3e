"""Screening of a whole study and the numbers of its enrolment diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.analysis.eligibility.collect import collect_facts, first_haic_days, not_recorded
from core.analysis.eligibility.engine import screen_patient, with_waivers
from core.analysis.eligibility.protocol import Protocol
from core.results.common import Message
from core.results.eligibility import (
    CohortEligibility,
    CriterionCount,
    EnrolmentFlow,
    Overall,
    PatientEligibility,
    Status,
    Waiver,
)
from core.schema import StudyData

_OUTCOME_COLUMNS = (
    "progression_date", "death_date", "last_followup_date", "vital_status", "pfs_months",
    "os_months",
)  # fmt: skip


def _treated(data: StudyData) -> frozenset[str]:
    patients = data.table("patients").set_index("patient_id")
    dated = first_haic_days(data).notna()
    counted = (patients["n_haic_sessions"].fillna(0) > 0).astype(bool)
    sessions = set(data.table("haic_sessions")["patient_id"])
    return frozenset(patients.index[dated | counted]) | (sessions & set(patients.index))


def _with_outcome(data: StudyData) -> frozenset[str]:
    patients = data.table("patients")
    stated = patients.loc[patients["best_response"].notna(), "patient_id"]
    follow_up = data.table("follow_up")
    followed = follow_up.loc[
        follow_up[list(_OUTCOME_COLUMNS)].notna().any(axis="columns"), "patient_id"
    ]
    starts = first_haic_days(data)
    scanned: set[str] = set()
    for table in ("response_assessments", "lesion_measurements"):
        scans = data.table(table)
        is_later = scans["assessment_date"] > scans["patient_id"].map(starts)
        scanned |= set(scans.loc[is_later, "patient_id"])
    return frozenset(stated) | frozenset(followed) | frozenset(scanned)


def _ordered(counts: Counter[str], protocol: Protocol) -> tuple[tuple[str, int], ...]:
    return tuple((key, counts[key]) for key, _ in protocol.shown if counts[key])


def _flow(
    patients: Sequence[PatientEligibility], data: StudyData, protocol: Protocol
) -> EnrolmentFlow:
    failed: Counter[str] = Counter()
    first: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    overall = Counter(patient.overall for patient in patients)
    treated = _treated(data)
    by_status = Counter(patient.overall for patient in patients if patient.patient_id in treated)
    for patient in patients:
        fails = [row.key for row in patient.criteria if row.status is Status.FAIL]
        failed.update(fails)
        if patient.overall is Overall.NOT_ELIGIBLE:
            first.update(fails[:1])
        if patient.overall is Overall.UNDETERMINED:
            unknown.update(row.key for row in patient.criteria if row.status is Status.UNKNOWN)
    return EnrolmentFlow(
        screened=len(patients),
        eligible=overall[Overall.ELIGIBLE],
        not_eligible=overall[Overall.NOT_ELIGIBLE],
        undetermined=overall[Overall.UNDETERMINED],
        not_eligible_by=_ordered(failed, protocol),
        first_failed_by=_ordered(first, protocol),
        undetermined_by=_ordered(unknown, protocol),
        treated=len(treated),
        treated_by_status=tuple((status, by_status[status]) for status in Overall),
        analysed=len(treated & _with_outcome(data)),
        waived=overall[Overall.WAIVED],
    )


def screen_cohort(
    data: StudyData, protocol: Protocol, waivers: Sequence[Waiver] = ()
) -> CohortEligibility:
    """Each patient of a study against the criteria of a protocol, as recorded.

    Laboratory values are the last readable ones on or before the first HAIC day; measurable
    lesions are counted from the lesion tables where these hold baseline diameters. A column
    that the study does not have leaves its criterion unknown.

    Args:
        data: a study; only ``patients`` is needed.
        protocol: ``default_protocol()`` or an edited one.
        waivers: signed decisions; only those given for this version of the protocol count.

    Returns:
        Results per patient in the order of the ``patients`` table, counts per criterion, and
        the enrolment flow; all zero for a study without patients.

    Source: inclusion criteria (1) to (6) of the published series, section 1.1.
    """
    valid = [one for one in waivers if one.protocol_version == protocol.version]
    patients = tuple(
        with_waivers(screen_patient(facts, protocol), valid)
        for facts in collect_facts(data, protocol)
    )
    counts = []
    for place, (key, label) in enumerate(protocol.shown):
        statuses = Counter(patient.criteria[place].status for patient in patients)
        counts.append(
            CriterionCount(
                key,
                label,
                statuses[Status.PASS],
                statuses[Status.FAIL],
                statuses[Status.UNKNOWN],
            )
        )
    return CohortEligibility(
        protocol_id=protocol.id,
        protocol_version=protocol.version,
        patients=patients,
        counts=tuple(counts),
        flow=_flow(patients, data, protocol),
        not_recorded=tuple(sorted(not_recorded(data, protocol))),
        notes=(
            Message.of("eligibility.note.as_recorded"),
            Message.of("eligibility.note.not_assessed"),
        ),
    )
