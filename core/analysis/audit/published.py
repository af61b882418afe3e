"""The worked example: what the published series' own tables say about it."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.audit.medians import median_against_rate
from core.analysis.validation.arithmetic import check_published_arithmetic
from core.results.audit import AuditCheck, AuditVerdict, PrintedNumber
from core.results.common import Message
from core.results.validation import ArithmeticCheck, PublishedItem
from core.rules.published import published_items
from core.rules.published_statements import published_statements

ENOUGH_EVENTS = 10.0
"""Events per variable below which a multivariable model is unstable.

Source: Peduzzi 1996, J Clin Epidemiol 49:1373.
"""


def _number(item: PublishedItem) -> PrintedNumber:
    assert item.value is not None
    return PrintedNumber(item.value, item.decimals, "<" if item.is_upper_limit else "")


def _medians(checks: dict[str, ArithmeticCheck], overall: PrintedNumber) -> AuditCheck:
    judged = [check for key, check in checks.items() if key.endswith(".median_between_groups")]
    wrong = [check for check in judged if not check.is_consistent]
    return AuditCheck(
        "paper.table_4_medians",
        "@audit.row.table_4",
        overall.shown,
        f"{len(wrong)}/{len(judged)}",
        AuditVerdict.INCONSISTENT if wrong else AuditVerdict.CONSISTENT,
        Message.of(
            "audit.paper.medians", wrong=len(wrong), factors=len(judged), overall=overall.value
        ),
        Message.of("audit.meaning.paper_means") if wrong else None,
    )


def _events_per_variable(printed: dict[str, PublishedItem]) -> AuditCheck:
    events = int(
        (printed["table_1.n"].value or 0) - (printed["follow_up.alive_at_data_cutoff"].value or 0)
    )
    variables = sum(key.startswith("table_5.") and key.endswith(".b") for key in printed)
    per_variable = events / variables
    is_enough = per_variable >= ENOUGH_EVENTS
    return AuditCheck(
        "paper.events_per_variable",
        "@audit.row.table_5",
        f"{per_variable:.1f}",
        f"≥ {ENOUGH_EVENTS:g}",
        AuditVerdict.CONSISTENT if is_enough else AuditVerdict.CAUTION,
        Message.of(
            "audit.paper.events_per_variable",
            events=events,
            variables=variables,
            per_variable=per_variable,
        ),
        None if is_enough else Message.of("audit.meaning.few_events"),
    )


def _entry_rule(printed: dict[str, PublishedItem]) -> AuditCheck:
    """Factors of Table 5 whose P in Table 4 isn't below the stated limit."""
    limit = published_statements().entered_below_p
    entered = {key.split(".")[1].split("=")[0] for key in printed if key.startswith("table_5.")}
    values = {name: printed[f"table_4.{name}.p"].value or 0.0 for name in sorted(entered)}
    against = {name: p for name, p in values.items() if p >= limit}
    words = ", ".join(f"{p:.3f}" for p in against.values())
    return AuditCheck(
        "paper.entry_rule",
        "@audit.row.table_5",
        words,
        f"P < {limit:g}",
        AuditVerdict.INCONSISTENT if against else AuditVerdict.CONSISTENT,
        Message.of("audit.paper.entry_rule", n=len(against), limit=limit, values=words),
    )


def _conclusion(printed: dict[str, PublishedItem]) -> AuditCheck:
    terms = [printed[f"table_5.{name}.hr"] for name in published_statements().conclusion_benefit]
    ratios = [item.value or 0.0 for item in terms]
    words = ", ".join(_number(item).shown for item in terms)
    contradicts = any(value > 1 for value in ratios)
    return AuditCheck(
        "paper.conclusion",
        "@audit.row.conclusion",
        words,
        "HR < 1",
        AuditVerdict.INCONSISTENT if contradicts else AuditVerdict.CONSISTENT,
        Message.of("audit.paper.conclusion", values=words),
        Message.of("audit.meaning.direction") if contradicts else None,
    )


def _table_5(checks: dict[str, ArithmeticCheck]) -> AuditCheck:
    judged = [check for key, check in checks.items() if key.startswith("table_5.")]
    right = sum(check.is_consistent for check in judged)
    return AuditCheck(
        "paper.table_5",
        "@audit.row.table_5",
        f"{right}/{len(judged)}",
        f"{len(judged)}/{len(judged)}",
        AuditVerdict.CONSISTENT if right == len(judged) else AuditVerdict.INCONSISTENT,
        Message.of("audit.paper.table_5", right=right, total=len(judged)),
    )


def _bands(printed: dict[str, PublishedItem], checks: dict[str, ArithmeticCheck]) -> AuditCheck:
    total, mild, severe = (
        int(printed[f"table_3.overall.{band}"].value or 0)
        for band in ("any", "grade_1_2", "grade_3_4")
    )
    is_possible = checks["table_3.overall.any"].is_consistent
    verdict = AuditVerdict.CONSISTENT
    if mild + severe != total:
        verdict = AuditVerdict.EXPLAINED if is_possible else AuditVerdict.INCONSISTENT
    return AuditCheck(
        "paper.bands_overlap",
        "@audit.row.table_3",
        str(total),
        f"{max(mild, severe)}–{mild + severe}",
        verdict,
        Message.of("audit.paper.bands", mild=mild, severe=severe, total=total),
        Message.of("audit.meaning.bands", both=mild + severe - total),
    )


def _statements(printed: dict[str, PublishedItem]) -> Iterator[AuditCheck]:
    stated = published_statements().patients_in_discussion
    tables = int(printed["table_1.n"].value or 0)
    yield AuditCheck(
        "paper.patients",
        "@audit.row.discussion",
        str(stated),
        str(tables),
        AuditVerdict.CONSISTENT if stated == tables else AuditVerdict.INCONSISTENT,
        Message.of("audit.paper.patients", stated=stated, tables=tables),
    )
    zeros = [item for item in printed.values() if item.is_upper_limit]
    if zeros:
        yield AuditCheck(
            "paper.p_zero",
            "@audit.row.table_4",
            "0.000",
            "< 0.001",
            AuditVerdict.EXPLAINED,
            Message.of("audit.paper.p_zero"),
        )


def audit_published() -> tuple[AuditCheck, ...]:
    """What is right and what is wrong in the published series, from its printed figures alone.

    >>> {check.key: check.verdict.value for check in audit_published()}["paper.table_5"]
    'consistent'
    """
    printed = {item.key: item for item in published_items()}
    checks = {check.key: check for check in check_published_arithmetic()}
    median = _number(printed["follow_up.median_os_months"])
    rate = _number(printed["follow_up.one_year.percent"])
    midpoint = median_against_rate(0, "@audit.row.median_os", 12.0, rate, median)
    return (
        _medians(checks, median),
        AuditCheck(
            "paper.midpoint", midpoint.row, midpoint.printed, midpoint.expected, midpoint.verdict,
            midpoint.arithmetic, midpoint.meaning,
        ),
        _bands(printed, checks),
        _events_per_variable(printed),
        _entry_rule(printed),
        _conclusion(printed),
        _table_5(checks),
        *_statements(printed),
    )  # fmt: skip
