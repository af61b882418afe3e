"""The desk: a role goes as far as its table says, and no method goes around it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from core.access.desk import Desk
from core.access.roles import Permission, permissions
from core.errors import ArteriaError, StudyNotFound
from core.results.comparators import NO_COMPARATORS
from core.results.decisions import Decisions, Signature, Waiver
from core.results.people import LOCAL_PERSON, Origin, Person, Role
from core.schema import StudyData, typed_frame
from core.storage.studies import RowCounts, Store

FRAME = pd.DataFrame({"patient_id": ["P1"], "source_sheet": ["a"], "source_row": [2]})
DATA = StudyData({"patients": typed_frame("patients", FRAME)}, (), None)
COUNTS = RowCounts(1, 1, 0)
FILES = (("a.csv", b"patient_id\nP1\n"),)
PERSON = Person("p", "dr.li", "Li", Origin.BUILT_IN)

Deed = Callable[[Desk, str], object]
DEEDS: dict[str, tuple[Permission, Deed]] = {
    "rename_study": (Permission.MANAGE_STUDY, lambda d, s: d.rename_study(s, "b")),
    "archive_study": (Permission.MANAGE_STUDY, lambda d, s: d.archive_study(s)),
    "restore_study": (Permission.MANAGE_STUDY, lambda d, s: d.restore_study(s)),
    "withdraw_study": (Permission.MANAGE_STUDY, lambda d, s: d.withdraw_study(s)),
    "version_info": (Permission.READ_AGGREGATES, lambda d, s: d.version_info(s)),
    "list_versions": (Permission.READ_AGGREGATES, lambda d, s: d.list_versions(s)),
    "load_version": (Permission.READ_PATIENTS, lambda d, s: d.load_version(s)),
    "load_findings": (Permission.READ_PATIENTS, lambda d, s: d.load_findings(s)),
    "load_decisions": (Permission.READ_PATIENTS, lambda d, s: d.load_decisions(s)),
    "take_up": (Permission.UPLOAD, lambda d, s: d.take_up(s, 1)),
    "original_file": (
        Permission.EXPORT_PATIENTS,
        lambda d, s: d.original_file(s, 1, d._store.version_info(s).files[0].sha256),
    ),
    "pseudonym_key": (Permission.UPLOAD, lambda d, s: d.pseudonym_key(s)),
    "kept_identifiers": (Permission.MANAGE_STUDY, lambda d, s: d.kept_identifiers(s, 1)),
    "add_entry": (
        Permission.DECIDE,
        lambda d, s: d.add_entry(s, "waiver", "{}", signed_by="Li", note="why"),
    ),
    "list_entries": (Permission.READ_PATIENTS, lambda d, s: d.list_entries(s, "waiver")),
    "comparators": (Permission.READ_AGGREGATES, lambda d, s: d.comparators(s)),
    "keep_comparators": (
        Permission.DECIDE,
        lambda d, s: d.keep_comparators(s, NO_COMPARATORS),
    ),
    "save_version": (
        Permission.UPLOAD,
        lambda d, s: d.save_version(s, DATA, (), FILES, COUNTS, based_on=1),
    ),
}
UNGUARDED = {
    "may", "permissions", "require", "require_listed", "list_studies", "create_study", "saw",
    "exported", "recorded",
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


@pytest.fixture
def study(store: Store) -> str:
    made = store.create_study("a")
    store.save_version(made.id, DATA, (), FILES, COUNTS, based_on=None)
    return made.id


def test_new_waiver_needs_the_right_to_decide_and_an_old_one_is_carried_over(
    store: Store, study: str
) -> None:
    store.people.grant(study, f"account:{PERSON.id}", Role.DATA_MANAGER, "x")
    signed = Signature("Dr. Wang", "known", datetime(2024, 1, 1, tzinfo=UTC))
    old = Decisions(waivers=(Waiver("a", "S", 2, "c", signed, "1"),))
    renamed = Decisions(waivers=(Waiver("a", "T", 2, "c", signed, "1"),))
    new = Decisions(waivers=(*old.waivers, Waiver("b", "S", 2, "c", signed, "1")))
    desk = Desk(store, PERSON)
    with pytest.raises(ArteriaError) as caught:
        desk.save_version(study, DATA, (), FILES, COUNTS, based_on=1, decisions=old)
    assert caught.value.code == "not_allowed"
    store.save_version(study, DATA, (), FILES, COUNTS, based_on=1, decisions=old)
    desk.save_version(study, DATA, (), FILES, COUNTS, based_on=2, decisions=renamed)
    with pytest.raises(ArteriaError):
        desk.save_version(study, DATA, (), FILES, COUNTS, based_on=3, decisions=new)
    assert store.version_info(study).number == 3


def test_every_method_is_walked() -> None:
    methods = {n for n, _ in inspect.getmembers(Desk, inspect.isfunction) if n[0] != "_"}
    assert methods == set(DEEDS) | UNGUARDED


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", DEEDS)
def test_role_walk(store: Store, study: str, role: Role, name: str) -> None:
    store.people.grant(study, f"account:{PERSON.id}", role, "x")
    desk = Desk(store, PERSON)
    permission, deed = DEEDS[name]
    if permission in permissions([role]):
        deed(desk, study)
        return
    with pytest.raises(ArteriaError, match="not_allowed"):
        deed(desk, study)
    newest = store.trail.search()[0]
    assert (newest.actor, newest.action, newest.study_id) == ("dr.li", "refused", study)


@pytest.mark.parametrize("name", DEEDS)
def test_study_without_a_role_does_not_exist(store: Store, study: str, name: str) -> None:
    desk = Desk(store, PERSON)
    assert desk.list_studies() == ()
    with pytest.raises(StudyNotFound):
        DEEDS[name][1](desk, study)


def test_group_gives_its_members_the_role(store: Store, study: str) -> None:
    store.people.grant(study, "group:oncology", Role.CLINICIAN, "x")
    member = Person("q", "q", "Q", Origin.HOSPITAL, groups=("oncology",))
    assert [one.id for one in Desk(store, member).list_studies()] == [study]
    assert not Desk(store, PERSON).may(study, Permission.READ_AGGREGATES)


def test_who_makes_a_study_is_its_administrator_and_stays_signed_in(store: Store) -> None:
    account = store.people.add_account("dr.li", "Li")
    person = Person(account.id, "dr.li", "Li", Origin.BUILT_IN)
    made = Desk(store, person).create_study("own")
    assert Desk(store, person).may(made.id, Permission.MANAGE_STUDY)


def test_study_is_taken_back_only_while_it_holds_nothing(store: Store, study: str) -> None:
    desk = Desk(store, LOCAL_PERSON)
    empty = desk.create_study("empty")
    for one in (empty.id, study):
        desk.withdraw_study(one)
    assert [one.id for one in store.list_studies()] == [study]
    assert store.trail.search()[0].action == "study_deleted"


def test_everybody_reads_the_example_and_only_administrators_change_it(store: Store) -> None:
    example = store.create_study("example", is_example=True)
    desk = Desk(store, PERSON)
    assert desk.may(example.id, Permission.READ_PATIENTS)
    assert not desk.may(example.id, Permission.UPLOAD)
    assert Desk(store, LOCAL_PERSON).may(example.id, Permission.UPLOAD)


def test_deeds_are_recorded(store: Store, study: str) -> None:
    desk = Desk(store, LOCAL_PERSON)
    desk.save_version(study, DATA, (), FILES, COUNTS, based_on=1)
    desk.archive_study(study)
    desk.saw(study, 2, "survival")
    found = [(e.action, e.version) for e in reversed(store.trail.search())]
    assert found == [("version_saved", 2), ("study_archived", None), ("saw", 2)]


def test_file_of_another_study_is_not_handed_out(store: Store, study: str) -> None:
    other = store.create_study("b")
    info = store.save_version(other.id, DATA, (), (("b.csv", b"secret"),), COUNTS, based_on=None)
    with pytest.raises(StudyNotFound):
        Desk(store, LOCAL_PERSON).original_file(study, 1, info.files[0].sha256)


def test_guest_of_a_meeting_sees_its_listed_patients_only(store: Store, study: str) -> None:
    store.people.grant(study, f"account:{PERSON.id}", Role.BOARD_GUEST, "x")
    desk = Desk(store, PERSON)
    desk.require_listed(study, "P1", ["P1", "P2"])
    with pytest.raises(ArteriaError, match="not_allowed"):
        desk.require_listed(study, "P3", ["P1", "P2"])
    store.people.grant(study, f"account:{PERSON.id}", Role.AGGREGATE_VIEWER, "x")
    with pytest.raises(ArteriaError, match="not_allowed"):
        Desk(store, PERSON).require_listed(study, "P1", ["P1", "P2"])
    store.people.grant(study, f"account:{PERSON.id}", Role.CLINICIAN, "x")
    Desk(store, PERSON).require_listed(study, "P3", ["P1"])


def test_desk_within_one_study_reaches_no_other(store: Store, study: str) -> None:
    other = store.create_study("b")
    desk = Desk(store, LOCAL_PERSON, only=study)
    assert [one.id for one in desk.list_studies()] == [study]
    with pytest.raises(StudyNotFound):
        desk.require(other.id, Permission.READ_AGGREGATES)


def test_guest_by_link_makes_no_study_and_sees_no_example(store: Store) -> None:
    example = store.create_study("example", is_example=True)
    desk = Desk(store, Person("g", "link:1", "", Origin.LINK))
    assert not desk.permissions(example.id)
    with pytest.raises(ArteriaError, match="not_allowed"):
        desk.create_study("own")
