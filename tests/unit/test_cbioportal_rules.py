"""The clinical files against the rules of cBioPortal's validateData.py, one test a rule."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from core.exports.interchange.form import Form
from core.exports.interchange.forms import interchange_file
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from tests.study_forms import example_parts, parts_of

NULLS = {
    "[not applicable]", "[not available]", "[pending]", "[discrepancy]", "[completed]", "[null]",
    "", "na",
}  # fmt: skip
BANNED = {"MUTATION_COUNT", "FRACTION_GENOME_ALTERED"}
NUMBERS = {"AGE", "OS_MONTHS", "DFS_MONTHS"}
TEXTS = {
    "CANCER_TYPE", "CANCER_TYPE_DETAILED", "OS_STATUS", "DFS_STATUS", "GENDER", "SEX", "HISTOLOGY",
    "TUMOR_SITE", "SAMPLE_TYPE", "SAMPLE_CLASS",
}  # fmt: skip
OF_SAMPLES = {
    "METASTATIC_SITE", "OTHER_SAMPLE_ID", "PRIMARY_SITE", "SAMPLE_CLASS", "SAMPLE_DISPLAY_NAME",
    "SAMPLE_TYPE", "TUMOR_TISSUE_SITE", "TUMOR_TYPE",
}  # fmt: skip
OF_PATIENTS = {
    "AGE", "DFS_STATUS", "DFS_MONTHS", "GENDER", "OS_STATUS", "OS_MONTHS", "SEX", "TUMOR_SITE",
    "PATIENT_DISPLAY_NAME",
}  # fmt: skip
LONGEST_SAMPLE_ID = 63
EXCEL_DATE = re.compile(
    r"(?i)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-[^-]*"
    r"|[^-]*-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)

# Own variables under names that mean something there, in Chinese, twice the same, with quotes.
OWN_HEADERS = (
    "Mutation_count", "Cancer_type", "肿瘤标志物", "随访备注", "Seen", "Sample_ID", "Tumor_type",
)  # fmt: skip
HOSTILE = f'''\
patient_id,sex,age,first_haic_date,os_months,os_event,{",".join(OWN_HEADERS)}
患者 1,M,61,2020-01-01,12.5,yes,3,liver,x,"说 ""好""",Oct-20,s1,na
P/2,F,54,2020-02-01,8,no,4,bile,y,b,20-Mar,s2,HCC
'''

Row = dict[str, str]


class Clinical:
    """A data file: its four definition lines, its columns and its rows."""

    def __init__(self, content: bytes) -> None:
        self.text = content.decode("utf-8")
        lines = self.text.split("\n")
        self.above = [line[1:].split("\t") for line in lines[:4]]
        self.marks = [line[:1] for line in lines[:5]]
        self.columns = lines[4].split("\t")
        self.lines = [line.split("\t") for line in lines[5:-1]]
        self.last = lines[-1]
        self.rows: list[Row] = [dict(zip(self.columns, line, strict=True)) for line in self.lines]
        self.types = dict(zip(self.columns, self.above[2], strict=True))


def unpacked(study: str) -> dict[str, bytes]:
    if study == "example":
        parts = example_parts()
    else:
        parts = parts_of(read_study([UploadedFile("a.csv", HOSTILE.encode())]), "研究 A-1")
    with zipfile.ZipFile(io.BytesIO(interchange_file(Form.CBIOPORTAL, parts, "en"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module", params=["example", "hostile"])
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    return unpacked(request.param)


@pytest.fixture(scope="module", params=["patient", "sample"])
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def clinical(files: dict[str, bytes], level: str) -> Clinical:
    return Clinical(files[f"data_clinical_{level}.txt"])


def meta(files: dict[str, bytes], name: str) -> Row:
    lines = files[name].decode("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_four_definition_lines_then_the_names(clinical: Clinical) -> None:
    assert clinical.marks[:4] == ["#"] * 4
    assert clinical.marks[4] != "#"


def test_every_line_has_the_same_number_of_columns(clinical: Clinical) -> None:
    wide = len(clinical.columns)
    assert {len(line) for line in (*clinical.above, *clinical.lines)} == {wide}


def test_file_ends_with_one_line_break_and_has_no_empty_line(clinical: Clinical) -> None:
    assert clinical.last == ""
    assert "\n\n" not in clinical.text
    assert "\r" not in clinical.text


def test_no_definition_is_empty_or_a_word_for_nothing(clinical: Clinical) -> None:
    for line in clinical.above:
        assert not {cell.strip().casefold() for cell in line} & NULLS


def test_datatypes_are_known(clinical: Clinical) -> None:
    assert set(clinical.above[2]) <= {"STRING", "NUMBER", "BOOLEAN"}


def test_priorities_are_whole_numbers_from_minus_1(clinical: Clinical) -> None:
    assert all(int(cell) >= -1 for cell in clinical.above[3])


def test_names_are_in_capitals_each_once(clinical: Clinical) -> None:
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", name) for name in clinical.columns)
    assert len(set(clinical.columns)) == len(clinical.columns)


def test_names_computed_by_the_portal_are_not_used(clinical: Clinical) -> None:
    assert not BANNED & set(clinical.columns)


def test_predefined_attributes_have_their_datatype(clinical: Clinical) -> None:
    for name, kind in clinical.types.items():
        if name in NUMBERS:
            assert kind == "NUMBER", name
        if name in TEXTS:
            assert kind == "STRING", name


def test_predefined_attributes_stand_in_the_right_file(clinical: Clinical, level: str) -> None:
    wrong = OF_SAMPLES if level == "patient" else OF_PATIENTS
    assert not wrong & set(clinical.columns)


def test_required_columns_are_there(clinical: Clinical, level: str) -> None:
    assert "PATIENT_ID" in clinical.columns
    assert ("SAMPLE_ID" in clinical.columns) is (level == "sample")


def test_no_attribute_is_defined_for_patients_and_samples(files: dict[str, bytes]) -> None:
    patients, samples = (
        Clinical(files[f"data_clinical_{one}.txt"]) for one in ("patient", "sample")
    )
    assert set(patients.columns) & set(samples.columns) == {"PATIENT_ID"}


def test_numbers_are_numbers_and_booleans_are_true_or_false(clinical: Clinical) -> None:
    for row in clinical.rows:
        for name, value in row.items():
            if value and clinical.types[name] == "NUMBER":
                assert re.fullmatch(r"[<>]?-?\d+(\.\d+)?(e-?\d+)?", value), (name, value)
            if value and clinical.types[name] == "BOOLEAN":
                assert value in ("TRUE", "FALSE")


def test_identifiers_have_allowed_signs_and_are_unique(files: dict[str, bytes]) -> None:
    patients, samples = (
        Clinical(files[f"data_clinical_{one}.txt"]) for one in ("patient", "sample")
    )
    for clinical, name in ((patients, "PATIENT_ID"), (samples, "SAMPLE_ID")):
        values = [row[name] for row in clinical.rows]
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", value) for value in values)
        assert len(set(values)) == len(values)
    assert all(len(row["SAMPLE_ID"]) <= LONGEST_SAMPLE_ID for row in samples.rows)


def test_every_patient_has_a_sample_and_every_sample_a_patient(files: dict[str, bytes]) -> None:
    patients, samples = (
        Clinical(files[f"data_clinical_{one}.txt"]) for one in ("patient", "sample")
    )
    assert {row["PATIENT_ID"] for row in patients.rows} == {
        row["PATIENT_ID"] for row in samples.rows
    }


def test_status_is_0_living_or_1_deceased(files: dict[str, bytes]) -> None:
    rows = Clinical(files["data_clinical_patient.txt"]).rows
    assert {row["OS_STATUS"] for row in rows} == {"0:LIVING", "1:DECEASED"}


def test_every_status_has_its_code_and_its_months(files: dict[str, bytes]) -> None:
    clinical = Clinical(files["data_clinical_patient.txt"])
    for name in clinical.columns:
        if name.endswith("_STATUS") and name.replace("_STATUS", "_MONTHS") in clinical.columns:
            values = {row[name] for row in clinical.rows} - {""}
            assert all(re.match(r"[01]:\w", value) for value in values)
    assert "OS_MONTHS" in clinical.columns


def test_months_of_the_dead_are_not_empty(files: dict[str, bytes]) -> None:
    for row in Clinical(files["data_clinical_patient.txt"]).rows:
        if row["OS_STATUS"] == "1:DECEASED":
            assert float(row["OS_MONTHS"]) >= 0


def test_no_quotes_and_nothing_that_looks_like_a_date_of_a_spreadsheet(clinical: Clinical) -> None:
    assert '"' not in clinical.text
    for row in clinical.rows:
        assert not [value for value in row.values() if EXCEL_DATE.fullmatch(value)]


def test_own_variables_with_taken_or_chinese_names_are_all_kept() -> None:
    rows = Clinical(unpacked("hostile")["data_clinical_patient.txt"]).rows
    values = {name: [row[name] for row in rows] for name in rows[0]}
    assert values["OWN_MUTATION_COUNT"] == ["3", "4"]
    assert values["OWN_CANCER_TYPE"] == ["liver", "bile"]
    assert values["OWN_SAMPLE_ID"] == ["s1", "s2"]
    assert values["OWN_TUMOR_TYPE"][1] == "HCC"
    assert values["SEEN"] == ["Oct 20", "20 Mar"]
    assert [cells for name, cells in values.items() if name in ("OWN", "OWN_2")] == [
        ["x", "y"],
        ["说 '好'", "b"],
    ]


@pytest.mark.parametrize("level_name", ["patient", "sample"])
def test_meta_file_names_the_study_the_type_and_the_file(
    files: dict[str, bytes], level_name: str
) -> None:
    said = meta(files, f"meta_clinical_{level_name}.txt")
    assert (
        said["cancer_study_identifier"] == meta(files, "meta_study.txt")["cancer_study_identifier"]
    )
    assert said["genetic_alteration_type"] == "CLINICAL"
    assert said["datatype"] == f"{level_name.upper()}_ATTRIBUTES"
    assert said["data_filename"] in files


def test_study_meta_has_its_fields(files: dict[str, bytes]) -> None:
    said = meta(files, "meta_study.txt")
    assert {"type_of_cancer", "cancer_study_identifier", "name", "description"} <= said.keys()
    assert all(said.values())
    assert re.fullmatch(r"[a-z0-9_]{1,255}", said["cancer_study_identifier"])
    assert said["type_of_cancer"] == said["type_of_cancer"].lower()
    assert said["add_global_case_list"] == "true"
