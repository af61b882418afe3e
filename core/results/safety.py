"""Results of the safety screen beyond Table 3: names, groups, exposure, consequences, courses.

Grades are CTCAE grades 0-5; ``None`` is *not gradable*, never grade 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.results.common import Message
from core.results.response_groups import RateComparison
from core.results.toxicity import Direction, PatientCount, SessionTable

Confidence = Literal["exact", "confirmed", "own", "close", "none"]
GradeBand = Literal["any", "3_5"]


@dataclass(frozen=True, slots=True)
class TermMatch:
    """One recorded name of an adverse event and the CTCAE term that it is counted under.

    Attributes:
        confidence: ``exact`` (a synonym), ``confirmed`` (a person said so), ``own`` (a person
            said that CTCAE has no such term), ``close`` (proposals wait for a person), ``none``.
        term: the term counted under; None where the name is counted as it stands.
        proposals: terms that the name may mean with their similarity (0-1), best first.
        n_records: records with that name; ``patients`` who have them.
    """

    recorded: str
    confidence: Confidence
    term: str | None
    proposals: tuple[tuple[str, float], ...]
    n_records: int
    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupedRow:
    """One term (or all of them) in the patients of each level.

    Attributes:
        term: "" in the row of any term.
        bands: level -> counts of grades 1-2, 3-4 and 5, by each patient's worst grade.
        counts: level -> patients with the compared band.
        comparisons: each level but the first against the first: difference with Newcombe's
            interval and Fisher's P, in the order of the levels.
        p: Fisher's P over all levels; None if not computable.
    """

    term: str
    soc: str
    bands: tuple[tuple[PatientCount, PatientCount, PatientCount], ...]
    counts: tuple[PatientCount, ...]
    comparisons: tuple[RateComparison, ...]
    p: float | None


@dataclass(frozen=True, slots=True)
class GroupedEvents:
    """Adverse events by the levels of a factor.

    Attributes:
        levels: codes in printing order; empty levels are left out.
        overall: any term; ``rows`` each term, by falling number of patients.
        n_without_level: treated patients whose level is unknown.
    """

    factor: str
    levels: tuple[str, ...]
    band: GradeBand
    overall: GroupedRow
    rows: tuple[GroupedRow, ...]
    n_without_level: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class PoissonRate:
    """Events per unit of exposure with the exact interval.

    Attributes:
        rate, low, high: per one unit of ``exposure``; None when there is no exposure.
    """

    count: int
    exposure: float
    rate: float | None
    low: float | None
    high: float | None
    level: float


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """Exposure-adjusted rates of one term ("" = any term).

    Attributes:
        per_session: events per HAIC session.
        per_month: events per patient-month.
        first: patients with the event per patient-month up to their first one.
    """

    term: str
    soc: str
    per_session: PoissonRate
    per_month: PoissonRate
    first: PoissonRate


@dataclass(frozen=True, slots=True)
class ExposureTable:
    """Rates adjusted for how much treatment and time the patients had.

    Attributes:
        n_sessions: sessions of all patients.
        patient_months: time from first HAIC to the end of the window of all patients.
        n_outside: events after their patient's window, which are not counted here.
    """

    overall: ExposureRow
    rows: tuple[ExposureRow, ...]
    n_sessions: int
    patient_months: float
    n_outside: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ConsequenceRow:
    """Events that were serious, or did something to the treatment.

    Attributes:
        code: ``SERIOUS``, ``STOPPED``, ``REDUCED``, ``INTERRUPTED`` or ``FATAL``.
        terms: terms with their number of patients, most frequent first.
    """

    code: str
    patients: PatientCount
    n_events: int
    terms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ConsequenceTable:
    """Serious events and those that changed the treatment."""

    rows: tuple[ConsequenceRow, ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ComplicationTable:
    """Complications of the procedure by CIRSE grade; never turned into CTCAE grades.

    Attributes:
        sessions: CIRSE grade 1-6 -> (patient, session number) of the sessions with it.
        patients: grade -> patients whose worst complication has it.
        n_sessions: all sessions; ``n_patients`` patients with a session.
        described: (patient, session number, grade or None, words) of each described one.
    """

    sessions: dict[int, tuple[tuple[str, int | None], ...]]
    patients: dict[int, PatientCount]
    n_sessions: int
    n_patients: int
    described: tuple[tuple[str, int | None, int | None, str], ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class SafetyStudy:
    """What a report says of safety beside the table of events."""

    exposure: ExposureTable
    sessions: SessionTable
    consequences: ConsequenceTable
    complications: ComplicationTable


@dataclass(frozen=True, slots=True)
class LabCourse:
    """One laboratory test over time, with the bands of its term.

    Attributes:
        points: one row a result: ``patient_id, day, value`` (in ``unit``, or divided by the
            limit of normal where ``unit`` is ``xULN`` or ``xLLN``), ``grade, shown`` (value and
            unit as reported).
        limits: (value at which a grade begins, that grade), mild first; drawn as lines.
        n_other_unit: results in another unit or without a limit of normal, not drawn.
    """

    term: str
    analyte: str
    direction: Direction
    unit: str
    points: pd.DataFrame
    limits: tuple[tuple[float, int], ...]
    n_other_unit: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class LiverPoint:
    """Peak values of one patient after the first HAIC, as multiples of ULN.

    Attributes:
        quadrant: ``HY`` (transaminase >= 3 and bilirubin > 2), ``TEMPLE`` (transaminase only),
            ``CHOLESTASIS`` (bilirubin only), ``NORMAL``.
        alp: highest alkaline phosphatase; None = not measured.
        days_apart: days between the two peaks, bilirubin after the transaminase positive.
        is_abnormal_before: a baseline of ALT, AST or bilirubin was above its ULN.
    """

    patient_id: str
    transaminase: float
    analyte: str
    bilirubin: float
    alp: float | None
    days_apart: int | None
    is_abnormal_before: bool
    quadrant: str


@dataclass(frozen=True, slots=True)
class LiverSafety:
    """Hy's-law screen of all patients; ``n_left_out`` lack one of the two tests."""

    points: tuple[LiverPoint, ...]
    n_left_out: int
    messages: tuple[Message, ...]
