"""The audit trail in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.errors import Fact
from core.exports.tables.table import Table, framed
from core.results.people import AuditEntry
from core.text.catalogue import Language, has, text

_TERMS = {
    "role": "roles.{}",
    "permission": "roles.permission.{}",
    "origin": "roles.origin.{}",
    "screen": "shell.screen.{}",
    "kind": "audit_trail.kind.{}",
}
"""Facts that are codes, and where the catalogue has their words."""


def sentence(entry: AuditEntry, language: Language) -> str:
    """What the entry says; an action of another program version by its own name."""
    key = f"audit_trail.action.{entry.action}"
    if not has(key):
        return entry.action
    facts: dict[str, Fact] = {}
    for name, value in entry.facts.items():
        term = _TERMS[name].format(value) if name in _TERMS else ""
        facts[name] = f"@{term}" if term and has(term) else value
    try:
        return text(key, language, **facts)
    except KeyError:
        # Written by a version of the program that recorded other facts.
        return entry.action


def audit_table(
    entries: Sequence[AuditEntry], studies: Mapping[str, str], language: Language
) -> Table:
    """One line an entry, newest first.

    Args:
        studies: study id -> its name; other ids belong to deleted studies.
    """
    headers = [
        text(f"audit_trail.{name}", language)
        for name in ("number", "at", "actor", "what", "study", "version")
    ]
    rows = [
        [
            str(entry.number),
            f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}",
            entry.actor or text("audit_trail.nobody", language),
            sentence(entry, language),
            _study(entry.study_id, studies, language),
            "" if entry.version is None else str(entry.version),
        ]
        for entry in entries
    ]
    return Table("audit_trail", text("audit_trail.title", language), framed(rows, headers))


def _study(study_id: str, studies: Mapping[str, str], language: Language) -> str:
    if not study_id:
        return ""
    return studies.get(study_id) or text("audit_trail.deleted", language, id=study_id)
