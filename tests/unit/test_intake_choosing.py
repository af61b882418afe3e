"""Which table a sheet holds, said by a person: for this file, the next, and without a screen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.__main__ import UNUSABLE, main
from core.intake.cells import Sheet, UploadedFile
from core.intake.choosing import NOT_USED, choose_table
from core.intake.columns import recognise_columns
from core.intake.confirming import confirm_columns, remembered_mappings
from core.intake.read import read_files
from core.intake.validate import validate_study
from core.results.decisions import NO_DECISIONS, IdentifierAnswer, IdentifierChoice, Signature
from core.results.intake import Confidence, SheetMapping
from core.storage.decisions import read_mappings, write_mappings
from core.text.catalogue import text
from tests.bad_inputs.builders import csv_bytes, table

TODAY = date(2024, 1, 1)
MEASURED = [
    ["patient_id", "date", "result"],
    ["A01", "2021-01-05", "PR"],
    ["A02", "2021-01-06", "SD"],
]


def sheets_of(rows: list[list[str]], name: str = "extra.csv") -> tuple[Sheet, ...]:
    files = [UploadedFile("patients.csv", csv_bytes(table())), UploadedFile(name, csv_bytes(rows))]
    return tuple(read_files(files))


def recognised(sheets: tuple[Sheet, ...]) -> tuple[SheetMapping, ...]:
    return tuple(recognise_columns(sheet) for sheet in sheets)


def fields(mapping: SheetMapping) -> dict[str, tuple[str, str]]:
    return {one.header: (one.table, one.field) for one in mapping.columns if one.used}


def test_columns_are_proposed_anew_for_the_chosen_table() -> None:
    sheets = sheets_of(MEASURED)
    for chosen in ("response_assessments", "adverse_events", "labs"):
        mapping = choose_table(sheets, recognised(sheets), 1, chosen)[1]
        assert (mapping.table, mapping.by_hand) == (chosen, True)
        assert mapping.columns == recognise_columns(sheets[1], chosen).columns
        assert fields(mapping)["patient_id"][1] == "patient_id"
    back = choose_table(sheets, recognised(sheets), 1, "labs")
    assert back[0] == recognise_columns(sheets[0])


def test_unknown_table_is_refused() -> None:
    sheets = sheets_of(MEASURED)
    with pytest.raises(ValueError, match="nonsense"):
        choose_table(sheets, recognised(sheets), 1, "nonsense")


def test_sheet_that_is_not_used_is_named_with_its_rows() -> None:
    sheets = sheets_of(MEASURED)
    mappings = choose_table(sheets, recognised(sheets), 1, NOT_USED)
    intake = validate_study(sheets, mappings, today=TODAY)
    said = [one for one in intake.findings if one.code == "sheet_not_used"]
    assert [(one.sheet, dict(one.facts)["n"]) for one in said] == [("extra", 2)]
    assert intake.rows_read == 4
    assert intake.mappings[1].by_hand


def test_chosen_table_without_patients_says_how_to_go_on() -> None:
    sheets = sheets_of([["who", "term", "grade"], ["A01", "Nausea", "2"]])
    mappings = choose_table(sheets, recognised(sheets), 1, "adverse_events")
    intake = validate_study(sheets, mappings, today=TODAY)
    assert any(one.code == "chosen_table_without_patients" for one in intake.findings)
    named = confirm_columns(sheets[1], mappings[1], {0: ("adverse_events", "patient_id")})
    intake = validate_study(sheets, [mappings[0], named], today=TODAY)
    assert intake.rows_read == 5
    assert not any(one.code == "chosen_table_without_patients" for one in intake.findings)


@pytest.mark.parametrize(
    ("name", "headers", "remembered"),
    [
        ("extra.csv", MEASURED[0], True),
        ("extra_june.csv", MEASURED[0], True),
        ("extra.csv", ["patient_id", "date", "remark"], True),
        ("extra.csv", ["patient_id", "remark", "note"], False),
        ("extra_june.csv", ["patient_id", "date", "remark"], False),
    ],
)
def test_choice_is_kept_for_the_next_file_that_looks_alike(
    name: str, headers: list[str], remembered: bool
) -> None:
    sheets = sheets_of(MEASURED)
    mappings = choose_table(sheets, recognised(sheets), 1, "adverse_events")
    earlier = read_mappings(write_mappings(mappings))
    assert earlier == mappings
    fresh = sheets_of([headers, *MEASURED[1:]], name)
    found = remembered_mappings(fresh, recognised(fresh), earlier)[1]
    assert found.remembered is remembered
    assert (found.table == "adverse_events") is remembered


def test_two_sheets_alike_with_different_choices_are_left_as_recognised() -> None:
    sheets = sheets_of(MEASURED)
    one = choose_table(sheets, recognised(sheets), 1, "adverse_events")[1]
    other = replace(choose_table(sheets, recognised(sheets), 1, "labs")[1], sheet="other")
    fresh = sheets_of(MEASURED, "third.csv")
    assert not remembered_mappings(fresh, recognised(fresh), [one, other])[1].by_hand


def test_choice_survives_the_decision_that_names_patients_by_pseudonyms() -> None:
    rows = [["住院号", "date", "score"], ["H1", "2021-01-05", "3"]]
    first = [["住院号", *table()[0][1:]], *(["H" + row[0][-1], *row[1:]] for row in table()[1:])]
    sheets = tuple(
        read_files(
            [UploadedFile("p.csv", csv_bytes(first)), UploadedFile("x.csv", csv_bytes(rows))]
        )
    )
    signed = Signature("B", "why", datetime(2024, 1, 1, tzinfo=UTC))
    answers = tuple(
        IdentifierAnswer(name, "住院号", IdentifierChoice.PSEUDONYM, signed) for name in ("p", "x")
    )
    decisions = replace(NO_DECISIONS, identifiers=answers)
    mappings = choose_table(sheets, recognised(sheets), 1, "adverse_events")
    intake = validate_study(sheets, mappings, decisions, today=TODAY)
    assert intake.mappings[1].table == "adverse_events"
    at = {sheets[1].headers.index("score"): ("adverse_events", "ae_grade")}
    confirmed = confirm_columns(sheets[1], intake.mappings[1], at)
    again = validate_study(sheets, [intake.mappings[0], confirmed], decisions, today=TODAY)
    column = next(one for one in again.mappings[1].columns if one.header == "score")
    assert column.confidence is Confidence.CONFIRMED


def test_choice_is_applied_without_a_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, rows in (("patients.csv", table()), ("extra.csv", MEASURED)):
        (tmp_path / name).write_bytes(csv_bytes(rows))
    said = tmp_path / "mappings.json"
    said.write_text('[{"sheet": "extra", "table": "", "columns": [], "by_hand": true}]')
    files = [str(tmp_path / name) for name in ("patients.csv", "extra.csv")]
    main(["validate", *files, "--json", "--mappings", str(said)])
    found = json.loads(capsys.readouterr().out)
    assert found["rows_read"] == 4
    assert "sheet_not_used" in {one["code"] for one in found["findings"]}
    said.write_text("{}]")
    assert main(["validate", *files, "--mappings", str(said)]) == UNUSABLE
    assert text("error.mappings_unreadable", "en", file="mappings.json") in capsys.readouterr().err
