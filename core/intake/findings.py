"""Short ways to write findings, and the folding of many alike into few."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.errors import Fact
from core.results.common import Finding, FindingKind, Severity

SHOWN_ALIKE = 5
"""Cell by cell conversions of one column listed singly before the rest is counted."""

MOST_KEPT = 2_000
"""Findings of one code and column that a saved version keeps singly."""


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
    for group in alike.values():
        rest = group[SHOWN_ALIKE:]
        if rest:
            kept.append(_counted(rest))
    return kept


def capped(findings: Sequence[Finding], most: int = MOST_KEPT) -> list[Finding]:
    """At most so many findings of one code and column; the rest of each as a count.

    A column of a million cells with the same trouble is said in full while the upload is
    looked at; what is kept with the version names the first rows and counts the others.
    """
    places = [(one.code, one.table, one.sheet, one.column) for one in findings]
    left = Counter(places)
    if not left or max(left.values()) <= most:
        return list(findings)
    kept: list[Finding] = []
    over: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    taken: Counter[tuple[str, ...]] = Counter()
    for place, finding in zip(places, findings, strict=True):
        taken[place] += 1
        if taken[place] <= most:
            kept.append(finding)
        else:
            over[place].append(finding)
    return kept + [_counted(rest) for rest in over.values()]


def _counted(rest: Sequence[Finding]) -> Finding:
    first = rest[0]
    counted = Finding(
        first.severity, "more_alike", first.table, first.sheet, first.row, first.column,
        first.value, first.kind,
    )  # fmt: skip
    rows = _rows_named([finding.row for finding in rest if finding.row])
    return with_facts(counted, n=len(rest), rows=rows, alike=first.code)
