"""Decisions and mappings are saved with their version and come back as they were."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from core.intake.cells import UploadedFile
from core.intake.columns import recognise_columns
from core.intake.confirming import confirm_columns
from core.intake.read import read_files
from core.intake.validate import validate_study
from core.results.common import Finding, Severity
from core.results.decisions import (
    NO_DECISIONS,
    CellCorrection,
    Decisions,
    IdentifierAnswer,
    IdentifierChoice,
    RowSetAside,
    Signature,
    UnitAnswer,
    Waiver,
)
from core.storage.decisions import read_decisions, write_decisions
from core.storage.records import read_findings, write_findings
from core.storage.studies import Store
from core.studies import save_intake
from tests.bad_inputs.builders import csv_bytes, table

SIGNED = Signature("李医生", "笔误 “x”", datetime(2024, 1, 1, 8, 30, tzinfo=UTC))
ALL = Decisions(
    (CellCorrection("patients", 2, "age", "999", "66", SIGNED, "A01"),),
    (RowSetAside("patients", 3, SIGNED, "abc"),),
    (Waiver("bmi_implausible", "patients", None, "", SIGNED, "x", "y"),),
    (UnitAnswer("patients", "weight_kg", "kg"),),
    (IdentifierAnswer("patients", "姓名", IdentifierChoice.PSEUDONYM, SIGNED),),
)


def test_decisions_come_back_from_json() -> None:
    assert read_decisions(write_decisions(ALL)) == ALL
    assert write_decisions(NO_DECISIONS) == "{}"


def test_waived_finding_comes_back_waived() -> None:
    findings = (
        Finding(Severity.WARNING, "a", waived=SIGNED),
        Finding(Severity.WARNING, "b"),
    )
    assert read_findings(write_findings(findings)) == findings


def test_version_keeps_decisions_and_mapping(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    files = [UploadedFile("patients.csv", csv_bytes(table([(2, "age", "999")])))]
    sheets = read_files(files)
    mapping = confirm_columns(
        sheets[0],
        recognise_columns(sheets[0]),
        {sheets[0].headers.index("ecog"): ("", "")},
    )
    asides = (RowSetAside("patients", 3, SIGNED),)
    decisions = replace(ALL, set_aside=asides, units=(), identifiers=())
    intake = validate_study(sheets, [mapping], decisions, today=date(2024, 1, 1))
    study = store.create_study("a")
    info = save_intake(store, study.id, intake, files, based_on=None)
    assert info.counts.accepted == 3
    assert store.load_decisions(study.id, 1) == (decisions, (mapping,))
    assert store.load_findings(study.id) == intake.findings
    second = validate_study(sheets, today=date(2024, 1, 1))
    save_intake(store, study.id, second, files, based_on=1)
    assert store.load_decisions(study.id)[0] == NO_DECISIONS
    assert store.load_decisions(study.id, 1)[0] == decisions
    store.close()


def test_version_saved_before_decisions_has_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    store = Store(url)
    study = store.create_study("a")
    files = [UploadedFile("patients.csv", csv_bytes(table()))]
    save_intake(store, study.id, validate_study(read_files(files)), files, based_on=None)
    store.close()
    connection = sqlite3.connect(tmp_path / "a.db")
    with connection:
        for later in (
            "patient_documents", "passes", "study_comparators", "board_presented", "board_outcomes",
            "board_decisions",
            "board_cases", "board_meetings", "signed_entries",
        ):  # fmt: skip
            connection.execute(f"DROP TABLE {later}")
        connection.execute("ALTER TABLE versions DROP COLUMN decisions")
        connection.execute("ALTER TABLE versions DROP COLUMN mappings")
        connection.execute("UPDATE alembic_version SET version_num = '0003_identifiers'")
    connection.close()
    again = Store(url)
    assert again.load_decisions(study.id) == (NO_DECISIONS, ())
    assert again.load_version(study.id)[1].number == 1
    again.close()
