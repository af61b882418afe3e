"""Bounded caches around the analyses of the Safety screen."""

from __future__ import annotations

import pandas as pd

from core.analysis.toxicity.consequences import tabulate_complications, tabulate_consequences
from core.analysis.toxicity.courses import course_terms, lab_course
from core.analysis.toxicity.exposure import adjust_for_exposure
from core.analysis.toxicity.groups import compare_events
from core.analysis.toxicity.liver import screen_liver
from core.analysis.toxicity.onset import onset_after_infusion
from core.analysis.toxicity.reconcile import reconcile
from core.analysis.toxicity.sessions import tabulate_by_session
from core.analysis.toxicity.terms import match_terms
from core.analysis.toxicity.worst import shift_table
from core.options import ToxicityOptions
from core.results.safety import (
    ComplicationTable,
    ConsequenceTable,
    ExposureTable,
    GradeBand,
    GroupedEvents,
    LabCourse,
    LiverSafety,
    TermMatch,
)
from core.results.toxicity import Direction, Reconciliation, SessionTable, ShiftTable
from pages.parts import cached
from pages.parts.shared import Key, shared


@shared(maxsize=64)
def groups(key: Key, options: ToxicityOptions, factor: str, band: GradeBand) -> GroupedEvents:
    """Adverse events by the levels of a factor."""
    return compare_events(cached.adverse_events(key, options), cached.factors(key), factor, band)


@shared(maxsize=32)
def exposure(key: Key, options: ToxicityOptions) -> ExposureTable:
    """Rates per session and per patient-month."""
    return adjust_for_exposure(cached.data(key), cached.adverse_events(key, options))


@shared(maxsize=32)
def consequences(key: Key, options: ToxicityOptions) -> ConsequenceTable:
    """Serious events and changes of treatment."""
    return tabulate_consequences(cached.adverse_events(key, options))


@shared(maxsize=16)
def complications(key: Key) -> ComplicationTable:
    """Complications by CIRSE grade."""
    return tabulate_complications(cached.data(key))


@shared(maxsize=32)
def sessions(key: Key, options: ToxicityOptions) -> SessionTable:
    """Events by session."""
    return tabulate_by_session(cached.data(key), cached.adverse_events(key, options))


@shared(maxsize=32)
def onset(key: Key, options: ToxicityOptions) -> pd.DataFrame:
    """Days from the infusion to each event."""
    return onset_after_infusion(cached.data(key), cached.adverse_events(key, options))


@shared(maxsize=32)
def terms(key: Key, options: ToxicityOptions) -> tuple[TermMatch, ...]:
    """Recorded names and their terms."""
    return match_terms(cached.data(key), options)


@shared(maxsize=16)
def laboratory_terms(key: Key) -> tuple[tuple[str, str, Direction], ...]:
    """Terms whose values can be drawn."""
    return course_terms(cached.lab_grades(key))


@shared(maxsize=64)
def course(key: Key, term: tuple[str, str, Direction]) -> LabCourse:
    """One laboratory test over time."""
    return lab_course(cached.lab_grades(key), *term)


@shared(maxsize=64)
def shift(key: Key, term: str, direction: Direction) -> ShiftTable:
    """Baseline grade against the worst after it."""
    return shift_table(cached.lab_grades(key), term, direction)


@shared(maxsize=16)
def liver(key: Key) -> LiverSafety:
    """Peak transaminases against peak bilirubin."""
    return screen_liver(cached.lab_grades(key))


@shared(maxsize=32)
def reconciliation(key: Key, options: ToxicityOptions, minimum_grade: int) -> Reconciliation:
    """Recorded events against laboratory grades."""
    return reconcile(
        cached.adverse_events(key, options), cached.lab_grades(key), minimum_grade=minimum_grade
    )
