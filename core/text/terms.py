"""Names of CTCAE terms and organ classes in the reader's language."""

from __future__ import annotations

from core.rules.ctcae import soc_key, term_key
from core.text.catalogue import Language, has, text
from core.text.numbers import MISSING


def term_name(term: str, language: Language) -> str:
    """A CTCAE term in the language; a term of the study's own under its own name."""
    key = term_key(term)
    return text(key, language) if has(key) else term


def soc_name(soc: str, language: Language) -> str:
    """A system organ class in the language; a dash when it is unknown."""
    if not soc:
        return MISSING
    key = soc_key(soc)
    return text(key, language) if has(key) else soc


def organ_name(organ: str, language: Language, *, with_words: bool = True) -> str:
    """A recognised organ in the language; any other under the name that was given.

    Args:
        with_words: False gives a dash for a name that the team wrote itself.
    """
    key = f"organs.{organ.replace(' ', '_')}"
    if has(key):
        return text(key, language)
    return organ if with_words else MISSING
