"""Numbers as measured, in words: the step of a hazard ratio, and the paragraph on all of them."""

from __future__ import annotations

from collections.abc import Sequence

from core.results.cox_study import CoxStudy
from core.results.measured import MeasuredStudy, MeasuredTerm
from core.text.catalogue import Language, has, named, text
from core.text.claims import SIGNIFICANT, bare, direction_of, stated_p
from core.text.numbers import compact, listed, number, ratio
from core.text.units import shown_unit


def step_name(term: MeasuredTerm, language: Language) -> str:
    """What the hazard ratio of a number is for, in words.

    Counted things (years, lines, lesions) have words of their own, one or several.
    """
    if term.log2:
        return text("measured.doubled", language)
    counted = "several" if term.per != 1 else "one"
    for key in (term.name, term.unit):
        if has(f"measured.step.{key}.{counted}"):
            return text(f"measured.step.{key}.{counted}", language, per=compact(term.per))
    if term.unit:
        unit = shown_unit(term.unit)
        return text("measured.more", language, per=compact(term.per), unit=unit)
    return text("measured.more_plain", language, per=compact(term.per))


def measured_paragraph(found: MeasuredStudy, study: CoxStudy, language: Language) -> list[str]:
    """Sentences on each number alone and jointly; Firth's estimate speaks where events are few."""
    if not found.terms:
        return []
    said = [text("factor_words.measured_method", language, endpoint=f"@{study.endpoint.label}")]
    per_variable = found.events_per_variable
    least = study.options.minimum_events_per_variable
    has_few = per_variable is not None and per_variable < least
    if has_few and any(term.is_joint for term in found.terms):
        epv = number(per_variable)
        said.append(text("factor_words.measured_joint_by_firth", language, epv=epv))
    alike: list[MeasuredTerm] = []
    for term in found.terms:
        own = term.firth if term.is_joint and has_few and term.firth is not None else term.cox
        direction = direction_of(own.hr, own.low, own.high, own.p)
        if direction == "none":
            alike.append(term)
        elif direction != "unknown":
            facts = {
                "name": _with_step(term, language),
                "hr": ratio(own.hr),
                "interval": f"{ratio(own.low)}–{ratio(own.high)}",
                "level": f"{100 * found.level:g}",
                "p": stated_p(own.p),
            }
            said.append(text(f"factor_words.measured_{direction}", language, **facts))
    if alike:
        events = max(term.events for term in found.terms)
        names = _listed(alike, language)
        said.append(text("factor_words.measured_none", language, names=names, events=events))
    for key, terms in (
        ("curved", [one for one in found.terms if _is_small(one.linearity_p)]),
        ("measured_changes", [one for one in found.terms if _is_small(one.ph_p)]),
    ):
        if terms:
            said.append(text(f"factor_words.{key}", language, names=_listed(terms, language)))
    numbers = len({term.name for term in found.terms})
    if numbers > 1:
        said.append(text("factor_words.measured_many", language, n=numbers))
    said.append(text("prognosis_words.not_causal", language))
    return said


def _is_small(p: float | None) -> bool:
    return p is not None and p < SIGNIFICANT


def _with_step(term: MeasuredTerm, language: Language) -> str:
    key = "step_joint" if term.is_joint else "step_alone"
    step = step_name(term, language)
    name = bare(named(term.label, language), step)
    return text(f"factor_words.{key}", language, name=name, step=step)


def _listed(terms: Sequence[MeasuredTerm], language: Language) -> str:
    """Each number once, with the models that are meant."""
    models: dict[str, set[bool]] = {}
    for term in terms:
        name = bare(named(term.label, language), step_name(term, language))
        models.setdefault(name, set()).add(term.is_joint)
    said = []
    for name, found in models.items():
        key = "both" if len(found) > 1 else "joint" if True in found else "alone"
        said.append(text(f"factor_words.{key}", language, name=name))
    return listed(said, language, limit=len(said))
