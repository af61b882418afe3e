"""The survival results as a paragraph that could stand in a paper, with its caveats.

No sentence claims a benefit unless the test and the direction of the estimate both bear it
out; a test that shows no difference is never turned into proof of none.
"""

from __future__ import annotations

from collections.abc import Callable

from core.options import unit_word
from core.results.survival import Curve, LogRank
from core.results.survival_study import StudyCurves, StudyIncidence
from core.text.catalogue import Language, has, text
from core.text.claims import SIGNIFICANT, stated_p
from core.text.numbers import interval, listed, number, percent

FEW_EVENTS = 10
FAR_APART = 3.0
"""Ratio of two P values from which on it matters which one is believed."""
LevelName = Callable[[str], str]


def _limit(value: float | None, language: Language) -> str:
    return text("survival_words.not_reached", language) if value is None else number(value)


def _median(curve: Curve, language: Language) -> str:
    median = curve.median
    if median.estimate is None and median.low is None and median.high is None:
        return text("survival_words.not_reached", language)
    key = "median" if median.estimate is not None else "median_not_reached"
    return text(
        f"survival_words.{key}",
        language,
        median=_limit(median.estimate, language),
        interval=f"{_limit(median.low, language)}–{_limit(median.high, language)}",
        level=f"{100 * median.level:g}",
        time_unit=unit_word(curve.options.time_unit),
    )


def _of(curves: StudyCurves, what: str) -> str:
    """What the median or the share at a time is called for this endpoint, as a fact."""
    key = f"survival_words.{what}.{curves.endpoint.code}"
    return f"@{key}" if has(key) else f"@survival_words.{what}.other"


def survival_paragraph(curves: StudyCurves, name: LevelName, language: Language) -> list[str]:
    """Sentences on one answer: what was found, between whom, and what it doesn't show.

    Args:
        name: code of a curve's level -> its printed name.
    """
    if not curves.groups:
        return []
    found = [_cohort(curves, language)]
    if len(curves.groups) == 1:
        found += _single(curves.groups[0].curve, curves, language)
    else:
        found += _compared(curves, name, language)
    if curves.question.landmark > 0:
        found.append(_say(curves, "landmark", language, at=number(curves.question.landmark)))
    if curves.question.truncation is not None:
        found.append(_say(curves, "truncated", language, at=number(curves.question.truncation)))
    found.append(_method(curves, language))
    return found


def _say(curves: StudyCurves, key: str, language: Language, **facts: str | int) -> str:
    unit = unit_word(curves.options.time_unit)
    return text(f"survival_words.{key}", language, **facts, time_unit=unit)


def _cohort(curves: StudyCurves, language: Language) -> str:
    return text(
        "survival_words.cohort",
        language,
        endpoint=f"@{curves.endpoint.label}",
        n=len(curves.patients),
        events=sum(one.is_event for one in curves.patients),
    )


def _single(curve: Curve, curves: StudyCurves, language: Language) -> list[str]:
    found = [
        text(
            "survival_words.overall_median",
            language,
            endpoint=_of(curves, "median_of"),
            median=_median(curve, language),
        ),
    ]
    for mark in curve.landmarks:
        if mark.estimate is None:
            continue
        facts = {
            "endpoint": _of(curves, "rate_of"),
            "at": f"{mark.months:g}",
            "rate": percent(mark.estimate),
        }
        if mark.low is not None and mark.high is not None and mark.low < mark.high:
            facts["interval"] = interval(100 * mark.low, 100 * mark.high)
            facts["level"] = f"{100 * curve.options.level:g}"
            found.append(_say(curves, "rate", language, **facts))
        else:
            key = {0.0: "rate_none", 1.0: "rate_all"}.get(mark.estimate, "rate_alone")
            found.append(_say(curves, key, language, **facts))
    if curve.follow_up.estimate is not None:
        found.append(_say(curves, "follow_up", language, at=number(curve.follow_up.estimate)))
    if curve.events < FEW_EVENTS:
        found.append(text("survival_words.few_events", language, events=curve.events))
    return found


