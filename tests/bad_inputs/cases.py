"""Awkward and hostile uploads by group, each with what becomes of it.

The files are made here, so the groups can grow without binary files in the repository.
"""

from __future__ import annotations

from tests.bad_inputs.case import Case
from tests.bad_inputs.clinical_cases import clinical_cases
from tests.bad_inputs.container_cases import container_cases
from tests.bad_inputs.habit_cases import habit_cases
from tests.bad_inputs.hostile_cases import hostile_cases
from tests.bad_inputs.number_cases import number_cases
from tests.bad_inputs.text_cases import text_cases
from tests.bad_inputs.type_cases import type_cases
from tests.bad_inputs.word_cases import word_cases
from tests.bad_inputs.workbook_cases import workbook_cases


def cases() -> list[Case]:
    """All uploads."""
    return [
        *text_cases(), *workbook_cases(), *container_cases(), *type_cases(), *number_cases(),
        *word_cases(), *clinical_cases(), *hostile_cases(),
        *habit_cases(),
    ]  # fmt: skip
