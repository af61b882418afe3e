"""Published and own comparators beside the study's figure."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.table import Table, framed, labelled
from core.results.comparators import Comparator
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, interval, number


def printed_figure(one: Comparator) -> str:
    """Value and limits as they are printed.

    >>> printed_figure(Comparator("x", "os", 14.0, None, None, 23, ""))
    '14.0'
    """
    if one.low is None or one.high is None:
        return number(one.value)
    limits = interval(one.low, one.high)
    return limits if one.value is None else f"{number(one.value)} ({limits})"


def comparators_table(rows: Sequence[Comparator], language: Language) -> Table:
    """One line a figure; the study's own first."""
    headers = [
        text("tables.comparator", language),
        text("tables.comparator_measure", language),
        text("tables.value", language),
        "n",
        text("tables.comparator_source", language),
    ]
    cells = [
        [
            labelled(one.name, language),
            text(f"comparators.measure.{one.measure}", language),
            printed_figure(one),
            MISSING if one.n is None else str(one.n),
            labelled(one.source, language),
        ]
        for one in rows
    ]
    title = text("tables.comparators_title", language)
    note = text("tables.comparators_note", language)
    return Table("comparators", title, framed(cells, headers), (note,))
