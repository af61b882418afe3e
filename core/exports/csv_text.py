"""A frame as CSV text, each distinct value of a column put into its quotes only once."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import repeat
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd


def csv_text(frame: pd.DataFrame) -> str:
    """The same text as ``frame.to_csv(index=False, lineterminator="\\n")``.

    Dates must have been written as text before. Laboratory tables have a million rows and a
    few thousand distinct values a column, which makes this several times as quick.

    >>> csv_text(pd.DataFrame({"a": ["x,y", None], "b": [0.1, 2.0]}))
    'a,b\\n"x,y",0.1\\n,2.0\\n'
    """
    if frame.shape[1] < 2:
        # A lone empty cell is written as a pair of quotes.
        return str(frame.to_csv(index=False, lineterminator="\n"))
    columns = [_cells(frame.iloc[:, at]) for at in range(frame.shape[1])]
    lines = [",".join(_written(frame.columns)), *map(",".join, zip(*columns, strict=True))]
    return "\n".join(lines) + "\n"


def _cells(column: pd.Series) -> Iterable[str]:
    if column.dtype == np.float64:
        # By their bits: 0.0 and -0.0 are equal, but written differently.
        codes, bits = pd.factorize(column.to_numpy().view(np.int64))
        return _taken(_written(bits.view(np.float64).tolist()), codes)
    codes, distinct = pd.factorize(column)
    values = distinct.tolist()
    if column.dtype == object and not all(isinstance(one, str) for one in values):
        # 1, 1.0 and True are equal, but written differently.
        return _written(column.tolist())
    return _taken([*_written(values), ""], codes)


def _taken(texts: list[str], codes: np.ndarray) -> Iterable[str]:
    return map(texts.__getitem__, codes.tolist())


def _written(values: Iterable[Any]) -> list[str]:
    """Each value as a cell; missing is empty."""
    lines: list[str] = []
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\n")
    writer.writerows(zip((None if pd.isna(one) else one for one in values), repeat("")))
    return [line[:-2] for line in lines]
