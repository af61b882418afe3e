"""Rules on the course of a disease: lesions, assessments, adverse events, laboratory dates.

All of them keep the row: a reader's judgement or a recorded grade is not thrown away because
another table disagrees; the contradiction is said.

Source: Eisenhauer et al. 2009 (RECIST 1.1: five target lesions, two an organ); NCI CTCAE v5.0;
docs/glossary.md (integrity codes).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from core.intake.checks import check_session_order, first_sessions
from core.intake.outcome_checks import check_unusual_order
from core.intake.pool import Pool
from core.intake.records import Record
from core.rules.ctcae import resolve_term
from core.rules.recist import baseline_limits, recognise_organ

SUM_TOLERANCE_MM = 1.0
LAB_DAYS_BEFORE = 365
"""Results older than this say little about the state before treatment."""
FATAL = 5


def check_course(pool: Pool) -> None:
    """Every rule on the course that keeps the row."""
    check_unusual_order(pool)
    check_session_order(pool)
    check_targets(pool)
    check_measurements(pool)
    check_sums(pool)
    check_confirmed_lesions(pool)
    check_progression(pool)
    check_events(pool)
    check_laboratory_dates(pool)


def check_targets(pool: Pool) -> None:
    """More target lesions than RECIST takes, in all or in one organ; said once a patient."""
    limits = baseline_limits()
    totals: Counter[str] = Counter()
    organs: Counter[tuple[str, str]] = Counter()
    for record in pool.records("lesions"):
        if record.values.get("lesion_role") != "TARGET":
            continue
        is_node = record.values.get("is_lymph_node") is True
        organ = str(record.values.get("organ"))
        name = "lymph node" if is_node else recognise_organ(organ).name
        totals[record.patient] += 1
        organs[record.patient, name] += 1
        if totals[record.patient] == limits.maximum_targets + 1:
            pool.warn(
                record, "lesion_role", "too_many_targets",
                id=record.patient, limit=limits.maximum_targets,
            )  # fmt: skip
        if organs[record.patient, name] == limits.maximum_targets_per_organ + 1:
            pool.warn(
                record, "organ", "too_many_targets_in_organ",
                id=record.patient, organ=organ, limit=limits.maximum_targets_per_organ,
            )  # fmt: skip


def check_measurements(pool: Pool) -> None:
    """A diameter of a lesion that is said to be gone."""
    for record in pool.records("lesion_measurements"):
        diameter = record.number("diameter_mm")
        if record.values.get("status") == "ABSENT" and diameter:
            pool.warn(record, "status", "status_contradicts_diameter", diameter=f"{diameter:g}")


def check_sums(pool: Pool) -> None:
    """Recorded sums of diameters against the sum of the target lesions measured that day."""
    targets = {
        (record.patient, record.values.get("lesion_id"))
        for record in pool.records("lesions")
        if record.values.get("lesion_role") == "TARGET"
    }
    sums: dict[tuple[object, ...], float] = defaultdict(float)
    for record in pool.records("lesion_measurements"):
        diameter = record.number("diameter_mm")
        if diameter is not None and (record.patient, record.values.get("lesion_id")) in targets:
            sums[_visit(record)] += diameter
    for record in pool.records("response_assessments"):
        recorded, listed = record.number("sum_diameters_mm"), sums.get(_visit(record))
        if recorded is None or listed is None:
            continue
        if abs(recorded - listed) > SUM_TOLERANCE_MM:
            pool.warn(record, "sum_diameters_mm", "sum_differs", listed=f"{listed:g}")


def check_confirmed_lesions(pool: Pool) -> None:
    """A confirmation without an equivocal new lesion, or from before the scan."""
    for record in pool.records("response_assessments"):
        confirmed, seen = record.day("confirmed_as_new_on"), record.day("assessment_date")
        if confirmed is None:
            continue
        if record.values.get("new_lesion") in (None, "NO"):
            pool.warn(record, "confirmed_as_new_on", "confirmed_without_lesion")
        elif seen and confirmed < seen:
            pool.warn(record, "confirmed_as_new_on", "confirmed_before_seen", seen=str(seen))


def _visit(record: Record) -> tuple[object, ...]:
    return record.patient, record.day("assessment_date"), record.values.get("evaluator")


def check_progression(pool: Pool) -> None:
    """Recorded progression against the assessments.

    A progression date earlier than the first assessment of PD may be clinical progression, so
    only a missing assessment, a missing date and a later date are said.
    """
    seen: set[str] = set()
    first_pd: dict[str, date] = {}
    for table in ("response_assessments", "lesion_measurements"):
        for record in pool.records(table):
            seen.add(record.patient)
            day = record.day("assessment_date")
            if record.values.get("overall_response") == "PD" and day:
                first_pd[record.patient] = min(day, first_pd.get(record.patient, day))
    if not seen:
        return
    recorded: set[str] = set()
    for record in pool.records("follow_up"):
        progression, assessed = record.day("progression_date"), first_pd.get(record.patient)
        recorded.add(record.patient)
        if progression and record.patient not in seen:
            pool.warn(record, "progression_date", "progression_without_assessment")
        elif progression and assessed and progression > assessed:
            pool.warn(
                record, "progression_date", "progression_after_assessed", assessed=str(assessed)
            )
        elif progression is None and assessed and record.values.get("pfs_event") is not True:
            pool.warn(
                record, "progression_date", "progression_not_recorded", assessed=str(assessed)
            )


def check_events(pool: Pool) -> None:
    """Grades that CTCAE lacks for the term, deaths of the living, events before treatment."""
    start = first_sessions(pool)
    deaths, alive = _vital(pool)
    for record in pool.records("adverse_events"):
        grade = record.values.get("ae_grade")
        named = record.values.get("ctcae_term") or record.values.get("ae_term")
        term = resolve_term(str(named))
        if term and isinstance(grade, int) and grade not in term.grades:
            pool.warn(
                record, "ae_grade", "grade_not_in_term",
                term=str(named), grade=grade, grades=", ".join(map(str, term.grades)),
            )  # fmt: skip
        began, zero = record.day("ae_start"), start.get(record.patient)
        if grade == FATAL and record.patient in alive and record.patient not in deaths:
            pool.warn(record, "ae_grade", "fatal_event_but_alive", id=record.patient)
        if began and zero and began < zero:
            pool.warn(record, "ae_start", "event_before_treatment", start=str(zero))


def _vital(pool: Pool) -> tuple[set[str], set[str]]:
    """Patients with any sign of death, and patients with follow-up."""
    dead: set[str] = set()
    known: set[str] = set()
    for record in pool.records("follow_up"):
        known.add(record.patient)
        is_dead = record.values.get("vital_status") == "DEAD" or record.values.get("os_event")
        if record.day("death_date") or is_dead:
            dead.add(record.patient)
    return dead, known


def check_laboratory_dates(pool: Pool) -> None:
    """Baseline results from after the start, and results from long before it."""
    start: Mapping[str, date] = first_sessions(pool)
    for record in pool.records("labs"):
        day, zero = record.day("lab_date"), start.get(record.patient)
        if day is None or zero is None:
            continue
        # A flat sheet has one laboratory date a row: said there, not once a test.
        if record.derived and _said(pool, record):
            continue
        if (zero - day).days > LAB_DAYS_BEFORE:
            pool.warn(record, "lab_date", "lab_far_from_sessions", start=str(zero))
        elif record.values.get("is_baseline") is True and day > zero:
            pool.warn(record, "lab_date", "baseline_lab_after_start", start=str(zero))


def _said(pool: Pool, record: Record) -> bool:
    if not pool.findings:
        return False
    last = pool.findings[-1]
    codes = ("lab_far_from_sessions", "baseline_lab_after_start")
    return last.code in codes and last.row == record.source[1]
