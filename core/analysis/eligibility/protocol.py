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

from core.analysis.eligibility.criteria import LabRule
from core.analysis.eligibility.own_criteria import OwnNumberRule, Rule
from core.analysis.eligibility.ranges import NormalRange
from core.analysis.eligibility.refusal import refused
from core.errors import NotComputable, RuleFileInvalid
from core.results.common import Words
from core.rules.toml_file import FOLDER, line_of, read_toml

FILE = FOLDER / "eligibility.toml"
NEXT_CYCLE_FILE = FOLDER / "next_cycle.toml"


class Group(BaseModel):
    """Criteria shown as one result: ``all`` must be met, or ``any`` of them.

    ``conflicts``: warning for the part that passes while another part of the group fails.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    combine: Literal["all", "any"]
    conflicts: Mapping[str, str] = {}


class Settings(BaseModel):
    """Windows and sizes that several criteria share.

    Attributes:
        normal_ranges: limits of normal that stand in where neither the row nor the study's
            other rows print one.
        exempt: kinds of toxicity (of ``Protocol.exemptible``) without a limit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    lab_window_days: int = Field(ge=0, le=90)
    measurable_long_mm: float = Field(ge=5, le=50)
    measurable_node_mm: float = Field(ge=5, le=50)
    scan_window_days: int = Field(default=28, ge=0, le=90)
    normal_ranges: tuple[NormalRange, ...] = ()
    exempt: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ranges_are_single(self) -> Settings:
        kinds = [(one.analyte, one.sex) for one in self.normal_ranges]
        if len(set(kinds)) < len(kinds):
            raise refused("range_twice")
        return self


class Protocol(BaseModel):
    """All criteria of one protocol, in the order in which they are shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: str
    settings: Settings
    groups: tuple[Group, ...]
    criteria: tuple[Rule, ...]
    exemptible: Mapping[str, tuple[str, ...]] = {}
    dipstick: Mapping[Literal["NEG", "TRACE", "1+", "2+", "3+", "4+"], tuple[str, ...]]

    @model_validator(mode="after")
    def _is_consistent(self) -> Protocol:
        keys = [group.key for group in self.groups]
        ids = [rule.id for rule in self.criteria]
        if len(set(ids)) < len(ids) or {rule.key for rule in self.criteria} != set(keys):
            raise refused("groups_and_criteria_differ")
        needed = {rule.key for rule in self.criteria if not getattr(rule, "only_if_recorded", 0)}
        if needed != set(keys):
            raise refused("group_without_need")
        if not self.grouped:
            raise refused("nothing_to_judge")
        if set(self.settings.exempt) - set(self.exemptible):
            raise refused("exempt_unknown")
        self._refuse_contradiction()
        return self

    def _refuse_contradiction(self) -> None:
        lowest: dict[str, float] = {}
        highest: dict[str, float] = {}
        for rule in self.criteria:
            if not rule.enabled or not isinstance(rule, LabRule | OwnNumberRule):
                continue
            factor = rule.scale.factor if isinstance(rule, LabRule) else 1.0
            wants_more = rule.operator in (">=", ">")
            limits = [limit * factor for limit in rule.limits]
            if wants_more or rule.operator == "between":
                lowest[rule.field] = max(lowest.get(rule.field, limits[0]), limits[0])
            if not wants_more:
                highest[rule.field] = min(highest.get(rule.field, limits[-1]), limits[-1])
        for field in lowest.keys() & highest.keys():
            if lowest[field] > highest[field]:
                raise refused("limits_contradict", low=lowest[field], high=highest[field])

    @cached_property
    def grouped(self) -> tuple[tuple[Group, tuple[Rule, ...]], ...]:
        """Each group with its criteria that are switched on, in the order shown."""
        found = []
        for group in self.groups:
            rules = tuple(rule for rule in self.criteria if rule.key == group.key and rule.enabled)
            if all(getattr(rule, "only_if_recorded", False) for rule in rules):
                continue
            if len(rules) == 1:
                rules = (rules[0].model_copy(update={"is_whole_group": True}),)
            found.append((group, rules))
        return tuple(found)

    @cached_property
    def shown(self) -> tuple[tuple[str, str | Words], ...]:
        """Key and name of each group that has a criterion switched on."""
        return tuple(
            (group.key, rules[0].label if len(rules) == 1 else f"eligibility.group.{group.key}")
            for group, rules in self.grouped
        )

    def rule(self, criterion_id: str) -> Rule:
        """The criterion of that id, also when it is switched off.

        Raises:
            NotComputable: the protocol has none.
        """
        for rule in self.criteria:
            if rule.id == criterion_id:
                return rule
        raise NotComputable("criterion_unknown", criterion=criterion_id)

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


@cache
def next_cycle_protocol() -> Protocol:
    """What must hold on the day of a further session.

    >>> [rule.field for rule in next_cycle_protocol().criteria]
    ['anc', 'plt', 'crcl', 'last_session_date']
    """
    return read_protocol(NEXT_CYCLE_FILE)
