"""The accepted tables as canonical CSV files, and their cells as a screen shows them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

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
    """One table as CSV text; dates as ISO, booleans as yes/no, missing as an empty cell."""
    shown = frame.copy()
    for name in shown.columns:
        column = shown[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            shown[name] = column.dt.strftime("%Y-%m-%d")
        elif pd.api.types.is_bool_dtype(column):
            shown[name] = column.map({True: "yes", False: "no"})
    return str(shown.to_csv(index=False, lineterminator="\n"))


def write_canonical(data: StudyData, directory: Path) -> list[Path]:
    """Write each table of the study to ``<table>.csv`` and return the paths."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in data.tables.items():
        known = [column for column in frame.columns if column not in SOURCE_COLUMNS]
        path = directory / f"{name}.csv"
        path.write_text(canonical_csv(frame[known]), encoding="utf-8")
        written.append(path)
    return written
