"""Items of STROBE and REMARK and the sections that answer them from the data."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import RuleFileInvalid

FILE = Path(__file__).with_name("reporting.toml")


class ReportingItem(BaseModel):
    """One item; ``section`` is the part of the report that answers it, "" = the authors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    section: str = ""


class Guideline(BaseModel):
    """A reporting guideline with its items in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    items: tuple[ReportingItem, ...]


@cache
def guidelines(path: Path = FILE) -> tuple[Guideline, ...]:
    """The guidelines as shipped.

    Raises:
        RuleFileInvalid: names the file and what is wrong.

    >>> [(one.name, len(one.items)) for one in guidelines()]
    [('strobe', 22), ('remark', 20)]
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return tuple(Guideline.model_validate(entry) for entry in content["guideline"])
    except ValidationError as error:
        problem = str(error.errors()[0]["msg"])
        raise RuleFileInvalid(
            "rule_file_invalid", file=path.name, line=0, problem=problem
        ) from error
