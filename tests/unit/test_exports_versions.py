"""Changes between versions as printed, and laboratory values in canonical units."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from core.example import example_files
from core.exports.canonical import with_canonical_units, write_canonical
from core.exports.tables.versions import version_changes_table, version_counts_table
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.schema import StudyData, typed_frame
from core.text.catalogue import LANGUAGES, Language, text
from core.versions import compare_versions


def _study(cutoff: date | None = None, **tables: list[dict[str, object]]) -> StudyData:
    frames = {name: typed_frame(name, pd.DataFrame(rows)) for name, rows in tables.items()}
    return StudyData(frames, data_cutoff=cutoff)


BEFORE = _study(
    patients=[{"patient_id": "P01", "sex": "M", "ecog": 1}, {"patient_id": "P02", "sex": "F"}],
    labs=[{"patient_id": "P01", "lab_test": "ALT", "lab_value": 40.0, "lab_unit": "U/L"}],
)
AFTER = _study(
    date(2024, 1, 1),
    patients=[{"patient_id": "P03", "sex": "F"}, {"patient_id": "P01", "sex": "M", "ecog": 2}],
    labs=[{"patient_id": "P01", "lab_test": "ALT", "lab_value": 44.0, "lab_unit": "U/L"}],
)


def test_changes_are_rows_added_gone_and_cells() -> None:
    patients, labs = compare_versions(BEFORE, AFTER).tables
    assert [(c.column, c.before, c.after) for c in patients.changed] == [("ecog", 1, 2)]
    assert [row.key for row in patients.added] == [(("patient_id", "P03"),)]
    assert [row.key for row in patients.gone] == [(("patient_id", "P02"),)]
    assert (len(labs.gone), len(labs.added), labs.changed) == (1, 1, ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_printed_in_words(language: Language) -> None:
    changes = compare_versions(BEFORE, AFTER)
    table = version_changes_table(changes, 1, 2, language)
    assert len(table.frame) == 5
    row = table.frame.iloc[0].tolist()
    assert row[1:] == [
        "P01", text("versions.changed", language), "ECOG评分" if language == "zh" else "ECOG", "1",
        "2",
    ]  # fmt: skip
    assert any("2024-01-01" in note for note in table.notes)
    counts = version_counts_table(changes, 1, 2, language)
    assert counts.frame.iloc[0].tolist()[1:] == ["2", "2", "1", "1", "1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_versions_print_that_they_are(language: Language) -> None:
    table = version_changes_table(compare_versions(BEFORE, BEFORE), 1, 2, language)
    assert table.frame.empty
    assert text("versions.same", language) in table.notes


def test_own_variable_that_became_text_changes_only_where_it_says_something_else() -> None:
    before = _study(patients=[{"patient_id": "P1", "own": 60.0}, {"patient_id": "P2", "own": 2.5}])
    after = _study(patients=[{"patient_id": "P1", "own": "60"}, {"patient_id": "P2", "own": "x"}])
    changed = compare_versions(before, after).tables[0].changed
    assert [(c.key[0][1], c.before, c.after) for c in changed] == [("P2", "2.5", "x")]


def test_canonical_values_stand_beside_those_reported() -> None:
    labs = pd.DataFrame(
        {
            "lab_test": ["CREAT", "INR", "HGB", "HGB", "OWN", "UPROT_DIP"],
            "lab_value": [1.1, 1.2, 9.0, 9.0, 3.0, None],
            "lab_unit": ["mg/dL", None, None, "stone", "U/L", None],
        }
    )
    shown = with_canonical_units(labs)
    assert shown["lab_value"].tolist()[:5] == [1.1, 1.2, 9.0, 9.0, 3.0]
    assert shown["value_canonical"].tolist()[:2] == [97.24, 1.2]
    assert shown["value_canonical"].isna().tolist() == [False, False, True, True, True, True]
    assert shown["unit_canonical"].tolist() == ["umol/L", "ratio", None, None, None, None]


def test_written_labs_have_both_units_in_every_row(tmp_path: Path) -> None:
    files = [UploadedFile(name, content) for name, content in example_files()]
    data = read_study(files).data
    write_canonical(data, tmp_path)
    with (tmp_path / "labs.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(data.table("labs"))
    assert {"lab_value", "lab_unit", "value_canonical", "unit_canonical"} <= set(rows[0])
    numeric = [row for row in rows if row["lab_value"]]
    assert numeric
    assert all(row["value_canonical"] and row["unit_canonical"] for row in numeric)
