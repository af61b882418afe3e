"""The generator writes the committed example study, byte for byte, each time."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.example import example_files, example_folder, write_example
from core.intake.validate import read_study
from core.rules.columns import header_key as key
from core.rules.columns import headers_of, sheets_by_name
from core.schema import ROW_KEYS, TABLES
from examples.make_example.source import source_patients
from examples.make_example.wording import in_chinese
from examples.make_example.write import make_tables, write_all

WORKBOOKS = ("crlm_haic_24_zh.xlsx", "crlm_haic_24_en.xlsx", "crlm_haic_24_flat_zh.xlsx")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_all(tmp_path_factory.mktemp("example"))


def cells(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_generator_run_again_writes_the_committed_bytes(written: list[Path]) -> None:
    root = written[0].parent
    for path in written:
        committed = example_folder() / path.relative_to(root)
        assert path.read_bytes() == committed.read_bytes(), path.name


@pytest.mark.parametrize("name", WORKBOOKS)
def test_generator_run_again_gives_equal_cells(written: list[Path], name: str) -> None:
    made = next(path for path in written if path.name == name)
    assert cells(made) == cells(example_folder() / name)


def test_committed_folder_holds_only_generated_files_readme_and_source(
    written: list[Path],
) -> None:
    root = written[0].parent
    made = {str(path.relative_to(root)) for path in written}
    kept = {
        str(path.relative_to(example_folder()))
        for path in example_folder().rglob("*")
        if path.is_file()
    }
    assert kept - made == {
        "README.md", "board.toml", "source/patients.csv", "source/adverse_events.csv",
    }  # fmt: skip


def test_every_row_keeps_the_schema_and_its_key() -> None:
    for table, rows in make_tables().items():
        keys = ROW_KEYS.get(table)
        if keys:
            found = [tuple(row.get(name) for name in keys) for row in rows]
            assert len(found) == len(set(found)), table
        for row in rows:
            TABLES[table].model_validate(row)


def test_full_workbook_holds_no_derived_result() -> None:
    header = set(make_tables()["patients"][0]) | set(make_tables()["follow_up"][0])
    derived = {"best_response", "best_response_liver", "pfs_months", "pfs_event", "os_months",
               "os_event", "hepatic_pfs_months", "bsa_m2", "n_measurable_lesions"}  # fmt: skip
    assert not header & derived


@pytest.mark.parametrize("name", WORKBOOKS[:2])
def test_workbook_sheets_and_headers_are_known(name: str) -> None:
    for sheet, rows in cells(example_folder() / name).items():
        table = sheets_by_name()[key(sheet)]
        if table in TABLES:
            known = headers_of(table)
            assert [str(head) for head in rows[0] if key(str(head)) not in known] == []


def test_chinese_workbook_has_no_english_category() -> None:
    english = {"yes", "no", "M", "F", "WILD", "MUTANT", "TARGET", "DEAD", "liver", "NEVER"}
    for rows in cells(example_folder() / WORKBOOKS[0]).values():
        assert not english & {str(value) for row in rows for value in row}


def test_phrase_without_chinese_wording_is_refused() -> None:
    with pytest.raises(KeyError):
        in_chinese("nothing that the plan says")


def test_write_example_leaves_one_workbook_at_the_top(tmp_path: Path) -> None:
    paths = write_example(tmp_path / "demo")
    assert paths[0].name == example_files()[0][0]
    assert [path.name for path in (tmp_path / "demo").iterdir() if path.is_file()] == [
        "crlm_haic_24_zh.xlsx"
    ]
    assert all(path.is_file() for path in paths)
    assert len(list((tmp_path / "demo" / "csv").glob("*.csv"))) == len(TABLES) + 1
    assert len(read_study([tmp_path / "demo"]).data.table("patients")) == 24


def test_sessions_follow_each_other_every_three_to_four_weeks() -> None:
    for patient in source_patients():
        days = patient.session_days
        assert len(days) == int(patient.row["n_haic_sessions"])
        assert all(21 <= later - earlier <= 28 for earlier, later in pairwise(days))
    assert sum(len(patient.session_days) for patient in source_patients()) == 56
