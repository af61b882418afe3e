"""The table of numbers as measured beside the bands cut from them."""

from __future__ import annotations

from collections.abc import Mapping

from core.exports.tables.survival import Names
from core.exports.tables.table import Table, framed, worded
from core.results.cox_study import CoxStudy
from core.results.measured import MeasuredStudy, MeasuredTerm
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, number, p_value, ratio

WORDED_UNITS = ("years", "lines")


def _hazard(hr: float | None, low: float | None, high: float | None) -> str:
    return MISSING if hr is None else f"{ratio(hr)} ({ratio(low)}–{ratio(high)})"


def step_name(term: MeasuredTerm, unit: str, language: Language) -> str:
    """What the hazard ratio of a number is for, in words."""
    if term.log2:
        return text("measured.doubled", language)
    if not unit:
        return text("measured.more_plain", language, per=f"{term.per:g}")
    told = text(f"measured.unit_{unit}", language) if unit in WORDED_UNITS else unit
    return text("measured.more", language, per=f"{term.per:g}", unit=told)


def measured_table(
    found: MeasuredStudy,
    study: CoxStudy,
    units: Mapping[str, str],
    names: Names,
    language: Language,
) -> Table:
    """Each number alone and jointly, then its bands alone and jointly.

    Args:
        units: of the numbers, by factor; none where not known.
    """
    convention = study.options.convention
    headers = [
        text("measured.number", language),
        text("measured.compared", language),
        text("measured.model", language),
        text("measured.counts", language),
        text("measured.hr", language),
        text("common.p", language),
        text("tables.firth_hr", language),
        text("tables.firth_p", language),
        text("measured.linearity", language),
        text("measured.proportional", language),
    ]
    rows = []
    for factor in dict.fromkeys(term.factor for term in found.terms):
        label = names(factor, "")
        for term in (one for one in found.terms if one.factor == factor):
            model = "joint" if term.is_joint else "alone"
            rows.append(
                [
                    label,
                    step_name(term, units.get(factor, ""), language),
                    text(f"measured.{model}", language),
                    f"{term.events}/{term.n}",
                    _hazard(term.cox.hr, term.cox.low, term.cox.high),
                    p_value(term.cox.p, convention),
                    _hazard(term.firth.hr, term.firth.low, term.firth.high),
                    p_value(term.firth.p, convention),
                    p_value(term.linearity_p, convention),
                    p_value(term.ph_p, convention),
                ]
            )
            label = ""
        rows += _bands(factor, study, names, language)
    joined = "、" if language == "zh" else ", "
    notes = [text("measured.note", language, level=f"{100 * found.level:g}")]
    per_variable = number(found.events_per_variable)
    if found.adjusted_for:
        others = joined.join(names(name, "") for name in found.adjusted_for)
        notes.append(text("measured.adjusted", language, factors=others, epv=per_variable))
    elif any(term.is_joint for term in found.terms):
        notes.append(text("measured.adjusted_each_other", language, epv=per_variable))
    reasons = [
        reason
        for term in found.terms
        for reason in (term.cox.message, term.firth.message)
        if reason is not None
    ]
    notes += worded((*found.messages, *reasons), language)
    title = text("measured.title", language, endpoint=f"@{study.endpoint.label}")
    return Table(f"cox_measured_{study.endpoint.code}", title, framed(rows, headers), tuple(notes))


def _bands(factor: str, study: CoxStudy, names: Names, language: Language) -> list[list[str]]:
    convention = study.options.convention
    model = study.model
    joint = {(term.factor, term.level): term for term in model.terms} if model else {}
    rows = []
    for item in (one for one in study.comparisons if one.factor == factor):
        reference = next((one.level for one in item.levels if one.is_reference), "")
        events = sum(level.events for level in item.levels)
        for level in (one for one in item.levels if not one.is_reference):
            against = text(
                "measured.against",
                language,
                level=names(factor, level.level),
                reference=names(factor, reference),
            )
            rows.append(
                [
                    "",
                    against,
                    text("measured.alone", language),
                    f"{events}/{item.n}",
                    _hazard(level.hr, level.hr_low, level.hr_high),
                    p_value(level.hr_p, convention),
                    *[""] * 4,
                ]
            )
            term = joint.get((factor, level.level))
            if term is None or model is None:
                continue
            rows.append(
                [
                    "",
                    against,
                    text("measured.joint", language),
                    f"{model.events}/{model.n}",
                    _hazard(term.hr, term.low, term.high),
                    p_value(term.p, convention),
                    _hazard(term.firth_hr, term.firth_low, term.firth_high),
                    p_value(term.firth_p, convention),
                    "",
                    p_value(term.ph_p, convention),
                ]
            )
    return rows
