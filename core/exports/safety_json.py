"""Rates, sessions, consequences and complications of a study as JSON values."""

from __future__ import annotations

from typing import Any

from core.results.safety import ExposureRow, PoissonRate, SafetyStudy

Json = dict[str, Any]


def _rate(rate: PoissonRate) -> Json:
    return {
        "events": rate.count,
        "exposure": rate.exposure,
        "rate": rate.rate,
        "low": rate.low,
        "high": rate.high,
        "level": rate.level,
    }


def _exposed(row: ExposureRow) -> Json:
    return {
        "term": row.term or None,
        "per_session": _rate(row.per_session),
        "per_patient_month": _rate(row.per_month),
        "first_event_per_patient_month": _rate(row.first),
    }


def safety_beside(safety: SafetyStudy) -> Json:
    """What stands beside the table of events; the rates are events per one unit of exposure.

    ``term`` null is any term; ``exposure`` counts sessions, or patient-months.
    """
    complications = safety.complications
    return {
        "rates": [_exposed(row) for row in (safety.exposure.overall, *safety.exposure.rows)],
        "sessions": [
            {
                "session": row.session_no,
                "n": row.any.total,
                "any": row.any.count,
                "grade_1_2": row.grade_1_2.count,
                "grade_3_4": row.grade_3_4.count,
                "grade_5": row.grade_5.count,
                "events": row.n_events,
            }
            for row in safety.sessions.rows
        ],
        "consequences": [
            {
                "code": row.code,
                "patients": row.patients.count,
                "N": row.patients.total,
                "events": row.n_events,
                "terms": dict(row.terms),
            }
            for row in safety.consequences.rows
        ],
        "complications_cirse": {
            str(grade): {
                "sessions": len(found),
                "n_sessions": complications.n_sessions,
                "patients_by_worst": complications.patients[grade].count,
                "N": complications.n_patients,
            }
            for grade, found in complications.sessions.items()
        },
    }
