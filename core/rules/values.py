"""Which words mean which category, by group: ``values.csv``.

The same word means different things in different columns (``-`` is negative on a dipstick and
missing among numbers; ``阴性`` is wild type for a gene), so words are looked up within the
group that a column names.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from core.errors import RuleFileInvalid

FILE = Path(__file__).parent / "values.csv"
_SIGNS = str.maketrans({"≥": ">=", "≦": "<=", "≧": ">=", "≤": "<=", "−": "-", "–": "-"})


@lru_cache(maxsize=8192)
def word_key(text: str) -> str:
    """The form in which words are compared: width, case and spaces don't count.

    >>> word_key(" Wild Type ") == word_key("ｗｉｌｄ　ｔｙｐｅ")
    True
    """
    # NFKC would turn Ⅱ into II, which is what is wanted here.
    folded = unicodedata.normalize("NFKC", text).translate(_SIGNS).casefold()
    return "".join(folded.split())


def read_values(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Group -> compared word -> canonical value.

    Raises:
        RuleFileInvalid: a cell is missing, or one word stands for two values of a group.
    """
    groups: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            if None in row or None in row.values() or not row["group"] or not row["words"]:
                raise RuleFileInvalid("rule_file_columns", file=path.name, line=reader.line_num)
            group = groups.setdefault(row["group"], {})
            for word in row["words"].split("|"):
                key = word_key(word)
                if group.setdefault(key, row["canonical"]) != row["canonical"]:
                    raise RuleFileInvalid(
                        "rule_file_value", file=path.name, line=reader.line_num,
                        column="words", value=word,
                    )  # fmt: skip
            if row["canonical"]:
                group.setdefault(word_key(row["canonical"]), row["canonical"])
    return groups


@cache
def value_groups() -> Mapping[str, Mapping[str, str]]:
    """All groups of ``values.csv``."""
    return read_values(FILE)


def category_of(group: str, text: str) -> str | None:
    """The canonical value that a word means in a group; None if the group doesn't know it.

    >>> category_of("mutation", "阴性"), category_of("boolean", "阴性"), category_of("sex", "?")
    ('WILD', 'false', None)
    """
    return value_groups()[group].get(word_key(text))


def is_missing_word(text: str) -> bool:
    """Whether a cell says that nothing was recorded (``不详``, ``NA``, ``/`` ...)."""
    return word_key(text) in value_groups()["missing"]


def is_ditto(text: str) -> bool:
    """Whether a cell only points to another one (``同上``, ``〃``, ``ditto`` ...).

    >>> is_ditto("同上"), is_ditto("〃"), is_ditto("无")
    (True, True, False)
    """
    return word_key(text) in value_groups()["ditto"]


def words_of(group: str) -> tuple[str, ...]:
    """The compared words of a group."""
    return tuple(value_groups()[group])


@cache
def _every_word() -> frozenset[str]:
    return frozenset(word for group in value_groups().values() for word in group)


def is_known_word(text: str) -> bool:
    """Whether any group knows the word."""
    return word_key(text) in _every_word()
