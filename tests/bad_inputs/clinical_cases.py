"""Duplicates, identity of patients, and what can't be true of a course of disease."""

from __future__ import annotations

from collections.abc import Sequence

import xlsxwriter

from tests.bad_inputs.builders import csv_bytes, spoilt, table, workbook, write_sheet, zipped
from tests.bad_inputs.case import Case, book_case

SESSIONS = "patient_id,session_date"
LESIONS = "patient_id,lesion_id,lesion_role,organ,intrahepatic"
MEASURES = "patient_id,lesion_id,assessment_date,diameter_mm"
RESPONSES = "patient_id,assessment_date,overall_response"
EVENTS = "patient_id,ae_term,ae_grade,ae_start,ae_end"
LABS = "patient_id,lab_date,lab_test,lab_value,lab_unit"


def study(patients: Sequence[Sequence[str]] | None = None, **tables: Sequence[str]) -> bytes:
    """An archive of the patient table and further tables given as lines of text."""
    files = {"patients.csv": csv_bytes([list(row) for row in patients or table()])}
    files |= {f"{name}.csv": ("\n".join(lines) + "\n").encode() for name, lines in tables.items()}
    return zipped(files)


def _linked(title: str, outcome: str, code: str, rows: int = 0, group: str = "LOG",
            also: tuple[str, ...] = (), patients: Sequence[Sequence[str]] | None = None,
            **tables: Sequence[str]) -> Case:  # fmt: skip
    content = study(patients, **tables)
    return Case(group, title, content, outcome, code, rows, "a.zip", also=also)


def _one(title: str, changes: list[tuple[int, str, str]], outcome: str, code: str, rows: int = 0,
         more: dict[str, list[str]] | None = None, also: tuple[str, ...] = ()) -> Case:  # fmt: skip
    named = ((changes[0][0], changes[0][1], changes[0][2]),) if outcome == "rows" else ()
    content = csv_bytes(table(changes, more))
    return Case("LOG", title, content, outcome, code, rows, named=named, also=also)


def _duplicates() -> list[Case]:
    differs = [*table()[2][:2], "40", *table()[2][3:]]
    conflict = "\n".join([SESSIONS, "A01,2020-09-12", "A01,2020-09-12"])
    return [
        Case("DUP", "running_number_beside_id", csv_bytes(table(more={"序号": list("1234")})),
             "accept"),
        Case("DUP", "exact_row", csv_bytes([*table(), table()[2]]), "rows", "duplicate_row", 1,
             words=(("duplicate", "重复"), ("A02",), ("row 6", "第 6 行"))),
        Case("DUP", "differing_rows", csv_bytes([*table(), differs]), "rows",
             "duplicate_key_differs", 2),
        Case("DUP", "three_times", csv_bytes([*table(), table()[1], table()[1]]), "rows",
             "duplicate_row", 2),
        Case("DUP", "space_after_id", csv_bytes([*table(), ["A01 ", *table()[1][1:]]]), "rows",
             "duplicate_row", 1),
        Case("DUP", "id_differs_in_case", spoilt("patient_id", "a01", line=5), "warn",
             "similar_id"),
        Case("DUP", "lookalike_id", spoilt("patient_id", "А02", line=5), "warn", "similar_id"),
        Case("DUP", "letter_o_for_zero", spoilt("patient_id", "AO1", line=5), "warn",
             "similar_id"),
        Case("DUP", "id_with_and_without_zeros", csv_bytes(table([(2, "patient_id", "01"),
             (3, "patient_id", "1")])), "warn", "similar_id"),
        Case("DUP", "id_missing", spoilt("patient_id", "", line=3), "rows", "id_missing", 1),
        Case("DUP", "id_na", spoilt("patient_id", "NA", line=3), "accept", also=("warn", "rows")),
        Case("DUP", "id_too_long", spoilt("patient_id", "A" * 65, line=3), "rows",
             "text_too_long", 1),
        Case("DUP", "id_with_line_break", spoilt("patient_id", "A\n02", line=3), "accept",
             also=("warn", "rows")),
        Case("DUP", "zero_width_twin", csv_bytes([*table(), ["A\u200b01", *table()[1][1:]]]),
             "rows", "duplicate_row", 1, also=("warn",)),
        Case("DUP", "rounded_ids", spoilt("patient_id", "1.23E+17"), "refuse",
             "id_precision_lost", words=(("15", "精度"),)),
        book_case("number_ids", "accept", "", workbook(_number_ids), "DUP"),
        book_case("long_number_ids", "refuse", "id_precision_lost", workbook(_long_ids), "DUP"),
        _linked("orphan_session", "rows", "orphan_row", 1, "DUP",
                haic_sessions=[SESSIONS, "A09,2021-01-01"]),
        _linked("same_session_twice", "rows", "duplicate_row", 1, "DUP",
                haic_sessions=conflict.splitlines()),
        _linked("sessions_of_a_row_set_aside", "rows", "patient_set_aside", 2, "DUP",
                patients=table([(2, "age", "x")]),
                haic_sessions=[SESSIONS, "A01,2020-09-12"]),
        _linked("same_patient_in_two_files", "rows", "duplicate_row", 1, "DUP",
                more=[",".join(row) for row in table()[:2]]),
        _linked("same_lesion_twice", "rows", "duplicate_key_differs", 2, "DUP",
                lesions=[LESIONS, "A01,T1,TARGET,liver,yes", "A01,T1,NON-TARGET,liver,yes"]),
        _linked("measurement_without_lesion", "rows", "orphan_lesion", 1, "DUP",
                lesions=[LESIONS, "A01,T1,TARGET,liver,yes"],
                lesion_measurements=[MEASURES, "A01,T9,2020-09-01,20"]),
        _linked("measured_twice_on_one_day", "rows", "duplicate_key_differs", 2, "DUP",
                lesion_measurements=[MEASURES, "A01,T1,2020-09-01,20", "A01,T1,2020-09-01,21"]),
        _linked("two_responses_on_one_day", "rows", "duplicate_key_differs", 2, "DUP",
                response_assessments=[RESPONSES, "A01,2020-11-01,SD", "A01,2020-11-01,PD"]),
    ]  # fmt: skip


