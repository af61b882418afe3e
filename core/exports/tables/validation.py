"""The published series beside the computed figures, as printed."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.table import Table, framed, labelled, worded
from core.results.validation import ArithmeticCheck, PublishedComparison, PublishedItem, Verdict
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, compact, number

SIGNS = {
    Verdict.EQUAL: "=",
    Verdict.EQUAL_ROUNDED: "≈",
    Verdict.DIFFERS: "≠",
    Verdict.NOT_COMPUTABLE: "—",
    Verdict.IMPOSSIBLE: "!",
    Verdict.NOT_PRINTED: "+",
}


def _printed(item: PublishedItem) -> str:
    if item.value is None:
        return MISSING
    shown = number(item.value, item.decimals)
    return f"< {shown}" if item.is_upper_limit else shown


def _short(value: float | None) -> str:
    """At most three decimals; a count has none."""
    return MISSING if value is None else compact(round(value, 3))


def published_table(
    comparisons: Sequence[PublishedComparison], table: str, language: Language
) -> Table:
    """Published | Arteria's | difference | why, for one table of the publication."""
    headers = [
        text("tables.item", language),
        text("tables.level", language),
        text("tables.quantity", language),
        text("tables.published", language),
        text("tables.arteria", language),
        text("tables.difference", language),
        text("tables.verdict", language),
        text("tables.why", language),
    ]
    rows = []
    for item in comparisons:
        if item.item.table != table:
            continue
        shown = item.item
        decimals = shown.decimals if shown.value is not None else 1
        rows.append(
            [
                labelled(shown.row, language),
                labelled(shown.level, language) if shown.level else "",
                labelled(shown.column, language),
                _printed(shown),
                number(item.computed, decimals),
                number(item.difference, decimals),
                f"{SIGNS[item.verdict]} {text(f'validation.verdict.{item.verdict}', language)}",
                " ".join(worded(item.why, language)),
            ]
        )
    title = text(f"validation.table.{table}", language)
    return Table(f"published_{table}", title, framed(rows, headers))


def arithmetic_table(checks: Sequence[ArithmeticCheck], language: Language) -> Table:
    """The printed tables checked against themselves."""
    headers = [
        text("tables.item", language),
        text("tables.quantity", language),
        text("tables.published", language),
        text("tables.recomputed", language),
        text("tables.possible_range", language),
        text("tables.verdict", language),
        text("tables.why", language),
    ]
    rows = [
        [
            labelled(check.row, language),
            labelled(check.column, language),
            _short(check.printed),
            _short(check.recomputed),
            f"{_short(check.low)}–{_short(check.high)}",
            text("tables.consistent" if check.is_consistent else "tables.inconsistent", language),
            " ".join(worded([check.why], language)),
        ]
        for check in checks
    ]
    title = text("tables.arithmetic_title", language)
    return Table("published_arithmetic", title, framed(rows, headers))
