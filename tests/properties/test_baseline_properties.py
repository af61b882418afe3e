"""Tests between groups: order of patients is irrelevant, P is a probability, scipy agrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact as reference

from core.analysis.baseline.contingency import fisher_exact
from core.analysis.baseline.mean_tests import compare_two_means
from core.analysis.baseline.rank_tests import compare_ranks
from core.analysis.baseline.summaries import summarise_number

numbers = st.lists(st.integers(0, 12).map(float), min_size=2, max_size=8)
small_tables = st.lists(
    st.lists(st.integers(0, 4), min_size=2, max_size=3), min_size=2, max_size=3
).filter(lambda rows: len({len(row) for row in rows}) == 1)


@given(numbers, st.randoms())
def test_summary_of_shuffled_values_is_the_same(values: list[float], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = summarise_number(np.array(values), 7), summarise_number(np.array(shuffled), 7)
    assert one.mean == pytest.approx(other.mean)
    assert (one.median, one.q1, one.q3) == (other.median, other.q1, other.q3)
    assert one.minimum <= one.q1 <= one.median <= one.q3 <= one.maximum


@given(numbers, numbers)
def test_rank_sum_of_swapped_groups_has_same_p(first: list[float], second: list[float]) -> None:
    for method in ("exact", "corrected", "uncorrected"):
        one = compare_ranks(np.array(first), np.array(second), method).p
        other = compare_ranks(np.array(second), np.array(first), method).p
        assert (one is None) == (other is None)
        if one is not None:
            assert 0 <= one <= 1
            assert one == pytest.approx(other)


@given(numbers, numbers)
def test_means_shifted_together_give_same_p(first: list[float], second: list[float]) -> None:
    a, b = np.array(first), np.array(second)
    one = compare_two_means(a, b, equal_variances=False).p
    other = compare_two_means(a + 100, b + 100, equal_variances=False).p
    assert (one is None) == (other is None)
    if one is not None:
        assert one == pytest.approx(other, abs=1e-9)


@given(small_tables)
def test_fisher_of_transposed_or_reordered_table_is_the_same(rows: list[list[int]]) -> None:
    counts = np.array(rows)
    p = fisher_exact(counts).p
    for other in (counts.T, counts[::-1], counts[:, ::-1]):
        assert fisher_exact(other).p == (None if p is None else pytest.approx(p))


@given(st.lists(st.integers(0, 15), min_size=4, max_size=4))
def test_fisher_two_by_two_agrees_with_scipy(cells: list[int]) -> None:
    counts = np.array(cells).reshape(2, 2)
    p = fisher_exact(counts).p
    if p is not None:
        assert p == pytest.approx(reference(counts).pvalue, rel=1e-9)
