"""Tables of a report's Safety section beside Table 3."""

from __future__ import annotations

from core.exports.tables.safety import laboratory_grade_table
from core.exports.tables.safety_groups import (
    complication_table,
    consequence_table,
    exposure_table,
    session_table,
)
from core.exports.tables.table import Table
from core.results.cohort import StudyAnalysis
from core.text.catalogue import Language


def safety_tables(analysis: StudyAnalysis, language: Language) -> tuple[Table, ...]:
    """Rates, sessions, consequences, complications and laboratory grades, as far as recorded."""
    found, safety = [], analysis.safety
    if safety is not None and analysis.adverse_events.rows:
        if safety.exposure.n_sessions:
            found.append(exposure_table(safety.exposure, language))
        if safety.sessions.rows:
            found.append(session_table(safety.sessions, language))
        found.append(consequence_table(safety.consequences, language))
    if safety is not None and safety.complications.described:
        found.append(complication_table(safety.complications, language))
    if len(analysis.lab_grades.worst):
        found.append(laboratory_grade_table(analysis.lab_grades, language))
    return tuple(found)
