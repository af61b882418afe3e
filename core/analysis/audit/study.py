"""The study's own tables against themselves: counts, medians, intervals, direction."""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.analysis.audit.medians import median_against_rate
from core.analysis.audit.rounding import shown_p
from core.results.audit import AuditCheck, AuditVerdict, PrintedNumber
from core.results.cohort import StudyAnalysis
from core.results.common import Message
from core.results.prognosis import FactorComparison

SIGNIFICANT = 0.05
CONSISTENT, INCONSISTENT = AuditVerdict.CONSISTENT, AuditVerdict.INCONSISTENT


def _sum(key: str, row: str, found: int, wanted: int, code: str) -> AuditCheck:
    return AuditCheck(
        key,
        row,
        str(found),
        str(wanted),
        CONSISTENT if found == wanted else INCONSISTENT,
        Message.of(f"audit.study.{code}", n=found, N=wanted),
    )


def _baseline(analysis: StudyAnalysis) -> Iterator[AuditCheck]:
    for row in analysis.baseline.categorical:
        found = sum(row.overall.counts) + row.overall.missing
        yield _sum(f"table_1.{row.name}", row.label, found, analysis.n_patients, "levels")
    sessions = analysis.baseline.sessions.overall
    if sessions.total is not None:
        found = sum(number * patients for number, patients in sessions.by_number)
        yield _sum("sessions", "@tables.sessions", found, sessions.total, "sessions")


def _response(analysis: StudyAnalysis) -> Iterator[AuditCheck]:
    overall = analysis.response.overall
    if overall is None:
        return
    counts = overall.counts
    patients = len(analysis.response.patients)
    yield _sum("table_2.sum", "@audit.row.table_2", sum(counts.values()), patients, "categories")
    responders = counts.get("CR", 0) + counts.get("PR", 0)
    yield _sum("table_2.orr", "@tables.orr", overall.orr.count, responders, "orr")
    controlled = sum(counts.get(one, 0) for one in ("CR", "PR", "SD", "NON-CR/NON-PD"))
    yield _sum("table_2.dcr", "@tables.dcr", overall.dcr.count, controlled, "dcr")
    total, denominator = overall.orr.total, overall.orr.denominator
    yield AuditCheck(
        "table_2.denominator",
        "@audit.row.table_2",
        str(total),
        str(analysis.n_patients),
        CONSISTENT if total == analysis.n_patients else AuditVerdict.EXPLAINED,
        Message.of(
            "audit.study.denominator",
            n=total,
            N=analysis.n_patients,
            denominator=f"@tables.denominator.{denominator}",
        ),
    )


def _safety(analysis: StudyAnalysis) -> Iterator[AuditCheck]:
    table = analysis.adverse_events
    if not table.rows:
        return
    for row in table.rows:
        graded = row.grade_1_2.count + row.grade_3_4.count + row.grade_5.count
        yield _sum(f"table_3.{row.term}", row.term, graded, row.any.count, "bands")
    bands = table.overall_bands
    parts = bands.grade_1_2.count + bands.grade_3_4.count + bands.grade_5.count
    largest = max(bands.grade_1_2.count, bands.grade_3_4.count, bands.grade_5.count)
    verdict = CONSISTENT
    if parts != bands.any.count:
        is_possible = largest <= bands.any.count <= parts
        verdict = AuditVerdict.EXPLAINED if is_possible else INCONSISTENT
    yield AuditCheck(
        "table_3.overall",
        "@audit.row.table_3",
        str(bands.any.count),
        f"{largest}–{parts}",
        verdict,
        Message.of("audit.study.overall_bands", parts=parts, total=bands.any.count),
        Message.of("audit.meaning.bands", both=parts - bands.any.count)
        if verdict is AuditVerdict.EXPLAINED
        else None,
    )


def _curves(analysis: StudyAnalysis) -> Iterator[AuditCheck]:
    for code, curves in analysis.curves.items():
        curve = curves.groups[0].curve
        label = f"@{curves.endpoint.label}"
        without = len(curves.endpoint.not_derived)
        yield _sum(f"{code}.n", label, curve.n + without, analysis.n_patients, "endpoint")
        median = curve.median.estimate
        if median is None:
            continue
        for mark in curve.landmarks:
            if mark.estimate is None:
                continue
            check = median_against_rate(
                0,
                label,
                mark.months,
                PrintedNumber(100 * mark.estimate, 1),
                PrintedNumber(median, 1),
            )
            yield AuditCheck(
                f"{code}.rate_{mark.months:g}", check.row, check.printed, check.expected,
                check.verdict, check.arithmetic, check.meaning,
            )  # fmt: skip


