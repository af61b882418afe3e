"""What a tumour board can decide; the list is ``board.toml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from core.errors import RuleFileInvalid
from core.rules.toml_file import FOLDER, read_toml

FILE = FOLDER / "board.toml"


def read_board_options(path: Path = FILE) -> tuple[str, ...]:
    """The codes of the options in their order.

    Raises:
        RuleFileInvalid: there is none, or one is not text or occurs twice.
    """
    found = read_toml(path).get("options")
    if not isinstance(found, list) or not found or not all(isinstance(o, str) for o in found):
        raise RuleFileInvalid("rule_file_invalid", file=path.name, line=1, problem="options")
    twice = next((one for at, one in enumerate(found) if one in found[:at]), None)
    if twice is not None:
        raise RuleFileInvalid("rule_file_invalid", file=path.name, line=1, problem=twice)
    return tuple(found)


@cache
def board_options() -> tuple[str, ...]:
    """The options of this installation.

    >>> board_options()[0]
    'continue_haic'
    """
    return read_board_options()