def _compared(curves: StudyCurves, name: LevelName, language: Language) -> list[str]:
    parts = [
        text(
            "survival_words.group_median",
            language,
            group=name(group.level),
            n=group.curve.n,
            median=_median(group.curve, language),
        )
        for group in curves.groups
    ]
    separator = "；" if language == "zh" else "; "
    found = [
        text(
            "survival_words.by_group",
            language,
            endpoint=_of(curves, "median_of"),
            groups=separator.join(parts),
        )
    ]
    test = curves.tests[0]
    if test.p is None:
        found.append(text("survival_words.not_tested", language))
        return found
    found.append(_verdict(curves, test, name, language))
    permuted = curves.permutation
    if permuted is not None and permuted.p is not None:
        ratio = max(permuted.p, 1e-12) / max(test.p, 1e-12)
        if not 1 / FAR_APART <= ratio <= FAR_APART:
            found.append(text("survival_words.permutation", language, p=stated_p(permuted.p)))
    if curves.stratified is not None and curves.stratified.p is not None:
        found.append(text("survival_words.stratified", language, p=stated_p(curves.stratified.p)))
    if curves.cut is not None and curves.cut.cut is not None:
        corrected = curves.cut.p_permutation
        corrected = curves.cut.p_lausen_1992 if corrected is None else corrected
        found.append(
            text("survival_words.cut", language, cut=f"{curves.cut.cut:g}", p=stated_p(corrected))
        )
    smallest = min(group.curve.events for group in curves.groups)
    if smallest < FEW_EVENTS:
        found.append(text("survival_words.few_events_group", language, events=smallest))
    found.append(text("survival_words.not_randomised", language))
    return found


def better_group(curves: StudyCurves) -> str | None:
    """Level whose patients fared better by the log-rank test and the restricted mean alike.

    None with more than two groups, or where the two estimates don't point the same way: the
    curves cross, and neither group is simply better.
    """
    if len(curves.groups) != 2 or not curves.differences:
        return None
    test, difference = curves.tests[0], curves.differences[0].difference
    if difference is None or difference == 0:
        return None
    first, second = test.groups
    later_fares_better = second.observed < second.expected
    if (difference > 0) != later_fares_better:
        return None
    return second.level if later_fares_better else first.level


def _verdict(curves: StudyCurves, test: LogRank, name: LevelName, language: Language) -> str:
    p = test.p
    corrected = curves.cut.p_permutation if curves.cut is not None else None
    if corrected is None and curves.cut is not None:
        corrected = curves.cut.p_lausen_1992
    # Of a searched cut only the corrected P may speak.
    deciding = p if corrected is None else corrected
    facts = {
        "endpoint": f"@{curves.endpoint.label}",
        "test": "@survival_words." + ("by_logrank" if corrected is None else "by_corrected"),
        "p": stated_p(deciding),
    }
    if deciding is None or deciding >= SIGNIFICANT:
        return text("survival_words.no_difference", language, **facts, events=test.events)
    if len(curves.groups) > 2:
        return text("survival_words.differ_many", language, **facts)
    better = better_group(curves)
    if better is None:
        return text("survival_words.differ", language, **facts)
    return text("survival_words.longer", language, **facts, group=name(better))


def _method(curves: StudyCurves, language: Language) -> str:
    options = curves.options
    return text(
        "survival_words.method",
        language,
        interval=f"@tables.interval.{options.interval}",
        median_rule=f"@tables.median_rule.{options.median_rule}",
        convention=f"@common.convention.{options.convention.value}",
    )


def incidence_paragraph(found: StudyIncidence, name: LevelName, language: Language) -> list[str]:
    """Sentences on competing events: how many of each, and what Gray's test says of a factor."""
    if not found.curves:
        return []
    totals = [
        sum(curve.causes[position].events for curve in found.curves)
        for position in range(len(found.causes))
    ]
    counts = [
        text("survival_words.cause_count", language, cause=f"@{cause}", n=n)
        for cause, n in zip(found.causes, totals, strict=True)
    ]
    sentences = [
        text(
            "survival_words.first_events",
            language,
            n=sum(curve.n for curve in found.curves),
            counts=listed(counts, language),
        )
    ]
    if len(found.curves) == 1:
        sentences += _incidences(found, language)
    for test in found.gray:
        if test.p is None:
            continue
        key = "gray_differs" if test.p < SIGNIFICANT else "gray_no_difference"
        sentences.append(
            text(
                f"survival_words.{key}",
                language,
                cause=f"@{found.causes[test.cause - 1]}",
                p=stated_p(test.p),
                groups=listed([name(level) for level in found.levels], language),
            )
        )
    return sentences


def _incidences(found: StudyIncidence, language: Language) -> list[str]:
    """Of all patients: how many had each event first by the last of the chosen times."""
    said = []
    for cause, one in zip(found.causes, found.curves[0].causes, strict=True):
        known = [
            (mark, 100 * mark.low, 100 * mark.high)
            for mark in one.landmarks
            if mark.estimate is not None and mark.low is not None and mark.high is not None
        ]
        if not known:
            continue
        mark, low, high = known[-1]
        said.append(
            text(
                "survival_words.incidence",
                language,
                cause=f"@{cause}",
                at=f"{mark.months:g}",
                time_unit=unit_word(found.options.time_unit),
                rate=percent(mark.estimate),
                interval=interval(low, high),
                level=f"{100 * found.options.level:g}",
            )
        )
    return said
