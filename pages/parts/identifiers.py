"""What becomes of personal identifiers: dropped, replaced by pseudonyms, or kept by decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError, UnusableFile
from core.intake.cells import Sheet
from core.intake.columns import recognise_columns
from core.intake.keys import key_candidates
from core.intake.pseudonyms import Pseudonyms, new_key
from core.intake.screened import ORIGINALS
from core.results.decisions import (
    NO_DECISIONS,
    Decisions,
    IdentifierAnswer,
    IdentifierChoice,
    Signature,
)
from core.results.intake import Intake, PersonalColumn
from core.storage.studies import FileInfo, VersionInfo
from pages.parts import state
from pages.parts.widgets import t

_KEY = "arteria_draft_key"
_ASKED = ("id_is_", "only_identifiers")
BIRTH_DATE = "birth_date"


def study_pseudonyms() -> Pseudonyms:
    """The codes of the opened study; of a new key while the upload belongs to no study."""
    info = state.opened()
    if info is not None and not info.is_example:
        try:
            return Pseudonyms.of(*state.desk().pseudonym_key(info.study_id))
        except ArteriaError:
            pass  # no right to upload there: what is read now becomes another study
    return Pseudonyms(st.session_state.setdefault(_KEY, new_key()))


def new_study_key() -> bytes | None:
    """The key of the codes that an upload without a study was given; None = there are none."""
    key: bytes | None = st.session_state.pop(_KEY, None)
    return key


def ask_identifiers(
    intake: Intake, decisions: Decisions, decide: Callable[[Decisions], object]
) -> None:
    """The identifying columns of an upload and what becomes of each.

    Args:
        decide: checks the upload again with other decisions.
    """
    personal = intake.personal
    if not personal.found:
        return
    with st.expander(t("identifiers.title"), expanded=True, icon=":material/shield_person:"):
        st.caption(t("identifiers.lead"))
        choices = [_column(one, at) for at, one in enumerate(personal.columns)]
        if personal.texts:
            st.caption(t("identifiers.texts", n=personal.texts))
        is_kept = _originals(decisions)
        wanted = [
            (one.sheet, one.column, choice)
            for one, choice in zip(personal.columns, choices, strict=True)
            if choice is not IdentifierChoice.DROP
        ]
        wanted += [(ORIGINALS, ORIGINALS, IdentifierChoice.KEEP)] if is_kept else []
        earlier = {(one.sheet, one.column, one.choice): one for one in decisions.identifiers}
        is_new = any(one not in earlier for one in wanted)
        signed = _signature("identifiers") if is_new else None
        if not st.button(
            t("identifiers.apply"),
            key="identifiers_apply",
            icon=":material/done:",
            disabled=earlier.keys() == set(wanted),
        ):
            return
        answers = [
            earlier.get(one) or (signed and IdentifierAnswer(*one, signed)) for one in wanted
        ]
        if None in answers:
            st.warning(t("identifiers.unsigned"))
            return
        decide(replace(decisions, identifiers=tuple(one for one in answers if one)))


def _choices(one: PersonalColumn) -> list[IdentifierChoice]:
    if one.kind == BIRTH_DATE:
        return [IdentifierChoice.DROP, IdentifierChoice.KEEP]
    middle = [IdentifierChoice.PSEUDONYM] if one.is_storable else []
    return [IdentifierChoice.DROP, *middle, IdentifierChoice.KEEP]


def _column(one: PersonalColumn, at: int) -> IdentifierChoice:
    name, kind, choice = st.columns([2, 2.4, 3], vertical_alignment="center")
    with name:
        st.text(one.column)
        st.caption(one.sheet)
    kind.caption(t("identifiers.cells", kind=t(f"identifiers.kind.{one.kind}"), n=one.cells))
    if one.is_key:
        choice.caption(t("identifiers.key_column"))
        return IdentifierChoice.PSEUDONYM
    options = _choices(one)
    names = {option: t(f"identifiers.choice.{option.value}") for option in options}
    if one.kind == BIRTH_DATE:
        names[IdentifierChoice.DROP] = t("identifiers.choice.age")
    with choice:
        chosen = st.segmented_control(
            one.column,
            options,
            format_func=names.__getitem__,
            default=one.choice,
            required=True,
            label_visibility="collapsed",
            help=t("identifiers.keep_help"),
            key=f"identifier_{state.upload_round()}_{at}",
        )
    return chosen or one.choice


def _originals(decisions: Decisions) -> bool:
    """Whether the uploaded files are to be stored although they hold identifiers."""
    answer = next((one for one in decisions.identifiers if one.sheet == ORIGINALS), None)
    if answer is None:
        st.caption(t("identifiers.originals_note"))
    else:
        signed = answer.signed
        st.caption(t("identifiers.originals_stored", by=signed.by, reason=signed.reason))
    return st.toggle(
        t("identifiers.originals"),
        value=answer is not None,
        key=f"identifier_originals_{state.upload_round()}",
    )


def _signature(place: str) -> Signature | None:
    """Who decides and why; None while one of them is missing."""
    name, why = st.columns([1, 2])
    by = name.text_input(
        t("identifiers.by"), value=state.person().name, key=f"{place}_by", max_chars=120
    )
    reason = why.text_input(t("identifiers.reason"), key=f"{place}_reason", max_chars=400)
    if not by.strip() or not reason.strip():
        return None
    return Signature(by.strip(), reason.strip(), datetime.now(UTC))


def ask_key(sheets: Sequence[Sheet], error: UnusableFile) -> Decisions | None:
    """Whether patients named by an identifier may be read under pseudonyms.

    Returns:
        The decision, once it is made; None = not made, or this is not what is wrong.
    """
    if not error.code.startswith(_ASKED):
        return None
    found = {
        sheet.name: [match.header for match in key_candidates(sheet, recognise_columns(sheet))]
        for sheet in sheets
    }
    columns = list(dict.fromkeys(header for headers in found.values() for header in headers))
    if not columns:
        return None
    with st.container(border=True):
        st.markdown(f"**{t('identifiers.ask_key')}**")
        st.caption(t("identifiers.ask_key_lead"))
        column = st.selectbox(t("identifiers.ask_key_column"), columns, key="identifiers_key")
        signed = _signature("identifiers_key")
        if not st.button(
            t("identifiers.ask_key_apply"), type="primary", key="identifiers_key_apply"
        ):
            return None
        if signed is None:
            st.warning(t("identifiers.unsigned"))
            return None
    answers = tuple(
        IdentifierAnswer(sheet, column, IdentifierChoice.PSEUDONYM, signed)
        for sheet, headers in found.items()
        if column in headers
    )
    return replace(NO_DECISIONS, identifiers=answers)


def original_not_kept(file: FileInfo) -> str:
    """What is said in place of the download of a file that was not kept."""
    return t("identifiers.not_kept", name=file.name, size=file.size, digest=file.sha256)


def show_kept(info: VersionInfo, codes: Sequence[str]) -> None:
    """Identifiers kept with a version, for who manages the study, on request.

    Args:
        codes: of the version's findings.
    """
    desk = state.desk()
    if "identifier_kept" not in codes:
        return
    if not desk.may(info.study_id, Permission.MANAGE_STUDY):
        return
    with st.expander(t("identifiers.kept")):
        st.caption(t("identifiers.kept_lead"))
        if st.button(t("identifiers.kept_show"), key="identifiers_kept_show"):
            kept = desk.kept_identifiers(info.study_id, info.number)
            st.table(
                {
                    t("common.patient"): [one.patient_id for one in kept],
                    t("data.sheet"): [one.sheet for one in kept],
                    t("data.column"): [one.column for one in kept],
                    t("identifiers.value"): [one.value for one in kept],
                }
            )