def _factors(analysis: StudyAnalysis) -> Iterator[AuditCheck]:
    overall = analysis.curves.get(analysis.prognosis.endpoint.code)
    median = overall.groups[0].curve.median.estimate if overall else None
    for item in analysis.prognosis.comparisons:
        label = f"@factors.{item.factor}.name"
        found = sum(level.n for level in item.levels) + item.n_missing
        total = len(analysis.prognosis.endpoint.times)
        yield _sum(f"table_4.{item.factor}.n", label, found, total, "levels")
        if median is not None and not item.n_missing:
            yield from _median(item, label, median)
        yield from _direction(item, label)


def _median(item: FactorComparison, label: str, overall: float) -> Iterator[AuditCheck]:
    medians = [level.median.estimate for level in item.levels if level.median is not None]
    if len(medians) < 2:
        return
    low = min(math.inf if value is None else value for value in medians)
    high = max(math.inf if value is None else value for value in medians)
    lies_between = low - 1e-9 <= overall <= high + 1e-9
    # Censoring makes the overall curve no exact mixture of the groups' curves.
    verdict = CONSISTENT if lies_between else AuditVerdict.CAUTION
    yield AuditCheck(
        f"table_4.{item.factor}.median",
        label,
        f"{overall:.1f}",
        f"{low:.1f}–{'NR' if math.isinf(high) else f'{high:.1f}'}",
        verdict,
        Message.of("audit.study.between"),
    )


def _direction(item: FactorComparison, label: str) -> Iterator[AuditCheck]:
    """The hazard ratio's side of 1 against observed and expected deaths of the log-rank test."""
    if item.logrank is None or len(item.levels) != 2:
        return
    level = next((one for one in item.levels if not one.is_reference), None)
    group = next((one for one in item.logrank.groups if level and one.level == level.level), None)
    if level is None or group is None or level.hr is None:
        return
    more_deaths = group.observed > group.expected
    agrees = (level.hr > 1) == more_deaths or abs(group.observed - group.expected) < 1e-9
    yield AuditCheck(
        f"table_4.{item.factor}.direction",
        label,
        f"HR {level.hr:.2f}",
        "> 1" if more_deaths else "< 1",
        CONSISTENT if agrees else INCONSISTENT,
        Message.of(
            "audit.study.direction", observed=group.observed, expected=group.expected
        ),
    )  # fmt: skip
    if item.logrank.p is None or level.hr_low is None or level.hr_high is None:
        return
    excludes = level.hr_low > 1 or level.hr_high < 1
    below = item.logrank.p < SIGNIFICANT
    yield AuditCheck(
        f"table_4.{item.factor}.interval",
        label,
        shown_p(item.logrank.p),
        f"{level.hr_low:.2f}–{level.hr_high:.2f}",
        CONSISTENT if excludes == below else AuditVerdict.CAUTION,
        Message.of("audit.study.interval_p"),
        None if excludes == below else Message.of("audit.meaning.two_tests"),
    )


def _model(analysis: StudyAnalysis) -> Iterator[AuditCheck]:
    model = analysis.prognosis.multivariable
    if model is None:
        return
    found = model.n + model.n_dropped
    total = len(analysis.prognosis.endpoint.times)
    yield _sum("table_5.n", "@audit.row.table_5", found, total, "complete_cases")
    for term in model.terms:
        if term.b is None or term.hr is None or term.low is None or term.high is None:
            continue
        excludes = term.low > 1 or term.high < 1
        below = term.p is not None and term.p < 1 - model.options.level
        is_right = (
            excludes == below
            and (term.hr > 1) == (term.b > 0)
            and math.isclose(term.hr, math.exp(term.b), rel_tol=1e-9)
        )
        yield AuditCheck(
            f"table_5.{term.term}",
            f"@factors.{term.factor}.name",
            f"HR {term.hr:.2f} ({term.low:.2f}–{term.high:.2f})",
            shown_p(term.p) if term.p is not None else "",
            CONSISTENT if is_right else INCONSISTENT,
            Message.of("audit.study.term", b=term.b),
        )
    per_variable = model.events_per_variable
    if per_variable is not None:
        least = model.options.minimum_events_per_variable
        yield AuditCheck(
            "table_5.events_per_variable",
            "@audit.row.table_5",
            f"{per_variable:.1f}",
            f"≥ {least:g}",
            CONSISTENT if per_variable >= least else AuditVerdict.CAUTION,
            Message.of(
                "audit.paper.events_per_variable",
                events=model.events,
                variables=len(model.terms),
                per_variable=per_variable,
            ),
            None if per_variable >= least else Message.of("audit.meaning.few_events"),
        )


def audit_study(analysis: StudyAnalysis) -> tuple[AuditCheck, ...]:
    """Every check of the study's own tables, table by table."""
    return (
        *_baseline(analysis),
        *_response(analysis),
        *_safety(analysis),
        *_factors(analysis),
        *_model(analysis),
        *_curves(analysis),
    )
