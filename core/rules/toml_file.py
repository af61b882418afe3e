"""Rule files written in TOML: read, and located when something in them is wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from core.errors import RuleFileInvalid

FOLDER = Path(__file__).parent


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a rule file.

    Raises:
        RuleFileInvalid: the file is not TOML; names file and line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) if found else 1
        raise RuleFileInvalid(
            "rule_file_invalid", file=path.name, line=line, problem=str(error)
        ) from error


def line_of(path: Path, text: str) -> int:
    """The first line of the file that contains ``text``; 1 if none does."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if text in line), 1)
