"""A sheet cut to some of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.intake.cells import Sheet, SheetRow
from core.intake.findings import with_facts
from core.results.common import Finding


def _moved(problems: Iterable[Finding], places: dict[int, int]) -> tuple[Finding, ...]:
    """The problems of a row at the columns' new positions, without those of columns cut off."""
    kept = []
    for problem in problems:
        at = dict(problem.facts).get("position")
        if at is None:
            kept.append(problem)
        elif int(at) in places:
            kept.append(with_facts(problem, position=places[int(at)]))
    return tuple(kept)


def cut_columns(
    sheet: Sheet, positions: Sequence[int], rows: Sequence[SheetRow] | None = None
) -> Sheet:
    """The sheet with only these columns, in this order, and only these rows if they are given."""
    places = {old: new for new, old in enumerate(positions)}
    chosen = sheet.rows if rows is None else rows
    return replace(
        sheet,
        headers=tuple(sheet.headers[at] for at in positions),
        rows=tuple(
            SheetRow(
                row.line,
                tuple(row.cells[at] for at in positions),
                _moved(row.problems, places),
            )
            for row in chosen
        ),
        merged_lines={places[at]: n for at, n in sheet.merged_lines.items() if at in places},
    )
