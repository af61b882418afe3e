"""The criteria of a protocol as printed, its versions, and what two of them differ in."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.table import Table, framed
from core.results.eligibility import CriterionChange
from core.results.protocol import SavedVersion, ShownCriterion
from core.text.catalogue import Language, has, label_text, text
from core.text.numbers import MISSING, compact, day
from core.text.units import shown_unit

_SYMBOLS = {">=": "≥", "<=": "≤", "between": ""}
_COUNTED = {"lines", "lesions", "weeks", "grade", "days", "ecog", "ratio", "years"}


def unit_word(unit: str, language: Language) -> str:
    """A unit as the language prints it."""
    return text(f"eligibility.unit.{unit}", language) if unit in _COUNTED else shown_unit(unit)


def protocol_name(protocol_id: str, language: Language) -> str:
    """A protocol's name as people read it; one that Arteria doesn't ship is called by its id."""
    key = f"eligibility.protocol_name.{protocol_id}"
    return text(key, language) if has(key) else protocol_id


def rule_limit(rule: ShownCriterion, language: Language) -> str:
    """Operator, limit and unit of a criterion; a dash where it has none."""
    if rule.values:
        return ", ".join(rule.values)
    limit = rule.limit
    if limit is None:
        return MISSING
    shown = compact(limit) if isinstance(limit, float | int) else limit
    if rule.limit_high is not None:
        shown = f"{shown}–{compact(rule.limit_high)}"
    unit = unit_word(rule.unit, language)
    if rule.of:
        unit = f"× {text(f'eligibility.range.{rule.of}', language)}"
    return f"{_SYMBOLS.get(rule.operator, rule.operator)} {shown} {unit}".strip()


def protocol_table(criteria: Sequence[ShownCriterion], version: str, language: Language) -> Table:
    """All criteria, also those that are switched off."""
    names = ("on", "limit", "window")
    headers = ["", text("tables.eligibility_column.criterion", language)]
    headers += [text(f"tables.protocol_column.{name}", language) for name in names]
    headers.append(text("tables.eligibility_column.sentence", language))
    rows = []
    before: object = None
    for rule in criteria:
        sentence = label_text(rule.sentence, language)
        rows.append(
            [
                rule.id,
                label_text(rule.label, language),
                text("common.yes" if rule.enabled else "common.no", language),
                rule_limit(rule, language),
                MISSING if rule.window_days is None else str(rule.window_days),
                "" if sentence == before else sentence,
            ]
        )
        before = sentence
    title = text("tables.protocol_title", language)
    note = text("tables.protocol_version", language, version=version)
    return Table("protocol", title, framed(rows, headers), (note,))


def protocol_versions_table(versions: Sequence[SavedVersion], language: Language) -> Table:
    """Who saved which version, when and why; newest first."""
    names = ("version", "name", "date", "note", "hash")
    headers = [text(f"tables.version_column.{name}", language) for name in names]
    rows = [
        [
            one.version,
            one.signed_by or MISSING,
            f"{one.signed_at.astimezone():%Y-%m-%d %H:%M}" if one.signed_at else day(None),
            one.note or text("tables.as_shipped", language),
            one.content_hash[:12] or MISSING,
        ]
        for one in reversed(versions)
    ]
    return Table(
        "protocol_versions", text("tables.versions_title", language), framed(rows, headers)
    )


def protocol_changes_table(changes: Sequence[CriterionChange], language: Language) -> Table:
    """What an edited protocol differs in, entry by entry."""

    def shown(value: object) -> str:
        if isinstance(value, bool):
            return text("common.yes" if value else "common.no", language)
        if isinstance(value, float | int):
            return compact(value)
        if isinstance(value, tuple):
            return ", ".join(map(str, value))
        return MISSING if value is None else str(value)

    headers = ["", text("tables.eligibility_column.criterion", language)]
    headers += [
        text("tables.protocol_column.entry", language),
        text("tables.change_column.before", language),
        text("tables.change_column.after", language),
    ]
    rows = [
        [
            one.id,
            label_text(one.label, language),
            text(f"tables.entry.{one.entry}", language),
            shown(one.before),
            shown(one.after),
        ]
        for one in changes
    ]
    return Table(
        "protocol_changes", text("tables.protocol_changes_title", language), framed(rows, headers)
    )
