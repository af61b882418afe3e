"""The example study's meetings, made together with it from ``board.toml`` beside its workbook."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from core.example import example_folder
from core.results.board import Ruling
from core.storage.studies import Store, VersionInfo
from core.text.catalogue import Language

BY = "example"
STORED: Language = "zh"
"""The language in which the meetings' words are kept."""

T = TypeVar("T")


@cache
def _written() -> Mapping[str, Any]:
    return tomllib.loads((example_folder() / "board.toml").read_text(encoding="utf-8"))


def _phrases(entry: object) -> Iterator[Mapping[str, str]]:
    if isinstance(entry, dict):
        if STORED in entry:
            yield entry
            return
        entry = list(entry.values())
    if isinstance(entry, list):
        for one in entry:
            yield from _phrases(one)


@cache
def _spoken(language: Language) -> Mapping[str, str]:
    return {one[STORED]: one[language] for one in _phrases(_written())}


def in_language(found: T, language: Language) -> T:
    """What a meeting of the example study holds, its words in the language.

    Words that somebody wrote since stay as they are.

    >>> in_language(("影像科 丁医师", 7), "en")
    ('Dr D, diagnostic radiology', 7)
    """
    return found if language == STORED else _told(found, _spoken(language))


def _told(found: Any, words: Mapping[str, str]) -> Any:
    if isinstance(found, str):
        return words.get(found, found)
    if isinstance(found, tuple):
        return tuple(_told(one, words) for one in found)
    if is_dataclass(found) and not isinstance(found, type):
        told = {one.name: _told(getattr(found, one.name), words) for one in fields(found)}
        return replace(found, **told)
    return found


def make_example_board(store: Store, info: VersionInfo) -> None:
    """Make the meetings with their cases, decisions and outcomes."""
    board = store.board

    def word(entry: Mapping[str, Any], name: str) -> str:
        return str(entry[name][STORED]) if name in entry else ""

    for entry in _written()["meeting"]:
        members = [str(one[STORED]) for one in entry["members"]]
        meeting = board.create_meeting(
            info.study_id, entry["held_on"], word(entry, "title"), members, BY
        )
        for case in entry["case"]:
            board.put_case(meeting.id, case["patient_id"], word(case, "question"))
            if "option" not in case:
                continue
            ruling = Ruling(
                case["option"], word(case, "reasons"), word(case, "responsible"), case.get("due"),
                word(case, "dissent"),
            )  # fmt: skip
            made = board.add_decision(
                meeting.id, case["patient_id"], info.number, info.content_hash, ruling, BY
            )
            if "outcome" in case:
                board.add_outcome(made.number, case["outcome"], word(case, "remark"), BY)
