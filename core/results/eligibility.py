"""What screening of a patient or a cohort against a protocol found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.results.common import Message, Words


class Status(StrEnum):
    """Outcome of one criterion. What is missing, unreadable or outside its window is UNKNOWN."""

    PASS = "PASS"  # noqa: S105 (an outcome, not a password)
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"

    @property
    def exported(self) -> str:
        """The word of the JSON contract: pass, fail or unknown."""
        return self.value.lower()


class Overall(StrEnum):
    """Outcome of all criteria together: a FAIL decides, then an UNKNOWN.

    WAIVED: every criterion that is not met or unknown has a waiver; it stays as it is.
    """

    ELIGIBLE = "ELIGIBLE"
    WAIVED = "WAIVED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    UNDETERMINED = "UNDETERMINED"

    @property
    def exported(self) -> str:
        """The word of the JSON contract: eligible, ineligible or unknown; waived on screens."""
        words = {"ELIGIBLE": "eligible", "NOT_ELIGIBLE": "ineligible", "WAIVED": "waived"}
        return words.get(self.value, "unknown")


@dataclass(frozen=True, slots=True)
class ScreeningWarning:
    """Something to look at that does not by itself decide a criterion.

    Attributes:
        code: e.g. ``UNIT_UNKNOWN_HB``, ``DATE_ORDER``, ``ECOG_OUT_OF_WINDOW``.
        message: the sentence.
    """

    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of one patient, or a group of criteria with its ``parts``.

    A group (C1, C4, C5_COAG, C5_UPROT) shows value, limit and reason of the part that decided.

    Attributes:
        id: of a group its key (``C1``, ``C5_HB`` ...), of a part its own (``C1a``, ``C5g.inr``).
        key: key of the group to which the result belongs.
        status: PASS, FAIL or UNKNOWN.
        label: short name: a catalogue key, or words of a study's own criterion.
        source: sentence of the protocol, likewise.
        reason: why, naming value, limit and unit.
        value: what was compared, after conversion to ``unit``; None = nothing to compare.
        original_value, original_unit: as recorded.
        operator: ``>=``, ``>``, ``<=``, ``<`` or ``=``.
        limit: what the value was compared with; None = unknown.
        limit_high: upper end where the value must lie ``between`` two.
        unit: unit of ``value`` and ``limit``; "" = none.
        margin: distance from the limit in ``unit``; positive on the passing side.
        measured_on: date of the value.
        warnings: of this criterion and its parts.
        parts: results of the parts, in the order of the protocol; () for a single criterion.
    """

    id: str
    key: str
    status: Status
    label: str | Words
    source: str | Words
    reason: Message
    value: float | str | bool | None = None
    original_value: float | str | bool | None = None
    original_unit: str = ""
    operator: str = ""
    limit: float | str | bool | None = None
    limit_high: float | None = None
    unit: str = ""
    margin: float | None = None
    measured_on: date | None = None
    warnings: tuple[ScreeningWarning, ...] = ()
    parts: tuple[CriterionResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """Somebody's signed decision to treat in spite of one criterion; it stays not met.

    Attributes:
        protocol_version: of the protocol for which it was given, and for no other.
        criterion: key of the group.
    """

    protocol_version: str
    patient_id: str
    criterion: str
    reason: str
    signed_by: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class PatientEligibility:
    """All criteria of one patient.

    Attributes:
        criteria: one result a group, in the order of the protocol.
        haic_start: first HAIC day, from which washouts are counted; None = unknown.
        waivers: those in force that concern a criterion which is not met or unknown.
    """

    patient_id: str
    overall: Overall
    criteria: tuple[CriterionResult, ...]
    haic_start: date | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def warnings(self) -> tuple[ScreeningWarning, ...]:
        """Warnings of all criteria."""
        return tuple(warning for result in self.criteria for warning in result.warnings)

    def waiver(self, key: str) -> Waiver | None:
        """The waiver of one group."""
        return next((one for one in self.waivers if one.criterion == key), None)

    def criterion(self, key: str) -> CriterionResult:
        """The result of one group, e.g. ``C5_HB``."""
        return next(result for result in self.criteria if result.key == key)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A patient whom a changed protocol judges otherwise; ``criteria`` are the groups."""

    patient_id: str
    before: Overall
    after: Overall
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """One entry of a criterion, or of the settings (id ""), that two protocols differ in.

    ``entry``: its name, or added, removed, sentence, setting.
    """

    id: str
    label: str | Words
    entry: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class CriterionCount:
    """Patients by outcome of one criterion; the three counts sum to the patients screened."""

    key: str
    label: str | Words
    passed: int
    failed: int
    unknown: int


@dataclass(frozen=True, slots=True)
class EnrolmentFlow:
    """Numbers of the enrolment diagram, in patients.

    Attributes:
        screened: patients of the study.
        eligible, waived, not_eligible, undetermined: sum to ``screened``.
        not_eligible_by: criterion key and patients who fail it; a patient who fails several
            criteria counts in each, so these need not sum to ``not_eligible``.
        first_failed_by: criterion key and patients for whom it is the first failed one in the
            order of the protocol; these sum to ``not_eligible``.
        undetermined_by: criterion key and undetermined patients in whom it is unknown
            (overlapping).
        treated: patients with at least one HAIC.
        treated_by_status: treated patients by eligible, not eligible, undetermined.
        analysed: treated patients with any recorded outcome (response, scan after the first
            HAIC, or follow-up).
    """

    screened: int
    eligible: int
    not_eligible: int
    undetermined: int
    not_eligible_by: tuple[tuple[str, int], ...]
    first_failed_by: tuple[tuple[str, int], ...]
    undetermined_by: tuple[tuple[str, int], ...]
    treated: int
    treated_by_status: tuple[tuple[Overall, int], ...]
    analysed: int
    waived: int = 0


@dataclass(frozen=True, slots=True)
class CohortEligibility:
    """Screening of a study: "meets the criterion as recorded", not a treatment decision.

    Attributes:
        protocol_id, protocol_version: which criteria were applied.
        patients: in the order of the ``patients`` table.
        counts: per criterion group, in the order of the protocol.
        flow: numbers of the enrolment diagram.
        not_recorded: fields that the study does not record for anybody.
        notes: the banner and what this protocol does not assess.
    """

    protocol_id: str
    protocol_version: str
    patients: tuple[PatientEligibility, ...]
    counts: tuple[CriterionCount, ...]
    flow: EnrolmentFlow
    not_recorded: tuple[str, ...] = ()
    notes: tuple[Message, ...] = field(default=())

    def patient(self, patient_id: str) -> PatientEligibility:
        """The patient of that id."""
        return next(row for row in self.patients if row.patient_id == patient_id)


@dataclass(frozen=True, slots=True)
class CycleFitness:
    """One session of one patient against the criteria of a cycle.

    Attributes:
        session_no: as recorded; of the next session one more than the last.
        day: of the session; for the next one the first day that the interval allows,
            or that of a later sample.
        is_next: the session has not taken place.
    """

    patient_id: str
    session_no: int
    day: date
    is_next: bool
    judged: PatientEligibility


@dataclass(frozen=True, slots=True)
class CohortFitness:
    """All sessions of a study; ``criteria`` are key and name, in the order shown."""

    protocol_id: str
    protocol_version: str
    cycles: tuple[CycleFitness, ...]
    criteria: tuple[tuple[str, str | Words], ...]
