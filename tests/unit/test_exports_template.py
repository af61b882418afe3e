"""The template: filled in it is read without a complaint, empty it says that it has no rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from core.errors import UnusableFile
from core.exports.fields import fields, limits
from core.exports.template import Rows, template_workbook
from core.intake.cells import UploadedFile
from core.intake.read import read_files
from core.intake.validate import read_study
from core.results.common import Severity
from core.rules.columns import lab_codes, sheet_name
from core.rules.units import accepted_units, canonical_unit
from core.rules.values import category_of
from core.schema import NEVER, TABLES, column_specs
from core.text.catalogue import LANGUAGES, Language, say_error
from core.text.units import shown_unit

TODAY = date(2025, 1, 1)
DAY, LATER = date(2023, 3, 1), date(2023, 4, 12)
IDS = ("P01", "P02")


def _value(table: str, name: str, patient: str) -> object:
    """A harmless value for any column of the schema."""
    spec = next(spec for spec in column_specs(table) if spec.name == name)
    special: dict[str, object] = {
        "patient_id": patient, "birth_date": date(1963, 1, 1), "age": 60.0, "height_cm": 170.0,
        "weight_kg": 65.0, "bsa_m2": 1.75, "session_date": DAY, "first_haic_date": DAY,
        "n_haic_sessions": 1, "session_no": 1, "lesion_id": "T1", "lab_test": "HGB",
        "lab_value": 112.0, "lab_unit": "g/L", "lln": 120.0, "uln": 160.0, "lab_text": None,
        "value_prefix": None, "status": "MEASURED", "diameter_mm": 32.0,
        "progression_date": LATER, "death_date": LATER, "last_followup_date": LATER,
        "vital_status": "DEAD", "pfs_months": None, "os_months": None, "hepatic_pfs_months": None,
        "pfs_event": None, "os_event": None, "hepatic_pfs_event": None,
        "prior_lines": 2, "prior_lines_cat": "2", "tumor_number": 3, "tumor_number_cat": "<5",
        "max_tumor_diameter_cm": 3.2, "max_tumor_diameter_cat": "<5",
        "last_surgery_date": NEVER, "infusion_hours": 46.0, "sum_diameters_mm": 32.0,
        "is_baseline": False, "new_lesion": "EQUIVOCAL",
    }  # fmt: skip
    if name in special:
        return special[name]
    if spec.kind == "category":
        return spec.categories[0]
    if spec.kind == "boolean":
        return patient == "P01"
    if spec.kind in ("integer", "number"):
        return 1
    if spec.kind.startswith("date"):
        return date(2023, 2, 1) if table == "patients" else LATER
    return "FOLFOX"


def filled() -> Mapping[str, Sequence[Mapping[str, object]]]:
    """Two patients with every column of every table."""
    return {
        table: [
            {spec.name: _value(table, spec.name, patient) for spec in column_specs(table)}
            for patient in IDS
        ]
        for table in TABLES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_filled_template_is_read_without_warning(language: Language) -> None:
    rows = filled()
    content = template_workbook(language, rows)
    intake = read_study([UploadedFile("template.xlsx", content)], today=TODAY)
    loud = [f for f in intake.findings if f.severity is not Severity.INFO]
    assert loud == []
    assert intake.rows_set_aside == 0
    for table in TABLES:
        frame = intake.data.table(table)
        assert len(frame) == 2, table
        for given, read in zip(rows[table], frame.to_dict("records"), strict=True):
            for name, value in given.items():
                got = read[name]
                if value is None or name == "birth_date":
                    assert got is None or got != got or str(got) in ("<NA>", "NaT"), (table, name)
                elif isinstance(value, date):
                    assert str(got)[:10] == value.isoformat(), (table, name)
                else:
                    assert got == value, (table, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_template_with_patients_only_is_read_without_warning(language: Language) -> None:
    rows = {"patients": [{"patient_id": "P01", "sex": "F", "last_surgery_date": NEVER}]}
    intake = read_study(
        [UploadedFile("template.xlsx", template_workbook(language, rows))], today=TODAY
    )
    assert [f for f in intake.findings if f.severity is not Severity.INFO] == []
    assert list(intake.data.table("patients")["sex"]) == ["F"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_category_word_is_read_as_its_code(table: str, language: Language) -> None:
    for field in fields(table, language):
        group = field.rule.values or "boolean"
        for code, word in field.words:
            assert category_of(group, word) == code
            assert "," not in word
        assert len(",".join(word for _, word in field.words)) <= 255


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_lesion_words_come_back_through_a_template(language: Language) -> None:
    states = next(s.categories for s in column_specs("lesion_measurements") if s.name == "status")
    rows: Rows = {
        "patients": [{"patient_id": "P01"}],
        "lesion_measurements": [
            {
                "patient_id": "P01",
                "lesion_id": f"T{number}",
                "assessment_date": DAY,
                "status": state,
                "diameter_mm": 12.0 if state == "MEASURED" else None,
            }
            for number, state in enumerate(states)
        ],
    }
    intake = read_study(
        [UploadedFile("template.xlsx", template_workbook(language, rows))], today=TODAY
    )
    assert list(intake.data.table("lesion_measurements")["status"]) == list(states)


@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_template_says_that_it_has_no_rows(language: Language) -> None:
    with pytest.raises(UnusableFile) as raised:
        read_study([UploadedFile("template.xlsx", template_workbook(language))], today=TODAY)
    assert raised.value.code == "no_data_rows"
    assert sheet_name("patients", language) in say_error(raised.value, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_template_has_a_sheet_and_all_headers_of_each_table(language: Language) -> None:
    content = template_workbook(language)
    sheets = {s.name: s for s in read_files([UploadedFile("t.xlsx", content)])}
    for table in TABLES:
        headers = sheets[sheet_name(table, language)].headers
        assert list(headers) == [field.header for field in fields(table, language)]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        comments = [name for name in archive.namelist() if re.search(r"comments\d+\.xml$", name)]
        assert len(comments) == len(TABLES)
        patients = archive.read("xl/worksheets/sheet2.xml").decode()
        assert patients.count("<dataValidation ") > 30
        assert '"男,女"' in patients or '"male,female"' in patients
        assert "<f>" not in patients


def test_template_is_the_same_each_time_and_refuses_unknown_fields() -> None:
    assert template_workbook("zh") == template_workbook("zh")
    with pytest.raises(KeyError, match="agee"):
        template_workbook("en", {"patients": [{"patient_id": "P01", "agee": 3}]})


def test_text_that_looks_like_a_formula_stays_text() -> None:
    rows = {"patients": [{"patient_id": "=1+1", "histology": "@SUM(A1)"}]}
    with zipfile.ZipFile(io.BytesIO(template_workbook("en", rows))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")


def test_limit_that_is_not_allowed_itself_is_said() -> None:
    found = {field.spec.name: limits(field) for field in fields("patients", "en")}
    assert found["max_tumor_diameter_cm"] == "> 0, ≤ 30"
    assert (found["ecog"], found["sex"]) == ("0–4", "")


def test_units_offered_are_read_as_the_units_of_their_test() -> None:
    for code in lab_codes():
        for unit in accepted_units(code):
            match = canonical_unit(code, shown_unit(unit))
            assert match is not None, (code, unit)
            assert match.unit == unit


@pytest.mark.parametrize("language", LANGUAGES)
def test_tests_offered_are_read_as_their_codes(language: Language) -> None:
    rows: Rows = {
        "patients": [{"patient_id": "P01"}],
        "labs": [
            {
                "patient_id": "P01",
                "lab_date": DAY,
                "lab_test": code,
                "lab_text": "1+" if code == "UPROT_DIP" else None,
            }
            for code in lab_codes()
        ],
    }
    content = template_workbook(language, rows)
    labs = read_study([UploadedFile("t.xlsx", content)], today=TODAY).data.table("labs")
    assert list(labs["lab_test"]) == list(lab_codes())
