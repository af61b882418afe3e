"""Reads for which step of a number its hazard ratio is customarily printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, PositiveFloat

from core.rules.toml_file import read_toml

FILE = Path(__file__).with_name("measured.toml")


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    log2: tuple[str, ...]
    steps: dict[str, PositiveFloat]


@dataclass(frozen=True, slots=True)
class Step:
    """A hazard ratio is for ``per`` units more, or for twice the value (``log2``)."""

    per: float = 1.0
    log2: bool = False


@cache
def _rules() -> _File:
    return _File.model_validate(read_toml(FILE))


def customary_step(name: str) -> Step:
    """The step in which a number is customarily read.

    >>> customary_step("age")
    Step(per=10.0, log2=False)
    >>> customary_step("CA 19-9 (U/mL)").log2
    True
    """
    plain = re.sub(r"[\s_\-]", "", name).casefold()
    if any(marker in plain for marker in _rules().log2):
        return Step(log2=True)
    return Step(per=_rules().steps.get(name, 1.0))
