"""No row is lost, and no accepted cell differs from its source without a recorded conversion."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from core.intake.cells import UploadedFile
from core.intake.numbers import Decimal, ParsedNumber, parse_number
from core.intake.validate import read_study
from tests.bad_inputs.builders import HEADERS, csv_bytes, table

TODAY = date(2024, 1, 1)
LABS = {"Hb (g/L)": "HGB", "PLT (10^9/L)": "PLAT", "Creatinine (umol/L)": "CREAT"}
NUMERIC = ("age", "ecog", "tumor_number", "max_tumor_diameter_cm", "weight_kg", "height_cm")
PIECES = st.sampled_from(
    [
        "1", "1.5", "178", "1,200", "5,1", "<5", "3.2↑", "１２", "", "-", "NA", "58岁", "1.7m",
        "170cm", "999", "abc", "是", "2021-02-30", "20210301", "5/7/21", "二线", "≥5", "#N/A",
        "+", "女", "M", "0",
    ]
)  # fmt: skip
CELLS = st.one_of(PIECES, st.text(max_size=6).filter(lambda text: not set("\x00\r\n") & set(text)))
CHANGES = st.lists(st.tuples(st.integers(2, 5), st.sampled_from(HEADERS[1:]), CELLS), max_size=6)


@settings(max_examples=60, deadline=None)
@given(CHANGES)
def test_rows_read_are_accepted_or_set_aside_and_conversions_are_recorded(
    changes: list[tuple[int, str, str]],
) -> None:
    rows = table(changes)
    intake = read_study([UploadedFile("patients.csv", csv_bytes(rows))], today=TODAY)
    assert intake.rows_read == intake.rows_accepted + intake.rows_set_aside
    assert intake.rows_set_aside == len(intake.set_aside)
    patients = intake.data.table("patients")
    assert len(patients) == intake.rows_accepted
    said = {(f.row, f.column) for f in intake.findings} | {
        (None, f.column) for f in intake.findings if f.row is None
    }
    folded = {f.column for f in intake.findings if f.code == "more_alike"}
    lines = {row[0]: number for number, row in enumerate(rows, start=1)}
    for record in patients.to_dict("records"):
        line = lines[record["patient_id"]]
        for header in NUMERIC:
            cell = rows[line - 1][HEADERS.index(header)]
            if (line, header) in said or header in folded:
                continue
            stored = record[header]
            if cell.strip() == "":
                assert stored != stored or stored is None or str(stored) == "<NA>"
            else:
                assert float(stored) == float(cell)
    for lab in intake.data.table("labs").to_dict("records"):
        line = lines[lab["patient_id"]]
        header = next(name for name, code in LABS.items() if code == lab["lab_test"])
        if (line, header) not in said and header not in folded:
            assert lab["lab_value"] == float(rows[line - 1][HEADERS.index(header)])


@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False))
def test_number_written_plainly_is_read_exactly(number: float) -> None:
    parsed = parse_number(repr(number), Decimal.POINT)
    if parsed != "number_unreadable":  # more than 15 digits are no measurement
        assert parsed == ParsedNumber(number)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_coded_problem(text: str) -> None:
    parsed = parse_number(text, Decimal.UNKNOWN)
    assert isinstance(parsed, ParsedNumber) or parsed.startswith("number_")


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1911, 1, 1), date(2090, 1, 1)), st.sampled_from(["-", "/", "."]))
def test_date_year_first_reads_back_exactly(day: date, separator: str) -> None:
    from core.intake.dates import read_date

    text = f"{day.year}{separator}{day.month}{separator}{day.day}"
    assert read_date(text).value == day
    assert read_date(day.isoformat()).value == day
