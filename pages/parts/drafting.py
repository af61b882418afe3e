"""The upload at work: read, checked again after every decision, not saved yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError, UnusableFile
from core.intake.again import repeatable_decisions
from core.intake.cells import Sheet, UploadedFile
from core.intake.columns import recognise_columns
from core.intake.confirming import remembered_mappings
from core.intake.read import read_files
from core.intake.screening import screen
from core.intake.validate import check_screened
from core.intake.working_rows import WorkingSheet, patient_of, working_sheets
from core.results.decisions import NO_DECISIONS, Decisions, Signature
from core.results.intake import Intake, Progress, SheetMapping, unheard
from core.results.people import Origin
from core.storage.studies import VersionInfo
from pages.parts import state
from pages.parts.identifiers import study_pseudonyms
from pages.parts.widgets import t


@dataclass(frozen=True, slots=True)
class Draft:
    """An upload that was read but not saved yet; kept while the visitor's session lasts.

    Attributes:
        sheets: as uploaded; screened and corrected at each check.
        screened: the same without identifiers: what a person sees and decides about.
        patients: the patient that each finding concerns; "" = none.
        digest: what tells this state of the upload from any other.
        offered: decisions about the study's last version that still fit; not applied.
        offered_from: number of that version.
    """

    files: tuple[UploadedFile, ...]
    sheets: tuple[Sheet, ...]
    screened: tuple[Sheet, ...]
    intake: Intake
    working: dict[str, WorkingSheet]
    patients: tuple[str, ...]
    digest: str
    offered: Decisions = NO_DECISIONS
    offered_from: int = 0


def _draft(
    files: Sequence[UploadedFile],
    sheets: Sequence[Sheet],
    mappings: Sequence[SheetMapping],
    decisions: Decisions = NO_DECISIONS,
    progress: Progress = unheard,
) -> Draft:
    """The upload checked with these mappings and decisions.

    Raises:
        UnusableFile: nothing of the upload can be used.
    """
    codes = study_pseudonyms()
    screened = screen(sheets, mappings, decisions, codes)
    intake = check_screened(screened, decisions, codes, progress=progress)
    working = working_sheets(screened.sheets, intake)
    parts = [hashlib.sha256(file.content).hexdigest() for file in files]
    parts += [repr(intake.decisions), repr(intake.mappings)]
    return Draft(
        tuple(files),
        tuple(sheets),
        tuple(screened.sheets),
        intake,
        working,
        tuple(patient_of(finding, working) for finding in intake.findings),
        hashlib.sha256("".join(parts).encode()).hexdigest()[:12],
    )


def new_draft(
    files: Sequence[UploadedFile],
    sheets: Sequence[Sheet],
    info: VersionInfo | None,
    decisions: Decisions = NO_DECISIONS,
    progress: Progress = unheard,
    chosen: Sequence[SheetMapping] | None = None,
) -> Draft:
    """An upload checked for the first time.

    The meanings that people gave to columns of the study's last version are proposed, and its
    decisions are offered where they still fit.

    Args:
        sheets: what ``read_files`` gave.
        info: the opened version; None = no study is open.
        decisions: without which the upload can't be read at all.
        progress: told what is being done.
        chosen: mappings that the visitor chose for this upload; None = as recognised.

    Raises:
        UnusableFile: nothing of the upload can be used.
    """
    mappings = chosen or [recognise_columns(sheet) for sheet in sheets]
    if info is None or info.is_example:
        return _draft(files, sheets, mappings, decisions, progress)
    desk = state.desk()
    if not desk.may(info.study_id, Permission.READ_PATIENTS):
        return _draft(files, sheets, mappings, decisions, progress)
    latest = desk.version_info(info.study_id)
    before, earlier = desk.load_decisions(info.study_id, latest.number)
    known = chosen or remembered_mappings(sheets, mappings, earlier)
    draft = _draft(files, sheets, known, decisions, progress)
    offered = repeatable_decisions(before, earlier, draft.screened, draft.intake)
    return replace(draft, offered=offered, offered_from=latest.number)


def draft_of_version(info: VersionInfo) -> Draft:
    """The original files of a saved version with its decisions, to be corrected further.

    Raises:
        StudyNotFound: an original file wasn't kept, is gone or damaged.
        ArteriaError: ``not_allowed``: the visitor may not upload to the study.
        UnusableFile: the files can no longer be read.
    """
    desk = state.desk()
    files = tuple(UploadedFile(*one) for one in desk.take_up(info.study_id, info.number))
    decisions, saved = desk.load_decisions(info.study_id, info.number)
    sheets = tuple(read_files(files))
    recognised = [recognise_columns(sheet) for sheet in sheets]
    fits = [_headers(one) for one in saved] == [_headers(one) for one in recognised]
    mappings = saved if fits else remembered_mappings(sheets, recognised, saved)
    return _draft(files, sheets, mappings, decisions)


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
        fresh = _draft(
            draft.files,
            draft.sheets,
            intake.mappings if mappings is None else mappings,
            intake.decisions if decisions is None else decisions,
        )
    except UnusableFile as error:
        tell_error(error)
        return False
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
    """The name that decisions are signed with: of who is signed in, else the last one typed."""
    person = state.person()
    if person.origin is not Origin.LOCAL:
        return person.name or person.login
    return str(st.session_state.get(SIGNER, ""))


def name_input(place: st.delta_generator.DeltaGenerator, key: str) -> None:
    """The control for the name; who is signed in signs with their own."""
    is_known = state.person().origin is not Origin.LOCAL
    place.text_input(t("work.by"), value=signer(), key=key, max_chars=100, disabled=is_known)


def may_waive() -> bool:
    """Whether the visitor may accept warnings: in the opened study, or in a study to be made."""
    info = state.opened()
    if info is None or info.is_example:
        return True
    return state.desk().may(info.study_id, Permission.DECIDE)


def signed(by: str, reason: str, *, place: str) -> Signature | None:
    """The visitor's signature; None without a name or a reason, which the screen then says.

    Args:
        place: part of the screen where what is missing is to be said.
    """
    reason = reason.strip()
    if state.person().origin is Origin.LOCAL:
        by = by.strip()
        st.session_state[SIGNER] = by or signer()
    else:
        by = signer()
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
