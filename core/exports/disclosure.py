"""Counts that could point at a single patient are hidden, also where they follow by subtraction.

Source: threshold rule and complementary suppression as in Hundepool et al., Statistical
Disclosure Control, Wiley 2012, chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.results.survival import Curve, Landmark, Quantile

SMALLEST_SHOWN = 5
"""Patients: a smaller count is hidden (0 too: that nobody had it can also say who didn't)."""

FEWEST_VALUES = 3
"""So many numbers of patients a hidden part may have, as far as the reader can reckon."""

HIDDEN = "■■"
"""What stands in a cell that is hidden because it is small, or because a small one follows."""


def hidden_parts(counts: Sequence[int]) -> tuple[bool, ...]:
    """Which parts of a known whole must be hidden.

    A part below five is hidden. Others are hidden with it until at least two are hidden, these
    are five patients or more together, and small parts alone leave at least three values for
    each: two of them with eight patients would both be four. Which ones go along depends on
    their place and on what can be reckoned from the rest, not on their size, which would narrow
    down the small ones.

    >>> hidden_parts([12, 3, 9])
    (False, True, True)
    >>> hidden_parts([12, 9])
    (False, False)
    >>> hidden_parts([5, 4, 5, 4])
    (False, True, True, True)
    """
    small = [count < SMALLEST_SHOWN for count in counts]
    if not any(small):
        return tuple(small)
    hidden, first = list(small), small.index(True)
    for place in (*range(first + 1, len(counts)), *range(first)):
        together = sum(count for count, is_hidden in zip(counts, hidden, strict=True) if is_hidden)
        is_safe = hidden != small or _values_left(sum(small), together) >= FEWEST_VALUES
        if sum(hidden) >= 2 and together >= SMALLEST_SHOWN and is_safe:
            break
        hidden[place] = True
    return tuple(hidden)


def _values_left(parts: int, together: int) -> int:
    """How many values one of so many small parts can have, given their sum."""
    most = SMALLEST_SHOWN - 1
    return min(most, together) - max(0, together - most * (parts - 1)) + 1


def may_show(count: int, total: int) -> bool:
    """Whether a count and what is left of the total are both large enough.

    >>> may_show(20, 24), may_show(4, 24), may_show(12, 24)
    (False, False, True)
    """
    return count >= SMALLEST_SHOWN and total - count >= SMALLEST_SHOWN


@dataclass(frozen=True, slots=True)
class Part:
    """A number of patients, and the parts that it falls into."""

    name: str
    count: int
    parts: tuple[Part, ...] = ()


def shown_parts(whole: Part) -> Mapping[str, int | None]:
    """Counts by name, None = hidden; of a hidden part all its parts are hidden too.

    The whole itself is known; a whole below five hides everything.
    """
    found: dict[str, int | None] = {}

    def walk(part: Part, is_shown: bool) -> None:
        found[part.name] = part.count if is_shown else None
        hidden = hidden_parts([inner.count for inner in part.parts])
        for inner, is_hidden in zip(part.parts, hidden, strict=True):
            walk(inner, is_shown and not is_hidden)

    walk(whole, whole.count >= SMALLEST_SHOWN)
    return found


def protected_curve(curve: Curve) -> Curve | None:
    """The curve as far as five patients are at risk, without marks of single censorings.

    None if fewer than five patients are in it. The numbers read off the curve are kept where
    they lie on the part that is left. Numbers of patients are rounded down to fives, and who
    leaves the curve, by an event or a censoring, is no longer told apart.
    """
    if curve.n < SMALLEST_SHOWN:
        return None
    kept = int(np.count_nonzero(curve.n_risk >= SMALLEST_SHOWN))
    end = float(curve.time[kept - 1]) if kept else 0.0

    def quantile(value: Quantile) -> Quantile:
        def within(at: float | None) -> float | None:
            return at if at is not None and at <= end else None

        return replace(
            value, estimate=within(value.estimate), low=within(value.low), high=within(value.high)
        )

    def landmark(value: Landmark) -> Landmark:
        if value.at_risk >= SMALLEST_SHOWN and value.months <= end:
            return value
        return replace(value, estimate=None, std_err=None, low=None, high=None)

    fives = SMALLEST_SHOWN * (curve.n_risk[:kept] // SMALLEST_SHOWN)
    leaving = fives - np.append(fives[1:], 0)
    return replace(
        curve,
        time=curve.time[:kept],
        n_risk=fives,
        n_event=leaving,
        n_censor=np.zeros(kept, dtype=np.int64),
        survival=curve.survival[:kept],
        std_err=curve.std_err[:kept],
        low=curve.low[:kept],
        high=curve.high[:kept],
        n=SMALLEST_SHOWN * (curve.n // SMALLEST_SHOWN),
        events=int(leaving.sum()),
        median=quantile(curve.median),
        quartiles=tuple(quantile(one) for one in curve.quartiles),
        landmarks=tuple(landmark(one) for one in curve.landmarks),
    )


def masked(count: int | None, shown: Callable[[int], str]) -> str:
    """A count in words, or the sign of a hidden one."""
    return HIDDEN if count is None else shown(count)
