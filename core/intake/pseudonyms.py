"""Pseudonyms of a study: short codes made with the study's own secret key.

A code can't be traced back without the key, is the same for the same identifier in every file
of the study, and never stands for two identifiers of it.

Source: HMAC with SHA-256 (RFC 2104, FIPS 198-1); the 32 signs of Crockford's base 32, without
I, L, O and U.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

KEY_BYTES = 32
SHORTEST = 6
"""Signs of a code; longer only where a shorter one is taken."""
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_IGNORED = re.compile("[\\s\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069-]+")


def new_key() -> bytes:
    """A secret key for a new study."""
    return secrets.token_bytes(KEY_BYTES)


def plain_form(original: str) -> str:
    """The form in which identifiers are compared: width, case, spaces and dashes don't count.

    >>> plain_form(" １３８-0013 8000"), plain_form("a12x")
    ('13800138000', 'A12X')
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", original)).upper()


@dataclass(slots=True)
class Pseudonyms:
    """The codes of one study.

    Attributes:
        key: the study's secret key.
        codes: HMAC of each identifier met (hexadecimal) and its code; those of earlier files
            first. It holds no identifier.
    """

    key: bytes = field(repr=False)
    codes: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, key: bytes, codes: Mapping[str, str]) -> Pseudonyms:
        """The codes of a study as they were stored."""
        return cls(key, dict(codes))

    def _hash(self, text: str) -> bytes:
        return hmac.new(self.key, text.encode(), hashlib.sha256).digest()

    def add(self, originals: Iterable[str]) -> None:
        """Give codes to identifiers that have none; the order in which they come is nothing."""
        taken = set(self.codes.values())
        new = {self._hash(plain).hex(): plain for plain in map(plain_form, originals)}
        for digest in sorted(new.keys() - self.codes.keys()):
            self.codes[digest] = self._free(new[digest], digest, taken)
            taken.add(self.codes[digest])

    def _free(self, plain: str, digest: str, taken: set[str]) -> str:
        for attempt in count():
            number = int.from_bytes(self._hash(f"code {attempt} {digest}"))
            signs = "".join(_SIGNS[(number >> 5 * place) & 31] for place in range(40))
            for length in range(SHORTEST, SHORTEST + 4):
                code = f"P-{signs[:length]}"
                if code not in taken and not (plain and plain in signs[:length]):
                    return code
        raise AssertionError  # ``count`` does not end

    def code(self, original: str) -> str:
        """The code of an identifier.

        >>> codes = Pseudonyms(b"0" * 32)
        >>> codes.code("住院号 123") == codes.code("住院号123"), codes.code("1") == codes.code("2")
        (True, False)
        """
        digest = self._hash(plain_form(original)).hex()
        if digest not in self.codes:
            self.add([original])
        return self.codes[digest]
