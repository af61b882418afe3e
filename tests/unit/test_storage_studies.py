"""The store: nothing is lost, nothing is overwritten, nothing comes back changed."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from core.errors import ArteriaError, StaleVersion, StudyNotFound
from core.results.common import Finding, FindingKind, Severity
from core.schema import StudyData, typed_frame
from core.storage.studies import RowCounts, Store, open_store
from tests.databases import execute_at

COUNTS = RowCounts(read=3, accepted=2, set_aside=1)
FINDINGS = (
    Finding(
        Severity.ERROR,
        "out_of_range",
        table="patients",
        sheet="基线",
        row=14,
        column="最大径",
        value="450",
        patient_id="P03",
        facts=(("maximum", 300.0), ("unit", "mm"), ("whole", None), ("count", 2)),
    ),
    Finding(Severity.INFO, "converted", kind=FindingKind.CONVERTED),
)


def study_data(age: float = 61.0) -> StudyData:
    frame = pd.DataFrame(
        {
            "patient_id": ["P01", "患者二"],
            "sex": ["F", None],
            "age": [age, None],
            "ecog": [1, None],
            "prior_cetuximab": [True, None],
            "enrol_date": [date(2021, 3, 1), None],
            "last_surgery_date": ["NEVER", "2020-11-05"],
            "病灶 评分": ["甲", None],
            "source_sheet": ["基线", "基线"],
            "source_row": [2, 3],
        }
    )
    labs = pd.DataFrame({"patient_id": ["P01"], "lab_test": ["PLT"], "lab_value": [75.0]})
    return StudyData(
        {"patients": typed_frame("patients", frame), "labs": typed_frame("labs", labs)},
        own_variables=("病灶 评分",),
        data_cutoff=date(2022, 12, 31),
    )


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


def test_version_saved_and_loaded_is_equal_in_every_value_and_type(store: Store) -> None:
    study = store.create_study(" HAIC 24 ")
    data = study_data()
    saved = store.save_version(
        study.id,
        data,
        FINDINGS,
        [("a.csv", b"1"), ("b.csv", b"2")],
        COUNTS,
        based_on=None,
        note="first",
        rule_versions={"ctcae_v5.csv": "5.0"},
    )
    loaded, info = store.load_version(study.id)
    assert info == saved
    assert (info.study_name, info.number, info.note, info.counts) == ("HAIC 24", 1, "first", COUNTS)
    assert info.rule_versions == {"ctcae_v5.csv": "5.0"}
    assert [file.name for file in info.files] == ["a.csv", "b.csv"]
    assert info.created_at.tzinfo is not None
    assert datetime.now(UTC) >= info.created_at
    assert loaded.own_variables == data.own_variables
    assert loaded.data_cutoff == data.data_cutoff
    assert set(loaded.tables) == set(data.tables)
    for name, frame in data.tables.items():
        pd.testing.assert_frame_equal(loaded.tables[name], frame, check_exact=True)
        assert [type(v) for v in loaded.tables[name].iloc[-1]] == [type(v) for v in frame.iloc[-1]]


def test_findings_saved_come_back_equal(store: Store) -> None:
    study = store.create_study("a")
    store.save_version(study.id, study_data(), FINDINGS, [], COUNTS, based_on=None)
    assert store.load_findings(study.id, 1) == FINDINGS


def test_original_file_comes_back_byte_for_byte_and_is_kept_once(store: Store) -> None:
    study = store.create_study("a")
    content = os.urandom(300_000) + b"\0\r\n\xff"
    files = [("工作簿.xlsx", content), ("copy.xlsx", content)]
    first = store.save_version(study.id, study_data(), [], files, COUNTS, based_on=None)
    store.save_version(study.id, study_data(62.0), [], files, COUNTS, based_on=1)
    assert first.files[0].sha256 == hashlib.sha256(content).hexdigest()
    assert first.files[0].size == len(content)
    assert store.original_file(first.files[1].sha256) == content
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM files").scalar() == 1


def test_save_based_on_an_older_version_is_refused_and_leaves_nothing(store: Store) -> None:
    study = store.create_study("a")
    store.save_version(study.id, study_data(), [], [], COUNTS, based_on=None)
    store.save_version(study.id, study_data(62.0), [], [], COUNTS, based_on=1)
    for based_on in (None, 1, 3):
        with pytest.raises(StaleVersion) as caught:
            store.save_version(study.id, study_data(), [], [("x", b"x")], COUNTS, based_on=based_on)
        assert caught.value.facts == {"latest": 2, "based_on": based_on or 0}
    assert [info.number for info in store.list_versions(study.id)] == [2, 1]
    with pytest.raises(StudyNotFound):
        store.original_file(hashlib.sha256(b"x").hexdigest())


def test_older_version_stays_as_it_was_after_a_newer_one(store: Store) -> None:
    study = store.create_study("a")
    store.save_version(study.id, study_data(61.0), [], [], COUNTS, based_on=None)
    store.save_version(study.id, study_data(62.0), [], [], COUNTS, based_on=1)
    assert store.load_version(study.id, 1)[0].tables["patients"]["age"][0] == 61.0
    assert store.load_version(study.id)[0].tables["patients"]["age"][0] == 62.0


def test_two_savers_at_once_one_wins_and_the_other_is_stale(database: str) -> None:
    stores = [Store(database), Store(database)]
    study = stores[0].create_study("a")
    gate = threading.Barrier(2)

    def save(opened: Store, age: float, based_on: int | None) -> str:
        gate.wait()
        try:
            opened.save_version(study.id, study_data(age), [], [], COUNTS, based_on=based_on)
        except StaleVersion:
            return "stale"
        return "saved"

    for based_on in (None, 1, 2, 3):
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(save, stores, (61.0, 62.0), (based_on, based_on)))
        assert sorted(outcomes) == ["saved", "stale"]
    assert [info.number for info in stores[0].list_versions(study.id)] == [4, 3, 2, 1]
    for opened in stores:
        opened.close()


def test_many_threads_on_one_store_lose_nothing(store: Store) -> None:
    def whole_study(number: int) -> float:
        study = store.create_study(f"study {number}")
        store.save_version(study.id, study_data(20.0 + number), [], [], COUNTS, based_on=None)
        return float(store.load_version(study.id)[0].tables["patients"]["age"][0])

    with ThreadPoolExecutor(8) as pool:
        ages = list(pool.map(whole_study, range(24)))
    assert ages == [20.0 + number for number in range(24)]
    assert len(store.list_studies()) == 24


SAVER = """
import sys
sys.path.insert(0, sys.argv[2])
from core.storage.studies import Store
from tests_storage_data import COUNTS, study_data
store = Store(sys.argv[1])
study = store.create_study("killed")
print(study.id, flush=True)
number = None
while True:
    files = [("upload.xlsx", bytes([(number or 0) % 256]) * 400_000)]
    number = store.save_version(study.id, study_data(), [], files, COUNTS, based_on=number).number
    print(number, flush=True)
