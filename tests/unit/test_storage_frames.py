"""The hash of a study's content, and which columns can be kept."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ArteriaError
from core.schema import StudyData, typed_frame
from core.storage.frames import checked_parquet, content_hash, read_parquet, write_parquet


def patients(**columns: object) -> StudyData:
    frame = pd.DataFrame({"patient_id": ["P01", "P02"], **columns})
    return StudyData({"patients": typed_frame("patients", frame)})


def test_hash_of_equal_data_in_other_order_of_columns_and_tables_is_equal() -> None:
    data = patients(age=[61.0, None], sex=["M", None])
    labs = typed_frame("labs", pd.DataFrame({"patient_id": ["P01"], "lab_test": ["ALT"]}))
    frame = data.tables["patients"]
    one = StudyData({"patients": frame, "labs": labs})
    turned = typed_frame("patients", frame[["sex", "age", "patient_id"]].set_axis([7, 9]))
    other = StudyData({"labs": labs, "patients": turned})
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize(
    "changed",
    [
        patients(age=[61.0, 0.0], sex=["M", ""]),
        patients(age=[61.0, None], sex=["", "M"]),
        patients(age=[None, 61.0], sex=["M", None]),
        patients(sex=["M", None]),
        patients(age=[61.0, None], sex=["M", None], ecog=[None, None]),
        patients(age=[np.nextafter(61.0, 62.0), None], sex=["M", None]),
    ],
)
def test_hash_of_other_data_differs(changed: StudyData) -> None:
    assert content_hash(changed) != content_hash(patients(age=[61.0, None], sex=["M", None]))


def test_hash_of_another_cutoff_or_own_variable_differs() -> None:
    tables = patients(score=["a", "b"]).tables
    hashes = {
        content_hash(StudyData(tables)),
        content_hash(StudyData(tables, data_cutoff=date(2022, 1, 1))),
        content_hash(StudyData(tables, own_variables=("score",))),
    }
    assert len(hashes) == 3


@given(
    st.lists(
        st.tuples(
            st.none() | st.text(alphabet=st.characters(exclude_categories=("Cs",))),
            st.none() | st.floats(allow_infinity=True, allow_nan=False),
            st.none() | st.booleans(),
            st.none() | st.integers(-(2**53), 2**53),
            st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)),
        ),
        max_size=8,
    )
)
def test_any_table_comes_back_from_parquet_as_it_was(
    rows: list[tuple[str | None, float | None, bool | None, int | None, date | None]],
) -> None:
    names = ["own text", "age", "prior_cetuximab", "ecog", "birth_date"]
    raw = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    raw["patient_id"] = [f"P{i}" for i in range(len(rows))]
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in raw.items()})
    data = StudyData({"patients": typed_frame("patients", frame)})
    back = read_parquet("patients", checked_parquet(data)["patients"])
    pd.testing.assert_frame_equal(back, data.tables["patients"], check_exact=True)


def test_table_without_rows_comes_back_with_its_types() -> None:
    empty = StudyData({}).table("adverse_events")
    back = read_parquet("adverse_events", write_parquet(empty))
    pd.testing.assert_frame_equal(back, empty)


def test_column_that_mixes_types_is_refused_by_name_of_its_table() -> None:
    data = patients(score=[1, "two"])
    with pytest.raises(ArteriaError) as caught:
        checked_parquet(data)
    assert (caught.value.code, caught.value.facts) == ("table_not_storable", {"table": "patients"})
