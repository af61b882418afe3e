"""CDISC ADaM data sets become the study's tables; CNSR 0 is the event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from core.errors import RuleFileInvalid
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.intake import Intake
from core.rules.adam import read_variables
from tests.bad_inputs.builders import csv_bytes

TODAY = date(2024, 1, 1)
ADSL = [
    ["STUDYID", "USUBJID", "AGE", "AGEU", "SEX", "SAFFL", "TRTSDT", "DTHDT", "LSTALVDT"],
    ["S", "S-01", "61", "YEARS", "M", "Y", "2020-01-01", "2020-12-31", "2020-12-31"],
    ["S", "S-02", "58", "YEARS", "F", "Y", "2020-02-01", "", "2021-02-01"],
]
ADTTE = [
    ["USUBJID", "PARAMCD", "PARAM", "AVAL", "CNSR", "STARTDT", "ADT", "EVNTDESC"],
    ["S-01", "OS", "Overall survival (days)", "366", "0", "2020-01-01", "2020-12-31", "Death"],
    ["S-01", "PFS", "PFS (days)", "100", "0", "2020-01-01", "2020-04-09", "Disease Progression"],
    ["S-02", "OS", "Overall survival (days)", "367", "1", "2020-02-01", "2021-02-01", ""],
    ["S-02", "PFS", "PFS (days)", "367", "1", "2020-02-01", "2021-02-01", ""],
    ["S-02", "RSD", "Response (days)", "50", "0", "2020-02-01", "2020-03-21", ""],
]


def _study(**sets: Sequence[Sequence[str]]) -> Intake:
    files = [
        UploadedFile(f"{name}.csv", csv_bytes([list(row) for row in rows]))
        for name, rows in sets.items()
    ]
    return read_study(files, today=TODAY)


def _errors(intake: Intake) -> list[str]:
    return [reason.code for row in intake.set_aside for reason in row.reasons]


def test_adsl_fills_patients_and_follow_up() -> None:
    intake = _study(adsl=ADSL)
    patients = intake.data.table("patients")
    assert _errors(intake) == []
    assert list(patients["patient_id"]) == ["S-01", "S-02"]
    assert list(patients["first_haic_date"].dt.date) == [date(2020, 1, 1), date(2020, 2, 1)]
    assert intake.data.table("follow_up")["death_date"].notna().tolist() == [True, False]


def test_adtte_censoring_is_inverted_and_days_become_months() -> None:
    intake = _study(adsl=ADSL, adtte=ADTTE)
    assert _errors(intake) == []
    follow_up = intake.data.table("follow_up").set_index("patient_id")
    assert follow_up["os_event"].tolist() == [True, False]
    assert follow_up["pfs_event"].tolist() == [True, False]
    assert follow_up["os_months"].tolist() == pytest.approx([366 / 30.4375, 367 / 30.4375], 1e-4)
    assert follow_up["progression_date"].dt.date.tolist()[0] == date(2020, 4, 9)
    codes = {finding.code for finding in intake.findings}
    assert {"adam_read", "adam_events_inverted", "adam_parameters_left_out"} <= codes


def test_adtte_progression_free_event_by_death_gives_no_progression_date() -> None:
    rows = [list(row) for row in ADTTE]
    rows[2] = ["S-01", "PFS", "PFS", "366", "0", "2020-01-01", "2020-12-31", "Death"]
    follow_up = _study(adsl=ADSL, adtte=rows).data.table("follow_up")
    assert follow_up["progression_date"].isna().all()
    assert follow_up["pfs_event"].tolist()[0]


def test_adtte_time_without_unit_or_dates_is_not_guessed() -> None:
    rows = [["USUBJID", "PARAMCD", "AVAL", "CNSR"], ["S-01", "OS", "12", "0"]]
    intake = _study(adsl=ADSL, adtte=rows)
    assert "adam_time_unit_unknown" in {finding.code for finding in intake.findings}
    assert intake.data.table("follow_up")["os_months"].isna().all()


def test_adrs_parameters_of_one_assessment_become_one_row() -> None:
    rows = [
        ["USUBJID", "PARAMCD", "AVALC", "ADT"],
        ["S-01", "OVR", "PR", "2020-03-01"],
        ["S-01", "TRGRESP", "PR", "2020-03-01"],
        ["S-01", "OVR", "PD", "2020-05-01"],
        ["S-01", "BOR", "PR", "2020-03-01"],
    ]
    table = _study(adsl=ADSL, adrs=rows).data.table("response_assessments")
    assert table["overall_response"].tolist() == ["PR", "PD"]
    assert table["target_response"].tolist()[0] == "PR"


def test_adae_and_adlb_are_read() -> None:
    adae = [
        ["USUBJID", "AETERM", "AEDECOD", "AETOXGR", "ASTDT", "AESER"],
        ["S-01", "Nausea", "Nausea", "2", "2020-01-02", "N"],
    ]
    adlb = [
        ["USUBJID", "PARAMCD", "PARAM", "AVAL", "ADT", "ANRLO", "ANRHI", "ABLFL", "DTYPE"],
        ["S-01", "HGB", "Hemoglobin (g/L)", "118", "2020-01-01", "115", "150", "Y", ""],
        ["S-01", "HGB", "Hemoglobin (g/L)", "110", "2020-02-01", "115", "150", "", ""],
        ["S-01", "HGB", "Hemoglobin (g/L)", "114", "2020-02-01", "115", "150", "", "AVERAGE"],
    ]
    intake = _study(adsl=ADSL, adae=adae, adlb=adlb)
    assert _errors(intake) == []
    assert intake.data.table("adverse_events")["ae_grade"].tolist() == [2]
    labs = intake.data.table("labs")
    assert labs["lab_value"].tolist() == [118.0, 110.0]
    assert set(labs["lab_unit"]) == {"g/L"}
    assert "adam_derived_left_out" in {finding.code for finding in intake.findings}


def test_day_numbers_of_sas_are_dates_from_1960(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"USUBJID": ["S-01"], "AGE": [61.0], "SEX": ["M"], "SAFFL": ["Y"], "TRTSDT": [21915.0]}
    )
    path = tmp_path / "adsl.xpt"
    pyreadstat.write_xport(frame, str(path), table_name="ADSL", file_format_version=5)
    intake = read_study([path], today=TODAY)
    assert intake.data.table("patients")["first_haic_date"].dt.date.tolist() == [date(2020, 1, 1)]
    assert "adam_day_numbers" in {finding.code for finding in intake.findings}


def test_data_set_without_a_place_does_not_stop_the_others() -> None:
    advs = [["STUDYID", "USUBJID", "PARAMCD", "AVAL"], ["S", "S-01", "SYSBP", "120"]]
    intake = _study(adsl=ADSL, advs=advs)
    assert len(intake.data.table("patients")) == 2
    assert _errors(intake) == []


def test_data_cutoff_of_subject_level_data_is_the_study_s() -> None:
    rows = [[*ADSL[0], "DCUTDT"], [*ADSL[1], "2021-03-01"], [*ADSL[2], "2021-03-01"]]
    intake = _study(adsl=rows)
    assert intake.data.data_cutoff == date(2021, 3, 1)
    assert intake.data.own_variables == ()


def test_survival_censored_at_the_cutoff_before_a_death_is_left_to_the_dates() -> None:
    tte = [list(row) for row in ADTTE[:2]]
    tte[1] = ["S-01", "OS", "OS (days)", "200", "1", "2020-01-01", "2020-07-19", ""]
    intake = _study(adsl=ADSL, adtte=tte)
    assert _errors(intake) == []
    follow_up = intake.data.table("follow_up").set_index("patient_id")
    assert follow_up["os_event"].isna().all()
    assert follow_up.loc["S-01", "death_date"].date() == date(2020, 12, 31)
    assert "adam_censored_before_death" in {finding.code for finding in intake.findings}


def test_adlb_text_results_and_limits_are_kept() -> None:
    adlb = [
        ["USUBJID", "PARAMCD", "AVAL", "AVALC", "AVALU", "ADT"],
        ["S-01", "CEA", "0.5", "<0.5", "ng/mL", "2020-01-01"],
        ["S-01", "UPROTDIP", "", "2+", "", "2020-01-01"],
    ]
    labs = _study(adsl=ADSL, adlb=adlb).data.table("labs").set_index("lab_test")
    assert (labs.loc["CEA", "lab_value"], labs.loc["CEA", "value_prefix"]) == (0.5, "<")
    assert labs.loc["UPROT_DIP", "lab_text"] == "2+"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("ADSL,TOOLONGNAME,patients,age,Age,yes", "8 capitals"),
        ("ADSL,AGE,patients,no_such,Age,yes", "unknown column"),
        ("ADSL,AGE,patients,age,Age,perhaps", "yes or no"),
        ("ADSL,AGE,patients,age,Age,yes\nADSL,AGE2,patients,age,Age,yes", "occurs twice"),
        ("ADSL,AGE,patients", "wrong number"),
    ],
)
def test_variable_file_that_breaks_its_form_is_refused(
    tmp_path: Path, row: str, problem: str
) -> None:
    path = tmp_path / "variables.csv"
    path.write_text(f"dataset,variable,table,field,label,written\n{row}\n", encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as refused:
        read_variables(path)
    assert problem in str(refused.value.facts["problem"])
