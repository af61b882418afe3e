"""Results of the toxicity room: graded laboratory values and adverse-event tables.

Grades are CTCAE grades 0-5. ``None`` (or ``<NA>`` in a frame) is *not gradable*, never grade 0.
Terms and organ classes are named as CTCAE v5.0 prints them; their names in the reader's
language are ``core.rules.ctcae.term_key`` / ``soc_key`` in the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.options import ToxicityOptions
from core.results.common import Message

Direction = Literal["low", "high"]
GradeStatus = Literal["GRADED", "UNGRADABLE"]
OverallRule = Literal["worst", "bands"]
EventProblem = Literal[
    "grade_unknown",
    "GRADE_NOT_IN_TERM",
    "before_treatment",
    "after_cutoff",
    "other_version",
    "patient_not_in_study",
    "not_emergent",
    "not_related",
]
DiscrepancyKind = Literal["not_reported", "not_supported", "lab_higher", "reported_higher"]


@dataclass(frozen=True, slots=True)
class ValueGrade:
    """The grade of one laboratory value under one term.

    Attributes:
        status: ``GRADED``, or ``UNGRADABLE`` with ``reason``; then both grades are None.
        grade_min, grade_max: equal unless a clinical fact (symptoms, ...) is unknown.
        rule_id: row of ``ctcae5_labs.csv`` that gave ``grade_max``; "" for grade 0.
        flags: remarks such as ``BASELINE_ASSUMED_NORMAL``; sentence ``toxicity.flag.<flag>``.
    """

    term: str
    analyte: str
    direction: Direction
    status: GradeStatus
    grade_min: int | None
    grade_max: int | None
    rule_id: str
    flags: tuple[str, ...]
    reason: Message | None
    ctcae_version: str = "5.0"


@dataclass(frozen=True, slots=True)
class GradeArrays:
    """Grades of many values under one term, each array as long as the values.

    Attributes:
        grade_min, grade_max: int8; -1 where the value is not gradable.
        rule_id: object; "" where the grade is 0 or absent.
        reason: object; code (``toxicity.reason.<code>``) where not gradable, else "".
        flags: flag -> boolean array.
    """

    term: str
    analyte: str
    direction: Direction
    grade_min: np.ndarray
    grade_max: np.ndarray
    rule_id: np.ndarray
    reason: np.ndarray
    flags: Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class LabGrades:
    """All laboratory results of a study under all terms that they can bear on.

    Attributes:
        rows: one row a result and term: ``patient_id, lab_date, day`` (days since the first
            HAIC), ``analyte, value, text, unit, lln, uln, baseline_value, term, soc, direction,
            status, grade_min, grade_max, rule_id, flags`` (names joined by "|"), ``reason``
            (code), ``is_baseline, is_post_baseline, source_sheet, source_row``.
        worst: one row a patient and term with at least one result after baseline:
            ``patient_id, term, soc, direction, analyte, baseline_grade, worst_grade`` (lower
            bound), ``worst_grade_max, worst_date, worst_day, worst_value, unit, rule_id,
            shift`` (worst - baseline), ``treatment_emergent, n_graded, n_ungradable``.
        without_time_zero: patients whose first HAIC has no date; their results are graded
            but none is called post-baseline.
        ungradable: (term, reason code) -> number of results, for the list below a table.
        messages: method and limits in words.
    """

    rows: pd.DataFrame
    worst: pd.DataFrame
    without_time_zero: tuple[str, ...]
    ungradable: Mapping[tuple[str, str], int]
    worst_case: bool
    messages: tuple[Message, ...]
    ctcae_version: str = "5.0"


@dataclass(frozen=True, slots=True)
class ShiftTable:
    """Baseline grade against worst grade after it, in patients.

    Attributes:
        baseline_grades: row labels; None = no gradable baseline.
        worst_grades: column labels.
        patients: (baseline, worst) -> ids of the patients in that cell; empty cells absent.
        total: patients with a gradable result after baseline.
    """

    term: str
    direction: Direction
    baseline_grades: tuple[int | None, ...]
    worst_grades: tuple[int, ...]
    patients: Mapping[tuple[int | None, int], tuple[str, ...]]
    total: int

    def count(self, baseline: int | None, worst: int) -> int:
        """Patients who went from one grade to the other."""
        return len(self.patients.get((baseline, worst), ()))


@dataclass(frozen=True, slots=True)
class PatientCount:
    """Patients with a property out of all treated; the ids behind the number."""

    patients: tuple[str, ...]
    total: int

    @property
    def count(self) -> int:
        return len(self.patients)

    @property
    def percent(self) -> float | None:
        """Percent of ``total``; None when there is nobody to count."""
        return 100.0 * len(self.patients) / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class AdverseEventRow:
    """One term; each patient counts once, by his worst grade of the term.

    Attributes:
        term: CTCAE term, or the recorded text where no term matched (``is_recognised`` false).
        soc: system organ class, "" if unknown.
        by_grade: grade 1..5 -> patients whose worst grade it is.
        sources: ``REPORTED``, ``LAB`` or both.
    """

    term: str
    soc: str
    is_recognised: bool
    any: PatientCount
    grade_1_2: PatientCount
    grade_3_4: PatientCount
    grade_5: PatientCount
    by_grade: Mapping[int, PatientCount]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverallRow:
    """Patients with any event, by one of the two rules.

    ``worst``: each patient once, by his worst grade over all terms; bands add up to ``any``.
    ``bands``: a patient counts in each band in which a term of his has its worst grade, so
    ``grade_1_2 + grade_3_4`` may exceed ``any``; ``in_two_bands`` are those counted twice.
    """

    rule: OverallRule
    any: PatientCount
    grade_1_2: PatientCount
    grade_3_4: PatientCount
    grade_5: PatientCount
    in_two_bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAsideEvent:
    """A recorded event that the table doesn't count, and why.

    Attributes:
        problem: sentence ``toxicity.set_aside.<problem>``.
        grade: as recorded; None if missing.
    """

    patient_id: str
    term: str
    recorded_term: str
    grade: int | None
    problem: EventProblem
    reason: Message
    source_sheet: str = ""
    source_row: int | None = None


@dataclass(frozen=True, slots=True)
class AdverseEventTable:
    """Adverse events of all treated patients by term, and overall by both rules.

    Attributes:
        rows: terms by falling number of patients, then severe ones, then name.
        soc_rows: organ classes alike, ``term`` = "": each patient once a class, by the worst
            grade of its terms.
        overall: the row by the rule chosen in ``options``.
        worst_grade_per_patient: grade 1..5 -> patients (each patient once).
        n_patients: denominator: all patients of the ``patients`` table.
        set_aside: events not counted (unknown or impossible grade, before treatment, ...).
        unmatched_terms: recorded names for which no CTCAE term was found, kept as they are.
        events: one row a counted record: ``patient_id, term, soc, grade, onset_day``
            (days since the first HAIC), ``session_no, source, related, serious, action,
            source_sheet, source_row``.
    """

    rows: tuple[AdverseEventRow, ...]
    soc_rows: tuple[AdverseEventRow, ...]
    overall: OverallRow
    overall_worst: OverallRow
    overall_bands: OverallRow
    worst_grade_per_patient: Mapping[int, PatientCount]
    n_patients: int
    set_aside: tuple[SetAsideEvent, ...]
    unmatched_terms: tuple[str, ...]
    events: pd.DataFrame
    options: ToxicityOptions
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Events that belong to one HAIC session, in patients who had that session."""

    session_no: int
    any: PatientCount
    grade_1_2: PatientCount
    grade_3_4: PatientCount
    grade_5: PatientCount
    n_events: int


