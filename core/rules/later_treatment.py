"""Kinds of treatment after HAIC and the words by which a recorded text names them."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from core.errors import RuleFileInvalid

FILE = Path(__file__).with_name("later_treatment.csv")
_SEPARATORS = re.compile(r"[;；,，、+/]")


@cache
def later_treatment_words(path: Path = FILE) -> Mapping[str, str]:
    """Word in lower case -> category.

    Raises:
        RuleFileInvalid: a word stands under two categories.
    """
    words: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            for word in row["words"].split("|"):
                if words.setdefault(word.casefold(), row["category"]) != row["category"]:
                    raise RuleFileInvalid(
                        "rule_word_twice", file=path.name, line=reader.line_num, word=word
                    )
    return words


def later_treatments(recorded: str | None) -> frozenset[str]:
    """Categories named by a recorded text; several stand apart by ``;`` ``,`` ``、`` or ``+``.

    >>> sorted(later_treatments("消融; 全身治疗"))
    ['ablation', 'systemic']
    """
    if not recorded:
        return frozenset()
    folded = unicodedata.normalize("NFKC", recorded).casefold()
    words = later_treatment_words()
    parts = (part.strip() for part in _SEPARATORS.split(folded))
    return frozenset(words[part] for part in parts if part in words)
