"""The upload at work: read, checked again after every decision, not saved yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st

from core.errors import ArteriaError, UnusableFile
from core.intake.again import repeatable_decisions
from core.intake.cells import Sheet, UploadedFile
from core.intake.columns import recognise_columns
from core.intake.confirming import remembered_mappings
from core.intake.read import read_files
from core.intake.validate import validate_study
from core.intake.working_rows import WorkingSheet, patient_of, working_sheets
from core.results.decisions import NO_DECISIONS, Decisions, Signature
from core.results.intake import Intake, SheetMapping
from core.storage.studies import VersionInfo
from pages.parts import state


@dataclass(frozen=True, slots=True)
class Draft:
    """An upload that was read but not saved yet; kept while the visitor's session lasts.

    Attributes:
        sheets: as uploaded; corrections are laid over them at each check.
        patients: the patient that each finding concerns; "" = none.
        digest: what tells this state of the upload from any other.
        offered: decisions about the study's last version that still fit; not applied.
        offered_from: number of that version.
    """

    files: tuple[UploadedFile, ...]
    sheets: tuple[Sheet, ...]
    intake: Intake
    working: dict[str, WorkingSheet]
    patients: tuple[str, ...]
    digest: str
    offered: Decisions = NO_DECISIONS
    offered_from: int = 0


def _draft(files: Sequence[UploadedFile], sheets: Sequence[Sheet], intake: Intake) -> Draft:
    working = working_sheets(sheets, intake)
    parts = [hashlib.sha256(file.content).hexdigest() for file in files]
    parts += [repr(intake.decisions), repr(intake.mappings)]
    return Draft(
        tuple(files),
        tuple(sheets),
        intake,
        working,
        tuple(patient_of(finding, working) for finding in intake.findings),
        hashlib.sha256("".join(parts).encode()).hexdigest()[:12],
    )


def new_draft(files: Sequence[UploadedFile], info: VersionInfo | None) -> Draft:
    """An upload read for the first time.

    The meanings that people gave to columns of the study's last version are proposed, and its
    decisions are offered where they still fit.

    Args:
        info: the opened version; None = no study is open.

    Raises:
        UnusableFile: nothing of the upload can be used.
    """
    sheets = tuple(read_files(files))
    mappings: Sequence[SheetMapping] = [recognise_columns(sheet) for sheet in sheets]
    if info is None or info.is_example:
        intake = validate_study(sheets, mappings)
        return _draft(files, sheets, intake)
    latest = state.store().version_info(info.study_id)
    decisions, earlier = state.store().load_decisions(info.study_id, latest.number)
    intake = validate_study(sheets, remembered_mappings(sheets, mappings, earlier))
    offered = repeatable_decisions(decisions, earlier, sheets, intake)
    return replace(_draft(files, sheets, intake), offered=offered, offered_from=latest.number)


def draft_of_version(info: VersionInfo) -> Draft:
    """The original files of a saved version with its decisions, to be corrected further.

    Raises:
        StudyNotFound: an original file is gone or damaged.
        UnusableFile: the files can no longer be read.
    """
    store = state.store()
    files = tuple(UploadedFile(one.name, store.original_file(one.sha256)) for one in info.files)
    decisions, saved = store.load_decisions(info.study_id, info.number)
    sheets = tuple(read_files(files))
    recognised = [recognise_columns(sheet) for sheet in sheets]
    fits = [_headers(one) for one in saved] == [_headers(one) for one in recognised]
    mappings = saved if fits else remembered_mappings(sheets, recognised, saved)
    intake = validate_study(sheets, mappings, decisions)
    return _draft(files, sheets, intake)


def _headers(mapping: SheetMapping) -> tuple[str, tuple[str, ...]]:
    return mapping.sheet, tuple(column.header for column in mapping.columns)


def recheck(
    draft: Draft,
    *,
    mappings: Sequence[SheetMapping] | None = None,
    decisions: Decisions | None = None,
) -> bool:
    """Check the upload again with other mappings or decisions and keep what comes of it.

    Returns:
        Whether it could be used; if not, the draft stays as it was and the screen says why.
    """
    intake = draft.intake
    try:
        checked = validate_study(
            draft.sheets,
            intake.mappings if mappings is None else mappings,
            intake.decisions if decisions is None else decisions,
        )
    except UnusableFile as error:
        tell_error(error)
        return False
    fresh = _draft(draft.files, draft.sheets, checked)
    state.set_draft(replace(fresh, offered=draft.offered, offered_from=draft.offered_from))
    return True


def replace_offer(draft: Draft) -> Draft:
    """The draft with nothing offered any more."""
    return replace(draft, offered=NO_DECISIONS)


def tell_error(error: ArteriaError) -> None:
    """Have the screen say why something could not be done."""
    state.tell("error", f"error.{error.code}", **error.facts)


SIGNER = "arteria_signer"
UNSIGNED = "arteria_unsigned"


def signer() -> str:
    """The name that the visitor signed with last; "" = none yet."""
    return str(st.session_state.get(SIGNER, ""))


def signed(by: str, reason: str, *, place: str) -> Signature | None:
    """The visitor's signature; None without a name or a reason, which the screen then says.

    Args:
        place: part of the screen where what is missing is to be said.
    """
    by, reason = by.strip(), reason.strip()
    st.session_state[SIGNER] = by or signer()
    if not by or not reason:
        st.session_state[UNSIGNED] = place
        return None
    return Signature(by, reason, datetime.now(UTC))


def take_unsigned(place: str) -> bool:
    """Whether a decision at this place failed for want of a signature; said once."""
    if st.session_state.get(UNSIGNED) != place:
        return False
    del st.session_state[UNSIGNED]
    return True
