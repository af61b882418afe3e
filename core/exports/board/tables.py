"""Printed tables of the tumour board: agenda, decisions, tasks and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.exports.board.names import BoardNames, with_label
from core.exports.tables.table import Table, framed
from core.results.board import BoardDecision, Case, Task, in_force
from core.results.patient import PatientCourse
from core.results.response import MISSING as NO_RESPONSE
from core.results.response import PatientResponse
from core.text.catalogue import Language, code_word, text
from core.text.numbers import MISSING, compact

OLDEST_SHOWN = 89
"""Ages above it tell who somebody is (HIPAA, 45 CFR 164.514(b)(2)(i)(C))."""


def shown_age(age: float | None, *, with_dates: bool) -> str:
    """Age in whole years; above 89 only as such where the display is de-identified.

    >>> shown_age(91.0, with_dates=False), shown_age(71.4, with_dates=False)
    ('> 89', '71')
    """
    if age is None:
        return MISSING
    if not with_dates and age > OLDEST_SHOWN:
        return f"> {OLDEST_SHOWN}"
    return str(int(age))


def headline(
    course: PatientCourse, response: PatientResponse | None, language: Language, *, with_dates: bool
) -> str:
    """The patient in one line, without date and name."""
    found = course.headline

    def count(value: int | None) -> str:
        return MISSING if value is None else str(value)

    def word(code: str | None) -> str:
        return code_word(code, language) if code else MISSING

    def category(code: str) -> str:
        return MISSING if code == NO_RESPONSE else code

    return text(
        "board.paper.headline",
        language,
        age=shown_age(found.age, with_dates=with_dates),
        sex=word(found.sex),
        lines=count(found.prior_lines),
        mutation=word(found.mutation),
        ecog=count(found.ecog),
        n=count(found.tumor_number),
        cm=compact(found.max_diameter_cm),
        sessions=count(found.sessions),
        best=category(response.best if response else NO_RESPONSE),
        liver=category(response.best_liver if response else NO_RESPONSE),
    )


def _headers(names: Sequence[str], language: Language) -> list[str]:
    return [text(f"board.column.{name}", language) for name in names]


def agenda_table(cases: Sequence[Case], names: BoardNames, language: Language) -> Table:
    """The cases in order, each with its headline and question."""
    rows = [
        [
            str(case.position),
            names.of(case.patient_id),
            names.headlines.get(case.patient_id, MISSING),
            names.words(case.question, language),
        ]
        for case in cases
    ]
    headers = _headers(["number", "case", "headline", "question"], language)
    return Table("agenda", text("board.cases", language), framed(rows, headers))


def decisions_table(
    cases: Sequence[Case],
    decisions: Sequence[BoardDecision],
    names: BoardNames,
    language: Language,
) -> Table:
    """All entries by case, the one in force first named as such by its number alone."""
    standing = {one.number for one in in_force(tuple(decisions))}
    rows = []
    for case in cases:
        entries = [one for one in decisions if one.patient_id == case.patient_id]
        for one in entries:
            ruling = one.ruling
            option = text(f"board.option_of.{ruling.option}", language)
            if one.number not in standing:
                option = text("board.entry_replaced", language, number=one.number, option=option)
            rows.append(
                [
                    names.of(case.patient_id),
                    str(one.number),
                    option,
                    names.words(ruling.reasons, language),
                    names.words(ruling.responsible, language),
                    names.when(case.patient_id, ruling.due, language),
                    names.words(ruling.dissent, language),
                ]
            )
        if not entries:
            none = text("board.no_decision", language)
            rows.append([names.of(case.patient_id), MISSING, none, *[MISSING] * 4])
    columns = ["case", "entry", "decision", "reasons", "responsible", "due", "dissent"]
    title = text("board.option", language)
    return Table("decisions", title, framed(rows, _headers(columns, language)))


def tasks_table(
    tasks: Sequence[Task], names: BoardNames, language: Language, *, today: date, is_open: bool
) -> Table:
    """Decisions in force with what came of them.

    Args:
        today: what a date is overdue against: the day of the meeting.
        is_open: which heading stands above them.
    """
    rows = []
    for task in tasks:
        ruling, outcome = task.decision.ruling, task.outcome
        patient_id = task.decision.patient_id
        due = names.when(patient_id, ruling.due, language)
        if ruling.due is not None and ruling.due < today and task.is_open:
            due = text("board.overdue", language, date=due)
        state = text(f"board.outcome.{outcome.state if outcome else 'open'}", language)
        status = names.status.get(patient_id, "")
        rows.append(
            [
                names.of(patient_id),
                names.when(patient_id, task.meeting.held_on, language),
                text(f"board.option_of.{ruling.option}", language),
                names.words(ruling.responsible, language),
                due,
                with_label(state, names.words(outcome.remark, language), language)
                if outcome and outcome.remark
                else state,
                code_word(status, language) if status else MISSING,
            ]
        )
    columns = ["case", "meeting", "decision", "responsible", "due", "outcome", "since"]
    key = "board.tasks_title" if is_open else "board.outcomes_title"
    title = text(key, language)
    name = "tasks" if is_open else "outcomes"
    return Table(name, title, framed(rows, _headers(columns, language)))
