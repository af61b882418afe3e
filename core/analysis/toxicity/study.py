"""What a study's report says of safety beside Table 3."""

from __future__ import annotations

from core.analysis.toxicity.consequences import tabulate_complications, tabulate_consequences
from core.analysis.toxicity.exposure import adjust_for_exposure
from core.analysis.toxicity.sessions import tabulate_by_session
from core.results.safety import SafetyStudy
from core.results.toxicity import AdverseEventTable
from core.schema import StudyData


def safety_study(data: StudyData, table: AdverseEventTable) -> SafetyStudy:
    """Rates by exposure and session, consequences of the events, complications by CIRSE grade.

    Args:
        table: the adverse events of the same study; its filters and source hold here too.
    """
    return SafetyStudy(
        exposure=adjust_for_exposure(data, table),
        sessions=tabulate_by_session(data, table),
        consequences=tabulate_consequences(table),
        complications=tabulate_complications(data),
    )
