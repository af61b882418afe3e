"""The study's figures beside those of other series, as a paragraph that compares nothing."""

from __future__ import annotations

from collections.abc import Sequence

from core.results.comparators import Comparator, Measure
from core.text.catalogue import Language, named, text
from core.text.numbers import number


def comparators_paragraph(
    own: Sequence[Comparator],
    others: Sequence[Comparator],
    measures: Sequence[Measure],
    language: Language,
) -> list[str]:
    """What was found here and what other series reported, and why neither is better."""
    found = []
    for measure in measures:
        mine = next((one for one in own if one.measure == measure), None)
        theirs = [one for one in others if one.measure == measure]
        if mine is None or mine.value is None:
            continue
        facts = {
            "measure": f"@comparators.measure.{measure}",
            "value": number(mine.value),
            "n": "—" if mine.n is None else str(mine.n),
        }
        if mine.low is not None and mine.high is not None:
            facts["interval"] = f"{number(mine.low)}–{number(mine.high)}"
        key = "own_interval" if "interval" in facts else "own"
        found.append(text(f"comparator_words.{key}", language, **facts))
        reported = [
            value for one in theirs for value in (one.value, one.low, one.high) if value is not None
        ]
        if len(theirs) == 1:
            name = named(theirs[0].name, language)
            value = _span(reported)
            found.append(text("comparator_words.one", language, name=name, value=value))
        elif reported:
            span = _span([one for one in (_centre(row) for row in theirs) if one is not None])
            found.append(text("comparator_words.many", language, n=len(theirs), span=span))
    if found:
        found.append(text("comparator_words.caveat", language))
    return found


def _centre(row: Comparator) -> float | None:
    if row.value is not None:
        return row.value
    return None if row.low is None or row.high is None else (row.low + row.high) / 2


def _span(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return number(low) if low == high else f"{number(low)}–{number(high)}"
