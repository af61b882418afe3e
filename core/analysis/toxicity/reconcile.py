"""Recorded adverse events against what the laboratory shows.

The recorded grade is never changed; where CTCAE mixes a number with a clinical criterion, a
higher recorded grade can be right.

Source: CTCAE v5.0 (NCI 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.analysis.toxicity.records import worst_grades
from core.results.common import Message
from core.results.toxicity import (
    AdverseEventTable,
    Discrepancy,
    DiscrepancyKind,
    LabGrades,
    Reconciliation,
)
from core.rules.ctcae import ae_terms, term_key


def reconcile(
    table: AdverseEventTable, lab_grades: LabGrades, *, minimum_grade: int = 3
) -> Reconciliation:
    """Where the recorded events and the graded laboratory results disagree.

    - ``not_reported``: treatment-emergent laboratory grade of at least ``minimum_grade``, and no
      such event recorded.
    - ``not_supported``: a laboratory-driven event recorded, and no value after baseline that
      supports any grade (or no gradable value at all: ``lab_grade`` is None).
    - ``lab_higher``, ``reported_higher``: both exist, with different grades.

    Args:
        table: its reported events are used, whatever its source.
        lab_grades: graded results of the same study.
        minimum_grade: from which grade on a laboratory finding is expected as an event.
    """
    events = table.events[table.events["source"] == "REPORTED"]
    reported = worst_grades(events)
    lab = _worst_findings(lab_grades.worst)
    driven = {name for name, term in ae_terms().items() if term.analytes}
    found: list[Discrepancy] = []
    agreeing = 0
    for term, patient in sorted(set(reported) | set(lab), key=lambda key: (key[1], key[0])):
        if term not in driven:
            continue
        grade = reported.get((term, patient))
        finding = lab.get((term, patient), NOTHING)
        kind = _kind(grade, finding)
        if kind is None:
            agreeing += grade is not None
        elif kind != "not_reported" or finding.is_expected_as_event(minimum_grade):
            found.append(_discrepancy(patient, term, kind, grade, finding))
    return Reconciliation(
        discrepancies=tuple(found),
        n_agreeing=agreeing,
        minimum_grade=minimum_grade,
        messages=(Message.of("toxicity.method.reconcile", grade=minimum_grade),),
    )


@dataclass(frozen=True, slots=True)
class _Finding:
    """Worst laboratory result of one patient and term after baseline."""

    lowest: int | None
    highest: int | None
    is_emergent: bool
    date: pd.Timestamp | None
    value: float | None
    unit: str

    def is_expected_as_event(self, minimum_grade: int) -> bool:
        return self.is_emergent and self.lowest is not None and self.lowest >= minimum_grade


NOTHING = _Finding(None, None, False, None, None, "")


def _worst_findings(worst: pd.DataFrame) -> dict[tuple[str, str], _Finding]:
    """(term, patient) -> finding; terms that one value can't establish are left out."""
    found = {}
    for row in worst[~worst["is_advisory"]].to_dict("records"):
        graded = not pd.isna(row["worst_grade"])
        found[str(row["term"]), str(row["patient_id"])] = _Finding(
            lowest=int(row["worst_grade"]) if graded else None,
            highest=int(row["worst_grade_max"]) if graded else None,
            is_emergent=bool(row["treatment_emergent"]),
            date=None if pd.isna(row["worst_date"]) else row["worst_date"],
            value=None if pd.isna(row["worst_value"]) else float(row["worst_value"]),
            unit=row["unit"] if isinstance(row["unit"], str) else "",
        )
    return found


def _kind(reported: int | None, finding: _Finding) -> DiscrepancyKind | None:
    """How the two differ; None where the recorded grade lies within the laboratory's interval."""
    if reported is None:
        return "not_reported"
    if finding.lowest is None or finding.highest is None or finding.highest == 0:
        return "not_supported"
    if reported < finding.lowest:
        return "lab_higher"
    return "reported_higher" if reported > finding.highest else None


def _discrepancy(
    patient: str, term: str, kind: DiscrepancyKind, grade: int | None, finding: _Finding
) -> Discrepancy:
    is_blind = kind == "not_supported" and finding.lowest is None
    reason = Message.of(
        f"toxicity.reconcile.{kind}_ungradable" if is_blind else f"toxicity.reconcile.{kind}",
        patient_id=patient,
        term=f"@{term_key(term)}",
        reported=grade,
        lab=finding.lowest,
        date="" if finding.date is None else finding.date.date().isoformat(),
        value="" if finding.value is None else f"{finding.value:g}",
        unit=finding.unit,
    )
    return Discrepancy(
        patient_id=patient,
        term=term,
        kind=kind,
        reported_grade=grade,
        lab_grade=finding.lowest,
        lab_date=finding.date,
        lab_value=finding.value,
        unit=finding.unit,
        reason=reason,
    )
