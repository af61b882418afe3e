"""Figures and tables kept ready after their first making, for whoever holds the same content.

Neither adds a way to see anything: what is kept is found by the whole content that it was made
of, and that content comes from the caches that ask for the visitor's permission
(``pages/parts/shared.py``). What is handed out can't be changed by the session that gets it.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import is_dataclass
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

import plotly.graph_objects as go
import pyarrow as pa
from plotly.basedatatypes import BaseFigure

from core.exports.tables.table import Table, inert

P = ParamSpec("P")
K = TypeVar("K")
R = TypeVar("R")
MOST_FIGURES = 96
MOST_TABLES = 96
MOST_RESULTS = 64
MOST_CELLS = 256


class Picture(BaseFigure):
    """A finished figure: it can be shown, and has nothing that would change it."""

    def __init__(self, figure: go.Figure) -> None:
        # Plain lists and numbers are written for the browser many times faster than arrays.
        object.__setattr__(self, "_content", json.loads(figure.to_json()))

    def to_dict(self) -> dict[str, Any]:
        """What is drawn, as Plotly's figure specification."""
        content: dict[str, Any] = self._content
        return content


class _LastUsed(Generic[K, R]):
    """The entries that were used last, at most so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[K, R] = OrderedDict()
        self._lock = Lock()

    def get(self, slot: K) -> R | None:
        with self._lock:
            found = self._found.get(slot)
            if found is not None:
                self._found.move_to_end(slot)
            return found

    def put(self, slot: K, made: R) -> None:
        with self._lock:
            self._found[slot] = made
            if len(self._found) > self._most:
                self._found.popitem(last=False)


_FIGURES: _LastUsed[Hashable, Picture] = _LastUsed(MOST_FIGURES)
_TABLES: _LastUsed[bytes, Table] = _LastUsed(MOST_TABLES)
_RESULTS: _LastUsed[int, tuple[Any, bytes]] = _LastUsed(MOST_RESULTS)
"""Frozen results by their identity, with the hash of their content; held, so none is reused."""
_CELLS: _LastUsed[tuple[str, bool], pa.Table] = _LastUsed(MOST_CELLS)


def _hash(value: Any) -> bytes:
    return hashlib.sha256(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)).digest()


def _content(value: Any) -> bytes:
    """A hash of all that a value says; of a frozen result it is worked out once."""
    if not (isinstance(value, tuple) or is_dataclass(value)):
        return _hash(value)
    known = _RESULTS.get(id(value))
    if known is None:
        known = (value, _hash(value))
        _RESULTS.put(id(value), known)
    return known[1]


def _slot(build: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]) -> bytes:
    """What a result is found by; empty if something was given that has no content."""
    try:
        parts = [_hash(build), *map(_content, args)]
        parts += [_hash(name) + _content(value) for name, value in sorted(named.items())]
    except (pickle.PicklingError, AttributeError, TypeError):
        # A function made on the spot.
        return b""
    return hashlib.sha256(b"".join(parts)).digest()


def drawn(build: Callable[P, go.Figure], *args: P.args, **kwargs: P.kwargs) -> Picture:
    """The figure that ``build`` makes of these arguments, drawn at most once."""
    slot = _slot(build, args, kwargs)
    found = _FIGURES.get(slot) if slot else None
    if found is None:
        found = Picture(build(*args, **kwargs))
        if slot:
            _FIGURES.put(slot, found)
    return found


def printed(build: Callable[P, Table], *args: P.args, **kwargs: P.kwargs) -> Table:
    """The table that ``build`` prints of these arguments, printed at most once."""
    slot = _slot(build, args, kwargs)
    found = _TABLES.get(slot) if slot else None
    if found is None:
        found = build(*args, **kwargs)
        if slot:
            _TABLES.put(slot, found)
    return found


def drawn_as(identity: tuple[Hashable, ...], build: Callable[[], go.Figure]) -> Picture:
    """The figure that ``build`` makes, drawn at most once for what identifies it.

    Args:
        identity: all that ``build`` reads, as the caches tell it apart: the figure's name, the
            study version, the options, the language.
    """
    found = _FIGURES.get(identity)
    if found is None:
        found = Picture(build())
        _FIGURES.put(identity, found)
    return found


def digest(table: Table) -> str:
    """A hash of all that is printed in a table."""
    words = [table.title, *table.frame.columns, *table.frame.to_numpy().ravel()]
    words += table.notes
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def cells(table: Table, content: str, *, is_markdown: bool) -> pa.Table:
    """The cells as they are sent to the browser.

    Args:
        content: the table's ``digest``.
        is_markdown: they stand where Markdown is read, so that nothing in them may be Markdown.
    """
    slot = (content, is_markdown)
    found = _CELLS.get(slot)
    if found is None:
        frame = inert(table.frame) if is_markdown else table.frame
        found = pa.Table.from_pandas(frame, preserve_index=False)
        _CELLS.put(slot, found)
    return found
