"""Decisions about an upload and the meanings of its columns, as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import ArteriaError
from core.results.decisions import (
    CellCorrection,
    Decisions,
    IdentifierAnswer,
    IdentifierChoice,
    RowSetAside,
    Signature,
    UnitAnswer,
    Waiver,
)
from core.results.intake import ColumnMatch, Confidence, SheetMapping

_KINDS: dict[str, type[Any]] = {
    "corrections": CellCorrection,
    "set_aside": RowSetAside,
    "waivers": Waiver,
    "units": UnitAnswer,
    "identifiers": IdentifierAnswer,
}


def write_signature(signed: Signature) -> dict[str, str]:
    """A signature as plain values."""
    return {"by": signed.by, "reason": signed.reason, "at": signed.at.isoformat()}


def read_signature(entry: dict[str, str]) -> Signature:
    """The signature that ``write_signature`` wrote."""
    return Signature(entry["by"], entry["reason"], datetime.fromisoformat(entry["at"]))


def _plain(item: Any) -> dict[str, Any]:
    entry = {field.name: getattr(item, field.name) for field in fields(item)}
    if "signed" in entry:
        entry["signed"] = write_signature(entry["signed"])
    return entry


def write_decisions(decisions: Decisions) -> str:
    """Decisions as JSON text."""
    listed = {name: [_plain(one) for one in getattr(decisions, name)] for name in _KINDS}
    return json.dumps({name: items for name, items in listed.items() if items}, ensure_ascii=False)


def _decision(kind: type[Any], entry: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    values = {name: value for name, value in entry.items() if name in known}
    if "signed" in values:
        values["signed"] = read_signature(values["signed"])
    if "choice" in values:
        values["choice"] = IdentifierChoice(values["choice"])
    return kind(**values)


def read_decisions(text: str) -> Decisions:
    """The decisions that ``write_decisions`` wrote."""
    found = json.loads(text)
    return Decisions(
        **{
            name: tuple(_decision(kind, entry) for entry in found.get(name, ()))
            for name, kind in _KINDS.items()
        }
    )


def decisions_in(path: Path) -> Decisions:
    """The decisions of a file in the form of ``write_decisions``.

    Raises:
        ArteriaError: ``decisions_unreadable``: there is no such file, or it isn't of that form.
    """
    try:
        return read_decisions(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArteriaError("decisions_unreadable", file=path.name) from error


def write_mappings(mappings: Sequence[SheetMapping]) -> str:
    """Mappings as JSON text."""
    return json.dumps(
        [
            {
                "sheet": mapping.sheet,
                "table": mapping.table,
                "by_hand": mapping.by_hand,
                "remembered": mapping.remembered,
                "columns": [
                    {field.name: getattr(column, field.name) for field in fields(ColumnMatch)}
                    for column in mapping.columns
                ],
            }
            for mapping in mappings
        ],
        ensure_ascii=False,
    )


def _column(entry: dict[str, Any]) -> ColumnMatch:
    known = {field.name for field in fields(ColumnMatch)}
    values = {name: value for name, value in entry.items() if name in known}
    values["confidence"] = Confidence(values["confidence"])
    values["codebook"] = tuple((code, meaning) for code, meaning in values.get("codebook", ()))
    return ColumnMatch(**values)


def read_mappings(text: str) -> tuple[SheetMapping, ...]:
    """The mappings that ``write_mappings`` wrote."""
    return tuple(
        SheetMapping(
            entry["sheet"],
            entry["table"],
            tuple(_column(column) for column in entry["columns"]),
            bool(entry.get("by_hand", False)),
            bool(entry.get("remembered", False)),
        )
        for entry in json.loads(text)
    )


def mappings_in(path: Path) -> tuple[SheetMapping, ...]:
    """The mappings of a file in the form of ``write_mappings``.

    Raises:
        ArteriaError: ``mappings_unreadable``: there is no such file, or it isn't of that form.
    """
    try:
        return read_mappings(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArteriaError("mappings_unreadable", file=path.name) from error
