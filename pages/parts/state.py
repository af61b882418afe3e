"""The typed state of one visitor; nobody else touches ``st.session_state`` for it.

The address bar carries study, version, language and convention as ids and codes, so that a
browser refresh, a restart of the server or a bookmark restores the view.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import streamlit as st

from core.access.desk import Desk
from core.access.gate import SIGN_IN_HEADER
from core.access.policy import Mode, sign_in_mode
from core.access.sign_in import SignIn
from core.errors import ArteriaError, Fact, StudyNotFound
from core.options import Convention, ResponseOptions
from core.results.people import LOCAL_PERSON, Person
from core.storage.studies import Store, VersionInfo, open_store
from core.studies import example_version
from core.text.catalogue import LANGUAGES, Language

_KEY = "arteria"
_DESK = "arteria_desk"
_OPENED = "arteria_opened"
_OWNER = "arteria_owner"


@dataclass(slots=True)
class Session:
    """What one visitor has chosen.

    Attributes:
        study_id, version: the opened study version; None = none opened.
        convention: whose statistical defaults the numbers follow, on all screens.
        response_options: how RECIST is applied, on all screens.
        patient_id, subgroup: the patient looked at, and the patients that all screens are
            limited to (empty = all), both of the study version ``chosen_in``.
    """

    language: Language
    convention: Convention
    study_id: str | None = None
    version: int | None = None
    response_options: ResponseOptions = field(default_factory=ResponseOptions)
    patient_id: str | None = None
    subgroup: tuple[str, ...] = ()
    chosen_in: tuple[str | None, int | None] = (None, None)


@lru_cache(maxsize=1)
def store() -> Store:
    """The study store of this server process."""
    return open_store()


def door() -> SignIn:
    """Where people sign in and out."""
    return SignIn(store().people, store().trail, store().passes)


def desk() -> Desk:
    """What the visitor may see and do; checked anew at every run of a screen.

    Raises:
        ArteriaError: ``signed_out``: the visitor's sign-in has ended.
    """
    found = st.session_state.get(_DESK)
    if not isinstance(found, Desk):
        visitor = person()
        if st.session_state.get(_OWNER, visitor.id) != visitor.id:
            # Somebody else's page, reached by its session's id: nothing of it is theirs to see.
            st.session_state.clear()
        st.session_state[_OWNER] = visitor.id
        found = st.session_state[_DESK] = Desk(store(), visitor)
    return found


def begin_run() -> None:
    """Have the visitor's sign-in and roles checked anew."""
    st.session_state.pop(_DESK, None)
    st.session_state.pop(_OPENED, None)


def person() -> Person:
    """Who looks at the screen.

    Raises:
        ArteriaError: ``signed_out``.
    """
    if sign_in_mode() is Mode.ALONE:
        return LOCAL_PERSON
    found = door().person(st.context.headers.get(SIGN_IN_HEADER) or "")
    if found is None:
        raise ArteriaError("signed_out")
    return found


def address(path: str) -> str:
    """An address of this server outside the screens."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path


def spoken() -> Language:
    """The language chosen so far, or the browser's, without asking the store."""
    found: Session | None = st.session_state.get(_KEY)
    return browser_language() if found is None else found.language


def browser_language() -> Language:
    """The language that the browser asks for."""
    locale = st.context.locale or ""
    return "en" if locale.lower().startswith("en") else "zh"


def session() -> Session:
    """The visitor's session, restored from the address bar when it is new."""
    found: Session | None = st.session_state.get(_KEY)
    if found is None:
        found = st.session_state[_KEY] = _from_address()
    return found


def _from_address() -> Session:
    params = st.query_params
    asked = params.get("lang", "")
    language: Language = next((code for code in LANGUAGES if code == asked), browser_language())
    try:
        convention = Convention(params.get("convention", ""))
    except ValueError:
        convention = Convention.RECOMMENDED
    found = Session(language, convention)
    if params.get("draft", "").isdecimal():
        # The page had an upload of another session, which ended with its process or the page.
        st.session_state["arteria_upload_round"] = int(params["draft"][:6]) + 1
        tell("warning", "data.draft_lost")
    study_id, number = params.get("study", ""), params.get("version", "")
    if study_id:
        latest = {study.id: study.latest for study in desk().list_studies()}
        if study_id in latest:
            found.study_id = study_id
            found.version = int(number) if number.isdecimal() else latest[study_id]
        else:
            tell("warning", "shell.study_not_found")
    elif os.environ.get("ARTERIA_EXAMPLE") == "1":
        info = example_version(store())
        found.study_id, found.version = info.study_id, info.number
    return found


