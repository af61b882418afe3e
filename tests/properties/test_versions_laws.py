"""Comparing versions: nothing where nothing changed, and every change where something did."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.example import example_files
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.schema import ROW_KEYS, StudyData, typed_frame
from core.versions import compare_versions

EXAMPLE = read_study([UploadedFile(name, content) for name, content in example_files()]).data
KEYED = [name for name in EXAMPLE.tables if name in ROW_KEYS]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "patient_id": st.sampled_from(["P1", "P2", "P3"]),
            "ae_term": st.sampled_from(["Nausea", "Pain"]),
            "ae_grade": st.sampled_from([None, 1, 2]),
        }
    ),
    max_size=6,
)


def _events(rows: Sequence[dict[str, object]]) -> StudyData:
    frame = pd.DataFrame(rows, columns=["patient_id", "ae_term", "ae_grade"])
    return StudyData({"adverse_events": typed_frame("adverse_events", frame)})


def test_example_equals_itself() -> None:
    assert compare_versions(EXAMPLE, EXAMPLE).is_empty


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_order_and_place_of_rows_do_not_count(seed: int) -> None:
    tables = {}
    for name, frame in EXAMPLE.tables.items():
        order = list(range(len(frame)))
        random.Random(seed).shuffle(order)
        shuffled = frame.iloc[order].reset_index(drop=True)
        shuffled["source_row"] = pd.Series(range(2, len(frame) + 2), dtype="Int64")
        tables[name] = typed_frame(name, shuffled)
    moved = StudyData(tables, EXAMPLE.own_variables, EXAMPLE.data_cutoff)
    assert compare_versions(EXAMPLE, moved).is_empty


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_changed_cell_is_listed_and_no_other(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(KEYED))
    frame: pd.DataFrame = EXAMPLE.tables[table].copy()
    columns = [
        name
        for name in frame.columns
        if name not in (*ROW_KEYS[table], "source_sheet", "source_row")
    ]
    cells = st.tuples(st.integers(0, len(frame) - 1), st.sampled_from(columns))
    emptied = set()
    for row, column in data.draw(st.sets(cells, min_size=1, max_size=5)):
        if pd.isna(frame[column].iloc[row]):
            continue
        frame.iat[row, list(frame.columns).index(column)] = None
        key = tuple(str(frame[name].iloc[row]) for name in ROW_KEYS[table] if name in frame)
        emptied.add((key[0], column))
    changed = StudyData({**EXAMPLE.tables, table: typed_frame(table, frame)})
    for one in compare_versions(EXAMPLE, changed).tables:
        assert not one.added
        assert not one.gone
        found = {(str(cell.key[0][1]), cell.column) for cell in one.changed}
        assert found == (emptied if one.table == table else set())
        assert all(cell.after is None and cell.before is not None for cell in one.changed)


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS)
def test_rows_before_without_gone_with_added_are_rows_after(
    before: list[dict[str, object]], after: list[dict[str, object]]
) -> None:
    (one,) = compare_versions(_events(before), _events(after)).tables
    assert len(before) - len(one.gone) + len(one.added) == len(after)
    (back,) = compare_versions(_events(after), _events(before)).tables
    assert (sorted(map(str, back.added)), sorted(map(str, back.gone))) == (
        sorted(map(str, one.gone)),
        sorted(map(str, one.added)),
    )
