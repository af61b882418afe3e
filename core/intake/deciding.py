"""Decisions added, replaced and taken back; decisions themselves never change."""

from __future__ import annotations

from dataclasses import replace

from core.results.decisions import CellCorrection, Decisions, RowSetAside, Waiver

Decision = CellCorrection | RowSetAside | Waiver


def with_correction(decisions: Decisions, correction: CellCorrection) -> Decisions:
    """The decisions with this correction in place of an earlier one of the same cell.

    A correction to what the file says anyway only takes the earlier one back.
    """
    place = (correction.sheet, correction.row, correction.column, correction.before)
    others = tuple(
        one
        for one in decisions.corrections
        if (one.sheet, one.row, one.column, one.before) != place
    )
    changed = correction.after != correction.before
    return replace(decisions, corrections=(*others, correction) if changed else others)


def with_row_set_aside(decisions: Decisions, row: RowSetAside) -> Decisions:
    """The decisions with this row set aside."""
    others = tuple(
        one for one in decisions.set_aside if (one.sheet, one.row) != (row.sheet, row.row)
    )
    return replace(decisions, set_aside=(*others, row))


def with_waiver(decisions: Decisions, waiver: Waiver) -> Decisions:
    """The decisions with this warning waived."""
    key = (waiver.code, waiver.sheet, waiver.row, waiver.column, waiver.value)
    others = tuple(
        one
        for one in decisions.waivers
        if (one.code, one.sheet, one.row, one.column, one.value) != key
    )
    return replace(decisions, waivers=(*others, waiver))


def without(decisions: Decisions, decision: Decision) -> Decisions:
    """The decisions with one of them taken back."""
    return replace(
        decisions,
        corrections=tuple(one for one in decisions.corrections if one != decision),
        set_aside=tuple(one for one in decisions.set_aside if one != decision),
        waivers=tuple(one for one in decisions.waivers if one != decision),
    )


def listed(decisions: Decisions) -> tuple[Decision, ...]:
    """Corrections, rows set aside and waivers in the order in which they were made."""
    every: list[Decision] = [*decisions.corrections, *decisions.set_aside, *decisions.waivers]
    return tuple(sorted(every, key=lambda one: one.signed.at))


def joined(decisions: Decisions, more: Decisions) -> Decisions:
    """Both; where they speak of the same place, ``more`` holds."""
    for correction in more.corrections:
        decisions = with_correction(decisions, correction)
    for row in more.set_aside:
        decisions = with_row_set_aside(decisions, row)
    for waiver in more.waivers:
        decisions = with_waiver(decisions, waiver)
    units = {(one.sheet, one.column): one for one in (*decisions.units, *more.units)}
    identifiers = {
        (one.sheet, one.column): one for one in (*decisions.identifiers, *more.identifiers)
    }
    return replace(decisions, units=tuple(units.values()), identifiers=tuple(identifiers.values()))
