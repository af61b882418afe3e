"""Signing in: who comes in, for how long, and what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.access.policy import Mode, Policy, read_policy, sign_in_mode
from core.access.sign_in import SignIn, token_hash
from core.access.unknown_logins import UnknownLogins
from core.errors import ArteriaError, RuleFileInvalid
from core.results.people import LOCAL_PERSON, Person, Role
from core.storage.studies import Store
from tests.databases import execute_at

GOOD = "three plain words"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


@pytest.fixture
def door(store: Store) -> SignIn:
    made = SignIn(store.people, store.trail)
    made.add_account(LOCAL_PERSON, "Dr.Li", "李医生", GOOD)
    return made


def refusal(door: SignIn, login: str, password: str) -> str:
    with pytest.raises(ArteriaError) as caught:
        door.with_password(login, password)
    return caught.value.code


def actions(store: Store) -> list[str]:
    return [entry.action for entry in reversed(store.trail.search())]


def test_right_password_lets_in_whatever_the_case_of_the_login(door: SignIn) -> None:
    person = door.person(token_hash(door.with_password(" dr.li", GOOD)))
    assert person is not None
    assert (person.login, person.name, person.is_admin) == ("dr.li", "李医生", False)


def test_wrong_password_and_unknown_login_are_refused_alike(door: SignIn, store: Store) -> None:
    assert refusal(door, "dr.li", "another sentence") == "sign_in_failed"
    assert refusal(door, "nobody", GOOD) == "sign_in_failed"
    assert actions(store)[-2:] == ["sign_in_failed", "sign_in_failed"]
    assert "nobody" not in {entry.actor for entry in store.trail.search()}


def test_fifth_wrong_password_locks_and_the_right_one_no_longer_opens(
    door: SignIn, store: Store
) -> None:
    for _ in range(4):
        assert refusal(door, "dr.li", "wrong wrong wrong") == "sign_in_failed"
    assert door.person(token_hash(door.with_password("dr.li", GOOD))) is not None
    for _ in range(5):
        assert refusal(door, "dr.li", "wrong wrong wrong") == "sign_in_failed"
    assert refusal(door, "dr.li", GOOD) == "account_locked"
    assert "account_locked" in actions(store)


def test_unknown_login_is_answered_as_locked_after_as_many_tries(door: SignIn) -> None:
    unknown = [refusal(door, "nobody.either", "another sentence") for _ in range(7)]
    known = [refusal(door, "dr.li", "another sentence") for _ in range(7)]
    assert unknown == known
    assert known[4:6] == ["sign_in_failed", "account_locked"]
    # Nobody else is locked out by it.
    assert refusal(door, "somebody.else", "another sentence") == "sign_in_failed"


def test_only_the_last_unknown_names_are_kept() -> None:
    tried = UnknownLogins(most_names=2)
    for name in ("a", "b", " A", "c"):
        tried.count(name, most=2, locked_for=timedelta(minutes=1))
    assert tried.locked_until("a") is not None
    assert tried.locked_until("b") is None


def test_forged_and_left_tokens_are_nobody(door: SignIn) -> None:
    token = door.with_password("dr.li", GOOD)
    assert door.person(token_hash(token + "x")) is None
    # The stored hash itself is no token.
    assert door.person(token_hash(token_hash(token))) is None
    person = door.person(token_hash(token))
    assert person is not None
    door.leave(person)
    assert door.person(token_hash(token)) is None


@pytest.mark.parametrize(
    ("column", "age", "holds"),
    [
        ("last_seen", timedelta(minutes=29), True),
        ("last_seen", timedelta(minutes=31), False),
        ("created_at", timedelta(hours=11, minutes=59), True),
        ("created_at", timedelta(hours=12, minutes=1), False),
    ],
)
def test_sign_in_ends_when_idle_or_old(
    door: SignIn, database: str, column: str, age: timedelta, holds: bool
) -> None:
    token = door.with_password("dr.li", GOOD)
    moment = (datetime.now(UTC) - age).isoformat(timespec="microseconds")
    execute_at(database, f"UPDATE sign_ins SET {column} = :moment", moment=moment)
    assert (door.person(token_hash(token)) is not None) is holds


def test_being_seen_prolongs_the_sign_in(door: SignIn, database: str) -> None:
    token = door.with_password("dr.li", GOOD)
    then = (datetime.now(UTC) - timedelta(minutes=20)).isoformat(timespec="microseconds")
    execute_at(database, "UPDATE sign_ins SET last_seen = :moment", moment=then)
    assert door.person(token_hash(token)) is not None
    assert execute_at(database, "SELECT last_seen FROM sign_ins") > then


def test_changes_to_an_account_end_its_sign_ins(door: SignIn, store: Store) -> None:
    study = store.create_study("a")
    account = store.people.account("dr.li")
    assert account is not None
    changes = (
        lambda: store.people.set_admin(account.id, True),
        lambda: store.people.grant(study.id, f"account:{account.id}", Role.CLINICIAN, "x"),
        lambda: store.people.revoke(study.id, f"account:{account.id}"),
        lambda: door.change_password(LOCAL_PERSON, account, "another good one"),
        lambda: store.people.set_disabled(account.id, True),
    )
    password = GOOD
    for change in changes:
        token = door.with_password("dr.li", password)
        change()
        assert door.person(token_hash(token)) is None
        password = "another good one" if change is changes[3] else password
    assert refusal(door, "dr.li", "another good one") == "sign_in_failed"


def test_expired_password_opens_only_the_way_to_a_new_one(
    door: SignIn, store: Store, database: str
) -> None:
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="microseconds")
    execute_at(database, "UPDATE accounts SET password_expires_at = :moment", moment=past)
    assert refusal(door, "dr.li", GOOD) == "password_expired"
    with pytest.raises(ArteriaError, match="password_guessable"):
        door.renew_password("dr.li", GOOD, GOOD)
    with pytest.raises(ArteriaError, match="sign_in_failed"):
        door.renew_password("dr.li", "not the old one", "a new good one")
    assert door.person(token_hash(door.renew_password("dr.li", GOOD, "a new good one")))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("x" * 11, "password_too_short"),
        ("a" * 12, "password_guessable"),
        ("my dr.wang password", "password_guessable"),
        ("long enough " * 20, "password_too_long"),
    ],
)
def test_poor_passwords_are_refused_with_the_reason(door: SignIn, password: str, code: str) -> None:
    with pytest.raises(ArteriaError, match=code):
        door.add_account(LOCAL_PERSON, "dr.wang", "", password)


@pytest.mark.parametrize("login", ["", "  ", "two words", "x" * 121])
def test_odd_logins_are_refused(door: SignIn, login: str) -> None:
    with pytest.raises(ArteriaError, match="login_invalid"):
        door.add_account(LOCAL_PERSON, login, "", GOOD)


def test_login_can_be_used_once(door: SignIn) -> None:
    with pytest.raises(ArteriaError, match="login_taken"):
        door.add_account(LOCAL_PERSON, "DR.LI", "", GOOD)


def test_only_administrators_add_accounts_and_set_others_passwords(
    door: SignIn, store: Store
) -> None:
    account = store.people.account("dr.li")
    assert account is not None
    other = Person("z", "z", "z", LOCAL_PERSON.origin)
    with pytest.raises(ArteriaError, match="not_allowed"):
        door.add_account(other, "dr.wang", "", GOOD)
    with pytest.raises(ArteriaError, match="not_allowed"):
        door.change_password(other, account, "another good one")


def test_hospital_person_follows_the_hospital(door: SignIn, store: Store) -> None:
    token = door.from_hospital("h|1", "王医生", ["oncology"], is_admin=False)
    person = door.person(token_hash(token))
    assert person is not None
    assert (person.name, person.groups, person.is_admin) == ("王医生", ("oncology",), False)
    door.from_hospital("h|1", "王医生", [], is_admin=False)
    assert door.person(token_hash(token)) is None
    with pytest.raises(ArteriaError, match="sign_in_failed"):
        door.from_hospital("dr.li", "", [], is_admin=True)
    assert refusal(door, "h|1", GOOD) == "sign_in_failed"


def test_mode_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTERIA_SIGN_IN", raising=False)
    assert sign_in_mode() is Mode.ALONE
    monkeypatch.setenv("ARTERIA_SIGN_IN", "Team")
    assert sign_in_mode() is Mode.TEAM
    monkeypatch.setenv("ARTERIA_SIGN_IN", "open")
    with pytest.raises(ArteriaError, match="sign_in_mode_unknown"):
        sign_in_mode()


@pytest.mark.parametrize(
    "line", ["idle_minutes = 0", 'idle_minutes = "30"', "idle_minute = 30", ""]
)
def test_policy_file_with_a_wrong_value_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "policy.toml"
    rest = [f"{name} = 9" for name in Policy.__dataclass_fields__ if name != "idle_minutes"]
    path.write_text("\n".join([line, *rest]))
    with pytest.raises(RuleFileInvalid):
        read_policy(path)
