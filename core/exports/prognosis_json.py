"""Each factor alone, the Cox model with its checks, and numbers as measured, as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.exports.survival_json import rates_json, said, sentences
from core.results.cohort import FactorAnalysis
from core.results.cox_study import CoxStudy, Optimism, Selection
from core.results.further import FurtherAnalysis, ValidatedModel
from core.results.measured import MeasuredStudy, MeasuredTerm
from core.results.prognosis import (
    FactorComparison,
    FactorLevel,
    GlobalTest,
    MultivariableModel,
)
from core.text.catalogue import Language, named

Json = dict[str, Any]
TERM = (
    "term", "factor", "level", "reference", "b", "se", "wald", "df", "p", "hr", "low", "high",
    "firth_b", "firth_se", "firth_hr", "firth_low", "firth_high", "firth_p", "ph_p",
)  # fmt: skip


def prognosis_json(
    analysis: FactorAnalysis, study: CoxStudy, measured: MeasuredStudy, language: Language
) -> Json:
    """Each factor alone, the multivariable model with its checks, and numbers as measured."""
    return {
        "endpoint": analysis.endpoint.code,
        "univariable": [_factor(item, language) for item in analysis.comparisons],
        "multivariable": _multivariable(analysis.multivariable, study, language),
        "measured": _measured(measured, language),
        "messages": sentences(analysis.messages, language),
    }


def further_json(found: FurtherAnalysis, language: Language) -> Json:
    """Every endpoint's factors alone, and its models by each way of entry."""
    return {
        "univariable_by_endpoint": {
            code: [_factor(item, language) for item in analysis.comparisons]
            for code, analysis in found.factors.items()
        },
        "models": [_model(one, language) for one in found.models],
    }


def _model(found: ValidatedModel, language: Language) -> Json:
    study = found.study
    joint = _multivariable(study.model, study, language) or {
        "terms": [],
        "selection": _selection(study.selection, language),
        "messages": sentences(study.messages, language),
    }
    return {
        "endpoint": study.question.endpoint,
        "entry": study.question.entry,
        **joint,
        "optimism": optimism_json(found.optimism, language),
    }


def optimism_json(found: Optimism | None, language: Language) -> Json | None:
    """The concordance in a model's own patients and corrected for optimism; None = not asked."""
    if found is None:
        return None
    return asdict(found) | {"messages": sentences(found.messages, language)}


def _factor(item: FactorComparison, language: Language) -> Json:
    compared = [level for level in item.levels if not level.is_reference]
    only = compared[0] if len(compared) == 1 else None
    return {
        "factor": item.factor,
        "levels": [_level(level, language) for level in item.levels],
        "logrank_chi2": item.logrank.chi2 if item.logrank else None,
        "logrank_df": item.logrank.df if item.logrank else None,
        "logrank_p": item.logrank.p if item.logrank else None,
        "hr": only.hr if only else None,
        "hr_low": only.hr_low if only else None,
        "hr_high": only.hr_high if only else None,
        "n_missing": item.n_missing,
        "messages": sentences(item.messages, language),
    }


def _level(level: FactorLevel, language: Language) -> Json:
    return {
        "level": level.level,
        "is_reference": level.is_reference,
        "n": level.n,
        "events": level.events,
        "median": level.median.estimate if level.median else None,
        "median_low": level.median.low if level.median else None,
        "median_high": level.median.high if level.median else None,
        "mean": level.mean.estimate if level.mean else None,
        "mean_se": level.mean.std_err if level.mean else None,
        "mean_to": level.mean.tau if level.mean else None,
        "rates": rates_json(level.rates),
        "b": level.b,
        "se": level.se,
        "hr": level.hr,
        "hr_low": level.hr_low,
        "hr_high": level.hr_high,
        "hr_p": level.hr_p,
        "message": said(level.message, language),
    }


def _test(test: GlobalTest) -> Json:
    return {"statistic": test.statistic, "df": test.df, "p": test.p}


def _multivariable(
    model: MultivariableModel | None, study: CoxStudy, language: Language
) -> Json | None:
    if model is None:
        return None
    cox = model.cox
    return {
        "terms": [
            {name: getattr(term, name) for name in TERM} | {"message": said(term.message, language)}
            for term in model.terms
        ],
        "n": model.n,
        "n_dropped": model.n_dropped,
        "events": model.events,
        "events_per_variable": model.events_per_variable,
        "ties": model.ties,
        "loglik0": cox.loglik0 if cox else None,
        "loglik": cox.loglik if cox else None,
        "lr": _test(model.lr),
        "score": _test(model.score),
        "wald": _test(model.wald),
        "concordance": cox.concordance if cox else None,
        "ph": _test(study.ph_overall) | {"violated": study.ph_violated},
        "separated": study.separated,
        "robust": [asdict(term) for term in study.robust],
        "selection": _selection(study.selection, language),
        "options": asdict(model.options),
        "messages": sentences((*model.messages, *study.messages), language),
    }


def _selection(selection: Selection | None, language: Language) -> Json | None:
    if selection is None:
        return None
    return {
        "method": selection.method,
        "candidates": selection.candidates,
        "chosen": selection.chosen,
        "steps": [asdict(step) for step in selection.steps],
        "entry_p": selection.entry_p,
        "removal_p": selection.removal_p,
        "n": selection.n,
        "messages": sentences(selection.messages, language),
    }


def _measured(found: MeasuredStudy, language: Language) -> Json:
    return {
        "terms": [_measured_term(term, language) for term in found.terms],
        "adjusted_for": found.adjusted_for,
        "events_per_variable": found.events_per_variable,
        "ties": found.ties,
        "level": found.level,
        "messages": sentences(found.messages, language),
    }


def _measured_term(term: MeasuredTerm, language: Language) -> Json:
    own, firth = term.cox, term.firth
    return {
        "number": term.name,
        "label": named(term.label, language),
        "unit": term.unit,
        "per": None if term.log2 else term.per,
        "scale": "log2" if term.log2 else "linear",
        "model": "multivariable" if term.is_joint else "univariable",
        "n": term.n,
        "events": term.events,
        "b": own.b,
        "se": own.se,
        "wald": own.wald,
        "df": own.df,
        "p": own.p,
        "hr": own.hr,
        "low": own.low,
        "high": own.high,
        "firth_b": firth.b if firth else None,
        "firth_hr": firth.hr if firth else None,
        "firth_low": firth.low if firth else None,
        "firth_high": firth.high if firth else None,
        "firth_p": firth.p if firth else None,
        "linearity_p": term.linearity_p,
        "ph_p": term.ph_p,
        "message": said(own.message, language),
    }
