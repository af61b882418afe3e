"""One row a patient as an SPSS file: numbers with value labels, dates, variable labels.

Categories have the codes 1, 2, ... in the order of the schema, yes is 1 and no 0; the labels
carry the words, so an upload reads them back whatever the codes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyreadstat

from core.exports.interchange.delimited import Cell
from core.exports.interchange.flat import FlatColumn, flat_columns
from core.exports.interchange.parts import StudyParts
from core.text.catalogue import Language

_STAMP = slice(92, 109)
_FIXED_STAMP = b"01 Jan 0000:00:00"
_FORMATS = {"boolean": "F1.0", "category": "F2.0", "integer": "F8.0"}
_MEASURES = {
    "boolean": "nominal", "category": "nominal", "text": "nominal", "integer": "scale",
    "number": "scale", "date": "scale",
}  # fmt: skip


def _codes(column: FlatColumn) -> dict[str, float]:
    if column.kind == "boolean":
        return {"true": 1.0, "false": 0.0}
    return {code: float(n) for n, (code, _) in enumerate(column.words, start=1)}


def _value_labels(column: FlatColumn) -> dict[float, str]:
    codes = _codes(column)
    return {codes[code]: word for code, word in column.words}


def _series(column: FlatColumn) -> pd.Series:
    if column.kind in ("boolean", "category"):
        codes = _codes(column)
        return pd.Series([_coded(cell, codes) for cell in column.cells], dtype="float64")
    if column.kind in ("integer", "number"):
        return pd.Series(column.cells, dtype="float64")
    if column.kind == "date":
        return pd.Series(column.cells, dtype=object)
    return pd.Series(["" if c is None else str(c) for c in column.cells], dtype=object)


def _coded(cell: Cell, codes: Mapping[str, float]) -> float | None:
    if cell is None:
        return None
    return codes[str(cell).lower() if isinstance(cell, bool) else str(cell)]


def spss_file(study: StudyParts, language: Language) -> bytes:
    """The study as a .sav file, its time stamp fixed; labels in the language."""
    columns = flat_columns(study, language)
    frame = pd.DataFrame({column.name: _series(column) for column in columns})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=study.name.encode()[:64].decode(errors="ignore"),
            column_labels={column.name: column.label for column in columns},
            variable_value_labels={
                column.name: _value_labels(column) for column in columns if column.words
            },
            variable_measure={column.name: _MEASURES[column.kind] for column in columns},
            variable_format={
                column.name: _FORMATS[column.kind] for column in columns if column.kind in _FORMATS
            },
        )
        content = path.read_bytes()
    return content[: _STAMP.start] + _FIXED_STAMP + content[_STAMP.stop :]


__all__ = ["spss_file"]
