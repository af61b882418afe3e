"""Hidden counts stay hidden: not even subtraction and knowing the rule gives one away."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.survival.curve import estimate_curve
from core.exports.disclosure import (
    FEWEST_VALUES,
    SMALLEST_SHOWN,
    Part,
    hidden_parts,
    may_show,
    protected_curve,
    shown_parts,
)
from core.options import SurvivalOptions

COUNTS = st.lists(st.integers(0, 12), min_size=2, max_size=5)


@given(COUNTS)
def test_small_count_is_hidden_and_not_alone(counts: list[int]) -> None:
    mask = hidden_parts(counts)
    for count, is_hidden in zip(counts, mask, strict=True):
        assert is_hidden or count >= SMALLEST_SHOWN
    if any(mask):
        hidden = [count for count, is_hidden in zip(counts, mask, strict=True) if is_hidden]
        assert len(hidden) >= 2
        assert sum(hidden) >= SMALLEST_SHOWN or all(mask)


@pytest.mark.parametrize("parts", [2, 3, 4])
def test_hidden_count_cannot_be_worked_out(parts: int) -> None:
    """All counts up to twelve, sorted by what a reader who knows the rule sees of them."""
    most = 12
    seen: dict[tuple[int, tuple[int | None, ...]], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=parts):
        mask = hidden_parts(counts)
        shown = tuple(
            None if is_hidden else one for one, is_hidden in zip(counts, mask, strict=True)
        )
        seen[sum(counts), shown].append(counts)
    judged = 0
    for (whole, shown), worlds in seen.items():
        together = whole - sum(one for one in shown if one is not None)
        if None not in shown or whole < SMALLEST_SHOWN or together > most:
            continue
        judged += 1
        for place in (at for at, one in enumerate(shown) if one is None):
            assert len({world[place] for world in worlds}) >= FEWEST_VALUES, worlds[:3]
    assert judged


def test_nothing_is_hidden_when_all_are_large() -> None:
    assert hidden_parts([5, 6, 7]) == (False, False, False)


@given(st.integers(0, 40), st.integers(0, 40))
def test_share_is_shown_only_if_both_sides_are_large(count: int, rest: int) -> None:
    assert may_show(count, count + rest) is (count >= 5 and rest >= 5)


@given(st.lists(st.integers(0, 12), min_size=6, max_size=6))
def test_parts_of_a_hidden_part_are_hidden(counts: list[int]) -> None:
    a, b, c, d, e, f = (Part(str(place), count) for place, count in enumerate(counts))
    inner = Part("inner", counts[0] + counts[1], (a, b))
    outer = Part("outer", inner.count + counts[2], (inner, c))
    whole = Part("", sum(counts), (outer, d, e, f))
    shown = shown_parts(whole)
    for parent, children in ((whole, (outer, d, e, f)), (outer, (inner, c)), (inner, (a, b))):
        hidden = [one.count for one in children if shown[one.name] is None]
        if shown[parent.name] is None:
            assert len(hidden) == len(children)
        elif hidden:
            assert len(hidden) >= 2
            assert sum(hidden) >= SMALLEST_SHOWN
    assert all(value is None or value >= SMALLEST_SHOWN for value in shown.values())


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=40),
)
def test_curve_ends_where_fewer_than_five_are_left(rows: list[tuple[int, bool]]) -> None:
    time = np.array([float(at) for at, _ in rows])
    event = np.array([dead for _, dead in rows])
    curve = estimate_curve(time, event, options=SurvivalOptions())
    protected = protected_curve(curve)
    if len(rows) < SMALLEST_SHOWN:
        assert protected is None
        return
    assert protected is not None
    kept = len(protected.time)
    assert (curve.n_risk[:kept] >= SMALLEST_SHOWN).all()
    assert kept == len(curve.time) or curve.n_risk[kept] < SMALLEST_SHOWN
    assert (protected.survival == curve.survival[:kept]).all()
    assert not protected.n_censor.any()
    assert (protected.n_risk % SMALLEST_SHOWN == 0).all()
    for mark in protected.landmarks:
        assert mark.estimate is None or mark.at_risk >= SMALLEST_SHOWN