"""


@pytest.mark.parametrize("after_s", [0.05, 0.4, 1.1])
def test_server_killed_while_saving_keeps_every_acknowledged_version_whole(
    tmp_path: Path, database: str, after_s: float
) -> None:
    url = database
    # The child gets this module's builders under a plain name.
    (tmp_path / "tests_storage_data.py").write_text(Path(__file__).read_text())
    project = str(Path(__file__).parents[2])
    saver = subprocess.Popen(
        [sys.executable, "-c", SAVER, url, project],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert saver.stdout is not None
    study_id = saver.stdout.readline().strip()
    assert saver.stdout.readline() == "1\n"
    time.sleep(after_s)
    saver.send_signal(signal.SIGKILL)
    acknowledged = [1, *map(int, saver.stdout.read().split())]
    saver.wait()
    saver.stdout.close()

    restarted = Store(url)
    kept = [info.number for info in reversed(restarted.list_versions(study_id))]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) - len(acknowledged) <= 1
    for number in kept:
        _, info = restarted.load_version(study_id, number)
        assert len(restarted.original_file(info.files[0].sha256)) == 400_000
    restarted.close()


def test_restart_keeps_studies_names_and_archive(database: str) -> None:
    before = Store(database)
    kept, away = before.create_study("kept", is_example=True), before.create_study("away")
    before.rename_study(kept.id, "结直肠癌肝转移")
    before.archive_study(away.id)
    before.close()
    after = Store(database)
    (listed,) = after.list_studies()
    assert (listed.id, listed.name, listed.is_example) == (kept.id, "结直肠癌肝转移", True)
    assert (listed.latest, listed.archived_at) == (None, None)
    (archived,) = after.list_studies(archived=True)
    assert archived.id == away.id
    assert archived.archived_at is not None
    after.restore_study(away.id)
    assert {study.id for study in after.list_studies()} == {kept.id, away.id}
    after.close()


def test_study_or_version_that_is_not_there_is_study_not_found(store: Store) -> None:
    study = store.create_study("a")
    for missing in (
        lambda: store.load_version("nothing"),
        lambda: store.load_version(study.id),
        lambda: store.load_version(study.id, 1),
        lambda: store.version_info(study.id, 7),
        lambda: store.load_findings(study.id),
        lambda: store.rename_study("nothing", "name"),
        lambda: store.archive_study("' OR 1=1 --"),
        lambda: store.save_version("nothing", study_data(), [], [], COUNTS, based_on=None),
        lambda: store.original_file("0" * 64),
    ):
        with pytest.raises(StudyNotFound):
            missing()
    assert store.list_versions(study.id) == ()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE version_tables SET parquet = substr(parquet, 1, 1)",
        "UPDATE version_tables SET parquet = substr(parquet, 1, length(parquet) - 20)",
        "DELETE FROM version_tables WHERE name = 'labs'",
        "UPDATE versions SET content_hash = 'ff'",
        "UPDATE versions SET data_cutoff = '2001-01-01'",
        "UPDATE versions SET own_variables = '[]'",
    ],
)
def test_version_tampered_with_is_refused(store: Store, database: str, damage: str) -> None:
    study = store.create_study("a")
    store.save_version(study.id, study_data(), [], [], COUNTS, based_on=None)
    execute_at(database, damage)
    with pytest.raises(StudyNotFound) as caught:
        store.load_version(study.id)
    assert caught.value.code == "version_damaged"


def test_original_file_tampered_with_is_refused(store: Store, database: str) -> None:
    study = store.create_study("a")
    info = store.save_version(study.id, study_data(), [], [("f", b"abc")], COUNTS, based_on=None)
    execute_at(database, "UPDATE files SET content = substr(content, 1, 1)")
    with pytest.raises(StudyNotFound):
        store.original_file(info.files[0].sha256)


@pytest.mark.parametrize("name", ["", "  \n", "x" * 201])
def test_study_name_blank_or_too_long_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ArteriaError) as caught:
        store.create_study(name)
    assert caught.value.code == "study_name_invalid"


def test_open_store_shares_one_store_and_reads_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTERIA_DATA", str(tmp_path / "new" / "folder"))
    monkeypatch.delenv("ARTERIA_DATABASE_URL", raising=False)
    opened = open_store()
    assert open_store() is opened
    made = tmp_path / "new" / "folder" / "arteria.db"
    assert made.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("ARTERIA_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    other = open_store()
    assert other is not opened
    opened.close()
    other.close()


def test_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "arteria.db").mkdir()
    with pytest.raises(ArteriaError) as caught:
        Store(f"sqlite:///{tmp_path / 'arteria.db'}")
    assert caught.value.code == "store_unavailable"
