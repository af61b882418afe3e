"""Whatever people decide: no row is lost, and no cell differs without a record of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UnusableFile
from core.intake.cells import UploadedFile
from core.intake.deciding import listed, without
from core.intake.read import read_files
from core.intake.validate import validate_study
from core.results.decisions import CellCorrection, Decisions, RowSetAside, Signature, Waiver
from tests.bad_inputs.builders import HEADERS, csv_bytes, table

SIGNED = Signature("B", "why", datetime(2024, 1, 1, tzinfo=UTC))
TODAY = date(2024, 1, 1)
NUMERIC = ("age", "ecog", "tumor_number", "max_tumor_diameter_cm", "weight_kg", "height_cm")
WORDS = st.sampled_from(["1", "66", "178", "999", "abc", "", "5,1", "<5", "7", "A01", "B09"])
SHEETS = st.sampled_from(["patients", "other"])
LINES = st.integers(1, 7)
COLUMNS = st.sampled_from([*HEADERS, "nowhere"])
CHANGES = st.lists(st.tuples(st.integers(2, 5), st.sampled_from(HEADERS[1:]), WORDS), max_size=4)
CORRECTIONS = st.lists(st.tuples(LINES, COLUMNS, st.booleans(), WORDS), max_size=5)
ASIDES = st.lists(st.builds(RowSetAside, SHEETS, LINES, st.just(SIGNED)), max_size=3)
WAIVERS = st.lists(
    st.builds(
        Waiver,
        st.sampled_from(["bmi_implausible", "out_of_range", "date_order", "similar_id"]),
        SHEETS,
        st.one_of(st.none(), LINES),
        COLUMNS,
        st.just(SIGNED),
    ),
    max_size=3,
)


def corrections_of(
    rows: list[list[str]], drawn: list[tuple[int, str, bool, str]]
) -> tuple[CellCorrection, ...]:
    """Corrections whose ``before`` is the file's cell, or is not."""
    found = []
    for line, header, is_right, after in drawn:
        inside = 2 <= line <= len(rows) and header in HEADERS
        cell = rows[line - 1][HEADERS.index(header)] if inside else ""
        before = cell if is_right else f"{cell}?"
        found.append(CellCorrection("patients", line, header, before, after, SIGNED))
    return tuple(found)


@settings(max_examples=80, deadline=None)
@given(CHANGES, CORRECTIONS, ASIDES, WAIVERS)
def test_rows_hold_and_cells_differ_only_by_a_recorded_change(
    changes: list[tuple[int, str, str]],
    drawn: list[tuple[int, str, bool, str]],
    asides: list[RowSetAside],
    waivers: list[Waiver],
) -> None:
    rows = table(changes)
    decisions = Decisions(corrections_of(rows, drawn), tuple(asides), tuple(waivers))
    sheets = read_files([UploadedFile("patients.csv", csv_bytes(rows))])
    try:
        intake = validate_study(sheets, None, decisions, today=TODAY)
    except UnusableFile:
        return
    assert intake.rows_read == len(sheets[0].rows)
    assert intake.rows_read == intake.rows_accepted + intake.rows_set_aside
    assert intake.rows_set_aside == len(intake.set_aside)
    for count in intake.tables:
        derived = count.table != "patients"
        assert derived or count.rows_read == count.rows_accepted + count.rows_set_aside
    patients = intake.data.table("patients")
    assert len(patients) == intake.rows_accepted
    aside = {one.row for one in intake.set_aside}
    assert {one.row for one in asides if one.sheet == "patients" and 2 <= one.row <= 5} <= aside
    said = {(f.row, f.column) for f in intake.findings} | {
        (None, f.column) for f in intake.findings if f.row is None
    }
    accepted = [row for line, row in enumerate(rows, 1) if line > 1 and line not in aside]
    for record, row in zip(patients.to_dict("records"), accepted, strict=True):
        line = rows.index(row) + 1
        for header in NUMERIC:
            cell, stored = row[HEADERS.index(header)], record[header]
            if (line, header) in said or (None, header) in said:
                continue
            if cell == "":
                assert str(stored) in ("nan", "<NA>", "None")
            else:
                assert float(stored) == float(cell)
    assert not any(f.waived for f in intake.findings if f.severity != "warning")


@settings(max_examples=20, deadline=None)
@given(CHANGES, CORRECTIONS, ASIDES, WAIVERS)
def test_everything_taken_back_is_the_upload_as_it_was(
    changes: list[tuple[int, str, str]],
    drawn: list[tuple[int, str, bool, str]],
    asides: list[RowSetAside],
    waivers: list[Waiver],
) -> None:
    decisions = Decisions(corrections_of(table(changes), drawn), tuple(asides), tuple(waivers))
    for one in listed(decisions):
        decisions = without(decisions, one)
    assert decisions == Decisions()
