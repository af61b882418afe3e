"""Result sentences, from the numbers found; each names its table or figure."""

from __future__ import annotations

from collections.abc import Collection

from core.errors import Fact
from core.exports.report.model import Paragraph, mention, paragraph
from core.exports.tables.names import factor_names
from core.results.cohort import EndpointCurves, StudyAnalysis
from core.results.common import Rate
from core.results.toxicity import AdverseEventTable
from core.text.catalogue import Language, text
from core.text.numbers import listed, number, p_value, percent, time_or_not_reached
from core.text.prognosis_words import prognosis_paragraph
from core.text.terms import term_name

SIGNIFICANT = 0.05
MOST_NAMED = 4


def _separator(language: Language) -> str:
    return "" if language == "zh" else " "


def _p(p: float | None) -> tuple[str, str]:
    """Sign and number of a P value: never .000."""
    shown = p_value(p)
    return ("<", shown.removeprefix("< ")) if shown.startswith("<") else ("=", shown)


def baseline_sentences(analysis: StudyAnalysis, language: Language) -> tuple[Paragraph, ...]:
    """How many patients and sessions."""
    table = mention("table", "baseline")
    if analysis.n_sessions is None:
        words = text(
            "manuscript.results.patients_only", language, n=analysis.n_patients, table=table
        )
    else:
        words = text(
            "manuscript.results.patients",
            language,
            n=analysis.n_patients,
            sessions=analysis.n_sessions,
            table=table,
        )
    return (paragraph(words),)


def _rate(rate: Rate, language: Language) -> str:
    if rate.estimate is None or rate.low is None or rate.high is None:
        return f"{rate.count}/{rate.total}"
    return text(
        "manuscript.results.rate",
        language,
        percent=percent(rate.estimate),
        count=rate.count,
        total=rate.total,
        level=100 * rate.level,
        low=percent(rate.low),
        high=percent(rate.high),
    )


def response_sentences(
    analysis: StudyAnalysis, figures: Collection[str], language: Language
) -> tuple[Paragraph, ...]:
    """Counts, ORR and DCR with their intervals, overall and in the liver.

    Args:
        figures: names of the figures that the section has.
    """
    cohort = analysis.response
    if cohort.overall is None:
        return ()
    counts = cohort.overall.counts
    words = text(
        "manuscript.results.response",
        language,
        cr=counts.get("CR", 0),
        pr=counts.get("PR", 0),
        sd=counts.get("SD", 0),
        pd=counts.get("PD", 0),
        orr=_rate(cohort.overall.orr, language),
        dcr=_rate(cohort.overall.dcr, language),
        table=mention("table", "best_response"),
    )
    parts = [words]
    if cohort.liver is not None:
        dcr = _rate(cohort.liver.dcr, language)
        parts.append(text("manuscript.results.liver", language, dcr=dcr))
    for name in ("waterfall", "spider", "swimmer"):
        if name in figures:
            shown = mention("figure", name)
            parts.append(text(f"manuscript.results.{name}", language, figure=shown))
    return (paragraph(_separator(language).join(parts)),)


def curve_sentence(curves: EndpointCurves, language: Language) -> Paragraph:
    """Median with its interval, events, and the rates at the chosen months."""
    curve = curves.groups[0].curve
    rates = "".join(
        text(
            "manuscript.results.at_months",
            language,
            percent=percent(mark.estimate),
            months=mark.months,
        )
        for mark in curve.landmarks
        if mark.estimate is not None
    )
    code = curves.endpoint.code
    key = "not_reached" if curve.median.estimate is None else "median"
    facts: dict[str, Fact] = {
        "endpoint": f"@{curves.endpoint.label}",
        "events": curve.events,
        "n": curve.n,
        "rates": rates,
        "table": mention("table", f"survival_{code}"),
        "figure": mention("figure", f"{code}_curve"),
    }
    if key == "median":
        facts |= {
            "median": number(curve.median.estimate),
            "level": 100 * curve.median.level,
            "low": time_or_not_reached(curve.median.low),
            "high": time_or_not_reached(curve.median.high),
        }
    return paragraph(text(f"manuscript.results.{key}", language, **facts))


def factor_sentence(analysis: StudyAnalysis, language: Language) -> tuple[Paragraph, ...]:
    """Which factors alone go with survival, by the log-rank test."""
    comparisons = [item for item in analysis.prognosis.comparisons if item.logrank is not None]
    if not comparisons:
        return ()
    names = factor_names(analysis.factors, language)
    found, tested = [], 0
    for item in comparisons:
        p = item.logrank.p if item.logrank is not None else None
        tested += p is not None
        if p is not None and p < SIGNIFICANT:
            sign, shown = _p(p)
            name = names(item.factor, "")
            found.append(
                text("manuscript.results.single_one", language, factor=name, sign=sign, p=shown)
            )
    facts = {
        "endpoint": f"@{analysis.prognosis.endpoint.label}",
        "table": mention("table", f"factors_{analysis.prognosis.endpoint.code}"),
    }
    if not found:
        words = text("manuscript.results.single_none", language, n=tested, **facts)
    else:
        factors = listed(found, language, limit=len(found))
        words = text("manuscript.results.single", language, factors=factors, **facts)
    return (paragraph(words),)


def joint_sentences(analysis: StudyAnalysis, language: Language) -> tuple[Paragraph, ...]:
    """The multivariable model in the words of the Prognosis screen, with its table and figure."""
    if analysis.prognosis.multivariable is None:
        return ()
    where = text(
        "manuscript.results.joint",
        language,
        table=mention("table", f"cox_{analysis.prognosis.endpoint.code}"),
        figure=mention("figure", "forest"),
    )
    names = factor_names(analysis.factors, language)
    said = prognosis_paragraph(analysis.cox, None, names, language)
    return (paragraph(_separator(language).join([*said, where])),)


def safety_sentences(table: AdverseEventTable, language: Language) -> tuple[Paragraph, ...]:
    """Patients with any event, with grades 3 or 4, with grade 5, and the most frequent terms."""
    row = table.overall_bands
    if not table.rows or not row.any.total:
        return ()
    total = row.any.total
    words = text(
        "manuscript.results.safety",
        language,
        any=row.any.count,
        total=total,
        percent=percent(row.any.count / total),
        severe=row.grade_3_4.count,
        severe_percent=percent(row.grade_3_4.count / total),
        fatal=row.grade_5.count,
        table=mention("table", "adverse_events"),
        figure=mention("figure", "adverse_events"),
    )
    first = [
        text(
            "manuscript.results.frequent_one",
            language,
            term=term_name(one.term, language),
            n=one.any.count,
        )
        for one in table.rows[:MOST_NAMED]
    ]
    terms = listed(first, language)
    frequent = text("manuscript.results.frequent", language, terms=terms)
    return (paragraph(_separator(language).join([words, frequent])),)


def eligibility_sentences(analysis: StudyAnalysis, language: Language) -> tuple[Paragraph, ...]:
    """How many patients meet, fail, or can't be judged."""
    flow = analysis.eligibility.flow
    words = text(
        "manuscript.results.eligibility",
        language,
        eligible=flow.eligible,
        ineligible=flow.not_eligible,
        unknown=flow.undetermined,
        table=mention("table", "criteria"),
        figure=mention("figure", "enrolment_flow"),
    )
    return (paragraph(words),)
