"""Tables written with each distinct value once are the tables that pandas writes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exports.canonical import canonical_csv
from core.exports.csv_text import csv_text
from core.rules.formula_text import inert

TEXTS = st.sampled_from(
    ["", "a", "a,b", 'say "a"', "two\nlines", "\r", "=1+1", "'=1", "-3.5", "++", "肝", " x ", "yes"]
)
NUMBERS = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 0.1, 1e-7, 1e22, 12.5]))
DAYS = st.dates(pd.Timestamp("1900-01-01").date(), pd.Timestamp("2200-01-01").date()).map(
    pd.Timestamp
)


def columns(rows: int) -> st.SearchStrategy[dict[str, Any]]:
    """One column of each type that a study's tables have."""

    def listed(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
        return st.lists(st.one_of(st.none(), values), min_size=rows, max_size=rows)

    return st.fixed_dictionaries(
        {
            "text": listed(TEXTS).map(lambda one: pd.Series(one, dtype=object)),
            "mixed": listed(st.sampled_from([1, 1.0, True, "1", 0, False])).map(
                lambda one: pd.Series(one, dtype=object)
            ),
            "number": listed(NUMBERS).map(lambda one: pd.Series(one, dtype="float64")),
            "integer": listed(st.integers(-5, 5)).map(lambda one: pd.Series(one, dtype="Int64")),
            "boolean": listed(st.booleans()).map(lambda one: pd.Series(one, dtype="boolean")),
            "day": listed(DAYS).map(lambda one: pd.Series(one, dtype="datetime64[ns]")),
        }
    )


def plain(frame: pd.DataFrame) -> str:
    """Cell by cell, as the canonical form is defined."""
    shown = frame.rename(columns=inert)
    for name in shown.columns:
        column = shown[name]
        if column.dtype == "datetime64[ns]":
            shown[name] = column.dt.strftime("%Y-%m-%d")
        elif column.dtype == "boolean":
            shown[name] = column.map({True: "yes", False: "no"})
        elif column.dtype == object:
            shown[name] = column.map(inert, na_action="ignore")
    return str(shown.to_csv(index=False, lineterminator="\n"))


@given(st.integers(0, 6).flatmap(columns))
def test_canonical_csv_of_any_columns_is_what_is_written_cell_by_cell(
    made: dict[str, Any],
) -> None:
    frame = pd.DataFrame(made)
    assert canonical_csv(frame) == plain(frame)
    dateless = frame.drop(columns="day")
    assert csv_text(dateless) == dateless.to_csv(index=False, lineterminator="\n")


@pytest.mark.parametrize("names", [["only"], ["twice", "twice"], ["=a", "b,c"], []])
def test_csv_text_of_odd_headers_is_what_pandas_writes(names: list[str]) -> None:
    frame = pd.DataFrame([["x", None][: len(names)], [np.nan, "y"][: len(names)]], columns=names)
    assert csv_text(frame) == frame.to_csv(index=False, lineterminator="\n")
