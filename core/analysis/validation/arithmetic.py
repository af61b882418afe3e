"""Checks the printed tables of the published series against themselves, without patients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from scipy.special import chdtrc, ndtri

from core.results.common import Message
from core.results.validation import ArithmeticCheck, PublishedItem
from core.rules.factors import FactorRule, factor_rules
from core.rules.published import BANDS, published_items

Printed = Mapping[str, PublishedItem]
Z = float(ndtri(0.975))

COX_FORMULAS: Mapping[str, Callable[[float, float], float]] = {
    "wald": lambda b, se: (b / se) ** 2,
    "p": lambda b, se: float(chdtrc(1, (b / se) ** 2)),
    "hr": lambda b, se: math.exp(b),
    "low": lambda b, se: math.exp(b - Z * se),
    "high": lambda b, se: math.exp(b + Z * se),
}
"""What B and SE of a Cox model imply; each is monotone in both as long as B keeps its sign."""


def _value(printed: Printed, key: str) -> float:
    value = printed[key].value
    if value is None:
        raise KeyError(key)
    return value


def _half_unit(item: PublishedItem) -> float:
    return 0.5 * 10.0**-item.decimals


def _check(
    item: PublishedItem,
    recomputed: float,
    code: str,
    *,
    key: str = "",
    low: float | None = None,
    high: float | None = None,
    **facts: float,
) -> ArithmeticCheck:
    """A printed figure against the range that the other figures allow for it."""
    low = recomputed if low is None else low
    high = recomputed if high is None else high
    value = item.value if item.value is not None else math.nan
    rounding = _half_unit(item) + 1e-9
    return ArithmeticCheck(
        key=key or item.key,
        table=item.table,
        row=item.row,
        column=item.column,
        printed=value,
        recomputed=recomputed,
        low=low,
        high=high,
        is_consistent=low - rounding <= value <= high + rounding,
        why=Message.of(f"validation.arithmetic.{code}", **facts),
    )


def _cox_checks(printed: Printed) -> Iterator[ArithmeticCheck]:
    for key in [key for key in printed if key.startswith("table_5.") and key.endswith(".b")]:
        term = key.removesuffix(".b")
        b, se = printed[f"{term}.b"], printed[f"{term}.se"]
        b_value, se_value = _value(printed, b.key), _value(printed, se.key)
        corners = list(
            product(
                (b_value - _half_unit(b), b_value + _half_unit(b)),
                (se_value - _half_unit(se), se_value + _half_unit(se)),
            )
        )
        for column, formula in COX_FORMULAS.items():
            possible = [formula(*corner) for corner in corners]
            yield _check(
                printed[f"{term}.{column}"],
                formula(b_value, se_value),
                f"cox_{column}",
                low=min(possible),
                high=max(possible),
                b=b_value,
                se=se_value,
            )


def _count_checks(printed: Printed) -> Iterator[ArithmeticCheck]:
    n = _value(printed, "table_1.n")
    for rule in factor_rules():
        if "table_4" not in rule.tables:
            continue
        for table, suffix in (("table_1", ""), ("table_4", ".n")):
            found = [f"{table}.{rule.name}.{level.code}{suffix}" for level in rule.levels]
            counts = [item for item in map(printed.get, found) if item is not None]
            total = sum(item.value or 0.0 for item in counts)
            whole = PublishedItem(
                f"{table}.{rule.name}.sum", table, counts[0].row, "", counts[0].column, n, 0
            )
            yield _check(whole, total, "levels_sum")
    by_number = {k: k.split(".")[1] for k in printed if k.startswith("sessions.")}
    total = sum(int(s) * _value(printed, k) for k, s in by_number.items() if s != "total")
    yield _check(printed["sessions.total"], total, "sessions_total")
    responders = _value(printed, "table_2.CR") + _value(printed, "table_2.PR")
    controlled = responders + _value(printed, "table_2.SD")
    for rate, count in (("ORR", responders), ("DCR", controlled)):
        yield _check(printed[f"table_2.{rate}.n"], count, f"{rate.lower()}_count")
        yield _check(printed[f"table_2.{rate}.percent"], 100 * count / n, "percent", n=count, N=n)
    for when in ("half_year", "one_year"):
        count = _value(printed, f"follow_up.{when}.n")
        percent = printed[f"follow_up.{when}.percent"]
        yield _check(percent, 100 * count / n, "percent", n=count, N=n)


def _harm_checks(printed: Printed) -> Iterator[ArithmeticCheck]:
    n = _value(printed, "table_1.n")
    for key in [key for key in printed if key.startswith("table_3.") and key.endswith(".any")]:
        bands = [_value(printed, f"{key.removesuffix('.any')}.{band}") for band in BANDS[1:]]
        if key == "table_3.overall.any":
            yield _check(
                printed[key], sum(bands), "bands_overlap", low=max(bands), high=min(n, sum(bands))
            )
        else:
            yield _check(printed[key], sum(bands), "bands_sum")


def _group_means(printed: Printed, rule: FactorRule) -> list[tuple[float, float]]:
    keys = [f"table_4.{rule.name}.{level.code}" for level in rule.levels]
    return [
        (_value(printed, f"{key}.n"), _value(printed, f"{key}.mean"))
        for key in keys
        if f"{key}.n" in printed
    ]


def _subgroup_checks(printed: Printed) -> Iterator[ArithmeticCheck]:
    """Table 4's middle column as medians, and as means.

    As means: the mean to the last time is the plain average of all patients but for the one
    alive, whose time may be prolonged up to the longest one. So the means of the two groups,
    weighted by their sizes, lie for all factors in one window of that width.
    """
    overall = printed["follow_up.median_os_months"]
    n = _value(printed, "table_1.n")
    alive = _value(printed, "follow_up.alive_at_data_cutoff")
    longest = _value(printed, "follow_up.os_range_months.high")
    shortest = _value(printed, "follow_up.os_range_months.low")
    weighted: dict[str, float] = {}
    rules = [rule for rule in factor_rules() if "table_4" in rule.tables]
    for rule in rules:
        groups = _group_means(printed, rule)
        values = [value for _, value in groups]
        nearest = min(max(_value(printed, overall.key), min(values)), max(values))
        as_median = PublishedItem(
            overall.key, "table_4", f"@factors.{rule.name}.name", "", overall.column,
            overall.value, overall.decimals,
        )  # fmt: skip
        yield _check(
            as_median,
            nearest,
            "median_between_groups",
            key=f"table_4.{rule.name}.median_between_groups",
            low=min(values) - 0.05,
            high=max(values) + 0.05,
        )
        weighted[rule.name] = sum(n * mean for n, mean in groups) / sum(n for n, _ in groups)
    width = alive * (longest - shortest) / n + 2 * 0.05
    starts = sorted(weighted.values())
    start = max(starts, key=lambda low: sum(low <= value <= low + width for value in starts))
    for rule in rules:
        item = PublishedItem(
            f"table_4.{rule.name}.weighted_mean", "table_4", f"@factors.{rule.name}.name", "",
            "@validation.column.months_weighted_mean", weighted[rule.name], 9,
        )  # fmt: skip
        yield _check(item, start + width / 2, "weighted_mean", low=start, high=start + width)


def _statement_checks(printed: Printed) -> Iterator[ArithmeticCheck]:
    """The median OS under SPSS's rule, and the conclusion against its own hazard ratios."""
    median = printed["follow_up.median_os_months.first"]
    if _value(printed, "follow_up.one_year.percent") <= 50.0:
        yield _check(median, 12.0, "median_first_time", low=6.0, high=12.0)
    for name in ("tumor_number", "max_tumor_diameter_cm"):
        hazard_ratio = printed[f"table_5.{name}=>=5.hr"]
        yield _check(hazard_ratio, 1.0, "conclusion", key=f"conclusion.{name}", low=0.0, high=1.0)


def check_published_arithmetic() -> tuple[ArithmeticCheck, ...]:
    """Whether the printed tables agree with themselves, allowing for their rounding.

    Wald, P, hazard ratio and interval from B and SE; sums of levels, sessions and grades;
    percentages; the subgroup column of Table 4 as medians and as means; the median OS under
    SPSS's rule; the conclusion against its own hazard ratios. A printed figure is consistent
    if rounding of the figures that it follows from can explain it.

    >>> {c.key: c.is_consistent for c in check_published_arithmetic()}["table_5.ecog=1.hr"]
    True
    """
    printed = {item.key: item for item in published_items()}
    return (
        *_count_checks(printed),
        *_harm_checks(printed),
        *_subgroup_checks(printed),
        *_cox_checks(printed),
        *_statement_checks(printed),
    )