def _number_ids(book: xlsxwriter.Workbook) -> None:
    rows = table([(line, "patient_id", str(line * 1001)) for line in range(2, 6)])
    write_sheet(book, rows)


def _long_ids(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table())
    for line in range(1, 5):
        sheet.write_number(line, 0, 320000000000000000 + line)


def _logic() -> list[Case]:
    start, death, last = "first_haic_date", "death_date", "last_followup_date"
    many = [f"A01,T{n},TARGET,{organ},no" for n, organ in
            enumerate(("lung", "lung", "bone", "spleen", "brain", "brain"), 1)]  # fmt: skip
    liver = [f"A01,T{n},TARGET,liver,yes" for n in (1, 2, 3)]
    return [
        _one("death_before_treatment", [(2, death, "2020-01-01"), (2, last, "")], "rows",
             "date_order", 1),
        _one("progression_before_treatment", [(2, "progression_date", "2020-01-01")], "rows",
             "date_order", 1),
        _one("contact_before_treatment", [(2, last, "2020-01-01")], "rows", "date_order", 1),
        _one("contact_after_death", [(2, last, "2021-12-01")], "rows", "date_after_death", 1),
        _one("progression_after_death", [(2, "progression_date", "2021-12-01")], "rows",
             "date_after_death", 1),
        _one("progression_after_last_contact", [(3, "progression_date", "2022-12-01")], "rows",
             "date_order", 1, also=("warn",)),
        _one("future", [(3, last, "2090-01-01")], "rows", "date_in_future", 1),
        _one("future_treatment", [(2, start, "2090-01-01")], "rows", "date_in_future", 1),
        _one("alive_with_date_of_death", [(2, "vital_status", "存活")], "rows",
             "death_date_but_alive", 1, {"vital_status": ["", "存活", "死亡", "死亡"]}),
        _one("dead_without_date", [(3, "vital_status", "死亡")], "warn", "event_without_date", 0,
             {"vital_status": ["死亡", "", "死亡", "死亡"]}),
        _one("status_against_event", [(3, "os_event", "1")], "rows", "status_contradicts_event",
             1, {"vital_status": ["死亡", "存活", "死亡", "死亡"],
                 "os_event": ["1", "", "1", "1"]}),
        _one("pfs_longer_than_os", [(2, "pfs_months", "20")], "rows", "pfs_longer_than_os", 1,
             {"pfs_months": [""] * 4, "os_months": ["12.3", "15.4", "16.9", "9.9"]}),
        _one("coded_time_differs", [(2, "os_months", "30")], "warn", "coded_time_differs", 0,
             {"os_months": [""] * 4}),
        _one("negative_time", [(2, "os_months", "-3")], "rows", "", 1, {"os_months": [""] * 4}),
        _one("birth_after_treatment", [(2, "birth_date", "2021-01-01")], "rows",
             "birth_after_treatment", 1, {"birth_date": [""] * 4}),
        _one("birth_against_age", [(2, "birth_date", "1980-01-01")], "warn",
             "age_differs_from_birth", 0, {"birth_date": [""] * 4}),
        _one("birth_a_century_off", [(2, "birth_date", "1854-01-01")], "rows", "", 1,
             {"birth_date": [""] * 4}, ("warn",)),
        _one("diagnosis_after_treatment", [(2, "diagnosis_date", "2021-12-01")], "warn", "", 0,
             {"diagnosis_date": [""] * 4}, ("rows",)),
        _one("diagnosis_before_birth", [(2, "diagnosis_date", "1950-01-01")], "rows", "", 1,
             {"diagnosis_date": [""] * 4, "birth_date": ["1954-06-01", "", "", ""]}, ("warn",)),
        _one("enrolled_after_treatment", [(2, "enrol_date", "2021-12-01")], "warn", "", 0,
             {"enrol_date": [""] * 4}, ("rows",)),
        _one("later_treatment_before_haic", [(2, "subsequent_therapy_date", "2020-01-01")],
             "rows", "", 1, {"subsequent_therapy_date": [""] * 4}, ("warn",)),
        _one("lab_before_birth", [(2, "lab_date", "1953-01-01"), (2, "birth_date", "1954-01-01")],
             "rows", "date_order", 1, {"birth_date": [""] * 4, "lab_date": [""] * 4}),
        _one("session_dates_out_of_order", [(2, "第1次HAIC日期", "2020-09-12")], "warn", "", 0,
             {"第1次HAIC日期": [""] * 4, "第2次HAIC日期": ["2020-09-01", "", "", ""]}, ("rows",)),
        _linked("session_after_death", "rows", "date_after_death", 1,
                haic_sessions=[SESSIONS, "A01,2020-09-12", "A01,2021-12-01"]),
        _linked("sessions_too_close", "warn", "session_gap",
                haic_sessions=[SESSIONS, "A01,2020-09-12", "A01,2020-09-15"]),
        _linked("patient_without_session", "warn", "no_session",
                patients=[[c for i, c in enumerate(row) if i != 14] for row in table()],
                haic_sessions=[SESSIONS, "A01,2020-09-12"]),
        _linked("event_ends_before_it_begins", "rows", "date_order", 1,
                adverse_events=[EVENTS, "A01,Nausea,1,2020-10-02,2020-10-01"]),
        _linked("grade_that_does_not_exist", "rows", "grade_not_in_term", 1, also=("warn",),
                adverse_events=[EVENTS, "A01,Alopecia,3,2020-10-02,"]),
        _linked("grade_six", "rows", "out_of_range", 1,
                adverse_events=[EVENTS, "A01,Nausea,6,2020-10-02,"]),
        _linked("grade_five_but_alive", "warn", "fatal_event_but_alive", also=("rows",),
                adverse_events=[EVENTS, "A02,Sepsis,5,2020-12-02,"]),
        _linked("event_before_treatment", "warn", "event_before_treatment",
                adverse_events=[EVENTS, "A01,Nausea,1,2020-01-01,"]),
        _linked("progression_without_assessment", "warn", "progression_without_assessment",
                response_assessments=[RESPONSES, "A02,2021-01-19,SD"]),
        _linked("assessed_progression_not_recorded", "warn", "progression_not_recorded",
                patients=table([(2, "progression_date", "")]),
                response_assessments=[RESPONSES, "A01,2021-03-01,PD"]),
        _linked("progression_after_the_assessed", "warn", "progression_after_assessed",
                response_assessments=[RESPONSES, "A01,2021-03-01,PD"]),
        _linked("six_target_lesions", "warn", "too_many_targets", lesions=[LESIONS, *many]),
        _linked("three_targets_in_one_organ", "warn", "too_many_targets_in_organ",
                lesions=[LESIONS, *liver]),
        _linked("sum_differs", "warn", "sum_differs",
                lesions=[LESIONS, *liver[:2]],
                lesion_measurements=[MEASURES, "A01,T1,2020-11-01,20", "A01,T2,2020-11-01,30"],
                response_assessments=[RESPONSES + ",sum_diameters_mm", "A01,2020-11-01,SD,55"]),
        _linked("confirmed_without_new_lesion", "warn", "confirmed_without_lesion",
                response_assessments=[RESPONSES + ",new_lesion,confirmed_as_new_on",
                                      "A01,2020-11-01,SD,NO,2020-12-20"]),
        _linked("new_lesion_confirmed_before_seen", "warn", "confirmed_before_seen",
                response_assessments=[RESPONSES + ",new_lesion,confirmed_as_new_on",
                                      "A01,2020-11-01,SD,EQUIVOCAL,2020-10-31"]),
        _linked("diameter_and_gone", "warn", "status_contradicts_diameter", also=("rows",),
                lesion_measurements=[MEASURES + ",status", "A01,T1,2020-09-01,20,ABSENT"]),
        _linked("scan_after_death", "rows", "date_after_death", 1,
                lesion_measurements=[MEASURES, "A01,T1,2021-12-01,20"]),
        _linked("laboratory_after_death", "rows", "date_after_death", 1, also=("warn",),
                labs=[LABS, "A01,2021-12-01,HGB,93,g/L"]),
        _linked("session_numbers_out_of_order", "warn", "session_order",
                haic_sessions=[SESSIONS + ",session_no", "A01,2020-09-12,2", "A01,2020-10-20,1"]),
        _linked("baseline_result_after_start", "warn", "baseline_lab_after_start",
                labs=[LABS + ",is_baseline", "A01,2021-01-01,HGB,93,g/L,yes"]),
        _linked("laboratory_long_before_treatment", "warn", "lab_far_from_sessions",
                labs=[LABS, "A01,2015-01-01,HGB,93,g/L"]),
    ]  # fmt: skip


def clinical_cases() -> list[Case]:
    """Duplicates, then logic."""
    return [*_duplicates(), *_logic()]
