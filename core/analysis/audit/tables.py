"""Checks of a pasted table against itself, each with its arithmetic."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from scipy.special import chdtrc, ndtri

from core.analysis.audit.medians import check_medians, check_rates
from core.analysis.audit.rounding import Range, fits, possible, shown
from core.analysis.validation.arithmetic import COX_FORMULAS
from core.results.audit import AuditCheck, AuditVerdict, PastedKind, PastedRow, PastedTable
from core.results.common import Message

Z = float(ndtri(0.975))
SIGNIFICANT = 0.05


def verdict_of(is_right: bool) -> AuditVerdict:
    """Consistent or not."""
    return AuditVerdict.CONSISTENT if is_right else AuditVerdict.INCONSISTENT


def _lacking(row: PastedRow, kind: PastedKind) -> AuditCheck:
    return AuditCheck(
        f"{kind}.{row.line}",
        row.label,
        " ".join(one.shown for one in row.numbers),
        "",
        AuditVerdict.CAUTION,
        Message.of(f"audit.needs.{kind}"),
    )


def _other_denominators(table: PastedTable) -> Iterator[AuditCheck]:
    """Lines that count out of another number of patients than the table does."""
    stated = [row for row in table.rows if len(row.numbers) == 3]
    totals = Counter(int(row.numbers[1].value) for row in stated)
    if not totals:
        return
    usual = table.total if table.total is not None else totals.most_common(1)[0][0]
    for row in stated:
        own = int(row.numbers[1].value)
        if own != usual:
            yield AuditCheck(
                f"counts.{row.line}.denominator", row.label, str(own), str(usual),
                AuditVerdict.CAUTION,
                Message.of("audit.arithmetic.denominator", own=own, usual=usual),
            )  # fmt: skip


def _counts(table: PastedTable) -> Iterator[AuditCheck]:
    yield from _other_denominators(table)
    for row in table.rows:
        numbers = row.numbers
        if len(numbers) == 3:
            count, total, percent = numbers[0], numbers[1].value, numbers[2]
        elif len(numbers) == 2 and table.total is not None:
            count, total, percent = numbers[0], float(table.total), numbers[1]
        else:
            yield _lacking(row, table.kind)
            continue
        if count.decimals or total <= 0 or not 0 <= count.value <= total:
            yield AuditCheck(
                f"counts.{row.line}.count",
                row.label,
                count.shown,
                f"0–{total:.0f}",
                AuditVerdict.INCONSISTENT,
                Message.of("audit.arithmetic.count_of_total", total=total),
            )
            continue
        share = 100 * count.value / total
        is_right = fits(percent, (share, share))
        yield AuditCheck(
            f"counts.{row.line}.percent",
            row.label,
            f"{percent.shown}%",
            f"{share:.{percent.decimals}f}%",
            verdict_of(is_right),
            Message.of("audit.arithmetic.percent", n=count.value, N=total, percent=share),
            None if is_right else _implied(count.value, percent.value, percent.half_unit),
        )


def _implied(count: float, percent: float, half_unit: float) -> Message:
    """The denominators with which the printed percentage would be right."""
    low = 100 * count / (percent + half_unit) if percent + half_unit > 0 else math.inf
    high = 100 * count / (percent - half_unit) if percent > half_unit else math.inf
    if math.isinf(high) or math.floor(high) < math.ceil(low):
        return Message.of("audit.meaning.no_denominator")
    first, last = math.ceil(low), math.floor(high)
    if first == last:
        return Message.of("audit.meaning.denominator", N=first)
    return Message.of("audit.meaning.denominators", low=first, high=last)


def _p_of(hr: float, low: float, high: float) -> float:
    se = (math.log(high) - math.log(low)) / (2 * Z)
    return float(chdtrc(1, (math.log(hr) / se) ** 2))


def _hazards(table: PastedTable) -> Iterator[AuditCheck]:
    for row in table.rows:
        if len(row.numbers) not in (3, 4) or any(one.value <= 0 for one in row.numbers[:3]):
            yield _lacking(row, table.kind)
            continue
        hr, low, high = row.numbers[:3]
        printed = f"{hr.shown} ({low.shown}–{high.shown})"
        if not low.value <= hr.value <= high.value or low.value == high.value:
            yield AuditCheck(
                f"hazard.{row.line}.inside", row.label, printed, "", AuditVerdict.INCONSISTENT,
                Message.of("audit.arithmetic.inside"),
            )  # fmt: skip
            continue
        if low.value <= low.half_unit:
            yield _lacking(row, table.kind)
            continue
        middle = possible(lambda a, b: math.sqrt(a * b), [low, high])
        yield AuditCheck(
            f"hazard.{row.line}.middle", row.label, hr.shown, shown(middle, hr.decimals),
            verdict_of(fits(hr, middle)),
            Message.of("audit.arithmetic.middle", low=low.value, high=high.value),
        )  # fmt: skip
        if len(row.numbers) == 4:
            yield from _hazard_p(row)


def _hazard_p(row: PastedRow) -> Iterator[AuditCheck]:
    hr, low, high, p = row.numbers
    expected = _p_range(row)
    yield AuditCheck(
        f"hazard.{row.line}.p", row.label, p.shown, shown(expected, max(p.decimals, 3)),
        verdict_of(fits(p, expected)),
        Message.of("audit.arithmetic.p_of_interval", hr=hr.value, low=low.value, high=high.value),
    )  # fmt: skip
    excludes = low.value > 1 or high.value < 1
    touches = min(abs(low.value - 1) - low.half_unit, abs(high.value - 1) - high.half_unit) <= 0
    below = p.value < SIGNIFICANT or (p.bound == "<" and p.value <= SIGNIFICANT)
    is_right = excludes == below or touches
    meaning = None if is_right else Message.of("audit.meaning.interval_against_p")
    yield AuditCheck(
        f"hazard.{row.line}.significance", row.label, p.shown,
        "< 0.05" if excludes else "≥ 0.05", verdict_of(is_right),
        Message.of("audit.arithmetic.significance", low=low.value, high=high.value), meaning,
    )  # fmt: skip


def _p_range(row: PastedRow) -> Range:
    hr, low, high = row.numbers[:3]
    values = []
    for a in (low.value - low.half_unit, low.value + low.half_unit):
        for b in (high.value - high.half_unit, high.value + high.half_unit):
            for h in (hr.value - hr.half_unit, hr.value + hr.half_unit):
                if 0 < a < b and h > 0:
                    values.append(_p_of(h, a, b))
    if abs(hr.value - 1) <= hr.half_unit:
        values.append(1.0)
    return min(values), max(values)


def _cox(table: PastedTable) -> Iterator[AuditCheck]:
    for row in table.rows:
        numbers = list(row.numbers)
        if len(numbers) == 8:
            del numbers[3]  # degrees of freedom
        if len(numbers) != 7 or numbers[1].value <= numbers[1].half_unit:
            yield _lacking(row, table.kind)
            continue
        b, se, *rest = numbers
        for name, one in zip(("wald", "p", "hr", "low", "high"), rest, strict=True):
            expected = possible(COX_FORMULAS[name], [b, se])
            if name in ("wald", "p") and abs(b.value) <= b.half_unit:
                zero = 0.0 if name == "wald" else 1.0
                expected = (min(expected[0], zero), max(expected[1], zero))
            yield AuditCheck(
                f"cox.{row.line}.{name}", f"{row.label} · {_COX_NAMES[name]}", one.shown,
                shown(expected, one.decimals), verdict_of(fits(one, expected)),
                Message.of(f"validation.arithmetic.cox_{name}", b=b.value, se=se.value),
            )  # fmt: skip


_COX_NAMES = {"wald": "Wald", "p": "P", "hr": "HR", "low": "CI −", "high": "CI +"}

_CHECKS: Mapping[PastedKind, Callable[[PastedTable], Iterator[AuditCheck]]] = {
    PastedKind.COUNTS: _counts,
    PastedKind.HAZARD: _hazards,
    PastedKind.COX: _cox,
    PastedKind.MEDIANS: check_medians,
    PastedKind.RATES: check_rates,
}


def _commas(table: PastedTable) -> Iterator[AuditCheck]:
    if table.has_decimal_commas:
        yield AuditCheck(
            "decimal_commas", "@audit.row.whole_table", ",", ".", AuditVerdict.EXPLAINED,
            Message.of("audit.arithmetic.decimal_commas"),
        )  # fmt: skip


def audit_pasted(table: PastedTable) -> tuple[AuditCheck, ...]:
    """Every check that the kind of table allows, in the order of its lines.

    That commas were read as decimal points is said first.
    A figure is consistent if rounding of the figures that it follows from can explain it.
    """
    return (*_commas(table), *_CHECKS[table.kind](table))
