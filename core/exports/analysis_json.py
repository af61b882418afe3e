"""The whole analysis as one JSON object with the keys that scripts rely on.

Numbers are unrounded; what can't be computed is null, and ``messages`` say why. Shares are
fractions of 1, times months of 30.4375 days.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from enum import Enum
from typing import Any

import numpy as np

from core.results.cohort import EndpointCurves, FactorAnalysis, StudyAnalysis
from core.results.common import Finding, Message, Rate
from core.results.eligibility import CohortEligibility
from core.results.response import CohortResponse, ResponseSummary
from core.results.survival import Curve, Landmark, Quantile
from core.results.toxicity import AdverseEventTable, OverallRow
from core.text.catalogue import Language, say, say_finding

Json = dict[str, Any]


def plain(value: Any) -> Any:
    """A value as JSON knows it: no numpy, dates as ISO text, NaN and infinity as null.

    >>> plain({"x": float("nan"), "on": date(2021, 1, 2)})
    {'x': None, 'on': '2021-01-02'}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, np.ndarray | list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value


def findings_json(findings: Iterable[Finding], language: Language) -> list[Json]:
    """Findings with their place in the user's file and their sentence."""
    return [
        {
            "severity": finding.severity.value,
            "code": finding.code,
            "kind": finding.kind.value,
            "table": finding.table,
            "sheet": finding.sheet,
            "row": finding.row,
            "column": finding.column,
            "value": finding.value,
            "message": say_finding(finding, language),
        }
        for finding in findings
    ]


def analysis_json(analysis: StudyAnalysis, findings: Sequence[Finding], language: Language) -> Json:
    """The object that ``python -m core analyse`` writes."""
    result: Json = {
        "study": {
            "n_patients": analysis.n_patients,
            "n_sessions": analysis.n_sessions,
            "data_cutoff": analysis.data_cutoff,
        },
        "options": asdict(analysis.options),
        "findings": findings_json(findings, language),
        "eligibility": _eligibility(analysis.eligibility, language),
        "response": _response(analysis.response, language),
        "survival": {code: _curve(item) for code, item in analysis.curves.items()},
        "prognosis": _prognosis(analysis.prognosis, language),
        "safety": _safety(analysis.adverse_events, language),
        "baseline": list(analysis.baseline.flat()),
        "engines": [
            {
                "quantity": one.quantity,
                "arteria": one.own,
                "lifelines": one.other,
                "max_difference": one.max_difference,
                "tolerance": one.tolerance,
                "agrees": one.agrees,
                "not_compared": _say(one.not_compared_reason, language),
            }
            for one in analysis.agreements
        ],
    }
    converted: Json = plain(result)
    return converted


def _say(message: Message | None, language: Language) -> str | None:
    return None if message is None else say(message, language)


def _sentences(messages: Iterable[Message], language: Language) -> list[str]:
    return list(dict.fromkeys(say(message, language) for message in messages))


def _eligibility(cohort: CohortEligibility, language: Language) -> list[Json]:
    return [
        {
            "patient_id": patient.patient_id,
            "status": patient.overall.exported,
            "criteria": [
                {
                    "id": result.id,
                    "status": result.status.exported,
                    "value": result.value,
                    "limit": result.limit,
                    "operator": result.operator,
                    "unit": result.unit,
                    "original_value": result.original_value,
                    "original_unit": result.original_unit,
                    "reason": say(result.reason, language),
                    "warnings": [warning.code for warning in result.warnings],
                }
                for result in patient.criteria
            ],
        }
        for patient in cohort.patients
    ]


def _rate(rate: Rate) -> Json:
    return {
        "n": rate.count,
        "N": rate.total,
        "estimate": rate.estimate,
        "low": rate.low,
        "high": rate.high,
        "method": rate.method,
        "level": rate.level,
        "denominator": rate.denominator,
    }


def _summary(summary: ResponseSummary | None) -> Json | None:
    if summary is None:
        return None
    counts = {name: summary.counts.get(name, 0) for name in ("CR", "PR", "SD", "PD", "NE")}
    return {
        "counts": counts | {name: n for name, n in summary.counts.items() if n},
        "orr": _rate(summary.orr),
        "dcr": _rate(summary.dcr),
        "confirmed": summary.confirmed,
    }


def _response(cohort: CohortResponse, language: Language) -> Json:
    return {
        "overall": _summary(cohort.overall),
        "liver": _summary(cohort.liver),
        "overall_confirmed": _summary(cohort.overall_confirmed),
        "liver_confirmed": _summary(cohort.liver_confirmed),
        "better_in_liver": list(cohort.better_in_liver),
        "patients": [
            {
                "patient_id": one.patient_id,
                "best": one.best,
                "best_confirmed": one.best_confirmed,
                "best_liver": one.best_liver,
                "best_change_percent": one.best_change_percent,
                "best_change_liver_percent": one.best_change_liver_percent,
                "recorded_best": one.recorded_best,
                "progression_date": one.first_pd_date,
                "progression_site": one.progression_site,
                "source": one.source,
                "messages": _sentences(one.messages, language),
            }
            for one in cohort.patients
        ],
        "options": asdict(cohort.options),
        "messages": _sentences(cohort.messages, language),
    }


def _quantile(value: Quantile) -> Json:
    return {
        "estimate": value.estimate,
        "low": value.low,
        "high": value.high,
        "rule": value.rule,
        "method": value.method,
    }


def _rates(landmarks: Iterable[Landmark]) -> list[Json]:
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


def _curve(item: EndpointCurves) -> Json:
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
        "rates": _rates(curve.landmarks),
        "options": asdict(curve.options),
        "without_time": [one.patient_id for one in item.endpoint.not_derived],
    }


def _prognosis(analysis: FactorAnalysis, language: Language) -> Json:
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
                        "rates": _rates(level.rates),
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
                "messages": _sentences(item.messages, language),
            }
        )
    return {
        "endpoint": analysis.endpoint.code,
        "univariable": univariable,
        "multivariable": _multivariable(analysis, language),
        "messages": _sentences(analysis.messages, language),
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
        "messages": _sentences(model.messages, language),
    }


def _overall(row: OverallRow, total: int) -> Json:
    return {
        "any": row.any.count,
        "grade_1_2": row.grade_1_2.count,
        "grade_3_4": row.grade_3_4.count,
        "grade_5": row.grade_5.count,
        "N": total,
        "rule": row.rule,
    }


def _safety(table: AdverseEventTable, language: Language) -> Json:
    return {
        "overall": _overall(table.overall_bands, table.n_patients),
        "overall_worst_grade": _overall(table.overall_worst, table.n_patients),
        "worst_grade_per_patient": {
            str(grade): count.count for grade, count in table.worst_grade_per_patient.items()
        },
        "terms": [
            {
                "term": row.term,
                "soc": row.soc,
                "any": row.any.count,
                "grade_1_2": row.grade_1_2.count,
                "grade_3_4": row.grade_3_4.count,
                "grade_5": row.grade_5.count,
            }
            for row in table.rows
        ],
        "options": asdict(table.options),
        "messages": _sentences(table.messages, language),
    }
