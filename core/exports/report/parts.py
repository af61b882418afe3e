"""Names of fonts and pieces of markup of the report's files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("parts.toml")


@cache
def parts(group: str) -> Mapping[str, str]:
    """The pieces of one group.

    >>> parts("fonts")["chinese"]
    'SimSun'
    """
    found: Mapping[str, str] = tomllib.loads(FILE.read_text(encoding="utf-8"))[group]
    return found
