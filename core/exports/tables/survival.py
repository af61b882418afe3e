"""Survival summaries, the factor table (Table 4) and the Cox table (Table 5) as printed."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.table import Table, framed, worded
from core.options import SurvivalOptions, unit_name, unit_word
from core.results.common import Message
from core.results.endpoints import Endpoint
from core.results.prognosis import FactorComparison, MultivariableModel
from core.results.survival import GroupCurve, Landmark, MeanTime, Quantile
from core.text.catalogue import Language, text
from core.text.claims import Names, level_against
from core.text.numbers import (
    MISSING,
    interval,
    number,
    p_value,
    percent,
    quantile_interval,
    ratio,
    time_or_not_reached,
)


def options_note(options: SurvivalOptions, language: Language) -> str:
    """The convention and its options as one sentence under every table and figure."""
    return text(
        "tables.options",
        language,
        convention=f"@common.convention.{options.convention.value}",
        interval=f"@tables.interval.{options.interval}",
        median_rule=f"@tables.median_rule.{options.median_rule}",
        ties=f"@tables.ties.{options.ties}",
        level=100 * options.level,
    )


def _quantile(value: Quantile | None) -> str:
    return MISSING if value is None else quantile_interval(value.estimate, value.low, value.high)


def _mean(value: MeanTime | None) -> str:
    if value is None or value.estimate is None:
        return MISSING
    return f"{number(value.estimate)} ± {number(value.std_err)}"


def _rate(value: Landmark) -> str:
    if value.estimate is None:
        return MISSING
    if value.low is None or value.high is None or value.low == value.high:
        return percent(value.estimate)
    return f"{percent(value.estimate)} ({interval(100 * value.low, 100 * value.high)})"


def _rate_headers(options: SurvivalOptions, language: Language) -> list[str]:
    unit = unit_word(options.time_unit)
    return [
        text("tables.rate_at", language, months=m, time_unit=unit) for m in options.landmark_months
    ]


def curve_table(groups: Sequence[GroupCurve], endpoint: Endpoint, language: Language) -> Table:
    """One line per curve: n, events, median, quartiles, mean, rates, follow-up."""
    options = groups[0].curve.options
    unit = unit_name(options.time_unit)
    headers = [
        text("tables.group", language),
        "n",
        text("tables.events", language),
        text("tables.median_months", language, time_unit=unit),
        text("tables.quartiles_months", language, time_unit=unit),
        text("tables.mean_months", language, time_unit=unit),
        *_rate_headers(options, language),
        text("tables.follow_up_months", language, time_unit=unit),
    ]
    rows = [
        [
            group.level,
            str(group.curve.n),
            str(group.curve.events),
            _quantile(group.curve.median),
            _between(group.curve.quartiles),
            _mean(group.curve.mean),
            *(_rate(mark) for mark in group.curve.landmarks),
            _quantile(group.curve.follow_up),
        ]
        for group in groups
    ]
    found: list[Message] = []
    for group in groups:
        found += group.curve.messages
        found += [mark.message for mark in group.curve.landmarks if mark.message is not None]
    notes = (
        options_note(options, language),
        text("tables.mean_note", language),
        *worded(found, language),
    )
    title = text("tables.curves_title", language, endpoint=f"@{endpoint.label}")
    return Table(f"survival_{endpoint.code}", title, framed(rows, headers), notes)


def _between(quartiles: Sequence[Quantile]) -> str:
    def at(probability: float) -> float | None:
        near = (q.estimate for q in quartiles if abs(q.probability - probability) < 1e-9)
        return next(near, None)

    return f"{time_or_not_reached(at(0.25))}–{time_or_not_reached(at(0.75))}"


def factor_table(
    comparisons: Sequence[FactorComparison],
    endpoint: Endpoint,
    options: SurvivalOptions,
    names: Names,
    language: Language,
) -> Table:
    """Table 4: every factor by level, one log-rank P each; median and mean in columns apart."""
    unit = unit_name(options.time_unit)
    headers = [
        text("tables.factor", language),
        text("tables.level", language),
        "n",
        text("tables.events", language),
        text("tables.median_months", language, time_unit=unit),
        text("tables.mean_months", language, time_unit=unit),
        text("tables.logrank_p", language),
        text("tables.univariable_hr", language),
        text("tables.hr_p", language),
        *_rate_headers(options, language),
    ]
    months = options.landmark_months
    rows = []
    found: list[Message] = []
    for item in comparisons:
        found += item.messages
        for index, level in enumerate(item.levels):
            first = index == 0
            p = item.logrank.p if item.logrank is not None else None
            hazard = text("tables.reference", language)
            if not level.is_reference:
                hazard = _hazard(level.hr, level.hr_low, level.hr_high)
            if level.message is not None:
                found.append(level.message)
            rows.append(
                [
                    names(item.factor, "") if first else "",
                    names(item.factor, level.level),
                    str(level.n),
                    str(level.events),
                    _quantile(level.median),
                    _mean(level.mean),
                    p_value(p, options.convention) if first else "",
                    hazard,
                    "" if level.is_reference else p_value(level.hr_p, options.convention),
                    *([_rate(mark) for mark in level.rates] or [MISSING] * len(months)),
                ]
            )
    notes = (
        options_note(options, language),
        text("tables.mean_note", language),
        text("tables.multiplicity_note", language, n=len(comparisons)),
        *worded(found, language),
    )
    title = text("tables.factors_title", language, endpoint=f"@{endpoint.label}")
    return Table(f"factors_{endpoint.code}", title, framed(rows, headers), notes)


def _hazard(hr: float | None, low: float | None, high: float | None) -> str:
    if hr is None:
        return MISSING
    return f"{ratio(hr)} ({ratio(low)}–{ratio(high)})"


def cox_table(
    model: MultivariableModel, endpoint: Endpoint, names: Names, language: Language
) -> Table:
    """Table 5 in SPSS's layout, Firth's estimate beside it, and the PH test."""
    convention = model.options.convention
    level = 100 * model.options.level
    headers = [
        text("tables.term_against", language),
        "B",
        "SE",
        "Wald",
        text("tables.df", language),
        "Sig.",
        "Exp(B)",
        text("tables.low", language, level=level),
        text("tables.high", language, level=level),
        text("tables.firth_hr", language),
        text("tables.firth_p", language),
        text("tables.ph_p", language),
    ]
    rows = [
        [
            level_against(names, term.factor, term.level, term.reference, language),
            number(term.b, 3),
            number(term.se, 3),
            number(term.wald, 3),
            str(term.df),
            p_value(term.p, convention),
            ratio(term.hr),
            ratio(term.low),
            ratio(term.high),
            _hazard(term.firth_hr, term.firth_low, term.firth_high),
            p_value(term.firth_p, convention),
            p_value(term.ph_p, convention),
        ]
        for term in model.terms
    ]
    found = [*model.messages, *(t.message for t in model.terms if t.message is not None)]
    lr = model.lr
    notes = (
        text(
            "tables.cox_note",
            language,
            n=model.n,
            dropped=model.n_dropped,
            events=model.events,
            epv=number(model.events_per_variable),
            ties=f"@tables.ties.{model.ties}",
        ),
        text("tables.cox_lr", language, chi2=number(lr.statistic, 2), df=lr.df, p=p_value(lr.p)),
        *_concordance(model, language),
        options_note(model.options, language),
        text("tables.firth_note", language),
        *worded(found, language),
    )
    title = text("tables.cox_title", language, endpoint=f"@{endpoint.label}")
    return Table(f"cox_{endpoint.code}", title, framed(rows, headers), notes)


def _concordance(model: MultivariableModel, language: Language) -> tuple[str, ...]:
    value = model.cox.concordance if model.cox else None
    if value is None:
        return ()
    return (text("tables.cox_concordance", language, value=number(value, 3)),)
