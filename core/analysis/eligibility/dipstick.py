"""Urine protein by dipstick: from what the laboratory printed to an ordinal level."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from core.analysis.eligibility.protocol import Protocol


def dipstick_key(text: str) -> str:
    """A dipstick result reduced to one way of writing it."""
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("—", "-")
    return "".join(folded.split()).casefold()


@cache
def _dipstick_words(items: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    return {dipstick_key(word): level for level, words in items for word in words}


def dipstick_level(protocol: Protocol, text: str) -> str | None:
    """NEG, TRACE or 1+ to 4+; None when the text is no dipstick result.

    >>> from core.analysis.eligibility.protocol import default_protocol
    >>> [dipstick_level(default_protocol(), t) for t in ("（＋）", "阴性", "-", "待查")]
    ['1+', 'NEG', 'NEG', None]
    """
    return _dipstick_words(tuple(protocol.dipstick.items())).get(dipstick_key(text))
