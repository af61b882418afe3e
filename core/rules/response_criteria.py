"""Loads the sets of criteria by which a sum of target lesions can be judged."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import RuleFileInvalid
from core.rules.recist import MICROMETRES_PER_MM

FILE = Path(__file__).with_name("response_criteria.toml")
RECIST = "recist"


class CriteriaSet(BaseModel):
    """Limits of one set of criteria; see the rule file for what each of them means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Literal["diameter", "viable"]
    response_decrease_percent: int = Field(gt=0, lt=100)
    progression_increase_percent: int = Field(gt=0)
    progression_increase_mm: float = Field(ge=0)
    density_decrease_percent: int = Field(ge=0, lt=100)
    most_liver_lesions: int = Field(ge=0)
    standard: bool

    @property
    def progression_increase_um(self) -> int:
        """The absolute limb of progression in micrometres."""
        return round(self.progression_increase_mm * MICROMETRES_PER_MM)

    @property
    def uses_density(self) -> bool:
        """Whether density decides beside size."""
        return self.density_decrease_percent > 0


def read_criteria(path: Path) -> Mapping[str, CriteriaSet]:
    """The sets of a rule file by their code.

    Raises:
        RuleFileInvalid: a set is incomplete, holds what is unknown, or RECIST 1.1 is not there.
    """
    found = {}
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    for code, given in table.items():
        try:
            found[code] = CriteriaSet.model_validate(given)
        except ValidationError as error:
            problem = f"{code}: " + "; ".join(one["msg"] for one in error.errors())
            raise RuleFileInvalid(
                "rule_file_invalid", file=path.name, line=0, problem=problem
            ) from error
    if RECIST not in found:
        raise RuleFileInvalid("rule_file_invalid", file=path.name, line=0, problem=RECIST)
    return found


@cache
def criteria_sets() -> Mapping[str, CriteriaSet]:
    """The sets of criteria that Arteria can apply.

    >>> criteria_sets()["choi"].density_decrease_percent
    15
    """
    return read_criteria(FILE)


def recist_criteria() -> CriteriaSet:
    """RECIST 1.1 itself."""
    return criteria_sets()[RECIST]