@dataclass(frozen=True, slots=True)
class SessionTable:
    """Adverse events by session; ``n_unassigned`` records have neither session nor date."""

    rows: tuple[SessionRow, ...]
    n_unassigned: int
    messages: tuple[Message, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One patient and term where the recorded event and the laboratory disagree.

    Attributes:
        kind: ``not_reported`` (laboratory grade, no event), ``not_supported`` (event, no
            value that supports any grade), ``lab_higher``, ``reported_higher``.
        lab_grade: worst grade from the laboratory (lower bound); None = none gradable.
    """

    patient_id: str
    term: str
    kind: DiscrepancyKind
    reported_grade: int | None
    lab_grade: int | None
    lab_date: pd.Timestamp | None
    lab_value: float | None
    unit: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Recorded events against grades from the laboratory.

    Attributes:
        discrepancies: by patient, then term.
        n_agreeing: patient-term pairs with the same grade in both.
        minimum_grade: laboratory grades below it are not asked for as events.
    """

    discrepancies: tuple[Discrepancy, ...]
    n_agreeing: int
    minimum_grade: int
    messages: tuple[Message, ...]

    def of_kind(self, kind: DiscrepancyKind) -> tuple[Discrepancy, ...]:
        """The discrepancies of one kind."""
        return tuple(item for item in self.discrepancies if item.kind == kind)
