"""Medians of subgroups against the overall one, and survival rates against medians."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from core.results.audit import (
    AuditCheck,
    AuditVerdict,
    PastedRow,
    PastedTable,
    PrintedNumber,
)
from core.results.common import Message

OVERALL_WORDS = ("overall", "all patients", "total", "all", "总体", "全部", "全体", "合计", "总计")
MEDIAN_WORDS = ("median", "中位", "mos", "mpfs")
HALF = 50.0


def _is_overall(label: str) -> bool:
    return label.strip().casefold().startswith(OVERALL_WORDS)


def _groups(rows: list[PastedRow], total: int) -> Iterator[list[PastedRow]]:
    """Consecutive rows whose patients add up to all patients: the levels of one factor."""
    group: list[PastedRow] = []
    for row in rows:
        group.append(row)
        if sum(one.numbers[0].value for one in group) >= total:
            yield group
            group = []
    if group:
        yield group


def check_medians(table: PastedTable) -> Iterator[AuditCheck]:
    """Rows of n and median, one of them overall: levels add up, and the overall lies between."""
    usable = [row for row in table.rows if len(row.numbers) == 2 and row.numbers[0].decimals == 0]
    for row in table.rows:
        if row not in usable:
            yield AuditCheck(
                f"medians.{row.line}", row.label, " ".join(one.shown for one in row.numbers), "",
                AuditVerdict.CAUTION, Message.of("audit.needs.medians"),
            )  # fmt: skip
    overall = next((row for row in usable if _is_overall(row.label)), None)
    if overall is None:
        yield AuditCheck(
            "medians.overall", "@audit.row.overall", "", "", AuditVerdict.CAUTION,
            Message.of("audit.needs.overall"),
        )  # fmt: skip
        return
    total = int(overall.numbers[0].value)
    for group in _groups([row for row in usable if row is not overall], total):
        yield from _check_group(group, overall.numbers[1], total)


def _check_group(
    group: list[PastedRow], overall: PrintedNumber, total: int
) -> Iterator[AuditCheck]:
    name = " / ".join(row.label for row in group)
    counted = sum(int(row.numbers[0].value) for row in group)
    is_whole = counted == total
    yield AuditCheck(
        f"medians.{group[0].line}.sum", name, str(counted), str(total),
        AuditVerdict.CONSISTENT if is_whole else AuditVerdict.INCONSISTENT,
        Message.of("audit.arithmetic.levels_sum", n=counted, N=total),
    )  # fmt: skip
    medians = [row.numbers[1] for row in group]
    low = min(one.value - one.half_unit for one in medians)
    high = max(one.value + one.half_unit for one in medians)
    lies_between = low <= overall.value + overall.half_unit and (
        overall.value - overall.half_unit <= high
    )
    values = [one.value for one in medians]
    mean = sum(row.numbers[0].value * row.numbers[1].value for row in group) / max(counted, 1)
    arithmetic = Message.of(
        "audit.arithmetic.between", low=min(values), high=max(values), overall=overall.value
    )
    if math.isinf(overall.value):
        arithmetic = Message.of("audit.arithmetic.between_never")
    elif math.isinf(max(values)):
        arithmetic = Message.of(
            "audit.arithmetic.between_open", low=min(values), overall=overall.value
        )
    has_mean = not lies_between and math.isfinite(mean)
    yield AuditCheck(
        f"medians.{group[0].line}.between", name, overall.shown,
        "–".join("NR" if math.isinf(one) else f"{one:g}" for one in (min(values), max(values))),
        AuditVerdict.CONSISTENT if lies_between else AuditVerdict.INCONSISTENT,
        arithmetic,
        Message.of("audit.meaning.not_medians", mean=mean) if has_mean else None,
    )  # fmt: skip


def median_against_rate(
    line: int, label: str, months: float, rate: PrintedNumber, median: PrintedNumber
) -> AuditCheck:
    """One survival rate against the median.

    Above half alive at t the median lies behind t, below half at or before it; with exactly
    half alive from t on, the first time at or below 0.5 (SPSS) lies at or before t and the
    midpoint of the flat step (R) behind it.
    """
    later = median.value - median.half_unit > months
    earlier = median.value + median.half_unit < months
    verdict, meaning = AuditVerdict.CONSISTENT, None
    if abs(rate.value - HALF) <= rate.half_unit:
        sign = "≈"
        if later:
            verdict, meaning = AuditVerdict.EXPLAINED, Message.of("audit.meaning.midpoint")
    elif rate.value > HALF:
        sign = ">"
        if earlier:
            verdict = AuditVerdict.INCONSISTENT
    else:
        sign = "≤"
        if later:
            verdict = AuditVerdict.INCONSISTENT
    return AuditCheck(
        f"rates.{line}", label, median.shown, f"{sign} {months:g}", verdict,
        Message.of(
            "audit.arithmetic.rate", months=months, rate=rate.value, median=median.value
        ),
        meaning,
    )  # fmt: skip


def check_rates(table: PastedTable) -> Iterator[AuditCheck]:
    """Rows of months and per cent alive, one row with the median; rates never rise."""
    median: PrintedNumber | None = None
    rates: list[tuple[PastedRow, float, PrintedNumber]] = []
    for row in table.rows:
        if any(word in row.label.casefold() for word in MEDIAN_WORDS):
            median = row.numbers[0]
        elif len(row.numbers) >= 2:
            rates.append((row, row.numbers[0].value, row.numbers[1]))
        else:
            yield AuditCheck(
                f"rates.{row.line}", row.label, row.numbers[0].shown, "", AuditVerdict.CAUTION,
                Message.of("audit.needs.rates"),
            )  # fmt: skip
    for row, _, rate in rates:
        if not 0 <= rate.value <= 100:
            yield AuditCheck(
                f"rates.{row.line}.share", row.label, f"{rate.shown}%", "0–100%",
                AuditVerdict.INCONSISTENT, Message.of("audit.arithmetic.share"),
            )  # fmt: skip
    rates.sort(key=lambda item: item[1])
    for (_, _, before), (row, months, rate) in pairwise(rates):
        falls = rate.value <= before.value + before.half_unit + rate.half_unit
        yield AuditCheck(
            f"rates.{row.line}.falls", row.label, f"{rate.shown}%", f"≤ {before.shown}%",
            AuditVerdict.CONSISTENT if falls else AuditVerdict.INCONSISTENT,
            Message.of("audit.arithmetic.falls", months=months),
        )  # fmt: skip
    if median is None:
        yield AuditCheck(
            "rates.median", "@audit.row.median", "", "", AuditVerdict.CAUTION,
            Message.of("audit.needs.median"),
        )  # fmt: skip
        return
    for row, months, rate in rates:
        yield median_against_rate(row.line, row.label, months, rate, median)
