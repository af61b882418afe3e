"""What the published series says in words, as far as its tables can confirm or refute it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).with_name("published_statements.toml")


class PublishedStatements(BaseModel):
    """Statements of the text.

    Attributes:
        patients_in_discussion: number of patients that the discussion names.
        entered_below_p: the stated rule for entering the multivariable model.
        conclusion_benefit: terms of Table 5 that the conclusion says to benefit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    patients_in_discussion: int
    entered_below_p: float
    conclusion_benefit: tuple[str, ...]


@cache
def published_statements(path: Path = FILE) -> PublishedStatements:
    """The statements as shipped.

    >>> published_statements().entered_below_p
    0.05
    """
    return PublishedStatements.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
