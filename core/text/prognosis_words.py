"""The multivariable analysis as a paragraph that could stand in a paper, with its caveats.

A factor is only said to go with a higher or lower risk where the deciding estimate, its
interval and its P value all say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.results.cox_study import CoxStudy, Optimism
from core.results.prognosis import MultivariableModel, MultivariableTerm
from core.text.catalogue import Language, text
from core.text.claims import Direction, Names, direction_of, level_against, stated_p
from core.text.numbers import listed, number, ratio


@dataclass(frozen=True, slots=True)
class Claim:
    """What the paragraph says of one term, and the numbers that it says it by."""

    term: MultivariableTerm
    direction: Direction
    hr: float | None
    low: float | None
    high: float | None
    p: float | None


def decides_by_firth(study: CoxStudy, model: MultivariableModel) -> bool:
    """Whether Firth's estimate speaks: too few events per variable, or separation."""
    if model.firth is None:
        return False
    few = model.events_per_variable is not None and (
        model.events_per_variable < model.options.minimum_events_per_variable
    )
    return few or bool(study.separated)


def claims(study: CoxStudy) -> tuple[Claim, ...]:
    """What may be said of each term of the model."""
    model = study.model
    if model is None:
        return ()
    firth = decides_by_firth(study, model)
    found = []
    for term in model.terms:
        numbers = (
            (term.firth_hr, term.firth_low, term.firth_high, term.firth_p)
            if firth
            else (term.hr, term.low, term.high, term.p)
        )
        found.append(Claim(term, direction_of(*numbers), *numbers))
    return tuple(found)


def _level(claim: Claim, names: Names, language: Language) -> str:
    term = claim.term
    return level_against(names, term.factor, term.level, term.reference, language)


def prognosis_paragraph(
    study: CoxStudy, optimism: Optimism | None, names: Names, language: Language
) -> list[str]:
    """Sentences on the model: whom it holds, what it shows, and what it can't carry."""
    model = study.model
    if model is None:
        return []
    found = [_method(study, model, names, language)]
    said = claims(study)
    level = f"{100 * model.options.level:g}"
    for claim in said:
        if claim.direction in ("higher", "lower"):
            found.append(
                text(
                    f"prognosis_words.{claim.direction}",
                    language,
                    level_name=_level(claim, names, language),
                    hr=ratio(claim.hr),
                    interval=f"{ratio(claim.low)}–{ratio(claim.high)}",
                    level=level,
                    p=stated_p(claim.p),
                )
            )
    for direction in ("none", "unknown"):
        rest = [_level(one, names, language) for one in said if one.direction == direction]
        if rest:
            found.append(
                text(
                    f"prognosis_words.{direction}",
                    language,
                    levels=listed(rest, language),
                    events=model.events,
                )
            )
    found += _caveats(study, model, names, language)
    if optimism is not None and optimism.corrected is not None:
        found.append(
            text(
                "prognosis_words.concordance",
                language,
                apparent=number(optimism.apparent, 2),
                corrected=number(optimism.corrected, 2),
                n=optimism.used,
            )
        )
    found.append(text("prognosis_words.not_causal", language))
    return found


def _method(study: CoxStudy, model: MultivariableModel, names: Names, language: Language) -> str:
    return text(
        "prognosis_words.method",
        language,
        endpoint=f"@{study.endpoint.label}",
        n=model.n,
        events=model.events,
        factors=listed([names(factor, "") for factor in model.factors], language),
        ties=f"@tables.ties.{model.ties}",
        entry=f"@prognosis_words.entry_{study.question.entry}",
        estimator="@prognosis_words."
        + ("by_firth" if decides_by_firth(study, model) else "by_likelihood"),
    )


def _caveats(
    study: CoxStudy, model: MultivariableModel, names: Names, language: Language
) -> list[str]:
    found = []
    per_variable = model.events_per_variable
    if per_variable is not None and per_variable < model.options.minimum_events_per_variable:
        found.append(
            text(
                "prognosis_words.few_events",
                language,
                epv=number(per_variable),
                least=f"{model.options.minimum_events_per_variable:g}",
            )
        )
    for key, factors in (("separated", study.separated), ("ph_violated", study.ph_violated)):
        if factors:
            listing = listed([names(factor, "") for factor in factors], language)
            found.append(text(f"prognosis_words.{key}", language, factors=listing))
    if not study.ph_violated and study.ph_overall.p is not None:
        found.append(text("prognosis_words.ph_held", language, p=stated_p(study.ph_overall.p)))
    if study.question.entry != "enter":
        found.append(text("prognosis.selection_caveat", language))
    if model.n_dropped:
        found.append(text("prognosis_words.left_out", language, n=model.n_dropped))
    return found
