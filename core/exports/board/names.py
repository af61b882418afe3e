"""How patients, meetings, dates and free text are called on the board's screens and papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.results.board import Meeting
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, day


@dataclass(frozen=True, slots=True)
class BoardNames:
    """What may be called by its name.

    Attributes:
        names: id -> name, the number of the case where the display is de-identified.
        status: id -> ``ALIVE``, ``DEAD`` or "" as the opened data say.
        with_dates: whether dates may be shown; otherwise days from the patient's first HAIC.
        headlines: id -> the patient in one line.
        starts: id -> first HAIC, from which days are counted.
        numbers: id of a meeting -> its number in the study, the earliest first.
        with_words: whether text that people wrote may be shown: it can name anybody.
    """

    names: Mapping[str, str]
    status: Mapping[str, str]
    with_dates: bool
    headlines: Mapping[str, str] = field(default_factory=dict)
    starts: Mapping[str, date | None] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    with_words: bool = True

    def of(self, patient_id: str) -> str:
        """The name to show; a dash for a patient of no list."""
        return self.names.get(patient_id, MISSING)

    def when(self, patient_id: str, moment: date | None, language: Language) -> str:
        """A date of this patient's, or the day from the first HAIC; a dash if there is none.

        >>> hidden = BoardNames({}, {}, False, starts={"a": date(2024, 1, 1)})
        >>> hidden.when("a", date(2024, 1, 31), "en"), hidden.when("b", date(2024, 1, 31), "en")
        ('day 30', '—')
        """
        if self.with_dates or moment is None:
            return day(moment)
        start = self.starts.get(patient_id)
        if start is None:
            return MISSING
        return text("board.paper.day", language, day=(moment - start).days)

    def words(self, written: str, language: Language) -> str:
        """What somebody wrote, or that it is hidden; a dash if nothing was written."""
        if not written:
            return MISSING
        return written if self.with_words else text("board.words_hidden", language)

    def meeting(self, meeting: Meeting, language: Language) -> str:
        """Date and title of a meeting, or its number where the display is de-identified."""
        if self.with_dates:
            return text(
                "board.meeting_name", language, date=f"{meeting.held_on}", title=meeting.title
            )
        return text("board.meeting_number", language, number=self.numbers.get(meeting.id, 0))


def meeting_numbers(meetings: tuple[Meeting, ...]) -> Mapping[str, int]:
    """The number of each meeting, the earliest first."""
    ordered = sorted(meetings, key=lambda one: (one.held_on, one.created_at))
    return {one.id: number for number, one in enumerate(ordered, start=1)}


def members_line(meeting: Meeting, language: Language) -> str:
    """Who takes part, in one line."""
    members = text("board.paper.between", language).join(meeting.members)
    return with_label(text("board.members_header", language), members, language)


def with_label(label: str, words: str, language: Language) -> str:
    """Words behind what they are, with the language's own colon."""
    return label + text("board.paper.colon", language) + words
