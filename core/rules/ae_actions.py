"""What a recorded action says about the treatment: stopped, reduced, interrupted.

The action is free text; its words are looked for in ``ae_actions.csv``. A word after a negation
doesn't count.

Source: ICH E2B and CDISC "action taken with study treatment" (drug withdrawn, dose reduced,
drug interrupted).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, get_args

from core.rules.ctcae import FOLDER, folded, invalid, read_rows

FILE = FOLDER / "ae_actions.csv"
Consequence = Literal["STOPPED", "REDUCED", "INTERRUPTED"]
_NEGATED = re.compile(
    r"(\bnot?\b|\bnever\b|\bwithout\b|\bnon\b|未|无需|没有|不需|不予)[\s\w]{0,12}$"
)


@cache
def _words() -> tuple[tuple[Consequence, re.Pattern[str]], ...]:
    found: list[tuple[Consequence, re.Pattern[str]]] = []
    for line, row in read_rows(FILE, ("consequence", "words")):
        name = row["consequence"]
        words = [folded(word) for word in row["words"].split("|") if word.strip()]
        if name not in get_args(Consequence):
            raise invalid(FILE, line, "consequence", name)
        if not words:
            raise invalid(FILE, line, "words", "")
        longest_first = sorted(words, key=len, reverse=True)
        pattern = "|".join(
            rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
            for word in longest_first
        )
        found.append((name, re.compile(pattern)))  # type: ignore[arg-type]
    return tuple(found)


@cache
def consequences_of(action: str) -> frozenset[Consequence]:
    """What the action did to the treatment; empty if it says nothing of that.

    >>> sorted(consequences_of("infusion paused, fluorouracil reduced"))
    ['INTERRUPTED', 'REDUCED']
    >>> sorted(consequences_of("dose not reduced")), sorted(consequences_of("未减量"))
    ([], [])
    """
    told = folded(action)
    return frozenset(
        name
        for name, pattern in _words()
        if any(
            not _NEGATED.search(re.split(r"[,;，；。.]", told[: hit.start()])[-1])
            for hit in pattern.finditer(told)
        )
    )
