"""The table of numbers as measured beside the bands cut from them."""

from __future__ import annotations

from core.exports.tables.table import Table, framed, worded
from core.options import Convention
from core.results.cox_study import CoxStudy
from core.results.measured import MeasuredStudy, MeasuredTerm
from core.text.catalogue import Language, named, text
from core.text.claims import Names
from core.text.measured_words import step_name
from core.text.numbers import MISSING, listed, number, p_value, ratio


def _hazard(hr: float | None, low: float | None, high: float | None) -> str:
    return MISSING if hr is None else f"{ratio(hr)} ({ratio(low)}–{ratio(high)})"


def measured_table(
    found: MeasuredStudy,
    study: CoxStudy,
    names: Names,
    language: Language,
) -> Table:
    """Each number alone and jointly, then the bands of its factor alone and jointly.

    Args:
        names: of the study's factors and their levels.
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
    labels = {term.name: named(term.label, language) for term in found.terms}
    for name, label in labels.items():
        for term in (one for one in found.terms if one.name == name):
            model = "joint" if term.is_joint else "alone"
            rows.append(
                [
                    label,
                    step_name(term, language),
                    text(f"measured.{model}", language),
                    f"{term.events}/{term.n}",
                    _hazard(term.cox.hr, term.cox.low, term.cox.high),
                    p_value(term.cox.p, convention),
                    *_firth(term, convention),
                    p_value(term.linearity_p, convention),
                    p_value(term.ph_p, convention),
                ]
            )
            label = ""
        rows += _bands(name, study, names, language)
    notes = [text("measured.note", language, level=f"{100 * found.level:g}")]
    per_variable = number(found.events_per_variable)
    if found.adjusted_for:
        others = listed([names(name, "") for name in found.adjusted_for], language)
        notes.append(text("measured.adjusted", language, factors=others, epv=per_variable))
    elif any(term.is_joint for term in found.terms):
        notes.append(text("measured.adjusted_each_other", language, epv=per_variable))
    reasons = [
        reason
        for term in found.terms
        for reason in (term.cox.message, term.firth.message if term.firth else None)
        if reason is not None
    ]
    if len(labels) > 1:
        notes.append(text("measured.multiplicity", language, n=len(labels)))
    notes += worded((*found.messages, *reasons), language)
    title = text("measured.title", language, endpoint=f"@{study.endpoint.label}")
    return Table(f"cox_measured_{study.endpoint.code}", title, framed(rows, headers), tuple(notes))


def _firth(term: MeasuredTerm, convention: Convention) -> list[str]:
    if term.firth is None:
        return [MISSING, MISSING]
    found = term.firth
    return [_hazard(found.hr, found.low, found.high), p_value(found.p, convention)]


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
