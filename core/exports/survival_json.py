"""Curves, factors and the Cox model as JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from core.results.cohort import EndpointCurves, FactorAnalysis
from core.results.common import Message
from core.results.survival import Curve, Landmark, Quantile
from core.text.catalogue import Language, say

Json = dict[str, Any]


def said(message: Message | None, language: Language) -> str | None:
    """A message in words; None stays None."""
    return None if message is None else say(message, language)


def sentences(messages: Iterable[Message], language: Language) -> list[str]:
    """Messages as sentences, each once."""
    return list(dict.fromkeys(say(message, language) for message in messages))


def _quantile(value: Quantile) -> Json:
    return {
        "estimate": value.estimate,
        "low": value.low,
        "high": value.high,
        "rule": value.rule,
        "method": value.method,
    }


def rates_json(landmarks: Iterable[Landmark]) -> list[Json]:
    """Shares at the landmarks with their limits."""
    return [
        {
            "months": mark.months,
            "estimate": mark.estimate,
            "low": mark.low,
            "high": mark.high,
            "at_risk": mark.at_risk,
        }
        for mark in landmarks
    ]


def curve_json(item: EndpointCurves) -> Json:
    """One endpoint's curve of all patients."""
    curve: Curve = item.groups[0].curve
    return {
        "n": curve.n,
        "events": curve.events,
        "median": curve.median.estimate,
        "median_low": curve.median.low,
        "median_high": curve.median.high,
        "median_rule": curve.median_rule,
        "median_midpoint": _quantile(curve.median_midpoint),
        "median_first": _quantile(curve.median_first),
        "mean": curve.mean.estimate,
        "mean_se": curve.mean.std_err,
        "mean_to": curve.mean.tau,
        "follow_up_median": curve.follow_up.estimate,
        "rates": rates_json(curve.landmarks),
        "options": asdict(curve.options),
        "without_time": [one.patient_id for one in item.endpoint.not_derived],
    }


def prognosis_json(analysis: FactorAnalysis, language: Language) -> Json:
    """Each factor alone, and the multivariable model."""
    univariable = []
    for item in analysis.comparisons:
        compared = [level for level in item.levels if not level.is_reference]
        only = compared[0] if len(compared) == 1 else None
        univariable.append(
            {
                "factor": item.factor,
                "levels": [
                    {
                        "level": level.level,
                        "n": level.n,
                        "events": level.events,
                        "median": level.median.estimate if level.median else None,
                        "median_low": level.median.low if level.median else None,
                        "median_high": level.median.high if level.median else None,
                        "mean": level.mean.estimate if level.mean else None,
                        "rates": rates_json(level.rates),
                        "hr": level.hr,
                        "hr_low": level.hr_low,
                        "hr_high": level.hr_high,
                        "hr_p": level.hr_p,
                    }
                    for level in item.levels
                ],
                "logrank_chi2": item.logrank.chi2 if item.logrank else None,
                "logrank_df": item.logrank.df if item.logrank else None,
                "logrank_p": item.logrank.p if item.logrank else None,
                "hr": only.hr if only else None,
                "hr_low": only.hr_low if only else None,
                "hr_high": only.hr_high if only else None,
                "n_missing": item.n_missing,
                "messages": sentences(item.messages, language),
            }
        )
    return {
        "endpoint": analysis.endpoint.code,
        "univariable": univariable,
        "multivariable": _multivariable(analysis, language),
        "messages": sentences(analysis.messages, language),
    }


def _multivariable(analysis: FactorAnalysis, language: Language) -> Json | None:
    model = analysis.multivariable
    if model is None:
        return None
    names = (
        "term", "factor", "level", "reference", "b", "se", "wald", "df", "p", "hr", "low", "high",
        "firth_b", "firth_se", "firth_hr", "firth_low", "firth_high", "firth_p", "ph_p",
    )  # fmt: skip
    return {
        "terms": [{name: getattr(term, name) for name in names} for term in model.terms],
        "n": model.n,
        "n_dropped": model.n_dropped,
        "events": model.events,
        "events_per_variable": model.events_per_variable,
        "ties": model.ties,
        "options": asdict(model.options),
        "messages": sentences(model.messages, language),
    }
