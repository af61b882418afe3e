"""REDCap: the columns of its data dictionary and its exports, and the names of our variables.

Source: REDCap, "Data Dictionary" (CSV) column headings and "Data Export" (raw and labels).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from core.rules.columns import column_rules
from core.schema import TABLES, column_specs

RECORD = "record_id"
DATA_CUTOFF = "data_cutoff"
"""Variable of the first form that holds the study's data cut-off, the same in each record."""

COLUMNS = {
    "name": "Variable / Field Name",
    "form": "Form Name",
    "section": "Section Header",
    "type": "Field Type",
    "label": "Field Label",
    "choices": "Choices, Calculations, OR Slider Labels",
    "note": "Field Note",
    "validation": "Text Validation Type OR Show Slider Number",
    "minimum": "Text Validation Min",
    "maximum": "Text Validation Max",
    "identifier": "Identifier?",
    "branching": "Branching Logic (Show field only if...)",
    "required": "Required Field?",
    "alignment": "Custom Alignment",
    "question": "Question Number (surveys only)",
    "matrix": "Matrix Group Name",
    "ranking": "Matrix Ranking?",
    "annotation": "Field Annotation",
}
"""What a row of the dictionary says -> its column heading, in REDCap's order."""

EVENT = ("redcap_event_name", "Event Name")
INSTRUMENT = ("redcap_repeat_instrument", "Repeat Instrument")
INSTANCE = ("redcap_repeat_instance", "Repeat Instance")
"""Columns that an export adds: in raw exports, and in exports with labels."""
STATUS_ENDINGS = ("_complete", "_timestamp")
STATUS_LABELS = ("Complete?", "Survey Timestamp")
CHECKED = frozenset({"1", "Checked"})
UNCHECKED = frozenset({"0", "Unchecked"})
CHECKBOX_SIGN = "___"
SINGLE_FORMS = ("patients", "follow_up")
"""Forms filled once a record; all others are repeating instruments."""

_SIGNS = (("<=", "le"), (">=", "ge"), ("<", "lt"), (">", "gt"))


def choice_code(code: str) -> str:
    """A category's code in letters, digits and underscores, which is all that REDCap takes.

    >>> choice_code(">=3"), choice_code("NON-CR/NON-PD"), choice_code("WILD")
    ('ge3', 'NON_CR_NON_PD', 'WILD')
    """
    for sign, letters in _SIGNS:
        code = code.replace(sign, letters)
    return re.sub(r"\W", "_", code, flags=re.ASCII)


@cache
def variable_names() -> Mapping[tuple[str, str], str]:
    """(table, field) -> variable, each once in the project.

    The names are those of ``columns.csv`` where they are unique, else they carry their form.
    """
    wanted: dict[tuple[str, str], str] = {}
    for table in TABLES:
        for spec in column_specs(table):
            if spec.name == "patient_id":
                continue
            redcap = column_rules()[table, spec.name].redcap or spec.name
            wanted[table, spec.name] = spec.name if redcap.startswith("redcap_") else redcap
    counts = Counter(wanted.values())
    return {
        (table, field): name if counts[name] == 1 or table == "patients" else f"{table}_{field}"
        for (table, field), name in wanted.items()
    }


@cache
def fields_by_variable() -> Mapping[str, tuple[str, str]]:
    """Variable -> (table, field).

    >>> fields_by_variable()["haic_date"]
    ('haic_sessions', 'session_date')
    """
    return {name: column for column, name in variable_names().items()}