def tell(kind: Literal["success", "warning", "error"], key: str, **facts: Fact) -> None:
    """Have the next screen say a sentence of the catalogue once, at its top."""
    st.session_state["arteria_told"] = (kind, key, facts)


def take_told() -> tuple[str, str, dict[str, Fact]] | None:
    """What was to be said, once: kind, key and facts."""
    told: tuple[str, str, dict[str, Fact]] | None = st.session_state.pop("arteria_told", None)
    return told


def show_in_address() -> None:
    """Write the session's choices to the address bar, where they differ."""
    current = session()
    wanted: dict[str, str] = {"lang": current.language}
    if current.convention is not Convention.RECOMMENDED:
        wanted["convention"] = current.convention.value
    if current.study_id is not None:
        wanted["study"] = current.study_id
    if current.version is not None:
        wanted["version"] = str(current.version)
    if draft() is not None:
        wanted["draft"] = str(upload_round())
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def language() -> Language:
    """The language of the screen."""
    return session().language


def open_version(study_id: str, number: int) -> None:
    """Make this study version the one that all screens show."""
    current = session()
    current.study_id, current.version = study_id, number


def choose_study(study_id: str) -> None:
    """Open a study at its newest version; a study without data is open without a version."""
    latest = next((one.latest for one in desk().list_studies() if one.id == study_id), None)
    current = session()
    current.study_id, current.version = study_id, latest


def close_study() -> None:
    """Open no study."""
    current = session()
    current.study_id = current.version = None


def opened() -> VersionInfo | None:
    """The opened study version; None when no study is open or it has no data yet."""
    current = session()
    if current.study_id is None or current.version is None:
        return None
    asked = (desk(), current.study_id, current.version)
    # Asked for once in a run: the desk is another one in the next.
    known: tuple[tuple[Desk, str, int], VersionInfo] | None = st.session_state.get(_OPENED)
    if known is not None and known[0] == asked:
        return known[1]
    try:
        info = desk().version_info(current.study_id, current.version)
    except StudyNotFound:
        close_study()
        return None
    st.session_state[_OPENED] = (asked, info)
    return info


def note_screen(screen: str) -> None:
    """Record once that the visitor looks at this screen of the opened study."""
    current = session()
    seen = (screen, current.study_id, current.version)
    if current.study_id is not None and st.session_state.get("arteria_seen") != seen:
        st.session_state["arteria_seen"] = seen
        desk().saw(current.study_id, current.version, screen)


def draft() -> Any:
    """The upload that was read but not saved; None if there is none."""
    return st.session_state.get("arteria_draft")


def set_draft(value: Any) -> None:
    """Keep or drop the upload that was read but not saved."""
    st.session_state["arteria_draft"] = value
    show_in_address()


def upload_round() -> int:
    """Number of the upload control, so that a saved or discarded upload leaves it empty."""
    return int(st.session_state.get("arteria_upload_round", 0))


def next_upload_round() -> None:
    """Empty the upload control."""
    st.session_state["arteria_upload_round"] = upload_round() + 1


def _choices() -> Session:
    """The session with the choices of patients dropped if they are of another version."""
    current = session()
    opened_now = (current.study_id, current.version)
    if current.chosen_in != opened_now:
        current.patient_id, current.subgroup, current.chosen_in = None, (), opened_now
    return current


def select_patient(patient_id: str | None) -> None:
    """Look at this patient of the opened study version; None = at nobody."""
    _choices().patient_id = patient_id


def select_another(patient_id: str | None, shown: str | None) -> None:
    """Take the choice of a control that was drawn with ``shown`` as its choice.

    A control that left the screen can send its value once more; that isn't a choice.
    """
    if patient_id != shown:
        select_patient(patient_id)


def selected_patient() -> str | None:
    """The patient looked at; None if nobody was chosen in this study version."""
    return _choices().patient_id


def select_subgroup(patient_ids: Iterable[str]) -> None:
    """Limit all screens to these patients; nobody = all patients again."""
    _choices().subgroup = tuple(sorted(set(patient_ids)))
    st.session_state["arteria_selection_round"] = selection_round() + 1


def subgroup() -> tuple[str, ...]:
    """The patients that all screens are limited to; empty = all."""
    return _choices().subgroup


def selection_round() -> int:
    """Number of the current figures' selections, so that a new subgroup leaves none marked."""
    return int(st.session_state.get("arteria_selection_round", 0))
