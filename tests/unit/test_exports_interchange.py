"""The files for other programs keep the rules of those programs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pyreadstat
import pytest

from core.__main__ import main
from core.example import example_folder
from core.exports.dictionary import redcap_dictionary_csv
from core.exports.interchange.adam import adam_datasets
from core.exports.interchange.cbioportal import patient_attributes, patient_identifiers
from core.exports.interchange.form import Form
from core.exports.interchange.forms import interchange_file
from core.exports.interchange.parts import StudyParts
from core.exports.interchange.redcap import redcap_data_csv
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.common import Severity
from core.rules.formula_text import as_meant, inert
from tests.study_forms import analysed, example_parts, parts_of

AWKWARD = '''\
patient_id,sex,age,primary_site,first_haic_date,os_months,os_event,Marker,Note
'=P 1,M,61,'=SUM(A1),2020-01-01,12.5,yes,1.5,a\tb
患者2,F,54,"left, ""sigmoid""",2020-02-01,8,no,2,'+1
'''
LABS = """\
patient_id,lab_date,lab_test,lab_value,lab_unit
=P 1,2020-01-01,CEA,<0.5,ng/mL
=P 1,2020-01-01,Vitamin D,30,nmol/L
患者2,2020-02-01,UPROT_DIP,++,
"""


@pytest.fixture(scope="module")
def awkward() -> StudyParts:
    files = [UploadedFile("a.csv", AWKWARD.encode()), UploadedFile("labs.csv", LABS.encode())]
    intake = read_study(files)
    assert intake.rows_set_aside == 0
    return parts_of(intake, "研究 =1")


def _archive(form: Form, study: StudyParts) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(interchange_file(form, study, "en"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("form", Form)
def test_same_study_gives_the_same_bytes(form: Form) -> None:
    study = example_parts()
    assert interchange_file(form, study, "zh") == interchange_file(form, study, "zh")


@pytest.mark.parametrize("form", [Form.ADAM_CSV, Form.ADAM, Form.REDCAP, Form.SPSS])
def test_awkward_study_comes_back_as_it_was(form: Form, awkward: StudyParts) -> None:
    content = interchange_file(form, awkward, "en")
    intake = read_study([UploadedFile(f"study.{form.suffix}", content)])
    patients = intake.data.table("patients").set_index("patient_id")
    assert list(patients.index) == ["=P 1", "患者2"]
    assert list(patients["primary_site"]) == ["=SUM(A1)", 'left, "sigmoid"']
    assert intake.data.own_variables in (("Marker", "Note"), ("OWN1", "OWN2"))
    marker, note = intake.data.own_variables
    assert list(map(float, patients[marker])) == [1.5, 2]
    assert patients[note].tolist()[1] == "+1"
    labs = intake.data.table("labs").set_index("lab_test")
    assert (labs.loc["CEA", "lab_value"], labs.loc["CEA", "value_prefix"]) == (0.5, "<")
    assert labs.loc["UPROT_DIP", "lab_text"] == "2+"
    assert ("Vitamin D" in labs.index) == (form is Form.REDCAP)


@pytest.mark.parametrize("form", [Form.ADAM_CSV, Form.REDCAP])
def test_no_csv_cell_can_run_as_a_formula(form: Form, awkward: StudyParts) -> None:
    for content in _archive(form, awkward).values():
        for row in csv.reader(io.StringIO(content.decode("utf-8"))):
            assert [inert(as_meant(cell)) for cell in row] == row


def test_adam_names_and_labels_fit_the_transport_format(awkward: StudyParts) -> None:
    for study in (example_parts(), awkward):
        for dataset in adam_datasets(study):
            assert all(re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", name) for name in dataset.labels)
            assert all(len(row) == len(dataset.labels) for row in dataset.rows)
    names = [dataset.name for dataset in adam_datasets(example_parts())]
    assert names[0] == "ADSL"
    assert {"ADTTE", "ADRS", "ADAE", "ADLB", "ADEX", "ADTR", "TU"} == set(names[1:])


def test_adam_event_has_cnsr_0_and_its_date() -> None:
    (adtte,) = [one for one in adam_datasets(example_parts()) if one.name == "ADTTE"]
    columns = list(adtte.labels)
    rows = [dict(zip(columns, row, strict=True)) for row in adtte.rows]
    os = {row["USUBJID"]: row for row in rows if row["PARAMCD"] == "OS"}
    assert (os["H01"]["CNSR"], os["H01"]["ADT"]) == (0, date(2022, 12, 2))
    assert os["H04"]["CNSR"] == 1
    assert os["H01"]["AVAL"] == pytest.approx(852 / 30.4375)


def test_adam_transport_files_hold_sas_dates_and_labels(tmp_path: Path) -> None:
    for name, content in _archive(Form.ADAM, example_parts()).items():
        (tmp_path / name).write_bytes(content)
    frame, meta = pyreadstat.read_xport(str(tmp_path / "adsl.xpt"))
    assert meta.table_name == "ADSL"
    assert frame["TRTSDT"].tolist()[0] == date(2020, 8, 2)
    assert meta.column_names_to_labels["TUMDIAM"] == "Largest Tumor Diameter (cm)"


def test_redcap_takes_every_value_of_the_import_file() -> None:
    rows = csv.DictReader(io.StringIO(redcap_dictionary_csv("zh")))
    fields = {row["Variable / Field Name"]: row for row in rows}
    forms = {row["Form Name"] for row in fields.values()}
    data = csv.DictReader(io.StringIO(redcap_data_csv(example_parts())))
    added = {"redcap_repeat_instrument", "redcap_repeat_instance"}
    assert data.fieldnames is not None
    assert set(data.fieldnames) == fields.keys() | added | {f"{form}_complete" for form in forms}
    for row in data:
        instrument = row["redcap_repeat_instrument"]
        assert bool(instrument) == bool(row["redcap_repeat_instance"])
        for name, value in row.items():
            if value and name in fields and name != "record_id":
                form = fields[name]["Form Name"]
                assert form == instrument or (not instrument and form in ("patients", "follow_up"))
                assert _is_taken(fields[name], value), (name, value)


def _is_taken(field: dict[str, str], value: str) -> bool:
    kind = field["Field Type"]
    if kind == "yesno":
        return value in ("0", "1")
    if kind in ("radio", "dropdown"):
        choices = field["Choices, Calculations, OR Slider Labels"].split("|")
        return value in {choice.partition(",")[0].strip() for choice in choices}
    patterns = {"date_ymd": r"\d{4}-\d\d-\d\d", "integer": r"-?\d+", "number": r"-?\d+(\.\d+)?"}
    pattern = patterns.get(field["Text Validation Type OR Show Slider Number"], r".+")
    low, high = field["Text Validation Min"], field["Text Validation Max"]
    within = not low or not high or float(low) <= float(value) <= float(high)
    return re.fullmatch(pattern, value) is not None and within


def test_spss_file_has_labels_for_variables_and_codes(tmp_path: Path) -> None:
    path = tmp_path / "study.sav"
    path.write_bytes(interchange_file(Form.SPSS, example_parts(), "zh"))
    frame, meta = pyreadstat.read_sav(str(path))
    assert len(frame) == 24
    assert meta.column_names_to_labels["sex"] == "性别"
    assert meta.variable_value_labels["sex"] == {1.0: "男", 2.0: "女"}
    assert meta.variable_value_labels["os_event"] == {1.0: "是", 0.0: "否"}
    assert frame["sex"].tolist()[0] == 1.0
    assert meta.variable_measure["age"] == "scale"


def _clinical(content: bytes) -> tuple[list[list[str]], list[dict[str, str]]]:
    lines = content.decode("utf-8").splitlines()
    assert [line.startswith("#") for line in lines[:5]] == [True] * 4 + [False]
    above = [line[1:].split("\t") for line in lines[:4]]
    header = lines[4].split("\t")
    rows = [line.split("\t") for line in lines[5:]]
    assert all(len(row) == len(header) for row in (*above, *rows))
    return above, [dict(zip(header, row, strict=True)) for row in rows]


def test_cbioportal_files_keep_the_rules_of_its_validator(awkward: StudyParts) -> None:
    for study in (example_parts(), awkward):
        files = _archive(Form.CBIOPORTAL, study)
        for level in ("patient", "sample"):
            above, rows = _clinical(files[f"data_clinical_{level}.txt"])
            for name, display, about, kind, priority in zip(rows[0], *above, strict=True):
                assert re.fullmatch(r"[A-Z][A-Z0-9_]*", name)
                assert display
                assert about
                assert kind in ("STRING", "NUMBER", "BOOLEAN")
                assert priority == "1"
                values = [row[name] for row in rows if row[name]]
                if kind == "NUMBER":
                    assert all(re.fullmatch(r"-?\d+(\.\d+)?", value) for value in values)
                if kind == "BOOLEAN":
                    assert set(values) <= {"TRUE", "FALSE"}
            assert all(re.fullmatch(r"[A-Za-z0-9._-]+", row["PATIENT_ID"]) for row in rows)
            assert not {"MUTATION_COUNT", "FRACTION_GENOME_ALTERED", "PRIMARY_SITE"} & set(rows[0])
            assert "DATE" not in " ".join(rows[0])
            assert ("SAMPLE_ID" in rows[0]) == (level == "sample")
            if level == "patient":
                assert {row["OS_STATUS"] for row in rows} <= {"0:LIVING", "1:DECEASED"}
                assert {row.get("PFS_STATUS", "") for row in rows} <= {
                    "0:CENSORED", "1:PROGRESSION", "",
                }  # fmt: skip
            meta = files[f"meta_clinical_{level}.txt"].decode("utf-8")
            assert f"datatype: {level.upper()}_ATTRIBUTES" in meta
        identifier = re.search(r"cancer_study_identifier: (\S+)", files["meta_study.txt"].decode())
        assert identifier is not None
        assert re.fullmatch(r"[a-z0-9_]+", identifier.group(1))


def test_cbioportal_text_is_one_cell_of_one_line(awkward: StudyParts) -> None:
    attributes = {one.name: one.cells for one in patient_attributes(awkward)}
    assert attributes["TUMOR_SITE"][1] == "left, 'sigmoid'"
    assert attributes["NOTE"][0] == "a b"
    assert len(set(attributes["PATIENT_ID"])) == 2


def test_patient_identifiers_stay_apart_when_signs_are_replaced() -> None:
    assert len(set(patient_identifiers(["张", "李", "王", "__", "a b", "a_b"]))) == 6


@pytest.mark.parametrize("form", Form)
def test_command_line_writes_a_file_that_validates(
    form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = example_folder() / "crlm_haic_24_flat.csv"
    target = tmp_path / f"out.{form.suffix}"
    arguments = ["export", str(source), "--form", form.value, "--out", str(target)]
    assert main(arguments) == 0
    assert capsys.readouterr().out.strip() == str(target)
    intake, _ = analysed([UploadedFile(target.name, target.read_bytes())])
    assert len(intake.data.table("patients")) == 24
    assert [one for one in intake.findings if one.severity is not Severity.INFO] == []
