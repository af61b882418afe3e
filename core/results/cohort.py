"""All analyses of one study version together, as the screens and the command line show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from core.options import AnalysisOptions
from core.results.baseline import BaselineTable, Factor, FactorFrame
from core.results.common import Message
from core.results.cox_study import CoxStudy
from core.results.eligibility import CohortEligibility
from core.results.endpoints import Endpoint, Endpoints
from core.results.measured import MeasuredStudy
from core.results.prognosis import FactorComparison, MultivariableModel
from core.results.response import CohortResponse
from core.results.safety import SafetyStudy
from core.results.survival import Agreement, GroupCurve, LogRank
from core.results.survival_study import StudyCurves, StudyIncidence
from core.results.toxicity import AdverseEventTable, LabGrades


@dataclass(frozen=True, slots=True, eq=False)
class EndpointCurves:
    """The curves of one endpoint, of all patients or by the levels of one factor.

    Attributes:
        groups: one curve a level with patients, in the factor's order; of all patients the
            single level "".
        factor: None = all patients in one curve.
        logrank: between the groups; None with fewer than two.
        left_out: patients with the endpoint but without a level of the factor.
    """

    endpoint: Endpoint
    groups: tuple[GroupCurve, ...]
    factor: Factor | None = None
    logrank: LogRank | None = None
    left_out: int = 0
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FactorAnalysis:
    """One endpoint against each factor alone (Table 4) and all together (Table 5).

    ``multivariable`` is None when no factor of Table 5 is recorded or nobody has the endpoint;
    ``messages`` say which.
    """

    endpoint: Endpoint
    comparisons: tuple[FactorComparison, ...]
    multivariable: MultivariableModel | None
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class StudyAnalysis:
    """Everything that ``python -m core analyse`` reports.

    Attributes:
        n_sessions: HAIC sessions of all patients; None when not recorded.
        data_cutoff: the date up to which data were used.
        curves: endpoint code -> curves of all patients; an endpoint nobody has is absent.
        cox: the model of ``prognosis`` with all its checks.
        measured: numbers as measured beside the bands of the factors.
        agreements: what the second engine (lifelines) recomputed.
        tests: endpoint code -> the endpoint by each factor of Table 4 with its tests.
        competing: which first event came when, all patients together.
        safety: rates by exposure and session, consequences, complications.
    """

    n_patients: int
    n_sessions: int | None
    data_cutoff: date | None
    options: AnalysisOptions
    factors: FactorFrame
    baseline: BaselineTable
    eligibility: CohortEligibility
    response: CohortResponse
    endpoints: Endpoints
    curves: dict[str, EndpointCurves]
    prognosis: FactorAnalysis
    cox: CoxStudy
    measured: MeasuredStudy
    lab_grades: LabGrades
    adverse_events: AdverseEventTable
    agreements: tuple[Agreement, ...] = field(default=())
    tests: dict[str, tuple[StudyCurves, ...]] = field(default_factory=dict)
    competing: StudyIncidence | None = None
    safety: SafetyStudy | None = None
