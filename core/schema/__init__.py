"""The vocabulary of a study's data: row models, column specifications, typed frames."""

from core.schema.rows import (
    NEVER,
    ROW_KEYS,
    TABLES,
    AdverseEvent,
    FollowUp,
    HaicSession,
    Lab,
    Lesion,
    LesionMeasurement,
    Patient,
    ResponseAssessment,
    Row,
)
from core.schema.study import (
    SOURCE_COLUMNS,
    ColumnSpec,
    PatientFrame,
    StudyData,
    column_specs,
    typed_frame,
)

__all__ = [
    "NEVER",
    "ROW_KEYS",
    "SOURCE_COLUMNS",
    "TABLES",
    "AdverseEvent",
    "ColumnSpec",
    "FollowUp",
    "HaicSession",
    "Lab",
    "Lesion",
    "LesionMeasurement",
    "Patient",
    "PatientFrame",
    "ResponseAssessment",
    "Row",
    "StudyData",
    "column_specs",
    "typed_frame",
]
