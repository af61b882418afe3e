"""What scripts ask for beyond the screens' defaults: all endpoints, and every way of entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.results.cohort import EndpointCurves, FactorAnalysis
from core.results.cox_study import CoxStudy, Optimism
from core.results.survival import Agreement
from core.results.survival_study import StudyCurves, StudyIncidence

Bootstrap = Literal["none", "main", "entered", "all"]
"""Whose concordance is corrected for optimism: no model's, that of the joint model of the main
endpoint, of every endpoint's, or of the models that choose their factors too."""


@dataclass(frozen=True, slots=True, eq=False)
class ValidatedModel:
    """A multivariable analysis; ``optimism`` None = its concordance was not corrected."""

    study: CoxStudy
    optimism: Optimism | None


@dataclass(frozen=True, slots=True, eq=False)
class FurtherAnalysis:
    """Beside a ``StudyAnalysis``.

    Attributes:
        curves, tests: of the endpoints that it leaves out, by their code, as there.
        factors: every factor of Table 4 alone, by the code of every endpoint that anybody has.
        competing: which first event came when, by each factor of Table 4.
        models: of each endpoint of the Prognosis screen by each way of entry.
        agreements: what the second engine says of these and of the tests of the analysis.
    """

    curves: dict[str, EndpointCurves]
    tests: dict[str, tuple[StudyCurves, ...]]
    factors: dict[str, FactorAnalysis]
    competing: tuple[StudyIncidence, ...]
    models: tuple[ValidatedModel, ...]
    agreements: tuple[Agreement, ...]
