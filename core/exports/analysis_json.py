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

from core.exports.competing_json import competing_json, tests_json
from core.exports.prognosis_json import further_json, optimism_json, prognosis_json
from core.exports.safety_json import safety_beside
from core.exports.survival_json import curve_json, said, sentences
from core.results.cohort import StudyAnalysis
from core.results.common import Finding, Rate
from core.results.eligibility import CohortEligibility
from core.results.further import FurtherAnalysis
from core.results.response import CohortResponse, ResponseSummary
from core.results.survival import Agreement
from core.results.toxicity import OverallRow
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
            **({"waived": asdict(finding.waived)} if finding.waived else {}),
        }
        for finding in findings
    ]


def analysis_json(
    analysis: StudyAnalysis,
    findings: Sequence[Finding],
    language: Language,
    further: FurtherAnalysis | None = None,
) -> Json:
    """The object that ``python -m core analyse`` writes.

    Args:
        further: the other endpoints, ways of entry and checks; adds keys, changes none.
    """
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
        "survival": {code: curve_json(item) for code, item in analysis.curves.items()},
        "survival_tests": {
            code: [tests_json(one, language) for one in items]
            for code, items in analysis.tests.items()
        },
        "competing_risks": competing_json(analysis.competing, language),
        "prognosis": prognosis_json(analysis.prognosis, analysis.cox, analysis.measured, language),
        "safety": _safety(analysis, language),
        "baseline": list(analysis.baseline.flat()),
        "engines": [_agreement(one, language) for one in analysis.agreements],
    }
    if further is not None:
        _add(result, further, language)
    converted: Json = plain(result)
    return converted


def _add(result: Json, further: FurtherAnalysis, language: Language) -> None:
    result["survival"] |= {code: curve_json(item) for code, item in further.curves.items()}
    result["survival_tests"] |= {
        code: [tests_json(one, language) for one in items] for code, items in further.tests.items()
    }
    result["competing_risks_by_factor"] = [
        competing_json(one, language) for one in further.competing
    ]
    result["prognosis"] |= further_json(further, language)
    joint = result["prognosis"]["multivariable"]
    for one in further.models:
        question = one.study.question
        if joint and (question.endpoint, question.entry) == (
            result["prognosis"]["endpoint"],
            "enter",
        ):
            joint["optimism"] = optimism_json(one.optimism, language)
    result["engines"] += [_agreement(one, language) for one in further.agreements]


def _agreement(one: Agreement, language: Language) -> Json:
    return {
        "quantity": one.quantity,
        "arteria": one.own,
        "lifelines": one.other,
        "max_difference": one.max_difference,
        "tolerance": one.tolerance,
        "agrees": one.agrees,
        "not_compared": said(one.not_compared_reason, language),
    }


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
                "messages": sentences(one.messages, language),
            }
            for one in cohort.patients
        ],
        "options": asdict(cohort.options),
        "messages": sentences(cohort.messages, language),
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


def _safety(analysis: StudyAnalysis, language: Language) -> Json:
    table = analysis.adverse_events
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
        **(safety_beside(analysis.safety) if analysis.safety is not None else {}),
        "options": asdict(table.options),
        "messages": sentences(table.messages, language),
    }
