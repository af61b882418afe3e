"""Editing a protocol: a changed copy, or the reasons why there is none."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from core.analysis.eligibility.protocol import Protocol
from core.analysis.eligibility.refusal import refusals
from core.errors import NotComputable
from core.results.common import Message

OWN_PREFIX = "X"


class ProtocolRefused(NotComputable):
    """The change makes no sense; ``reasons`` say why."""

    def __init__(self, reasons: tuple[Message, ...]) -> None:
        super().__init__("protocol_refused")
        self.reasons = reasons


def _checked(content: dict[str, Any]) -> Protocol:
    try:
        return Protocol.model_validate(content)
    except ValidationError as error:
        raise ProtocolRefused(refusals(error)) from error


def change_criterion(protocol: Protocol, criterion_id: str, **changes: object) -> Protocol:
    """The protocol with some entries of one criterion changed.

    Args:
        changes: any of limit, limit_high, operator, unit, window_days, enabled,
            sentence_words, name_words.

    Raises:
        ProtocolRefused: a limit that can't be, the wrong direction, a unit that the analyte
            does not have, a minimum above the maximum.
        NotComputable: the protocol has no such criterion.
    """
    content = protocol.model_dump()
    protocol.rule(criterion_id)
    for rule in content["criteria"]:
        if rule["id"] == criterion_id:
            rule.update(changes)
    return _checked(content)


def change_settings(protocol: Protocol, **changes: object) -> Protocol:
    """The protocol with other windows, normal ranges or exempt toxicity.

    Raises:
        ProtocolRefused: as for a criterion.
    """
    content = protocol.model_dump()
    content["settings"].update(changes)
    return _checked(content)


def next_own_id(protocol: Protocol) -> str:
    """The first free id for a criterion of the study's own.

    >>> from core.analysis.eligibility.protocol import default_protocol
    >>> next_own_id(default_protocol())
    'X1'
    """
    taken = {rule.id for rule in protocol.criteria}
    return next(name for n in range(1, 1000) if (name := f"{OWN_PREFIX}{n}") not in taken)


def add_criterion(protocol: Protocol, **content: object) -> Protocol:
    """The protocol with one more criterion, in a group of its own.

    A laboratory criterion shares the value of its analyte with the published ones.

    Raises:
        ProtocolRefused: as for a criterion; also without a name and sentence in both languages.
    """
    name = next_own_id(protocol)
    whole = protocol.model_dump()
    rule = {"id": name, "key": name, **content}
    if "analyte" in rule:
        fields = {
            entry.analyte: entry.field for entry in protocol.criteria if hasattr(entry, "analyte")
        }
        rule["field"] = fields.get(str(rule["analyte"]), f"lab.{rule['analyte']}")
    whole["groups"] = [*whole["groups"], {"key": name, "combine": "all"}]
    whole["criteria"] = [*whole["criteria"], rule]
    return _checked(whole)


def remove_criterion(protocol: Protocol, criterion_id: str) -> Protocol:
    """The protocol without one of the study's own criteria.

    Raises:
        NotComputable: a published criterion can only be switched off.
    """
    if not criterion_id.startswith(OWN_PREFIX):
        raise NotComputable("criterion_published", criterion=criterion_id)
    whole = protocol.model_dump()
    whole["groups"] = [one for one in whole["groups"] if one["key"] != criterion_id]
    whole["criteria"] = [one for one in whole["criteria"] if one["id"] != criterion_id]
    return _checked(whole)


def named_version(protocol: Protocol, version: str) -> Protocol:
    """The same criteria under another version."""
    return protocol.model_copy(update={"version": version})


def content_of(protocol: Protocol) -> str:
    """The protocol as JSON, in which a study keeps it."""
    return protocol.model_dump_json()


def protocol_from(content: str) -> Protocol:
    """The protocol that ``content_of`` wrote.

    Raises:
        ProtocolRefused: it no longer holds by the rules of this program.
    """
    try:
        return Protocol.model_validate_json(content)
    except ValidationError as error:
        raise ProtocolRefused(refusals(error)) from error


def same_criteria(left: Protocol, right: Protocol) -> bool:
    """Whether two protocols ask the same, whatever their version is called."""
    return named_version(left, "") == named_version(right, "")
