"""Sets the printed figures of the published series beside the computed ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from core.results.common import Message
from core.results.validation import PublishedComparison, PublishedItem, Verdict
from core.rules.published import Remark, published_items, published_remarks

SAME = 1e-9
"""Differences below it are rounding of the machine."""


def judge(item: PublishedItem, computed: float | None) -> Verdict:
    """How a printed figure and the computed one stand to each other.

    A computed value is equal after rounding if it lies within half a unit of the last
    printed digit; under a printed upper limit if it is smaller.

    >>> item = PublishedItem("table_2.ORR.percent", "table_2", "ORR", "", "percent", 16.7, 1)
    >>> judge(item, 100 * 4 / 24).value, judge(item, 16.76).value
    ('equal_rounded', 'differs')
    """
    if computed is None:
        return Verdict.NOT_COMPUTABLE
    if item.value is None:
        return Verdict.NOT_PRINTED
    if item.is_upper_limit:
        return Verdict.EQUAL_ROUNDED if computed < item.value else Verdict.DIFFERS
    distance = abs(computed - item.value)
    if distance <= SAME:
        return Verdict.EQUAL
    if distance <= 0.5 * 10.0**-item.decimals + SAME:
        return Verdict.EQUAL_ROUNDED
    return Verdict.DIFFERS


def _explained(
    item: PublishedItem, verdict: Verdict, remarks: Sequence[Remark], is_example: bool
) -> tuple[Verdict, tuple[Message, ...]]:
    why: list[Message] = []
    final = verdict
    for remark in remarks:
        if remark.example_only and not is_example:
            continue
        if not remark.is_about(item.key) or (remark.verdicts and verdict not in remark.verdicts):
            continue
        if remark.makes_impossible and verdict is Verdict.DIFFERS:
            final = Verdict.IMPOSSIBLE
        why.append(Message.of(remark.message))
    if not is_example and verdict is Verdict.DIFFERS:
        why.append(Message.of("validation.why.other_study"))
    if not why and verdict is Verdict.NOT_COMPUTABLE:
        why.append(Message.of("validation.why.not_in_study"))
    return final, tuple(why)


def compare_with_published(
    computed: Mapping[str, float | int | None],
    *,
    is_example: bool = True,
    items: Sequence[PublishedItem] | None = None,
) -> tuple[PublishedComparison, ...]:
    """Every printed figure of the published series beside the computed one, with the reason.

    Args:
        computed: values by the items' keys (``published_items``): counts in patients, rates
            and their limits in percent, times in months (days / 30.4375). An absent key, None
            or a value that isn't finite is not computable. Table 4 takes means to the last
            observed time; Table 5 ties by Breslow, as SPSS.
        is_example: the study is the synthetic example cohort; otherwise differences are
            those of another study and the remarks about that cohort are left out.
        items: figures to compare; None = all of ``rules/published.json``.

    Source: ``rules/published.json``; ``rules/published_remarks.toml``.

    >>> rows = compare_with_published({"table_2.PR": 4, "table_2.ORR.percent": 100 * 4 / 24})
    >>> {row.item.key: row.verdict.value for row in rows}["table_2.ORR.percent"]
    'equal_rounded'
    """
    rows: list[PublishedComparison] = []
    for item in published_items() if items is None else items:
        given = computed.get(item.key)
        value = None if given is None or not math.isfinite(given) else float(given)
        verdict, why = _explained(item, judge(item, value), published_remarks(), is_example)
        difference = None if value is None or item.value is None else value - item.value
        rows.append(PublishedComparison(item, value, difference, verdict, why))
    return tuple(rows)
