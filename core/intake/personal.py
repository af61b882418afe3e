"""The record of what an upload held of personal identifiers."""

from __future__ import annotations

from core.intake.birth import Births
from core.intake.cells import full_text
from core.intake.pool import Pool
from core.intake.pseudonyms import Pseudonyms
from core.intake.screened import ORIGINALS, Screened, answers_of
from core.results.decisions import Decisions, IdentifierChoice
from core.results.intake import KeptIdentifier, Personal


def personal_of(
    screened: Screened, births: Births, pool: Pool, codes: Pseudonyms, decisions: Decisions
) -> Personal:
    """What was found and what became of it; kept identifiers of accepted rows only."""
    names = {reading.index: reading.sheet.name for reading in pool.readings}
    kept = [
        KeptIdentifier(
            pool.patient_of((index, line)), names[index], header, line, full_text(cell).strip()
        )
        for index, line, header, cell in screened.kept
        if index in names and (index, line) not in pool.errors
    ]
    columns = (*screened.columns, *births.columns)
    is_clean = not columns and not screened.texts
    answer = answers_of(decisions).get((ORIGINALS, ORIGINALS))
    is_decided = answer is not None and answer.choice is IdentifierChoice.KEEP
    return Personal(
        columns, screened.texts, (*kept, *births.kept), tuple(sorted(codes.codes.items())),
        is_clean or is_decided,
    )  # fmt: skip
