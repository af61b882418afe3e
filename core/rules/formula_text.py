"""Text that a spreadsheet would run as a formula, made inert in CSV files and read back.

Source: OWASP Application Security Verification Standard 5.0, 1.2.10 (CSV and formula injection).
"""

from __future__ import annotations

import re
from typing import Any

_RUNS = re.compile(r"'*\s*[=+\-@\t\r＝＋－＠]", re.DOTALL)
_HARMLESS = re.compile(r"[+\-±]{1,4}|[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
"""Dipstick results and plain numbers."""


def inert(value: Any) -> Any:
    """Text with an apostrophe before what would be a formula; anything else as it is.

    >>> inert("=1+1"), inert("++"), inert("-3.5"), inert("A-1"), inert("'=1")
    ("'=1+1", '++', '-3.5', 'A-1', "''=1")
    """
    if not isinstance(value, str) or not _RUNS.match(value) or _HARMLESS.fullmatch(value):
        return value
    return "'" + value


def as_meant(text: str) -> str:
    """Text without the apostrophe that marks it as text.

    >>> as_meant("'=1+1"), as_meant("''=1"), as_meant("'A'"), as_meant("O'Neil")
    ('=1+1', "'=1", "'A'", "O'Neil")
    """
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text
