"""The SQL of the tumour board: meetings and lists change, decisions and outcomes only grow."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import ArteriaError, StudyNotFound
from core.results.board import (
    BoardDecision,
    BoardOutcome,
    Case,
    Meeting,
    OutcomeState,
    Presented,
    Ruling,
)
from core.storage.board_tables import CASES, DECISIONS, MEETINGS, OUTCOMES, PRESENTED
from core.storage.database import reading, writing

LONGEST_TITLE = 200


class Board:
    """Meetings of all studies. Safe to share between threads and processes.

    Every method raises ``ArteriaError("store_unavailable")`` when the database can't be
    reached, and ``StudyNotFound("meeting_not_found")`` for an unknown meeting where it says so.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_meeting(
        self,
        study_id: str,
        held_on: date,
        title: str,
        members: Sequence[str],
        by: str,
        *,
        is_deidentified: bool = False,
    ) -> Meeting:
        """A new meeting without cases.

        Raises:
            ArteriaError: ``meeting_title_invalid``: blank or longer than 200 characters.
        """
        meeting = Meeting(
            secrets.token_hex(8), study_id, held_on, _title(title), _names(members),
            is_deidentified, by[:120], datetime.now(UTC),
        )  # fmt: skip
        row = {column.name: getattr(meeting, column.name) for column in MEETINGS.c}
        row["members"] = json.dumps(meeting.members, ensure_ascii=False)
        with writing(self._engine) as connection:
            connection.execute(insert(MEETINGS).values(row))
        return meeting

    def change_meeting(
        self,
        meeting_id: str,
        held_on: date,
        title: str,
        members: Sequence[str],
        *,
        is_deidentified: bool,
    ) -> None:
        """Correct date, title, members or the de-identified display."""
        values = {
            "held_on": held_on,
            "title": _title(title),
            "members": json.dumps(_names(members), ensure_ascii=False),
            "is_deidentified": is_deidentified,
        }
        with writing(self._engine) as connection:
            connection.execute(update(MEETINGS).where(MEETINGS.c.id == meeting_id).values(values))

    def meetings(self, study_id: str) -> tuple[Meeting, ...]:
        """The study's meetings, the latest date first."""
        query = (
            select(MEETINGS)
            .where(MEETINGS.c.study_id == study_id)
            .order_by(MEETINGS.c.held_on.desc(), MEETINGS.c.created_at.desc())
        )
        with reading(self._engine) as connection:
            return tuple(_meeting(row) for row in connection.execute(query))

    def meeting(self, meeting_id: str) -> Meeting:
        """One meeting; raises ``StudyNotFound``."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(MEETINGS).where(MEETINGS.c.id == meeting_id)
            ).one_or_none()
        if row is None:
            raise StudyNotFound("meeting_not_found")
        return _meeting(row)

    def cases(self, meeting_id: str) -> tuple[Case, ...]:
        """The list of a meeting in its order."""
        with reading(self._engine) as connection:
            return _cases(connection, meeting_id)

    def put_case(self, meeting_id: str, patient_id: str, question: str) -> None:
        """Add a case at the end, or give a listed one another question."""
        with writing(self._engine) as connection:
            where = (CASES.c.meeting_id == meeting_id) & (CASES.c.patient_id == patient_id)
            found = connection.execute(update(CASES).where(where).values(question=question))
            if found.rowcount:
                return
            last = connection.scalar(
                select(func.max(CASES.c.position)).where(CASES.c.meeting_id == meeting_id)
            )
            connection.execute(
                insert(CASES).values(
                    meeting_id=meeting_id,
                    patient_id=patient_id,
                    position=(last or 0) + 1,
                    question=question,
                )
            )

    def order_cases(self, meeting_id: str, patient_ids: Sequence[str]) -> None:
        """Put the listed cases in this order; listed ones not named are taken off the list."""
        with writing(self._engine) as connection:
            listed = {one.patient_id for one in _cases(connection, meeting_id)}
            kept = [one for one in dict.fromkeys(patient_ids) if one in listed]
            for position, patient_id in enumerate(kept, start=1):
                where = (CASES.c.meeting_id == meeting_id) & (CASES.c.patient_id == patient_id)
                connection.execute(update(CASES).where(where).values(position=position))
            gone = listed - set(kept)
            if gone:
                connection.execute(
                    delete(CASES).where(
                        CASES.c.meeting_id == meeting_id, CASES.c.patient_id.in_(sorted(gone))
                    )
                )

    def add_decision(
        self,
        meeting_id: str,
        patient_id: str,
        version: int,
        content_hash: str,
        ruling: Ruling,
        by: str,
        *,
        amends: int | None = None,
    ) -> BoardDecision:
        """Record a decision; an entry is amended at most once.

        Raises:
            ArteriaError: ``decision_amended_meanwhile``: somebody else amended that entry.
        """
        row: dict[str, Any] = {
            "meeting_id": meeting_id,
            "patient_id": patient_id,
            "version": version,
            "content_hash": content_hash,
            "option": ruling.option,
            "reasons": ruling.reasons,
            "responsible": ruling.responsible,
            "due": ruling.due,
            "dissent": ruling.dissent,
            "amends": amends,
            "recorded_by": by[:120],
            "recorded_at": datetime.now(UTC),
        }
        try:
            with writing(self._engine) as connection:
                made = connection.execute(insert(DECISIONS).values(row))
                number = made.inserted_primary_key[0]  # type: ignore[index]
        except IntegrityError as error:
            raise ArteriaError("decision_amended_meanwhile") from error
        return BoardDecision(
            number, meeting_id, patient_id, version, content_hash, ruling, amends,
            row["recorded_by"], row["recorded_at"],
        )  # fmt: skip

    def decisions(self, meeting_ids: Sequence[str]) -> tuple[BoardDecision, ...]:
        """All entries of these meetings, amended ones too, by number."""
        query = (
            select(DECISIONS)
            .where(DECISIONS.c.meeting_id.in_(list(meeting_ids)))
            .order_by(DECISIONS.c.number)
        )
        with reading(self._engine) as connection:
            return tuple(_decision(row) for row in connection.execute(query))

    def add_outcome(self, decision: int, state: OutcomeState, remark: str, by: str) -> None:
        """Record what came of a decision."""
        with writing(self._engine) as connection:
            connection.execute(
                insert(OUTCOMES).values(
                    decision=decision,
                    state=state,
                    remark=remark,
                    recorded_by=by[:120],
                    recorded_at=datetime.now(UTC),
                )
            )

    def outcomes(self, decisions: Sequence[int]) -> Mapping[int, BoardOutcome]:
        """The latest outcome of each of these decisions that has one."""
        query = (
            select(OUTCOMES).where(OUTCOMES.c.decision.in_(list(decisions))).order_by(OUTCOMES.c.id)
        )
        with reading(self._engine) as connection:
            return {
                row.decision: BoardOutcome(
                    row.decision, cast(OutcomeState, row.state), row.remark, row.recorded_by,
                    row.recorded_at,
                )
                for row in connection.execute(query)
            }  # fmt: skip

    def present(self, shown: Presented) -> None:
        """Make this what the followers see; the revision is counted here."""
        values = {
            "patient_id": shown.patient_id,
            "screen": shown.screen,
            "options": json.dumps(dict(shown.options), ensure_ascii=False, sort_keys=True),
            "presenter": shown.presenter[:120],
        }
        where = PRESENTED.c.meeting_id == shown.meeting_id
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(PRESENTED).where(where).values(revision=PRESENTED.c.revision + 1, **values)
            )
            if not changed.rowcount:
                connection.execute(
                    insert(PRESENTED).values(meeting_id=shown.meeting_id, revision=1, **values)
                )

    def renew(self, meeting_id: str) -> None:
        """Have the followers draw anew what is presented: something of it has changed."""
        with writing(self._engine) as connection:
            connection.execute(
                update(PRESENTED)
                .where(PRESENTED.c.meeting_id == meeting_id)
                .values(revision=PRESENTED.c.revision + 1)
            )

    def presented(self, meeting_id: str) -> Presented | None:
        """What the presenter shows; None before anybody presented."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(PRESENTED).where(PRESENTED.c.meeting_id == meeting_id)
            ).one_or_none()
        if row is None:
            return None
        return Presented(
            row.meeting_id, row.patient_id, row.screen, json.loads(row.options), row.presenter,
            row.revision,
        )  # fmt: skip


def _title(title: str) -> str:
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise ArteriaError("meeting_title_invalid")
    return title


def _names(members: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in members if name.strip()))


def _meeting(row: Any) -> Meeting:
    return Meeting(
        row.id, row.study_id, row.held_on, row.title, tuple(json.loads(row.members)),
        row.is_deidentified, row.created_by, row.created_at,
    )  # fmt: skip


def _cases(connection: Connection, meeting_id: str) -> tuple[Case, ...]:
    rows = connection.execute(
        select(CASES).where(CASES.c.meeting_id == meeting_id).order_by(CASES.c.position)
    )
    return tuple(
        Case(meeting_id, position, row.patient_id, row.question)
        for position, row in enumerate(rows, start=1)
    )


def _decision(row: Any) -> BoardDecision:
    ruling = Ruling(row.option, row.reasons, row.responsible, row.due, row.dissent)
    return BoardDecision(
        row.number, row.meeting_id, row.patient_id, row.version, row.content_hash, ruling,
        row.amends, row.recorded_by, row.recorded_at,
    )  # fmt: skip
