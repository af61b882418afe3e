"""A printed table: title, cells already worded, and the notes that stand under it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from core.results.common import Message
from core.text.catalogue import Language, say, text


@dataclass(frozen=True, slots=True)
class Table:
    """A table in one language.

    Attributes:
        name: short ASCII name, for files and sheets.
        title: heading in the language.
        frame: cells as strings, column names as printed.
        notes: method, denominator, options and caveats, one sentence each.
    """

    name: str
    title: str
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


def labelled(label: str, language: Language) -> str:
    """A label as results carry it: ``"@"`` and a catalogue key, or the text itself."""
    return text(label[1:], language) if label.startswith("@") else label


def worded(items: Iterable[Message], language: Language) -> tuple[str, ...]:
    """Messages as sentences, each once, in their order."""
    return tuple(dict.fromkeys(say(item, language) for item in items))


def framed(rows: Sequence[Sequence[str]], headers: Sequence[str]) -> pd.DataFrame:
    """Rows of strings under printed headers; equal headers are told apart by a thin space."""
    names: list[str] = []
    for header in headers:
        while header in names:
            header += "\u2009"
        names.append(header)
    return pd.DataFrame(list(rows), columns=names, dtype=str)


_RANGE = re.compile(r"(?<=[\dR])–(?=[\d−N])")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$<>:&])")


def inert_text(words: str) -> str:
    """Words for a place that reads Markdown, so that none of them can format or load anything.

    >>> print(inert_text("![x](http://a)"))
    \\!\\[x\\]\\(http\\://a\\)
    """
    return _MARKDOWN.sub(r"\\\1", words)


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """The table for a place that reads Markdown: no cell can format, link or load anything.

    >>> print(inert(framed([["**5** :smile:"]], ["n"])).iloc[0, 0])
    \\*\\*5\\*\\* \\:smile\\:
    """
    columns = [list(map(_inert_cell, frame.iloc[:, at])) for at in range(frame.shape[1])]
    names = pd.Index([inert_text(str(name)) for name in frame.columns])
    return pd.DataFrame(dict(enumerate(columns)), dtype=object).set_axis(names, axis=1)


def _inert_cell(words: str) -> str:
    # A bound stays with its number, and an interval in one piece, where a narrow cell breaks.
    return _RANGE.sub("–\u2060", inert_text(words).replace("< ", "<\u00a0"))
