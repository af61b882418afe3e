"""Planted identifiers from upload to store and exports: nothing that was taken out comes back."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from core.analysis.cohort import analyse_study
from core.errors import StudyNotFound, UnusableFile
from core.exports.analysis_json import analysis_json, findings_json
from core.exports.canonical import write_canonical
from core.exports.marked import marked_workbook
from core.exports.tables.intake import findings_table, schema_table, set_aside_table
from core.exports.workbook import workbook_bytes
from core.intake.cells import UploadedFile
from core.intake.pseudonyms import Pseudonyms
from core.intake.read import read_files
from core.intake.shown import shown_sheets
from core.intake.validate import validate_study
from core.options import AnalysisOptions
from core.results.decisions import (
    NO_DECISIONS,
    Decisions,
    IdentifierAnswer,
    IdentifierChoice,
    Signature,
)
from core.results.intake import Intake
from core.storage.studies import Store
from core.studies import save_intake
from core.text.catalogue import LANGUAGES

TODAY = date(2026, 1, 1)
SIGNED = Signature("Dr Li", "linkage", datetime(2026, 1, 1, tzinfo=UTC))
SECRETS = (
    "张三丰", "李四光", "王五福", "13800138000", "11010519491231002X", "文三路12号", "ZY1234567",
    "ZY7654321", "a.b@c.com", "1960-03-02", "王伟", "陈建国", "赵敏", "0571-87654321",
    "13911112222",
)  # fmt: skip
PATIENTS = """患者张三丰登记表，电话0571-87654321
患者编号,性别,出生日期,姓名,住院号,备注,主管医师,家属联系电话,随访,ECOG评分,首次HAIC日期
A01,男,1960-03-02,张三丰,ZY1234567,患者张三丰电话13800138000，腹痛,王伟,13911112222,a.b@c.com,1,2021-03-01
A02,女,1955-07-12,李四光,ZY7654321,家住杭州市西湖区文三路12号，独居,陈建国,13911112222,稳定,0,2021-03-05
A03,11010519491231002X,1949-11-30,王五福,ZY1234569,住院号 ZY7654321,赵敏,13911112222,差,1,2021-04-01
"""
LABS = """患者编号,检验日期,检验项目,结果,单位
A01,2021-02-27,乙肝,患者李四光 阴性,
A02,2021-02-27,患者姓名：张三丰,5,
"""
FILES = [
    UploadedFile("patients.csv", PATIENTS.encode()),
    UploadedFile("labs.csv", LABS.encode()),
    UploadedFile("其他.csv", "姓名,电话\n张三丰,13800138000\n".encode()),
]


def check(
    files: list[UploadedFile], *answers: IdentifierAnswer, codes: Pseudonyms | None = None
) -> Intake:
    decisions = replace(NO_DECISIONS, identifiers=answers)
    return validate_study(read_files(files), decisions=decisions, today=TODAY, pseudonyms=codes)


def answer(sheet: str, column: str, choice: IdentifierChoice) -> IdentifierAnswer:
    return IdentifierAnswer(sheet, column, choice, SIGNED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


def _unpacked(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def exported(intake: Intake, folder: Path) -> str:
    """Everything that leaves the program, as text."""
    parts: list[str] = []
    write_canonical(intake.data, folder)
    parts += [path.read_text("utf-8") for path in folder.glob("*.csv")]
    for language in LANGUAGES:
        parts.append(json.dumps(findings_json(intake.findings, language), ensure_ascii=False))
        tables = [
            findings_table(intake.findings, language), set_aside_table(intake, language),
            *(schema_table(intake.data, name, language) for name in intake.data.tables),
        ]  # fmt: skip
        parts.append(_unpacked(workbook_bytes(tables)))
        sheets = shown_sheets(read_files(FILES))
        parts.append(_unpacked(marked_workbook(sheets, intake.findings, language)))
        analysed = analyse_study(intake.data, AnalysisOptions())
        parts.append(
            json.dumps(analysis_json(analysed, intake.findings, language), ensure_ascii=False)
        )
    return "\n".join(parts)


def leaked(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_planted_identifiers_reach_no_export_store_or_log(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    intake = check(FILES)
    assert leaked(exported(intake, tmp_path / "out")) == []
    study = store.create_study("a")
    info = save_intake(store, study.id, intake, FILES, based_on=None)
    assert [file.is_kept for file in info.files] == [False, False, False]
    with pytest.raises(StudyNotFound, match="file_not_kept"):
        store.original_file(info.files[0].sha256)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("a.db*"))
    assert [secret for secret in SECRETS if secret.encode() in stored] == []
    data, _ = store.load_version(study.id)
    assert leaked("".join(frame.to_csv() for frame in data.tables.values())) == []
    assert leaked(caplog.text) == []


def test_every_identifier_is_reported() -> None:
    intake = check(FILES)
    found = {(one.sheet, one.column, one.kind) for one in intake.personal.columns}
    assert {
        ("patients", "姓名", "name"), ("patients", "住院号", "header"),
        ("patients", "主管医师", "name"), ("patients", "家属联系电话", "phone"),
        ("patients", "出生日期", "birth_date"), ("其他", "姓名", "header"),
    } <= found  # fmt: skip
    rows = {(one.row, one.column) for one in intake.findings if one.code == "identifier_in_text"}
    assert {(3, "备注"), (4, "备注"), (5, "备注"), (3, "随访"), (5, "性别")} <= rows
    assert "identifier_above_table" in {one.code for one in intake.findings}
    notes = intake.data.table("patients")["备注"]
    assert list(notes) == ["患者[…]电话[…]，腹痛", "[…]，独居"]


def test_birth_date_becomes_age_and_is_not_stored() -> None:
    patients = check(FILES).data.table("patients")
    assert list(patients["age"]) == [60.0, 65.0]
    assert patients["birth_date"].isna().all()


def test_pseudonym_column_is_stored_as_codes_and_stays_the_same(store: Store) -> None:
    study = store.create_study("a")
    codes = Pseudonyms.of(store.identifiers.key(study.id), store.identifiers.codes(study.id))
    chosen = answer("patients", "住院号", IdentifierChoice.PSEUDONYM)
    intake = check(FILES, chosen, codes=codes)
    first = list(intake.data.table("patients")["住院号"])
    assert all(code.startswith("P-") and len(code) == 8 for code in first)
    assert len(set(first)) == 2
    save_intake(store, study.id, intake, FILES, based_on=None)
    again = Pseudonyms.of(store.identifiers.key(study.id), store.identifiers.codes(study.id))
    assert again.codes
    later = check(FILES, chosen, codes=again)
    assert list(later.data.table("patients")["住院号"]) == first
    other = store.create_study("b")
    elsewhere = check(FILES, chosen, codes=Pseudonyms(store.identifiers.key(other.id)))
    assert set(elsewhere.data.table("patients")["住院号"]).isdisjoint(first)


def test_kept_identifiers_lie_apart_with_who_decided(store: Store, tmp_path: Path) -> None:
    intake = check(
        FILES,
        answer("patients", "姓名", IdentifierChoice.KEEP),
        answer("patients", "出生日期", IdentifierChoice.KEEP),
    )
    assert leaked(exported(intake, tmp_path / "out")) == []
    said = [dict(one.facts) for one in intake.findings if one.code == "identifier_kept"]
    assert said == [{"by": "Dr Li", "reason": "linkage"}] * 2
    study = store.create_study("a")
    save_intake(store, study.id, intake, FILES, based_on=None)
    kept = store.identifiers.kept(study.id, 1)
    assert [(one.patient_id, one.column, one.value) for one in kept] == [
        ("A01", "姓名", "张三丰"), ("A02", "姓名", "李四光"),
        ("A01", "出生日期", "1960-03-02"), ("A02", "出生日期", "1955-07-12"),
    ]  # fmt: skip


def test_original_is_kept_by_decision_or_when_nothing_was_found(store: Store) -> None:
    clean = [UploadedFile("clean.csv", "患者编号,性别\nA1,男\n".encode())]
    study = store.create_study("a")
    info = save_intake(store, study.id, check(clean), clean, based_on=None)
    assert store.original_file(info.files[0].sha256) == clean[0].content
    save_intake(store, study.id, check(FILES), FILES, based_on=1)
    decided = check(FILES, answer("", "", IdentifierChoice.KEEP))
    third = save_intake(store, study.id, decided, FILES, based_on=2)
    assert all(file.is_kept for file in third.files)
    assert store.original_file(third.files[0].sha256) == FILES[0].content
    assert not any(file.is_kept for file in store.version_info(study.id, 2).files)


NUMBERED = [
    UploadedFile("patients.csv", "住院号,性别,年龄\nZY1234567,男,60\nZY1234568,女,51\n".encode()),
    UploadedFile(
        "labs.csv",
        "住院号,检验日期,检验项目,结果,单位\nZY1234568,2021-01-01,血红蛋白,121,g/L\n".encode(),
    ),
]


def test_hospital_numbers_link_the_sheets_once_a_person_decides() -> None:
    with pytest.raises(UnusableFile, match="only_identifiers"):
        check(NUMBERED)
    intake = check(NUMBERED, answer("patients", "住院号", IdentifierChoice.PSEUDONYM))
    patients, labs = intake.data.table("patients"), intake.data.table("labs")
    assert list(labs["patient_id"]) == [patients["patient_id"][1]]
    assert intake.rows_accepted == 3
    assert "ZY123456" not in repr(intake)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (["13800138000", "13800138001", "13900138000"], "id_is_phone"),
        (["张三", "李晓明", "王芳"], "id_is_name"),
    ],
)
def test_identifying_patient_numbers_need_a_decision(values: list[str], code: str) -> None:
    rows = "".join(f"{value},男,60\n" for value in values)
    files = [UploadedFile("patients.csv", f"患者编号,性别,年龄\n{rows}".encode())]
    with pytest.raises(UnusableFile, match=code):
        check(files)
    with pytest.raises(UnusableFile, match=code):
        check(files, answer("patients", "患者编号", IdentifierChoice.KEEP))
    intake = check(files, answer("patients", "患者编号", IdentifierChoice.PSEUDONYM))
    assert intake.rows_accepted == 3
    assert intake.data.table("patients")["patient_id"].str.startswith("P-").all()
    assert not any(value in repr(intake) for value in values)


def test_key_and_codes_are_in_no_representation() -> None:
    codes = Pseudonyms(b"secret key of this study 12345678")
    intake = check(FILES, answer("patients", "住院号", IdentifierChoice.PSEUDONYM), codes=codes)
    assert "secret key" not in repr(intake)
    assert "secret key" not in repr(codes)


def test_no_decisions_is_the_default() -> None:
    assert Decisions() == NO_DECISIONS
