"""Birth dates become ages: the date identifies a person and isn't stored with the study.

Source: 45 CFR 164.514(b)(2)(i)(C); GB/T 35273-2020 annex A. Age in completed years at the first
HAIC (domain data model); without one at enrolment, else at the first laboratory sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.intake.cells import full_text, is_empty
from core.intake.checks import first_sessions
from core.intake.findings import with_facts
from core.intake.pool import Pool
from core.results.common import Finding, FindingKind, Severity
from core.results.decisions import IdentifierAnswer, IdentifierChoice
from core.results.intake import KeptIdentifier, PersonalColumn

KIND = "birth_date"


@dataclass(slots=True)
class Births:
    """Birth-date columns and what was kept of them."""

    columns: list[PersonalColumn] = field(default_factory=list)
    kept: list[KeptIdentifier] = field(default_factory=list)


def completed_years(born: date, at: date) -> int:
    """Age in completed years.

    >>> completed_years(date(1960, 3, 2), date(2021, 3, 1)), completed_years(
    ...     date(1960, 3, 2), date(2021, 3, 2)
    ... )
    (60, 61)
    """
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def _days_of_age(pool: Pool) -> dict[str, date]:
    """The day at which each patient's age is taken."""
    days = first_sessions(pool)
    for record in pool.records("patients"):
        enrolled = record.values.get("enrol_date")
        if isinstance(enrolled, date):
            days.setdefault(str(record.values.get("patient_id")), enrolled)
    samples: dict[str, date] = {}
    for record in pool.records("labs"):
        name, day = str(record.values.get("patient_id")), record.values.get("lab_date")
        if isinstance(day, date):
            samples[name] = min(day, samples.get(name, day))
    return {**samples, **days}


def settle_birth_dates(pool: Pool, answers: Mapping[tuple[str, str], IdentifierAnswer]) -> Births:
    """Fill missing ages of the accepted patients from their birth dates and take those out."""
    births = Births()
    for reading in pool.readings:
        match = reading.column("patients", "birth_date")
        if match is None or reading.mapping.table != "patients":
            continue
        answer = answers.get((reading.sheet.name, match.header))
        is_kept = answer is not None and answer.choice is IdentifierChoice.KEEP
        records = [
            record
            for record in pool.records("patients")
            if record.source[0] == reading.index and record.values.get("birth_date") is not None
        ]
        days = _days_of_age(pool) if records else {}
        made = without = 0
        for record in records:
            born, name = record.values.pop("birth_date"), str(record.values.get("patient_id"))
            at = days.get(name)
            if not isinstance(born, date):
                continue
            if is_kept:
                births.kept.append(
                    KeptIdentifier(
                        name, reading.sheet.name, match.header, record.source[1], full_text(born)
                    )
                )
            if record.values.get("age") is not None:
                continue
            if at is None or at < born:
                without += 1
                continue
            record.values["age"] = float(completed_years(born, at))
            made += 1
        filled = sum(not is_empty(row.cells[match.position]) for row in reading.sheet.rows)
        choice = IdentifierChoice.KEEP if is_kept else IdentifierChoice.DROP
        births.columns.append(
            PersonalColumn(
                reading.sheet.name, match.header, KIND, filled, choice, is_storable=False
            )
        )
        pool.findings.append(
            with_facts(
                Finding(
                    Severity.WARNING if without else Severity.INFO,
                    "birth_date_without_age" if without else "birth_date_to_age",
                    "patients", reading.sheet.name, None, match.header,
                    kind=FindingKind.PROBLEM if without else FindingKind.CONVERTED,
                ),
                n=made, without=without,
            )
        )  # fmt: skip
        if is_kept and answer is not None:
            pool.findings.append(
                with_facts(
                    Finding(
                        Severity.WARNING, "identifier_kept", "patients", reading.sheet.name,
                        None, match.header,
                    ),
                    by=answer.signed.by, reason=answer.signed.reason,
                )
            )  # fmt: skip
    return births
