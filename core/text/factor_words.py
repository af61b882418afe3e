"""The table of factors, and numbers as measured, as paragraphs that could stand in a paper.

A level is only said to go with a higher or lower risk where the test, the hazard ratio and its
interval all say so.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.results.endpoints import Endpoint
from core.results.prognosis import FactorComparison
from core.text.catalogue import Language, text
from core.text.claims import (
    SIGNIFICANT,
    Names,
    bare,
    direction_of,
    level_against,
    stated_p,
)
from core.text.numbers import listed, ratio

FEW_EVENTS = 10
SEARCHED = "survival.cut_p_corrected"


def factors_paragraph(
    comparisons: Sequence[FactorComparison], endpoint: Endpoint, names: Names, language: Language
) -> list[str]:
    """Sentences on every factor alone: what differs, which way, and what it can't show."""
    if not comparisons:
        return []
    events = sum(one.is_event for one in endpoint.times)
    found = [
        text(
            "factor_words.method",
            language,
            endpoint=f"@{endpoint.label}",
            n=len(endpoint.times),
            events=events,
        )
    ]
    alike, untested, few = [], [], []
    for item in comparisons:
        p = item.logrank.p if item.logrank is not None else None
        name = _factor(item, names)
        if p is None:
            untested.append(name)
            continue
        if p < SIGNIFICANT:
            found.append(_difference(item, p, names, language))
        else:
            alike.append(name)
        if min(level.events for level in item.levels if level.n) < FEW_EVENTS:
            few.append(name)
    if alike:
        facts = {"factors": listed(alike, language)}
        found.append(text("factor_words.none", language, **facts, events=events))
    if untested:
        found.append(text("factor_words.untested", language, factors=listed(untested, language)))
    if few:
        facts = {"factors": listed(few, language), "least": f"{FEW_EVENTS}"}
        found.append(text("factor_words.few", language, **facts))
    tested = len(comparisons) - len(untested)
    if tested > 1:
        found.append(text("factor_words.many_tests", language, n=tested))
    found.append(text("prognosis_words.not_causal", language))
    return found


def _factor(item: FactorComparison, names: Names) -> str:
    levels = (names(item.factor, level.level) for level in item.levels)
    return bare(names(item.factor, ""), *levels)


def _difference(item: FactorComparison, p: float, names: Names, language: Language) -> str:
    is_searched = any(message.code == SEARCHED for message in item.messages)
    facts = {
        "test": "@survival_words." + ("by_corrected" if is_searched else "by_logrank"),
        "p": stated_p(p),
    }
    present = [level for level in item.levels if level.n]
    if len(present) != 2:
        return text("factor_words.differ_many", language, factor=_factor(item, names), **facts)
    reference = next(level for level in present if level.is_reference)
    other = next(level for level in present if not level.is_reference)
    direction = direction_of(other.hr, other.hr_low, other.hr_high, p)
    if direction not in ("higher", "lower"):
        key = "differ_without_ratio" if direction == "unknown" else "differ"
        return text(f"factor_words.{key}", language, factor=_factor(item, names), **facts)
    return text(
        f"factor_words.{direction}",
        language,
        level_name=level_against(names, item.factor, other.level, reference.level, language),
        hr=ratio(other.hr),
        interval=f"{ratio(other.hr_low)}–{ratio(other.hr_high)}",
        level=f"{100 * item.options.level:g}",
        **facts,
    )
