"""Backup and restore: everything, to either kind of database, or nothing."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.errors import ArteriaError
from core.results.people import Role
from core.schema import StudyData, typed_frame
from core.storage.backup import backup, restore
from core.storage.studies import RowCounts, Store
from tests.databases import execute_at, fresh_database

COUNTS = RowCounts(1, 1, 0)
FRAME = pd.DataFrame({"patient_id": ["患者1"], "source_sheet": ["a"], "source_row": [2]})
DATA = StudyData({"patients": typed_frame("patients", FRAME)}, (), None)


def fill(url: str) -> tuple[str, str]:
    store = Store(url)
    study = store.create_study("结直肠癌")
    files = [("a.csv", b"\x00\xff"), ("b.csv", b"b" * 100_000)]
    store.save_version(study.id, DATA, (), files, COUNTS, based_on=None)
    info = store.save_version(study.id, DATA, (), files, COUNTS, based_on=1)
    account = store.people.add_account("dr.li", "李", password_hash="x")
    store.people.grant(study.id, f"account:{account.id}", Role.CLINICIAN, "x")
    store.trail.add("dr.li", "saw", study_id=study.id, facts={"屏": 1})
    store.close()
    return study.id, info.files[0].sha256


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_store_moves_whole_between_databases(tmp_path: Path, source: str, target: str) -> None:
    for name in ("from", "to"):
        (tmp_path / name).mkdir()
    before = fresh_database(source, tmp_path / "from")
    after = fresh_database(target, tmp_path / "to")
    study_id, digest = fill(before)
    written = backup(tmp_path / "a.zip", before)
    assert restore(tmp_path / "a.zip", after) == written
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0

    store = Store(after)
    data, info = store.load_version(study_id)
    pd.testing.assert_frame_equal(data.tables["patients"], DATA.tables["patients"])
    assert (info.number, info.study_name) == (2, "结直肠癌")
    assert store.original_file(digest) == b"\x00\xff"
    assert store.people.password_hash("dr.li") == "x"
    assert [grant.role for grant in store.people.grants()] == [Role.CLINICIAN]
    assert store.trail.verify().broken_at is None
    # Numbering goes on after the restored rows.
    assert store.save_version(study_id, DATA, (), [], COUNTS, based_on=2).number == 3
    store.trail.add("dr.li", "saw")
    assert store.trail.verify().entries == 2
    store.close()


def test_backup_never_overwrites(tmp_path: Path) -> None:
    url = fresh_database("sqlite", tmp_path)
    fill(url)
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(ArteriaError, match="backup_exists"):
        backup(tmp_path / "a.zip", url)
    assert (tmp_path / "a.zip").read_bytes() == b"mine"


def test_restore_fills_only_an_empty_store(tmp_path: Path) -> None:
    url = fresh_database("sqlite", tmp_path)
    fill(url)
    backup(tmp_path / "a.zip", url)
    with pytest.raises(ArteriaError, match="store_not_empty"):
        restore(tmp_path / "a.zip", url)


def rewritten(archive: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    changed = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return changed


@pytest.mark.parametrize(
    "change",
    [
        lambda name, content: content + b" " if name == "tables/audit.jsonl" else content,
        lambda name, content: b"" if name.startswith("blobs/") else content,
        lambda name, content: None if name.startswith("blobs/") else content,
        lambda name, content: None if name == "manifest.json" else content,
        lambda name, content: content.replace(b"4", b"5") if name == "manifest.json" else content,
    ],
)
def test_damaged_backup_is_refused_and_the_store_stays_empty(
    tmp_path: Path, change: Callable[[str, bytes], bytes | None]
) -> None:
    (tmp_path / "to").mkdir()
    url = fresh_database("sqlite", tmp_path)
    fill(url)
    backup(tmp_path / "a.zip", url)
    target = fresh_database("sqlite", tmp_path / "to")
    with pytest.raises(ArteriaError, match="backup_damaged"):
        restore(rewritten(tmp_path / "a.zip", change), target)
    store = Store(target)
    assert store.list_studies() == ()
    store.close()


def test_backup_of_a_process_that_did_nothing_else_holds_every_table(tmp_path: Path) -> None:
    url = fresh_database("sqlite", tmp_path)
    fill(url)
    code = (
        "import sys; from pathlib import Path; from core.storage.backup import backup; "
        "print(sorted(backup(Path(sys.argv[1]), sys.argv[2]).rows))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.zip"), url],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = execute_at(
        url,
        "SELECT group_concat(name) FROM (SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND name != 'alembic_version' ORDER BY name)",
    )
    assert done.stdout.strip() == str(found.split(","))
