"""Reads which numbers Cox models can hold as measured, and for which step of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, PositiveFloat

from core.rules.toml_file import read_toml

FILE = Path(__file__).with_name("measured.toml")


class Offered(BaseModel):
    """Numbers beside those of the factors, in printing order.

    Attributes:
        columns: of ``patients``; labs: tests of which the baseline value counts.
        indices: made of baseline values.
        usual: the names that are shown without being asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    labs: tuple[str, ...]
    indices: tuple[str, ...]
    usual: tuple[str, ...]


class _File(Offered):
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


def offered_numbers() -> Offered:
    """The numbers offered beside those of the factors."""
    return _rules()


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
