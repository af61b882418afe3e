"""The audit trail: append-only, and what was changed behind its back is found."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from core.storage.audit import START
from core.storage.studies import Store
from tests.databases import execute_at


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


def tamper(url: str, statement: str) -> None:
    if url.startswith("sqlite"):
        for verb in ("UPDATE", "DELETE"):
            execute_at(url, f"DROP TRIGGER audit_is_append_only_{verb}")
    else:
        execute_at(url, "DROP TRIGGER audit_is_append_only ON audit")
    execute_at(url, statement)


def test_chain_of_entries_verifies(store: Store) -> None:
    assert store.trail.verify().last_hash == START
    store.trail.add("李", "saw", study_id="s", version=2, facts={"screen": "生存"})
    store.trail.add("", "sign_in_failed")
    verdict = store.trail.verify()
    assert (verdict.entries, verdict.broken_at) == (2, None)
    newest, oldest = store.trail.search()
    assert newest.previous_hash == oldest.hash
    assert dict(oldest.facts) == {"screen": "生存"}


@pytest.mark.parametrize("verb", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_database_itself_refuses_changes(store: Store, database: str, verb: str) -> None:
    store.trail.add("a", "saw")
    with pytest.raises(DBAPIError, match="append-only"):
        execute_at(database, verb)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit SET actor = 'x' WHERE number = 2", 2),
        ("UPDATE audit SET facts = '{\"n\": 9}' WHERE number = 3", 3),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("UPDATE audit SET hash = previous_hash WHERE number = 3", 3),
    ],
)
def test_tampered_entry_is_found(
    store: Store, database: str, statement: str, broken_at: int
) -> None:
    for number in range(4):
        store.trail.add("a", "saw", facts={"n": number})
    tamper(database, statement)
    assert store.trail.verify().broken_at == broken_at


def test_writers_at_once_keep_one_chain(store: Store, database: str) -> None:
    other = Store(database)
    trails = [store.trail, other.trail]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: trails[n % 2].add("a", "saw", facts={"n": n}), range(60)))
    verdict = store.trail.verify()
    other.close()
    assert (verdict.entries, verdict.broken_at) == (60, None)


def test_search_by_person_action_and_study(store: Store) -> None:
    store.trail.add("dr.li", "saw", study_id="a")
    store.trail.add("dr.wang", "saw", study_id="b")
    store.trail.add("dr_li", "exported", study_id="a")
    assert [e.actor for e in store.trail.search(actor="dr_")] == ["dr_li"]
    assert [e.study_id for e in store.trail.search(action="saw")] == ["b", "a"]
    assert len(store.trail.search(study_id="a", limit=1)) == 1
    assert store.trail.actions() == ("exported", "saw")
    assert store.trail.count() == 3
