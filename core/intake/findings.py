"""Short ways to write findings, and the folding of many alike into few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from core.errors import Fact
from core.results.common import Finding, FindingKind, Severity

SHOWN_ALIKE = 5
"""Cell by cell conversions of one column listed singly before the rest is counted."""


def problem(severity: Severity, code: str, **place: str | int | None) -> Finding:
    """A problem; see ``Finding`` for the names of the places."""
    return Finding(severity, code, **place)  # type: ignore[arg-type]


def note(code: str, **place: str | int | None) -> Finding:
    """A remark; nothing happened to any value."""
    return Finding(Severity.INFO, code, kind=FindingKind.NOTE, **place)  # type: ignore[arg-type]


def with_facts(finding: Finding, **facts: Fact) -> Finding:
    """The finding with further facts."""
    return replace(finding, facts=tuple(sorted({**dict(finding.facts), **facts}.items())))


def _rows_named(rows: list[int]) -> str:
    named = ", ".join(map(str, rows[:10]))
    return named + (", …" if len(rows) > 10 else "")


def folded(findings: Iterable[Finding]) -> list[Finding]:
    """Conversions and notes of one column and code: the first few singly, the rest as a count.

    Problems are never folded: each stands for one cell or row that somebody must look at.
    """
    kept: list[Finding] = []
    alike: dict[tuple[str, str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.kind is FindingKind.PROBLEM or finding.row is None:
            kept.append(finding)
            continue
        group = alike[finding.code, finding.table, finding.sheet, finding.column]
        group.append(finding)
        if len(group) <= SHOWN_ALIKE:
            kept.append(finding)
    for (code, table, sheet, column), group in alike.items():
        rest = group[SHOWN_ALIKE:]
        if rest:
            kept.append(
                with_facts(
                    Finding(
                        rest[0].severity, "more_alike", table, sheet, rest[0].row, column,
                        rest[0].value, rest[0].kind,
                    ),
                    n=len(rest), rows=_rows_named([f.row for f in rest if f.row]), alike=code,
                )
            )  # fmt: skip
    return kept
