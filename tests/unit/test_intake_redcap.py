"""A REDCap flat export is split by instrument; nothing moves from one row to another."""

from __future__ import annotations

import csv
import io
from datetime import date

from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.common import Finding, Severity
from core.results.intake import Intake
from tests.bad_inputs.builders import csv_bytes

TODAY = date(2024, 1, 1)
EXPORT = """\
record_id,redcap_repeat_instrument,redcap_repeat_instance,sex,age,mets___lung,mets___bone,patients_complete,haic_date,haic_sessions_complete,ae_term,ae_grade,adverse_events_timestamp,adverse_events_complete
1,,,M,61,1,1,2,,,,,,
1,haic_sessions,1,,,,,,2020-01-01,2,,,,
1,haic_sessions,2,,,,,,2020-02-01,1,,,,
1,adverse_events,1,,,,,,,,nausea,2,2020-01-03 10:00,2
2,,,F,54,0,0,2,,,,,,
2,haic_sessions,1,,,,,,2020-03-01,2,,,,
2,haic_sessions,2,,,,,,not a date,2,,,,
"""
EVENTS = """\
record_id,redcap_event_name,sex,age,baseline_complete,lab_date,hgb,weight_kg,labs_complete,last_followup_date,vital_status,follow_up_complete
1,screening_arm_1,M,61,2,2020-01-01,120,70,2,,,0
1,month_2_arm_1,,,,2020-03-01,110,69,2,,,
1,end_arm_1,,,,,,,,2021-01-01,ALIVE,2
2,screening_arm_1,F,54,2,2020-02-01,131,55,2,,,0
2,month_2_arm_1,,,,,,,0,,,
"""
CHOICES = '"Choices, Calculations, OR Slider Labels"'
DICTIONARY = f"""\
Variable / Field Name,Form Name,Field Type,Field Label,{CHOICES},Identifier?
record_id,baseline,text,Record ID,,
sexe,baseline,radio,Sex,"1, male | 2, female",
agey,baseline,text,Age (years),,
who,baseline,text,Contact,,y
mets,baseline,checkbox,Extrahepatic sites,"1, lung | 2, bone | 3, other, rare",
smoker,baseline,radio,Smoking,"0, never | 1, current",
"""
CODED = """\
record_id,redcap_repeat_instrument,redcap_repeat_instance,sexe,agey,who,mets___1,mets___2,mets___3,smoker,baseline_complete
1,,,1,61,Li,1,0,1,0,2
2,,,2,54,Wang,0,0,0,1,2
"""


def _study(*files: tuple[str, str]) -> Intake:
    return read_study([UploadedFile(name, text.encode()) for name, text in files], today=TODAY)


def _found(intake: Intake, code: str) -> list[Finding]:
    return [finding for finding in intake.findings if finding.code == code]


def test_rows_of_different_instruments_go_to_their_tables() -> None:
    intake = _study(("export.csv", EXPORT))
    tables = intake.data.tables
    assert tables["patients"]["age"].tolist() == [61, 54]
    assert tables["patients"]["source_row"].tolist() == [2, 6]
    assert tables["haic_sessions"]["source_row"].tolist() == [3, 4, 7]
    assert tables["haic_sessions"]["session_no"].tolist() == [1, 2, 1]
    assert tables["adverse_events"]["ae_grade"].tolist() == [2]
    (said,) = _found(intake, "redcap_read")
    assert said.value == "patients: 2, haic_sessions: 4, adverse_events: 1"
    assert dict(said.facts) == {"n": 7, "records": 2}


def test_counts_add_up_and_lines_are_those_of_the_file() -> None:
    intake = _study(("export.csv", EXPORT))
    assert (intake.rows_read, intake.rows_accepted, intake.rows_set_aside) == (7, 6, 1)
    (aside,) = intake.set_aside
    assert (aside.row, aside.patient_id) == (8, "2")


def test_checkboxes_are_joined_and_form_status_is_no_data() -> None:
    intake = _study(("export.csv", EXPORT))
    patients = intake.data.table("patients")
    assert intake.data.own_variables == ("mets",)
    assert patients["mets"].tolist()[0] == "lung; bone"
    assert patients["mets"].isna().tolist() == [False, True]
    (left,) = _found(intake, "redcap_status_left_out")
    assert "adverse_events_timestamp" in left.value
    assert [one for one in intake.findings if one.severity is Severity.WARNING] == []


def test_later_events_fill_laboratory_and_follow_up_but_no_second_baseline() -> None:
    intake = _study(("events.csv", EVENTS))
    patients = intake.data.table("patients")
    assert patients["weight_kg"].tolist() == [70, 55]
    labs = intake.data.table("labs")
    assert sorted(labs["lab_value"]) == [110, 120, 131]
    assert labs.loc[labs["lab_value"] == 110, "lab_date"].dt.date.tolist() == [date(2020, 3, 1)]
    follow_up = intake.data.table("follow_up")
    assert follow_up["vital_status"].tolist() == ["ALIVE"]
    (left,) = _found(intake, "redcap_later_left_out")
    assert left.value == "weight_kg"
    assert [dict(one.facts)["n"] for one in _found(intake, "redcap_rows_empty")] == [1]
    assert intake.rows_read == intake.rows_accepted == 4


def test_dictionary_gives_codes_labels_and_identifiers() -> None:
    intake = _study(("dictionary.csv", DICTIONARY), ("export.csv", CODED))
    patients = intake.data.table("patients")
    assert patients["sex"].tolist() == ["M", "F"]
    assert patients["age"].tolist() == [61, 54]
    assert patients["extrahepatic_sites"].tolist()[0] == "lung; other, rare"
    assert patients["Smoking"].tolist() == ["never", "current"]
    assert intake.data.own_variables == ("Smoking",)
    assert [one.column for one in _found(intake, "identifier_dropped")] == ["who"]


def test_codes_without_a_dictionary_are_not_guessed() -> None:
    coded = "record_id,redcap_repeat_instrument,redcap_repeat_instance,sex\n1,,,1\n2,,,2\n"
    intake = _study(("export.csv", coded))
    assert intake.rows_set_aside == 2
    assert {reason.code for row in intake.set_aside for reason in row.reasons} == {"code_ambiguous"}


def test_export_with_labels_is_recognised() -> None:
    rows = list(csv.reader(io.StringIO(EXPORT)))
    rows[0] = [
        "Record ID", "Repeat Instrument", "Repeat Instance", "Sex", "Age (years)",
        "Sites (choice=lung)", "Sites (choice=bone)", "Complete?", "Session date", "Complete?",
        "Adverse event", "Grade", "Survey Timestamp", "Complete?",
    ]  # fmt: skip
    for row in rows[1:]:
        row[1] = {"haic_sessions": "HAIC sessions", "adverse_events": "Adverse events"}.get(
            row[1], row[1]
        )
    content = csv_bytes(rows).decode("utf-8-sig")
    intake = _study(("export.csv", content))
    assert len(intake.data.tables["haic_sessions"]) == 3
    assert len(intake.data.tables["adverse_events"]) == 1


def test_table_with_one_status_like_column_is_no_export() -> None:
    plain = "patient_id,sex,treatment_complete\n1,M,1\n2,F,0\n"
    intake = _study(("plain.csv", plain))
    assert intake.data.own_variables == ("treatment_complete",)
    assert _found(intake, "redcap_read") == []
