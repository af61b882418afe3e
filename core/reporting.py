"""From a study's tables to all that a report is written from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.analysis.audit.study import audit_study
from core.analysis.cohort import analyse_study, compare_with_publication
from core.analysis.response.lanes import patient_lanes
from core.exports.canonical import study_hash
from core.exports.report.model import ReportContent
from core.options import AnalysisOptions
from core.release import versions
from core.results.common import Finding
from core.schema import StudyData


def report_content(
    data: StudyData,
    findings: Sequence[Finding],
    options: AnalysisOptions,
    *,
    study_name: str,
    is_example: bool = False,
    made_on: date | None = None,
) -> ReportContent:
    """Analyse the study and audit its tables.

    Args:
        study_name: ``"@"`` and a catalogue key, or the study's own name.
        made_on: None = today.
    """
    analysis = analyse_study(data, options)
    comparisons = compare_with_publication(
        data,
        analysis.factors,
        analysis.endpoints,
        analysis.response,
        analysis.adverse_events,
        analysis.options.survival,
        is_example=is_example,
    )
    return ReportContent(
        study_name=study_name,
        analysis=analysis,
        findings=tuple(findings),
        comparisons=comparisons,
        audit=audit_study(analysis),
        data_hash=study_hash(data),
        versions=versions(),
        made_on=made_on or date.today(),
        is_example=is_example,
        lanes=patient_lanes(data, analysis.response),
    )
