"""The data dictionary and the one for REDCap name every column once."""

from __future__ import annotations

import csv
import io
import re

import pytest

from core.exports.dictionary import dictionary_table, dictionary_workbook, redcap_dictionary_csv
from core.intake.cells import UploadedFile
from core.intake.read import read_files
from core.rules.columns import lab_codes
from core.schema import TABLES, column_specs
from core.text.catalogue import LANGUAGES, Language, text

COLUMNS = sum(len(column_specs(table)) for table in TABLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dictionary_lists_every_column_and_laboratory_test(language: Language) -> None:
    table = dictionary_table(language)
    assert len(table.frame) == COLUMNS + len(lab_codes())
    meaning = table.frame[text("dictionary.meaning_of", language)]
    assert (meaning.str.len() > 0).all()
    age = table.frame[table.frame[text("dictionary.field", language)] == "age"].iloc[0]
    assert age[text("dictionary.limits", language)] == "0–120"
    assert age["CDISC"].startswith("DM.AGE")
    assert "AGE" in age["cBioPortal"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_dictionary_workbook_can_be_opened(language: Language) -> None:
    sheets = read_files([UploadedFile("dictionary.xlsx", dictionary_workbook(language))])
    assert len(sheets) == 1


def _redcap(language: Language) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(redcap_dictionary_csv(language))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_redcap_names_are_valid_and_occur_once(language: Language) -> None:
    rows = _redcap(language)
    names = [row["Variable / Field Name"] for row in rows]
    assert len(set(names)) == len(names) == COLUMNS - len(TABLES) + 2
    assert names[0] == "record_id"
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]", name) for name in names)
    assert not any(name.startswith("redcap_") for name in names)
    assert {row["Form Name"] for row in rows} == set(TABLES)
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_redcap_choices_have_plain_codes(language: Language) -> None:
    for row in _redcap(language):
        choices = row["Choices, Calculations, OR Slider Labels"]
        assert bool(choices) == (row["Field Type"] in ("radio", "dropdown"))
        if choices:
            codes = [choice.partition(",")[0].strip() for choice in choices.split("|")]
            assert all(re.fullmatch(r"[A-Za-z0-9_]+", code) for code in codes)
            assert len(set(codes)) == len(codes)


def test_redcap_limits_dates_and_identifier_are_given() -> None:
    rows = {row["Variable / Field Name"]: row for row in _redcap("en")}
    validation = "Text Validation Type OR Show Slider Number"
    assert rows["dob"]["Identifier?"] == "y"
    assert rows["dob"][validation] == "date_ymd"
    assert (rows["age"]["Text Validation Min"], rows["age"]["Text Validation Max"]) == ("0", "120")
    assert rows["extrahepatic_mets"]["Field Type"] == "yesno"
    assert rows["haic_date"]["Required Field?"] == "y"
