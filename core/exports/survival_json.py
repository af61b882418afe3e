"""Curves as JSON values, and what other JSON values are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from core.results.cohort import EndpointCurves
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
