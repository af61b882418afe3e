"""What identifies a person: surnames, words of headers, labels before identifiers in free text.

Source: see ``identifiers.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.errors import RuleFileInvalid
from core.rules.toml_file import FOLDER, line_of, read_toml

FILE = FOLDER / "identifiers.toml"
_LABELS = ("name", "person", "name_en", "number", "phone", "address")


@dataclass(frozen=True, slots=True)
class IdentifierRules:
    """The rules of ``identifiers.toml``.

    Attributes:
        surnames: one-character surnames.
        long_surnames: surnames of two characters.
        also_words: surnames that also begin clinical words.
        not_in_names: characters that a given name doesn't have.
        share: share of filled cells from which a column holds names, as a fraction of 1.
        distinct: distinct names, and distinct surnames, that such a column has at least.
        header_words: parts of a compared header (``header_key``) that identify a person.
        labels: words before an identifier in free text, by kind, the longest first.
    """

    surnames: frozenset[str]
    long_surnames: tuple[str, ...]
    also_words: frozenset[str]
    not_in_names: frozenset[str]
    share: float
    distinct: int
    header_words: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]


def _characters(text: str) -> frozenset[str]:
    return frozenset("".join(text.split()))


def read_identifier_rules(path: Path) -> IdentifierRules:
    """The rules of a file, checked.

    Raises:
        RuleFileInvalid: a part is missing, empty or of another type, or the share lies
            outside 0 to 1; names file and line.
    """
    rules = read_toml(path)
    try:
        names, headers, labels = rules["names"], rules["headers"], rules["labels"]
        found = IdentifierRules(
            _characters(names["surnames"]),
            tuple(names["two_character_surnames"]),
            _characters(names["also_words"]),
            _characters(names["not_in_names"]),
            float(names["share"]),
            int(names["distinct"]),
            (*headers["contain_zh"], *headers["contain_en"]),
            {kind: tuple(sorted(labels[kind], key=len, reverse=True)) for kind in _LABELS},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleFileInvalid(
            "rule_file_invalid", file=path.name, line=line_of(path, str(error)), problem=str(error)
        ) from error
    if not 0 < found.share <= 1 or not found.surnames or not all(found.labels.values()):
        raise RuleFileInvalid(
            "rule_file_invalid", file=path.name, line=line_of(path, "share"), problem="share"
        )
    return found


@cache
def identifier_rules() -> IdentifierRules:
    """The rules in force."""
    return read_identifier_rules(FILE)
