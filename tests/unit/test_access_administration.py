"""Administration: who may change people, roles and studies, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy.exc import DatabaseError

from core.access.administration import Administration
from core.access.passes import PassOffice
from core.access.sign_in import SignIn, token_hash
from core.errors import ArteriaError, StudyNotFound
from core.exports.tables.audit_trail import audit_table
from core.results.people import LOCAL_PERSON, Origin, Person, Role
from core.schema import StudyData, typed_frame
from core.storage.studies import RowCounts, Store
from core.text.catalogue import LANGUAGES
from tests.databases import execute_at

GOOD = "three plain words"
OTHER = Person("other", "dr.no", "", Origin.BUILT_IN)
FRAME = pd.DataFrame({"patient_id": ["P1"], "source_sheet": ["a"], "source_row": [2]})
DATA = StudyData({"patients": typed_frame("patients", FRAME)}, (), None)
COUNTS = RowCounts(1, 1, 0)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


@pytest.fixture
def door(store: Store) -> SignIn:
    return SignIn(store.people, store.trail, store.passes)


@pytest.fixture
def admin(store: Store) -> Administration:
    return Administration(store, LOCAL_PERSON)


def code_of(deed: Callable[[], object]) -> str:
    with pytest.raises(ArteriaError) as caught:
        deed()
    return caught.value.code


def actions(store: Store) -> list[str]:
    return [entry.action for entry in reversed(store.trail.search())]


def test_accounts_are_added_closed_and_given_rights(
    admin: Administration, door: SignIn, store: Store
) -> None:
    account = admin.add_account("dr.li", "Li", GOOD, is_admin=False)
    token = door.with_password("dr.li", GOOD)
    admin.set_admin(account.id, True)
    assert door.person(token_hash(token)) is None
    admin.reset_password(account.id, "another good one")
    admin.set_disabled(account.id, True)
    assert code_of(lambda: door.with_password("dr.li", "another good one")) == "sign_in_failed"
    admin.set_disabled(account.id, False)
    person = door.person(token_hash(door.with_password("dr.li", "another good one")))
    assert person is not None
    assert person.is_admin
    own = Administration(store, person)
    assert code_of(lambda: own.set_disabled(person.id, True)) == "own_account"
    assert code_of(lambda: own.set_admin(person.id, False)) == "own_account"
    assert {"account_added", "admin_given", "account_disabled", "account_enabled"} <= set(
        actions(store)
    )


def test_nobody_else_administrates(store: Store, admin: Administration) -> None:
    account = admin.add_account("dr.li", "Li", GOOD, is_admin=False)
    study = store.create_study("a")
    other = Administration(store, OTHER)
    for deed in (
        other.accounts,
        lambda: other.add_account("x", "", GOOD, is_admin=True),
        lambda: other.reset_password(account.id, "another good one"),
        lambda: other.set_disabled(account.id, True),
        lambda: other.set_admin(account.id, True),
        lambda: other.audit(""),
        lambda: other.export_audit(""),
        other.verify_audit,
    ):
        assert code_of(deed) == "not_allowed"
    for hidden in (
        lambda: other.grants(study.id),
        lambda: other.grant(study.id, "dr.li", Role.ADMIN, is_group=False),
        lambda: other.revoke(study.id, f"account:{account.id}"),
        lambda: other.audit(study.id),
        lambda: other.delete_study(study.id, "a"),
    ):
        assert code_of(hidden) == "study_not_found"
    store.people.grant(study.id, f"account:{OTHER.id}", Role.CLINICIAN, "x")
    clinician = Administration(store, OTHER)
    assert code_of(lambda: clinician.grants(study.id)) == "not_allowed"
    assert code_of(lambda: clinician.audit(study.id)) == "not_allowed"


def test_administrator_of_a_study_gives_roles_in_it_only(
    store: Store, admin: Administration
) -> None:
    admin.add_account("dr.li", "Li", GOOD, is_admin=False)
    study = store.create_study("a")
    store.people.grant(study.id, f"account:{OTHER.id}", Role.ADMIN, "x")
    own = Administration(store, OTHER)
    own.grant(study.id, "DR.LI", Role.DATA_MANAGER, is_group=False)
    own.grant(study.id, "oncology", Role.CLINICIAN, is_group=True)
    held = {name: grant.role for grant, name in own.grants(study.id)}
    assert held["dr.li"] is Role.DATA_MANAGER
    assert held["oncology"] is Role.CLINICIAN
    own.revoke(study.id, "group:oncology")
    assert "oncology" not in {name for _, name in own.grants(study.id)}
    assert code_of(lambda: own.grant(study.id, "nobody", Role.ADMIN, is_group=False)) == (
        "account_unknown"
    )
    assert code_of(lambda: own.grant(study.id, " ", Role.ADMIN, is_group=True)) == "group_invalid"
    assert code_of(lambda: own.revoke(study.id, f"account:{OTHER.id}")) == "own_account"
    assert [one.action for one in own.audit(study.id)] == ["role_taken", "role_given", "role_given"]


@pytest.mark.parametrize("days", [29, 31])
def test_study_is_deleted_after_retention_with_its_name_typed(
    days: int, store: Store, admin: Administration, database: str
) -> None:
    study, kept = store.create_study("a"), store.create_study("b")
    for one in (study, kept):
        store.save_version(
            one.id, DATA, (), (("a.csv", b"shared"), (f"{one.name}.csv", one.name.encode())),
            COUNTS, based_on=None,
        )  # fmt: skip
    PassOffice(store).make_link(LOCAL_PERSON, study.id, Role.BOARD_GUEST, "guest", 7)
    for one in (study, kept):
        store.entries.add_entry(one.id, "regimen", "{}", signed_by="Li", note="known")
    assert code_of(lambda: admin.delete_study(study.id, "a")) == "archive_first"
    store.archive_study(study.id)
    moment = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")
    execute_at(database, "UPDATE studies SET archived_at = :m WHERE id = :s", m=moment, s=study.id)
    assert code_of(lambda: admin.delete_study(study.id, "A")) == "name_differs"
    if days < 30:
        assert code_of(lambda: admin.delete_study(study.id, "a")) == "retention"
        return
    admin.delete_study(study.id, " a ")
    with pytest.raises(StudyNotFound):
        store.load_version(study.id)
    for table in ("versions", "study_keys", "passes", "grants", "signed_entries"):
        found = execute_at(
            database,
            f"SELECT count(*) FROM {table} WHERE study_id = :s",
            s=study.id,
        )
        assert found == 0
    assert execute_at(database, "SELECT count(*) FROM files") == 2
    info = store.load_version(kept.id)[1]
    assert [store.original_file(file.sha256) for file in info.files] == [b"shared", b"b"]
    with pytest.raises(DatabaseError):
        execute_at(database, "DELETE FROM signed_entries")
    newest = store.trail.search()[0]
    assert (newest.action, newest.study_id) == ("study_deleted", study.id)
    assert store.trail.verify().broken_at is None


def test_link_lets_in_until_it_is_revoked_or_too_old(
    store: Store, door: SignIn, database: str
) -> None:
    study = store.create_study("a")
    office = PassOffice(store)
    token = office.make_link(LOCAL_PERSON, study.id, Role.AGGREGATE_VIEWER, "Prof. Chen", 7)
    cookie, opened = door.with_link(token)
    person = door.person(token_hash(cookie))
    assert person is not None
    assert (person.origin, opened) == (Origin.LINK, study.id)
    assert code_of(lambda: door.with_link(token + "x")) == "link_ended"
    assert token not in str(execute_at(database, "SELECT token_hash FROM passes"))
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="microseconds")
    until = execute_at(database, "SELECT expires_at FROM passes")
    execute_at(database, "UPDATE passes SET expires_at = :m", m=past)
    assert door.person(token_hash(cookie)) is None
    assert code_of(lambda: door.with_link(token)) == "link_ended"
    execute_at(database, "UPDATE passes SET expires_at = :m", m=until)
    assert door.person(token_hash(cookie)) is not None
    (link,) = office.links(LOCAL_PERSON, study.id)
    office.revoke(LOCAL_PERSON, link.id)
    assert door.person(token_hash(cookie)) is None
    assert code_of(lambda: door.with_link(token)) == "link_ended"
    assert {"link_made", "link_refused", "link_revoked"} <= set(actions(store))
    assert "link:" not in str([one.login for one in Administration(store, LOCAL_PERSON).accounts()])


def test_link_gives_no_role_with_patients_and_no_end_beyond_the_policy(store: Store) -> None:
    study = store.create_study("a")
    office = PassOffice(store)
    for role in (Role.ADMIN, Role.DATA_MANAGER, Role.CLINICIAN):
        refused = code_of(lambda: office.make_link(LOCAL_PERSON, study.id, role, "x", 7))  # noqa: B023
        assert refused == "not_allowed"
    guest = Role.BOARD_GUEST
    for days in (0, 91):
        assert (
            code_of(lambda: office.make_link(LOCAL_PERSON, study.id, guest, "x", days))  # noqa: B023
            == "pass_days_invalid"
        )
    assert code_of(lambda: office.make_link(LOCAL_PERSON, study.id, guest, " ", 7)) == (
        "pass_label_invalid"
    )
    assert code_of(lambda: office.make_link(OTHER, study.id, guest, "x", 7)) == "study_not_found"


def test_token_opens_what_its_person_may_see(store: Store, admin: Administration) -> None:
    account = admin.add_account("dr.li", "Li", GOOD, is_admin=False)
    person = Person(account.id, "dr.li", "Li", Origin.BUILT_IN)
    study = store.create_study("a")
    office = PassOffice(store)
    assert code_of(lambda: office.make_token(person, study.id, "R", 30)) == "study_not_found"
    store.people.grant(study.id, f"account:{account.id}", Role.CLINICIAN, "x")
    token = office.make_token(person, study.id, "R", 30)
    found = office.bearer(token)
    assert found is not None
    assert (found[0].login, found[1]) == ("dr.li", study.id)
    assert office.bearer(token + "x") is None
    (made,) = office.tokens(person)
    assert code_of(lambda: office.revoke(OTHER, made.id)) == "not_allowed"
    admin.set_disabled(account.id, True)
    assert office.bearer(token) is None
    admin.set_disabled(account.id, False)
    office.revoke(person, made.id)
    assert office.bearer(token) is None
    assert code_of(lambda: office.make_token(LOCAL_PERSON, None, "R", 30)) == "not_allowed"
    assert code_of(lambda: office.revoke(person, "' OR 1=1 --")) == "pass_not_found"


@pytest.mark.parametrize("odd", ["' OR '1'='1", "../../etc/passwd", "%", "_", "\\", '"; DROP'])
def test_odd_strings_find_nothing_and_change_nothing(
    odd: str, store: Store, admin: Administration, door: SignIn
) -> None:
    store.trail.add("dr.li", "signed_out")
    assert admin.audit("", actor=odd) == ()
    assert admin.audit("", action=odd) == ()
    assert code_of(lambda: door.with_password(odd, odd)) == "sign_in_failed"
    assert code_of(lambda: door.with_link(odd)) == "link_ended"
    assert store.trail.verify().broken_at is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_trail_is_printed_in_words(store: Store, language: str) -> None:
    store.trail.add("", "sign_in_failed")
    store.trail.add("x", "refused", study_id="gone", facts={"permission": "upload"})
    store.trail.add("x", "role_given", facts={"subject": "=cmd", "role": "clinician"})
    store.trail.add("x", "role_given", facts={})
    store.trail.add("x", "of_a_later_version")
    printed = audit_table(store.trail.search(), {}, "zh" if language == "zh" else "en")
    words = list(printed.frame.iloc[:, 3])
    assert words[:2] == ["of_a_later_version", "role_given"]
    assert ("Clinician" if language == "en" else "临床医生") in words[2]
    assert "gone" in printed.frame.iloc[3, 4]
