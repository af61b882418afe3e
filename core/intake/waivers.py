"""Warnings that a person has looked at and accepts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.intake.cells import Sheet
from core.intake.corrections import row_content
from core.results.common import Finding, Severity
from core.results.decisions import Signature, Waiver

_Key = tuple[str, str, str, int | None]


def with_waivers(
    findings: Iterable[Finding], waivers: Sequence[Waiver], sheets: Sequence[Sheet]
) -> tuple[Finding, ...]:
    """The findings with the accepted warnings marked; an error can't be waived.

    Args:
        sheets: as uploaded.
    """
    if not waivers:
        return tuple(findings)
    contents = contents_of(sheets, {(w.sheet, w.row) for w in waivers if w.row and w.content})
    by_place: dict[_Key, list[Waiver]] = defaultdict(list)
    for waiver in waivers:
        by_place[waiver.code, waiver.sheet, waiver.column, waiver.row].append(waiver)

    def signature(finding: Finding) -> Signature | None:
        at = (finding.code, finding.sheet, finding.column)
        for waiver in (*by_place.get((*at, finding.row), ()), *by_place.get((*at, None), ())):
            same_row = not waiver.content or waiver.row is None or (
                contents.get((waiver.sheet, waiver.row)) == waiver.content
            )  # fmt: skip
            if same_row and waiver.value in (None, finding.value):
                return waiver.signed
        return None

    return tuple(
        replace(finding, waived=signature(finding))
        if finding.severity is Severity.WARNING
        else finding
        for finding in findings
    )


def contents_of(
    sheets: Sequence[Sheet], places: Iterable[tuple[str, int | None]]
) -> Mapping[tuple[str, int | None], str]:
    """Digests of some rows, by sheet and line."""
    wanted = set(places)
    if not wanted:
        return {}
    return {
        (sheet.name, row.line): row_content(sheet, row)
        for sheet in sheets
        for row in sheet.rows
        if (sheet.name, row.line) in wanted
    }
