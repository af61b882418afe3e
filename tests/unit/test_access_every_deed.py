"""Every deed at the board, with documents and of administration, by every role."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from core.access.administration import Administration
from core.access.board_desk import BoardDesk
from core.access.desk import Desk
from core.access.document_desk import DocumentDesk
from core.access.passes import PassOffice, person_of
from core.errors import ArteriaError
from core.results.people import Origin, Person, Role
from core.storage.studies import Store

PERSON = Person("p", "dr.li", "Li", Origin.BUILT_IN)
CARE = {Role.ADMIN, Role.DATA_MANAGER, Role.CLINICIAN}
BOARD = {*CARE, Role.BOARD_GUEST}
MEETING = {Role.ADMIN, Role.CLINICIAN}
MAY: dict[tuple[type, str], set[Role]] = {
    (BoardDesk, "meetings"): BOARD,
    (BoardDesk, "cases"): BOARD,
    (BoardDesk, "open_case"): BOARD,
    (BoardDesk, "decisions"): BOARD,
    (BoardDesk, "tasks"): BOARD,
    (BoardDesk, "presented"): BOARD,
    (BoardDesk, "create_meeting"): MEETING,
    (BoardDesk, "change_meeting"): MEETING,
    (BoardDesk, "put_case"): MEETING,
    (BoardDesk, "order_cases"): MEETING,
    (BoardDesk, "decide"): MEETING,
    (BoardDesk, "record_outcome"): MEETING,
    (BoardDesk, "present"): MEETING,
    (BoardDesk, "take_papers"): CARE,
    (DocumentDesk, "of_patient"): CARE,
    (DocumentDesk, "add_address"): CARE,
    (DocumentDesk, "add_file"): CARE,
    (DocumentDesk, "take_out"): CARE,
    (DocumentDesk, "remove"): CARE,
}
MANAGING: dict[tuple[type, str], set[Role]] = {
    **{
        (Administration, name): set[Role]()
        for name in (
            "accounts",
            "add_account",
            "reset_password",
            "set_disabled",
            "set_admin",
            "verify_audit",
        )
    },
    **{
        (Administration, name): {Role.ADMIN}
        for name in ("grants", "grant", "revoke", "audit", "export_audit", "delete_study")
    },
    (PassOffice, "make_link"): {Role.ADMIN},
    (PassOffice, "links"): {Role.ADMIN},
    (PassOffice, "make_token"): set(Role),
}
"""Server deeds need no role in a study but the server's administration."""
OWN = {(PassOffice, "tokens"), (PassOffice, "revoke"), (PassOffice, "bearer")}
"""Of the person's own passes; who may end another's is in ``test_access_administration``."""
ONLY_SAY_WHAT_IS_ALLOWED = {
    (BoardDesk, "may_see"), (BoardDesk, "is_guest"), (DocumentDesk, "may_change")
}  # fmt: skip


class Reached(Exception):
    """The store was asked: the role was let through."""


class Stopped:
    """A store that does nothing but say that it was asked."""

    def __getattr__(self, name: str) -> NoReturn:
        raise Reached(name)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


def outcome(kind: type, name: str, desk: Desk, study: str) -> str:
    """Error code, ``reached`` or ``done`` of the deed with arguments that name the study."""
    deed = getattr(kind(desk, Stopped()), name)
    known = {
        "study_id": study, "listed": (), "version": 1,
        "info": SimpleNamespace(study_id=study, number=1),
        "document": SimpleNamespace(study_id=study, id="d"),
        "shown": SimpleNamespace(meeting_id="m"),
    }  # fmt: skip
    wanted = [
        one.name
        for one in inspect.signature(deed).parameters.values()
        if one.default is inspect.Parameter.empty
    ]
    facts: dict[str, Any] = {one: known.get(one, "x") for one in wanted}
    try:
        deed(**facts)
    except Reached:
        return "reached"
    except ArteriaError as error:
        return error.code
    return "done"


def deeds(*kinds: type) -> set[tuple[type, str]]:
    return {
        (kind, name)
        for kind in kinds
        for name, _ in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


def test_every_deed_is_walked() -> None:
    assert deeds(BoardDesk, DocumentDesk) == set(MAY) | ONLY_SAY_WHAT_IS_ALLOWED
    assert deeds(Administration, PassOffice) == set(MANAGING) | OWN


def somebody(store: Store) -> Person:
    return person_of(store.people.add_account("dr.li", "Li", origin=Origin.BUILT_IN))


def managed(store: Store, person: Person, kind: type, name: str, study: str) -> str:
    """Error code or ``done`` of a deed of administration."""
    facts: dict[str, Any] = {
        "study_id": study, "role": Role.BOARD_GUEST, "by": person, "days": 1, "is_admin": False,
        "is_group": True, "who": "group", "subject": "group:x", "disabled": True,
        "account_id": "x", "login": "dr.no", "name": "No", "password": "three plain words",
        "label": "Guest", "typed_name": "a",
    }  # fmt: skip
    made = Administration(store, person) if kind is Administration else PassOffice(store)
    deed = getattr(made, name)
    wanted = [
        one.name
        for one in inspect.signature(deed).parameters.values()
        if one.default is inspect.Parameter.empty
    ]
    try:
        deed(**{one: facts[one] for one in wanted})
    except ArteriaError as error:
        return error.code
    return "done"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("kind", "name"), MANAGING)
def test_role_walk_of_administration(store: Store, role: Role, kind: type, name: str) -> None:
    study = store.create_study("a").id
    person = somebody(store)
    store.people.grant(study, f"account:{person.id}", role, "x")
    found = managed(store, person, kind, name, study)
    if role in MANAGING[kind, name]:
        assert found in {"done", "archive_first"}
    else:
        assert found == "not_allowed"


@pytest.mark.parametrize(("kind", "name"), MANAGING)
def test_administration_without_a_role_finds_no_study(store: Store, kind: type, name: str) -> None:
    study = store.create_study("a").id
    found = managed(store, somebody(store), kind, name, study)
    assert found == ("study_not_found" if MANAGING[kind, name] else "not_allowed")


@pytest.mark.parametrize(("kind", "name"), [one for one in MANAGING if not MANAGING[one]])
def test_administrators_of_the_server_may(store: Store, kind: type, name: str) -> None:
    admin = replace(somebody(store), is_admin=True)
    found = managed(store, admin, kind, name, store.create_study("a").id)
    assert found in {"done", "account_unknown", "account_not_found"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("kind", "name"), MAY)
def test_role_walk_of_board_and_documents(store: Store, role: Role, kind: type, name: str) -> None:
    study = store.create_study("a").id
    store.people.grant(study, f"account:{PERSON.id}", role, "x")
    found = outcome(kind, name, Desk(store, PERSON), study)
    if role not in MAY[kind, name]:
        assert found == "not_allowed"
        return
    # A file of no known type and the record of papers taken away get no further, and may.
    assert found in {"reached", "document_type_unknown", "done"}


@pytest.mark.parametrize(("kind", "name"), MAY)
def test_deed_in_a_study_without_a_role_finds_no_study(store: Store, kind: type, name: str) -> None:
    study = store.create_study("a").id
    assert outcome(kind, name, Desk(store, PERSON), study) == "study_not_found"
