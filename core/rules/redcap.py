"""The columns of a REDCap data dictionary and the form of its names.

Source: REDCap, "Data Dictionary" (CSV) column headings.
"""

from __future__ import annotations

import re

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

_SIGNS = (("<=", "le"), (">=", "ge"), ("<", "lt"), (">", "gt"))


def choice_code(code: str) -> str:
    """A category's code in letters, digits and underscores, which is all that REDCap takes.

    >>> choice_code(">=3"), choice_code("NON-CR/NON-PD"), choice_code("WILD")
    ('ge3', 'NON_CR_NON_PD', 'WILD')
    """
    for sign, letters in _SIGNS:
        code = code.replace(sign, letters)
    return re.sub(r"\W", "_", code, flags=re.ASCII)
