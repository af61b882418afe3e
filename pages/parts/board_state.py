"""What one visitor looks at at the board: meeting, case, screen, and whom he follows."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core.results.board import Case, Meeting, Presented
from pages.parts import state
from pages.parts.widgets import t

_KEY = "arteria_board"
SCREENS = ("summary", "course", "lesions", "eligibility", "context", "decision")


@dataclass(slots=True)
class BoardView:
    """One visitor's place at the board.

    Attributes:
        options: choices on the screen of the case (test, span), as the presenter's are sent.
        is_presenting: what is chosen here is written for the followers.
        is_following: what the presenter chooses is shown here.
        revision: of the presenter's row that was shown last.
        words_shown_at: the de-identified meeting at which free text is shown to this visitor.
    """

    meeting_id: str | None = None
    patient_id: str | None = None
    screen: str = SCREENS[0]
    options: dict[str, str] = field(default_factory=dict)
    is_presenting: bool = False
    is_following: bool = True
    is_projected: bool = False
    revision: int = 0
    round: int = 0
    words_shown_at: str | None = None

    def turn(self, patient_id: str, screen: str) -> None:
        """Look at this case and screen; the controls are drawn anew with them."""
        self.patient_id, self.screen = patient_id, screen
        self.round += 1
        if not self.is_presenting:
            self.is_following = False

    def choose(self, patient_id: str, screen: str, drawn_in: int) -> None:
        """A list's choice, taken only from the controls that are on the page now.

        A browser that hasn't drawn the newest controls yet sends the old ones' values once
        more; Streamlit takes these for a change, and a follower would leave the presenter.
        """
        if drawn_in == self.round:
            self.turn(patient_id, screen)

    def take_over(self, shown: Presented) -> None:
        """Look at what the presenter shows."""
        self.patient_id, self.revision = shown.patient_id, shown.revision
        self.screen = shown.screen if shown.screen in SCREENS else SCREENS[0]
        self.options = dict(shown.options)
        self.round += 1


def view() -> BoardView:
    """The visitor's place."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = BoardView()
    found: BoardView = st.session_state[_KEY]
    return found


def name_of(case: Case, meeting: Meeting) -> str:
    """The patient's id, or the number of the case where the display is de-identified."""
    if meeting.is_deidentified:
        return t("board.case_number", number=case.position)
    return case.patient_id


def current_case(cases: tuple[Case, ...]) -> Case | None:
    """The case looked at; the first if none was chosen, None without cases."""
    chosen = view().patient_id
    found = next((one for one in cases if one.patient_id == chosen), None)
    return found or (cases[0] if cases else None)


def neighbour(cases: tuple[Case, ...], case: Case, step: int) -> str:
    """The patient before or after; the same at the ends of the list."""
    at = min(max(case.position - 1 + step, 0), len(cases) - 1)
    return cases[at].patient_id


def next_screen(screen: str, step: int) -> str:
    """The screen before or after; the same at the ends."""
    at = min(max(SCREENS.index(screen) + step, 0), len(SCREENS) - 1)
    return SCREENS[at]


def study_id() -> str:
    """The opened study; the board is only drawn with one."""
    return state.session().study_id or ""
