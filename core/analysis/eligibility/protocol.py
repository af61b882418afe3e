"""The criteria of a protocol as validated data.

A protocol is read from ``core/rules/eligibility.toml`` or edited for one study; either way a
limit that makes no clinical sense (haemoglobin of at least 900 g/L, ECOG of at most 1.5) is
refused with a reason that names the range.

Source: inclusion criteria (1) to (6) of the published series, section 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from core.analysis.eligibility.criteria import Rule
from core.errors import Fact, NotComputable, RuleFileInvalid
from core.results.common import Message
from core.rules.toml_file import FOLDER, line_of, read_toml

FILE = FOLDER / "eligibility.toml"


class Group(BaseModel):
    """Criteria shown as one result: ``all`` must be met, or ``any`` of them.

    ``conflicts``: warning for the part that passes while another part of the group fails.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    combine: Literal["all", "any"]
    conflicts: Mapping[str, str] = {}


class Settings(BaseModel):
    """Windows and sizes that several criteria share."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    lab_window_days: int = Field(ge=0, le=90)
    measurable_long_mm: float = Field(ge=5, le=50)
    measurable_node_mm: float = Field(ge=5, le=50)


class Protocol(BaseModel):
    """All criteria of one protocol, in the order in which they are shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: str
    settings: Settings
    groups: tuple[Group, ...]
    criteria: tuple[Rule, ...]
    dipstick: Mapping[Literal["NEG", "TRACE", "1+", "2+", "3+", "4+"], tuple[str, ...]]

    @model_validator(mode="after")
    def _is_consistent(self) -> Protocol:
        keys = [group.key for group in self.groups]
        ids = [rule.id for rule in self.criteria]
        if len(set(ids)) < len(ids) or {rule.key for rule in self.criteria} != set(keys):
            raise PydanticCustomError("groups_and_criteria_differ", "ids or keys do not match")
        needed = {rule.key for rule in self.criteria if not getattr(rule, "only_if_recorded", 0)}
        if needed != set(keys):
            raise PydanticCustomError("group_without_need", "a group has optional criteria only")
        return self

    @cached_property
    def grouped(self) -> tuple[tuple[Group, tuple[Rule, ...]], ...]:
        """Each group with its criteria, in the order in which they are shown."""
        found = []
        for group in self.groups:
            rules = tuple(rule for rule in self.criteria if rule.key == group.key)
            if len(rules) == 1:
                rules = (rules[0].model_copy(update={"is_whole_group": True}),)
            found.append((group, rules))
        return tuple(found)

    def with_limit(self, criterion_id: str, limit: float | str) -> Protocol:
        """The same protocol with another limit for one criterion; its version says so.

        Raises:
            NotComputable: the limit makes no sense, or the criterion has none; ``refusals``
                of the cause give the reasons.

        >>> default_protocol().with_limit("C5a", 100.0).version
        '1.0+C5a=100'
        """
        content = self.model_dump()
        for rule in content["criteria"]:
            if rule["id"] == criterion_id and "limit" in rule:
                rule["limit"] = limit
                break
        else:
            raise NotComputable("criterion_without_limit", criterion=criterion_id)
        shown = f"{limit:g}" if isinstance(limit, float | int) else limit
        content["version"] = f"{self.version}+{criterion_id}={shown}"
        try:
            return Protocol.model_validate(content)
        except ValidationError as error:
            raise NotComputable("limit_refused", criterion=criterion_id, limit=limit) from error


def refusals(error: ValidationError) -> tuple[Message, ...]:
    """Why a protocol was refused, one sentence a reason."""
    found = []
    for detail in error.errors():
        facts: dict[str, Fact] = {
            name: value for name, value in detail.get("ctx", {}).items() if name != "error"
        }
        known = {"limit_out_of_range", "limit_not_whole", "unit_not_accepted"}
        if detail["type"] in known:
            found.append(Message.of(f"eligibility.refused.{detail['type']}", **facts))
        else:
            place = ".".join(map(str, detail["loc"]))
            found.append(Message.of("eligibility.refused.not_valid", place=place))
    return tuple(found)


def read_protocol(path: Path) -> Protocol:
    """The protocol of a rule file, checked.

    Raises:
        RuleFileInvalid: not TOML, or a criterion is incomplete or has a nonsense limit;
            names file and line.
    """
    content = read_toml(path)
    try:
        return Protocol.model_validate(content)
    except ValidationError as error:
        place: Any = error.errors()[0]["loc"]
        text = ""
        if len(place) > 1 and place[0] == "criteria":
            text = f'id = "{content["criteria"][place[1]].get("id", "")}"'
        line = line_of(path, text) if text else 1
        raise RuleFileInvalid(
            "rule_file_invalid", file=path.name, line=line, problem=error.errors()[0]["msg"]
        ) from error


@cache
def default_protocol() -> Protocol:
    """The protocol of the published series.

    >>> [group.key for group in default_protocol().groups][:5]
    ['C1', 'C2', 'C3', 'C4', 'C5_HB']
    """
    return read_protocol(FILE)
