"""Checks of printed tables, as printed: printed | expected | verdict | arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.table import Table, framed, worded
from core.results.audit import AuditCheck, AuditVerdict
from core.text.catalogue import Language, has, text
from core.text.numbers import MISSING
from core.text.terms import term_name

SIGNS = {
    AuditVerdict.CONSISTENT: "✓",
    AuditVerdict.EXPLAINED: "i",
    AuditVerdict.CAUTION: "!",
    AuditVerdict.INCONSISTENT: "✗",
}
"""A sign beside the word, so that verdicts are told apart without colour."""


def _row_name(label: str, language: Language) -> str:
    if label.startswith("@") and has(label[1:]):
        return text(label[1:], language)
    return term_name(label, language)


def audit_table(checks: Sequence[AuditCheck], title: str, name: str, language: Language) -> Table:
    """One line a check; the note counts the verdicts."""
    headers = [
        text(f"audit.table.{one}", language)
        for one in ("row", "printed", "expected", "verdict", "arithmetic")
    ]
    rows = [
        [
            _row_name(check.row, language),
            check.printed or MISSING,
            check.expected or MISSING,
            f"{SIGNS[check.verdict]} {text(f'audit.verdict.{check.verdict}', language)}",
            " ".join(
                worded([check.arithmetic, *([check.meaning] if check.meaning else [])], language)
            ),
        ]
        for check in checks
    ]
    verdicts = [check.verdict for check in checks]
    note = text(
        "audit.table.counts",
        language,
        total=len(checks),
        **{verdict.value: verdicts.count(verdict) for verdict in AuditVerdict},
    )
    return Table(name, title, framed(rows, headers), (note,))
