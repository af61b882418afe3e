"""The accepted tables as canonical CSV files, and their cells as a screen shows them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from core.exports.csv_text import csv_text
from core.rules.formula_text import inert
from core.rules.units import canonical_unit, default_unit
from core.schema import SOURCE_COLUMNS, StudyData
from core.text.catalogue import Language, code_word, text


def shown_cells(column: pd.Series, language: Language) -> list[str]:
    """A column's values as words of the language: dates ISO, yes/no, missing empty."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return [str(one) if isinstance(one, str) else "" for one in column.dt.strftime("%Y-%m-%d")]
    if pd.api.types.is_bool_dtype(column):
        words = {True: text("common.yes", language), False: text("common.no", language)}
        return [words.get(one, "") if not pd.isna(one) else "" for one in column]
    if pd.api.types.is_float_dtype(column):
        return ["" if pd.isna(one) else f"{one:.10g}" for one in column]
    return ["" if pd.isna(one) else code_word(str(one), language) for one in column]


def canonical_csv(frame: pd.DataFrame) -> str:
    """One table as CSV text; dates as ISO, booleans as yes/no, missing as an empty cell.

    Text that a spreadsheet would take for a formula gets an apostrophe before it, as Excel
    itself writes it; reading the file takes it off again.
    """
    shown = frame.rename(columns=inert)
    for name in shown.columns:
        column = shown[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            shown[name] = _iso_days(column)
        elif pd.api.types.is_bool_dtype(column):
            shown[name] = column.map({True: "yes", False: "no"})
        elif column.dtype == object and not _is_harmless(column):
            shown[name] = column.map(inert, na_action="ignore")
    return csv_text(shown)


def _iso_days(column: pd.Series) -> pd.Series:
    """Dates as ISO text, written once a distinct day; missing stays missing."""
    codes, days = pd.factorize(column)
    texts = np.array([*pd.DatetimeIndex(days).strftime("%Y-%m-%d"), np.nan], dtype=object)
    return pd.Series(texts[codes], column.index)


def _is_harmless(column: pd.Series) -> bool:
    """Whether all distinct values are text that needs no apostrophe."""
    return all(isinstance(one, str) and inert(one) is one for one in column.dropna().unique())


def with_canonical_units(labs: pd.DataFrame) -> pd.DataFrame:
    """The laboratory table, also with ``value_canonical`` and ``unit_canonical``.

    Both are empty where the test or its unit isn't known: a unit is never guessed. A ratio
    (INR) needs none.

    >>> labs = pd.DataFrame({"lab_test": ["HGB"], "lab_value": [9.1], "lab_unit": ["g/dL"]})
    >>> with_canonical_units(labs)[["value_canonical", "unit_canonical"]].values.tolist()
    [[91.0, 'g/L']]
    """

    def converted(test: object, value: object, unit: object) -> tuple[float | None, str | None]:
        if not isinstance(test, str) or not isinstance(value, float) or pd.isna(value):
            return None, None
        usual = default_unit(test)
        if not isinstance(unit, str) and usual is not None and usual.canonical == "ratio":
            unit = usual.unit
        match = canonical_unit(test, unit) if isinstance(unit, str) else None
        if match is None:
            return None, None
        # Ten digits hide the noise of binary fractions (1.1 x 88.4).
        return float(f"{match.convert(value):.10g}"), match.canonical

    nothing = [None] * len(labs)
    names = ("lab_test", "lab_value", "lab_unit")
    columns = [labs[name] if name in labs.columns else nothing for name in names]
    pairs = [converted(*cells) for cells in zip(*columns, strict=True)]
    return labs.assign(
        value_canonical=pd.Series([value for value, _ in pairs], labs.index, dtype="float64"),
        unit_canonical=pd.Series([unit for _, unit in pairs], labs.index, dtype=object),
    )


def write_canonical(data: StudyData, directory: Path) -> list[Path]:
    """Write each table of the study to ``<table>.csv`` and return the paths.

    ``labs.csv`` also has each value in the canonical unit of its test.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in data.tables.items():
        known = [column for column in frame.columns if column not in SOURCE_COLUMNS]
        shown = with_canonical_units(frame[known]) if name == "labs" else frame[known]
        path = directory / f"{name}.csv"
        path.write_text(canonical_csv(shown), encoding="utf-8")
        written.append(path)
    return written


def study_hash(data: StudyData) -> str:
    """SHA-256 over the canonical CSV of all tables: equal for equal data, however delivered."""
    digest = hashlib.sha256()
    for name, frame in sorted(data.tables.items()):
        known = [column for column in sorted(frame.columns) if column not in SOURCE_COLUMNS]
        digest.update(f"{name}\n{canonical_csv(frame[known])}\0".encode())
    return digest.hexdigest()
