"""Documents and links of a patient: kept, looked at, taken out and removed by role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from core.access.desk import Desk
from core.errors import ArteriaError, RuleFileInvalid, StudyNotFound
from core.results.intake import Personal
from core.results.people import Origin, Person, Role
from core.rules.documents import FILE, document_rules, read_document_rules
from core.schema import StudyData, typed_frame
from core.storage.backup import backup, restore
from core.storage.studies import RowCounts, Store, VersionInfo
from tests.databases import execute_at, fresh_database

PERSON = Person("p", "dr.li", "Li", Origin.BUILT_IN)
PDF = b"%PDF-1.7\nreport"
COUNTS = RowCounts(2, 2, 0)
FRAME = pd.DataFrame({"patient_id": ["P1", "P2"], "source_sheet": ["a"] * 2, "source_row": [2, 3]})
DATA = StudyData({"patients": typed_frame("patients", FRAME)}, (), None)


@dataclass
class Ward:
    """A study with two patients; P1 is on the list of its meeting."""

    store: Store
    info: VersionInfo
    meeting_id: str
    url: str

    def desk(self, role: Role) -> Desk:
        self.store.people.grant(self.info.study_id, f"account:{PERSON.id}", role, "x")
        return Desk(self.store, PERSON)

    def files(self) -> int:
        return int(execute_at(self.url, "SELECT count(*) FROM files"))


@pytest.fixture
def ward(database: str) -> Iterator[Ward]:
    store = Store(database)
    study = store.create_study("a")
    info = store.save_version(study.id, DATA, (), [("a.csv", b"a")], COUNTS, based_on=None)
    meeting = store.board.create_meeting(study.id, date(2024, 1, 1), "Board", [], "x")
    store.board.put_case(meeting.id, "P1", "?")
    yield Ward(store, info, meeting.id, database)
    store.close()


def code_of(deed: object) -> str:
    with pytest.raises(ArteriaError) as caught:
        deed()  # type: ignore[operator]
    return caught.value.code


def test_address_and_file_are_kept_and_recorded(ward: Ward) -> None:
    desk, study = ward.desk(Role.CLINICIAN), ward.info.study_id
    link = desk.documents.add_address(study, "P1", " CT ", " https://pacs.example/1?a=b ")
    file = desk.documents.add_file(study, "P1", "", "C:\\x\\病理.PDF", PDF)
    found = desk.documents.of_patient(study, "P1")
    assert found == (link, file)
    assert (link.title, link.address, link.is_file) == ("CT", "https://pacs.example/1?a=b", False)
    assert (file.title, file.file_name, file.size) == ("病理.PDF", "病理.PDF", len(PDF))
    assert desk.documents.of_patient(study, "P2") == ()
    taken = desk.documents.take_out(file)
    assert (taken.content, taken.mime) == (PDF, "application/pdf")
    desk.documents.remove(file)
    actions = [one.action for one in ward.store.trail.search()[:4]]
    assert actions == [
        "document_removed", "document_opened", "document_added", "document_added"
    ]  # fmt: skip
    assert code_of(lambda: desk.documents.remove(file)) == "document_not_found"
    assert code_of(lambda: ward.store.documents.content(file)) == "document_not_found"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", PDF, ""),
        ("a.pdf", b"MZ" + PDF, "document_type_unknown"),
        ("a.html", b"<html>", "document_type_unknown"),
        ("a.svg", b"<svg>", "document_type_unknown"),
        ("pdf", PDF, "document_type_unknown"),
        ("a.dcm", b"\0" * 128 + b"DICM", ""),
        ("a.dcm", b"\0" * 127 + b"DICM", "document_type_unknown"),
        ("a.pdf", PDF.ljust(document_rules().most_bytes, b" "), ""),
        ("a.pdf", PDF.ljust(document_rules().most_bytes + 1, b" "), "document_too_large"),
    ],
)
def test_only_known_files_within_the_limit_are_kept(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    store = Store(fresh_database("sqlite", tmp_path))
    study = store.create_study("a")
    store.people.grant(study.id, f"account:{PERSON.id}", Role.DATA_MANAGER, "x")
    documents = Desk(store, PERSON).documents
    if code:
        assert code_of(lambda: documents.add_file(study.id, "P1", "", name, content)) == code
    else:
        assert documents.add_file(study.id, "P1", "", name, content).size == len(content)
    assert len(documents.of_patient(study.id, "P1")) == (not code)
    store.close()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://pacs/1", "web"),
        ("HTTP://pacs/1", "web"),
        ("https:/pacs", "text"),
        ("https://doctor@elsewhere/", "text"),
        ("https://a\\b", "text"),
        ("dicom://aet/1.2.3", "viewer"),
        ("weasis://?a", "viewer"),
        ("radiant://?n=f", "viewer"),
        ("javascript:alert(1)", "text"),
        (" javascript:alert(1)", "text"),
        ("data:text/html,x", "text"),
        ("file:///mnt/x", "text"),
        ("\\\\nas\\mdt\\P1", "text"),
        ("Z:\\mdt\\P1.pdf", "text"),
    ],
)
def test_click_opens_only_listed_schemes(address: str, kind: str) -> None:
    assert document_rules().kind_of(address) == kind


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"https", "http"', '"https", "javascript"'),
        ('viewer = ["dicom"', 'viewer = ["data"'),
        ('begins = ["ffd8ff"]', "begins = []"),
        ("most_bytes", "many_bytes"),
    ],
)
def test_broken_rule_file_is_refused(tmp_path: Path, old: str, new: str) -> None:
    broken = tmp_path / "documents.toml"
    broken.write_text(FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(RuleFileInvalid):
        read_document_rules(broken)


@pytest.mark.parametrize("address", ["", " ", "https://a\nb", "h" * 2001])
def test_address_of_one_line_is_asked_for(ward: Ward, address: str) -> None:
    desk, study = ward.desk(Role.CLINICIAN), ward.info.study_id
    deed = lambda: desk.documents.add_address(study, "P1", "", address)  # noqa: E731
    assert code_of(deed) == "document_address_invalid"


def test_guest_sees_documents_of_listed_cases_and_changes_none(ward: Ward) -> None:
    study = ward.info.study_id
    file = ward.store.documents.add_file(study, "P1", "a", "a.pdf", PDF, "x")
    ward.store.documents.add_address(study, "P2", "b", "https://a", "x")
    guest = ward.desk(Role.BOARD_GUEST).documents
    assert guest.of_patient(study, "P1", meeting_id=ward.meeting_id) == (file,)
    for deed in (
        lambda: guest.of_patient(study, "P2", meeting_id=ward.meeting_id),
        lambda: guest.of_patient(study, "P1"),
        lambda: guest.take_out(file),
        lambda: guest.remove(file),
        lambda: guest.add_address(study, "P1", "", "https://a"),
        lambda: guest.add_file(study, "P1", "", "a.pdf", PDF),
    ):
        assert code_of(deed) == "not_allowed"
    assert not guest.may_change(study)
    assert ward.store.documents.of_patient(study, "P1") == (file,)


def test_deidentified_meeting_shows_no_documents_to_anybody(ward: Ward) -> None:
    study = ward.info.study_id
    ward.store.documents.add_address(study, "P1", "张三 CT", "https://a/zhangsan", "x")
    meeting = ward.store.board.meeting(ward.meeting_id)
    ward.store.board.change_meeting(
        meeting.id, meeting.held_on, meeting.title, (), is_deidentified=True
    )
    documents = ward.desk(Role.CLINICIAN).documents
    assert documents.of_patient(study, "P1", meeting_id=meeting.id) == ()
    assert len(documents.of_patient(study, "P1")) == 1


def test_bytes_go_with_the_last_that_holds_them(ward: Ward) -> None:
    store, study = ward.store, ward.info.study_id
    first = store.documents.add_file(study, "P1", "a", "a.pdf", PDF, "x")
    second = store.documents.add_file(study, "P2", "a", "b.pdf", PDF, "x")
    assert ward.files() == 2
    store.documents.remove(first)
    assert store.documents.content(second) == PDF
    store.documents.remove(second)
    assert ward.files() == 1


def test_file_that_a_version_may_not_keep_is_not_left_behind(ward: Ward) -> None:
    store, study = ward.store, ward.info.study_id
    info = store.save_version(
        study, DATA, (), [("a.pdf", PDF)], COUNTS, based_on=1,
        personal=Personal(keep_originals=False),
    )  # fmt: skip
    kept = store.documents.add_file(study, "P1", "a", "a.pdf", PDF, "x")
    assert store.original_file(info.files[0].sha256) == PDF
    store.documents.remove(kept)
    with pytest.raises(StudyNotFound, match="file_not_kept"):
        store.original_file(info.files[0].sha256)


def test_documents_move_with_the_store_and_go_with_the_study(ward: Ward, tmp_path: Path) -> None:
    store, study = ward.store, ward.info.study_id
    file = store.documents.add_file(study, "P1", "a", "a.pdf", PDF, "x")
    link = store.documents.add_address(study, "P1", "b", "https://a", "x")
    backup(tmp_path / "a.zip", ward.url)
    (tmp_path / "to").mkdir()
    target = fresh_database("sqlite", tmp_path / "to")
    restore(tmp_path / "a.zip", target)
    moved = Store(target)
    assert moved.documents.of_patient(study, "P1") == (file, link)
    assert moved.documents.content(file) == PDF
    moved.close()

    store.archive_study(study)
    store.housekeeping.delete_study(study, "x")
    assert store.documents.of_patient(study, "P1") == ()
    assert ward.files() == 0
