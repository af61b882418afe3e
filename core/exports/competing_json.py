"""Tests between curves, and competing risks, as JSON values."""

from __future__ import annotations

from typing import Any

from core.exports.survival_json import rates_json, sentences
from core.results.competing import SubdistributionTerm
from core.results.prognosis import CoxTerm
from core.results.survival import LogRank
from core.results.survival_study import StudyCurves, StudyIncidence
from core.text.catalogue import Language, text

Json = dict[str, Any]


def _test(test: LogRank | None) -> Json | None:
    if test is None:
        return None
    return {
        "weights": test.weights,
        "chi2": test.chi2,
        "df": test.df,
        "p": test.p,
        "z": test.z,
        "n": test.n,
        "events": test.events,
    }


def tests_json(curves: StudyCurves, language: Language) -> Json:
    """All tests of one endpoint by one factor, and the restricted means."""
    permuted = curves.permutation
    remarks = [*curves.messages, *(one for test in curves.tests for one in test.messages)]
    return {
        "factor": curves.factors[0].name if curves.factors else None,
        "tests": [_test(one) for one in curves.tests],
        "trend": _test(curves.trend),
        "pairs": [
            {
                "first": one.first,
                "second": one.second,
                "chi2": one.test.chi2,
                "p": one.test.p,
                "p_adjusted": one.p_adjusted,
            }
            for one in curves.pairs
        ],
        "permutation_p": permuted.p if permuted else None,
        "permutation_is_exact": permuted.is_exact if permuted else None,
        "rmst_to": curves.tau,
        "rmst": [
            {
                "level": group.level,
                "estimate": mean.estimate,
                "se": mean.std_err,
                "low": mean.low,
                "high": mean.high,
            }
            for group, mean in zip(curves.groups, curves.rmst, strict=False)
        ],
        "rmst_differences": [
            {
                "level": group.level,
                "against": curves.groups[0].level,
                "difference": one.difference,
                "low": one.low,
                "high": one.high,
                "p": one.p,
            }
            for group, one in zip(curves.groups[1:], curves.differences, strict=False)
        ],
        "left_out": curves.left_out,
        "messages": sentences(remarks, language),
    }


def competing_json(found: StudyIncidence | None, language: Language) -> Json | None:
    """Cumulative incidence of each first event at the landmarks and at its last step."""
    if found is None:
        return None
    return {
        **(_factor_json(found, language) if found.factor is not None else {}),
        "levels": [
            {
                "level": level,
                "n": curve.n,
                "causes": [
                    {
                        "cause": text(label, language),
                        "events": one.events,
                        "rates": rates_json(one.landmarks),
                        "last": float(one.incidence[-1]) if one.incidence.size else None,
                    }
                    for label, one in zip(found.causes, curve.causes, strict=True)
                ],
            }
            for level, curve in zip(found.levels, found.curves, strict=True)
        ],
        "unknown": [one.patient_id for one in found.unknown],
        "messages": sentences(found.messages, language),
    }


def _factor_json(found: StudyIncidence, language: Language) -> Json:
    """Gray's tests, and what each level does to the hazard and the incidence of each cause."""
    return {
        "factor": found.factor.name if found.factor is not None else None,
        "left_out": found.left_out,
        "gray": [
            {
                "cause": text(found.causes[one.cause - 1], language),
                "chi2": one.chi2,
                "df": one.df,
                "p": one.p,
            }
            for one in found.gray
        ],
        "models": [
            {
                "cause": text(found.causes[models.cause - 1], language),
                "level": level,
                "against": found.levels[0],
                "cause_specific": _hazard(cox),
                "subdistribution": _hazard(gray),
            }
            for models in found.models
            for level, cox, gray in zip(
                found.levels[1:],
                models.cause_specific.terms,
                models.subdistribution.terms,
                strict=True,
            )
        ],
    }


def _hazard(term: CoxTerm | SubdistributionTerm) -> Json:
    return {name: getattr(term, name) for name in ("b", "se", "p", "hr", "low", "high")}
