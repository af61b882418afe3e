"""Loads the definitions of the times to event from ``endpoints.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import RuleFileInvalid
from core.schema import FollowUp

FILE = Path(__file__).with_name("endpoints.toml")

Event = Literal["progression", "death", "response"]


class EndpointRule(BaseModel):
    """Start, events and censoring of one endpoint.

    Attributes:
        time, event: columns of ``follow_up`` with the coded time and event; "" = none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Literal["first_haic", "first_response", "first_complete_response"]
    events: tuple[Event, ...] = Field(min_length=1)
    compartment: Literal["overall", "liver"]
    censor: Literal["last_contact", "last_assessment", "none"]
    time: str
    event: str

    @model_validator(mode="after")
    def _names_known_columns(self) -> EndpointRule:
        for column in (self.time, self.event):
            if column and column not in FollowUp.model_fields:
                raise ValueError(f"{column} is no column of follow_up")
        if bool(self.time) != bool(self.event):
            raise ValueError("time and event belong together")
        return self

    @property
    def is_of_responders(self) -> bool:
        """Whether only patients with a response have this endpoint."""
        return self.start != "first_haic" or "response" in self.events


def _line_of(text: str, code: str) -> int:
    lines = text.splitlines()
    return next((at for at, line in enumerate(lines, 1) if line.strip() == f"[{code}]"), 0)


def read_endpoint_rules(path: Path) -> Mapping[str, EndpointRule]:
    """The endpoints of a rule file by code.

    Raises:
        RuleFileInvalid: a definition is incomplete or names what does not exist.
    """
    text = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleFileInvalid(
            "rule_file_invalid", file=path.name, line=0, problem=str(error)
        ) from error
    found = {}
    for code, given in table.items():
        try:
            found[code] = EndpointRule.model_validate(given)
        except ValidationError as error:
            problem = "; ".join(one["msg"] for one in error.errors())
            raise RuleFileInvalid(
                "rule_file_invalid", file=path.name, line=_line_of(text, code), problem=problem
            ) from error
    return found


@cache
def endpoint_rules() -> Mapping[str, EndpointRule]:
    """The endpoints that Arteria derives.

    >>> endpoint_rules()["os"].events
    ('death',)
    """
    return read_endpoint_rules(FILE)
