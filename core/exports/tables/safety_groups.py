"""Adverse events by group, adjusted for exposure, by consequence; complications by CIRSE."""

from __future__ import annotations

from collections.abc import Callable

from core.exports.tables.table import Table, framed, worded
from core.results.safety import (
    ComplicationTable,
    ConsequenceTable,
    ExposureRow,
    ExposureTable,
    GroupedEvents,
    GroupedRow,
    PoissonRate,
)
from core.results.toxicity import SessionTable
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, count_percent, interval, number, p_value
from core.text.terms import term_name


def grouped_table(
    grouped: GroupedEvents, called: Callable[[str], str], language: Language
) -> Table:
    """Patients with each term by level, difference from the first level, Fisher's P.

    Args:
        called: name of a level in the language.
    """
    names = [called(level) for level in grouped.levels]
    headers = [
        text("tables.term", language),
        *(
            text("safety_tables.group_n", language, group=name, n=count.total)
            for name, count in zip(names, grouped.overall.counts, strict=True)
        ),
        *(
            text("safety_tables.difference", language, group=name, reference=names[0])
            for name in names[1:]
        ),
        text("safety_tables.p", language),
    ]

    def cells(row: GroupedRow) -> list[str]:
        found = [
            text("safety_tables.any_term", language) if not row.term
            else term_name(row.term, language)
        ]  # fmt: skip
        found += [count_percent(count.count, count.total) for count in row.counts]
        for one in row.comparisons:
            if one.difference is None or one.difference_low is None or one.difference_high is None:
                found.append(MISSING)
                continue
            limits = interval(100 * one.difference_low, 100 * one.difference_high)
            limits = limits.replace("–", text("safety_tables.to", language))
            found.append(f"{number(100 * one.difference)} ({limits})")
        return [*found, p_value(row.p)]

    rows = [cells(grouped.overall), *(cells(row) for row in grouped.rows)]
    return Table(
        "adverse_events_by_group",
        text("safety_tables.grouped_title", language),
        framed(rows, headers),
        worded(grouped.messages, language),
    )


PER = 100.0
"""Rates are printed per 100 sessions and per 100 patient-months."""


def _rate(rate: PoissonRate) -> str:
    if rate.rate is None or rate.low is None or rate.high is None:
        return MISSING
    return f"{number(PER * rate.rate)} ({interval(PER * rate.low, PER * rate.high)})"


def exposure_table(table: ExposureTable, language: Language) -> Table:
    """Events per session and per patient-month, and the rate of first events."""
    headers = [
        text("tables.term", language),
        text("safety_tables.n_events", language),
        text("safety_tables.per_session", language, n=table.n_sessions),
        text("safety_tables.per_month", language, months=table.patient_months),
        text("safety_tables.patients", language),
        text("safety_tables.first_per_month", language),
    ]

    def cells(row: ExposureRow) -> list[str]:
        return [
            text("safety_tables.any_term", language) if not row.term
            else term_name(row.term, language),
            str(row.per_month.count),
            _rate(row.per_session),
            _rate(row.per_month),
            str(row.first.count),
            _rate(row.first),
        ]  # fmt: skip

    return Table(
        "adverse_event_rates",
        text("safety_tables.exposure_title", language),
        framed([cells(table.overall), *(cells(row) for row in table.rows)], headers),
        worded(table.messages, language),
    )


def consequence_table(table: ConsequenceTable, language: Language) -> Table:
    """Serious and fatal events, and those that stopped, reduced or interrupted treatment."""
    separator = text("safety_tables.separator", language)
    rows = [
        [
            text(f"safety_tables.consequence.{row.code}", language),
            count_percent(row.patients.count, row.patients.total),
            str(row.n_events),
            separator.join(f"{term_name(term, language)} ({n})" for term, n in row.terms)
            or MISSING,
        ]
        for row in table.rows
    ]
    headers = [
        text("safety_tables.consequence_of", language),
        text("safety_tables.patients", language),
        text("safety_tables.n_events", language),
        text("safety_tables.terms_n", language),
    ]
    return Table(
        "adverse_event_consequences",
        text("safety_tables.consequences_title", language),
        framed(rows, headers),
        worded(table.messages, language),
    )


def complication_table(table: ComplicationTable, language: Language) -> Table:
    """Sessions and patients by CIRSE grade."""
    rows = [
        [
            str(grade),
            text(f"safety_tables.cirse.{grade}", language),
            count_percent(len(found), table.n_sessions),
            count_percent(table.patients[grade].count, table.n_patients),
        ]
        for grade, found in table.sessions.items()
    ]
    headers = [
        text("safety_tables.cirse_grade", language),
        text("safety_tables.cirse_meaning", language),
        text("safety_tables.sessions_of", language, n=table.n_sessions),
        text("safety_tables.worst_of", language, n=table.n_patients),
    ]
    return Table(
        "cirse_complications",
        text("safety_tables.complications_title", language),
        framed(rows, headers),
        worded(table.messages, language),
    )


def described_table(table: ComplicationTable, language: Language) -> Table:
    """Every recorded complication as it was described."""
    rows = [
        [
            patient,
            MISSING if session is None else str(session),
            MISSING if grade is None else str(grade),
            words or MISSING,
        ]
        for patient, session, grade, words in table.described
    ]
    headers = [
        text("common.patient", language),
        text("safety_tables.session", language),
        text("safety_tables.cirse_grade", language),
        text("safety_tables.described", language),
    ]
    title = text("safety_tables.described_title", language)
    return Table("described_complications", title, framed(rows, headers))


def session_table(table: SessionTable, language: Language) -> Table:
    """Patients with events by the session after which they began."""
    headers = [
        text("safety_tables.session", language),
        text("safety_tables.exposed", language),
        *(text(f"tables.grade.{band}", language) for band in ("any", "1_2", "3_4", "5")),
        text("safety_tables.n_events", language),
    ]
    rows = [
        [
            str(row.session_no),
            str(row.any.total),
            *(
                count_percent(count.count, count.total)
                for count in (row.any, row.grade_1_2, row.grade_3_4, row.grade_5)
            ),
            str(row.n_events),
        ]
        for row in table.rows
    ]
    return Table(
        "adverse_events_by_session",
        text("safety_tables.sessions_title", language),
        framed(rows, headers),
        worded(table.messages, language),
    )
