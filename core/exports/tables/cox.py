"""Tables around the multivariable Cox model: its selection, both models, its checks."""

from __future__ import annotations

from core.exports.tables.survival import options_note
from core.exports.tables.table import Table, framed, worded
from core.results.cox_study import CoxStudy, Optimism
from core.results.prognosis import MultivariableModel
from core.text.catalogue import Language, text
from core.text.claims import Names, level_against
from core.text.numbers import MISSING, number, p_value, ratio


def _hazard(hr: float | None, low: float | None, high: float | None) -> str:
    return MISSING if hr is None else f"{ratio(hr)} ({ratio(low)}–{ratio(high)})"


def selection_table(study: CoxStudy, names: Names, language: Language) -> Table | None:
    """Every step of the selection; None if the factors were entered by choice."""
    selection = study.selection
    if selection is None or selection.method == "enter":
        return None
    headers = [
        text("cox_tables.step", language),
        text("cox_tables.action", language),
        text("tables.factor", language),
        text("tables.test", language),
        "χ²",
        text("tables.df", language),
        text("common.p", language),
        "−2LL",
        text("cox_tables.in_model", language),
    ]
    separator = "、" if language == "zh" else ", "
    rows = [
        [
            str(step.number),
            text(f"cox_tables.{step.action}", language),
            names(step.factor, ""),
            text(f"cox_tables.test_{step.test}", language),
            number(step.statistic, 2),
            str(step.df),
            p_value(step.p, study.options.convention),
            number(step.minus_two_loglik, 2),
            separator.join(names(factor, "") for factor in step.model) or MISSING,
        ]
        for step in selection.steps
    ]
    notes = (
        text(
            f"cox_tables.selection_{selection.method}",
            language,
            n=selection.n,
            entry=f"{selection.entry_p:g}",
            removal=f"{selection.removal_p:g}",
            alone=f"{study.question.univariable_p:g}",
        ),
        *worded(selection.messages, language),
    )
    title = text("cox_tables.selection_title", language)
    return Table(f"cox_selection_{study.endpoint.code}", title, framed(rows, headers), notes)


def both_models_table(study: CoxStudy, names: Names, language: Language) -> Table:
    """Univariable and multivariable hazard ratios side by side, as papers print them."""
    convention = study.options.convention
    terms = {(term.factor, term.level): term for term in study.model.terms} if study.model else {}
    headers = [
        text("tables.factor", language),
        text("tables.level", language),
        text("cox_tables.events_of", language),
        text("cox_tables.alone", language),
        text("common.p", language),
        text("cox_tables.joint", language),
        text("common.p", language),
        text("tables.firth_hr", language),
        text("tables.firth_p", language),
    ]
    rows = []
    for item in study.comparisons:
        for index, level in enumerate(item.levels):
            line = [
                names(item.factor, "") if index == 0 else "",
                names(item.factor, level.level),
                f"{level.events}/{level.n}",
            ]
            if level.is_reference:
                line += [text("tables.reference", language), *[""] * 5]
            else:
                line += [
                    _hazard(level.hr, level.hr_low, level.hr_high),
                    p_value(level.hr_p, convention),
                ]
                term = terms.get((item.factor, level.level))
                line += (
                    [MISSING] * 4
                    if term is None
                    else [
                        _hazard(term.hr, term.low, term.high),
                        p_value(term.p, convention),
                        _hazard(term.firth_hr, term.firth_low, term.firth_high),
                        p_value(term.firth_p, convention),
                    ]
                )
            rows.append(line)
    notes = (
        text("cox_tables.both_note", language, level=f"{100 * study.options.level:g}"),
        options_note(study.options, language),
    )
    title = text("cox_tables.both_title", language, endpoint=f"@{study.endpoint.label}")
    return Table(f"cox_both_{study.endpoint.code}", title, framed(rows, headers), notes)


def term_name(model: MultivariableModel, column: int, names: Names, language: Language) -> str:
    """A term as printed: factor, level against reference."""
    term = model.terms[column]
    return level_against(names, term.factor, term.level, term.reference, language)


def proportionality_table(
    study: CoxStudy, model: MultivariableModel, names: Names, language: Language
) -> Table:
    """The test of proportional hazards, term by term and for all of them."""
    found = model.proportionality
    headers = [
        text("tables.term_against", language),
        "χ²",
        text("tables.df", language),
        text("common.p", language),
    ]
    rows = []
    for column, test in enumerate(found.terms if found else ()):
        name = term_name(model, column, names, language)
        rows.append([name, number(test.chi2, 2), str(test.df), p_value(test.p)])
    total = study.ph_overall
    rows.append(
        [
            text("cox_tables.all_terms", language),
            number(total.statistic, 2),
            str(total.df),
            p_value(total.p),
        ]
    )
    notes = [text("cox_tables.ph_note", language)]
    if found is not None:
        notes += worded(found.messages, language)
    title = text("cox_tables.ph_title", language)
    return Table(f"cox_ph_{study.endpoint.code}", title, framed(rows, headers), tuple(notes))


def robust_table(
    study: CoxStudy, model: MultivariableModel, names: Names, language: Language
) -> Table:
    """Standard errors by the model and by Lin and Wei's sandwich."""
    headers = [
        text("tables.term_against", language),
        "B",
        "SE",
        text("cox_tables.robust_se", language),
        "HR",
        text("cox_tables.robust_interval", language, level=f"{100 * study.options.level:g}"),
        text("common.p", language),
    ]
    rows = []
    for column, term in enumerate(study.robust):
        limits = MISSING if term.low is None else f"{ratio(term.low)}–{ratio(term.high)}"
        rows.append(
            [
                term_name(model, column, names, language),
                number(term.b, 3),
                number(term.naive_se, 3),
                number(term.robust_se, 3),
                ratio(model.terms[column].hr),
                limits,
                p_value(term.p, study.options.convention),
            ]
        )
    notes = (text("cox_tables.robust_note", language),)
    title = text("cox_tables.robust_title", language)
    return Table(f"cox_robust_{study.endpoint.code}", title, framed(rows, headers), notes)


def optimism_note(found: Optimism, language: Language) -> tuple[str, ...]:
    """How the corrected concordance was found."""
    repeated = "repeated" if found.repeats_selection else "not_repeated"
    return (
        text(
            "cox_tables.optimism_note",
            language,
            used=found.used,
            n=found.resamples,
            seed=found.seed,
        ),
        text(f"cox_tables.selection_{repeated}", language),
        *worded(found.messages, language),
    )
