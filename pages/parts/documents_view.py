"""Documents and links of a patient: opened by a click, or text to copy; added and removed."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError
from core.exports.tables.table import inert_text
from core.results.documents import PatientDocument
from core.rules.documents import document_rules
from core.text.numbers import file_size
from pages.parts import state
from pages.parts.patient_view import ShownPatient
from pages.parts.widgets import download_when_clicked, t

_ROUND = "documents_round"
MOST_LETTERS = 90


def show(shown: ShownPatient, meeting_id: str | None = None) -> None:
    """The patient's documents; at a meeting only looked at, elsewhere changed too.

    Args:
        meeting_id: at which the patient is shown; None = on the Patient screen.
    """
    study_id, desk = shown.key[0], state.desk()
    found = desk.documents.of_patient(study_id, shown.patient_id, meeting_id=meeting_id)
    may_change = meeting_id is None and desk.documents.may_change(study_id)
    if meeting_id is not None and not found:
        return
    st.subheader(t("documents.title"))
    if not found:
        st.caption(t("documents.none"))
    for document in found:
        _line(document, shown.slot, may_change=may_change)
    if may_change:
        _add(study_id, shown.patient_id)


def _line(document: PatientDocument, slot: str, *, may_change: bool) -> None:
    with st.container(key=f"{slot}_document_{document.id}"):
        what, out = st.columns([6, 1], vertical_alignment="center")
        with what:
            if document.is_file:
                _file(document, slot)
            else:
                _address(document)
        if may_change:
            with out.popover(t("documents.remove"), type="tertiary"):
                st.text(t("documents.remove_for_good", name=document.title))
                st.button(
                    t("documents.remove_now"),
                    key=f"{slot}_document_off_{document.id}",
                    on_click=_remove,
                    args=(document,),
                    type="primary",
                )


def _address(document: PatientDocument) -> None:
    kind, title = document_rules().kind_of(document.address), inert_text(document.title)
    if kind == "web":
        # Whatever could end the address or the link in Markdown is written as a code.
        target = quote(document.address, safe="/:?#[]@!$&'*+,;=%-._~")
        st.markdown(f":material/link: [{title}](<{target}>)")
        st.caption(inert_text(_shortened(document.address)))
    elif kind == "viewer":
        st.link_button(
            title, document.address, icon=":material/visibility:",
            help=t("documents.opens_viewer"),
        )  # fmt: skip
    else:
        st.markdown(f":material/folder: {title}")
        st.code(document.address, language=None, wrap_lines=True)
        st.caption(t("documents.copied"))


def _file(document: PatientDocument, slot: str) -> None:
    st.markdown(f":material/description: {inert_text(document.title)}")
    line = t("documents.file_line", file=document.file_name, size=file_size(document.size))
    st.caption(inert_text(line))
    desk = state.desk()
    if not desk.may(document.study_id, Permission.EXPORT_PATIENTS):
        st.caption(t("documents.no_files_for_you"))
        return
    suffix = document.file_name.rpartition(".")[2].lower()
    kind = document_rules().files.get(suffix)
    download_when_clicked(
        t("documents.file"),
        # A file's own name may say who the patient is; the audit trail notes this one.
        f"document_{document.id}",
        lambda: desk.documents.take_out(document).content,
        mime=kind.mime if kind else "application/octet-stream",
        suffix=suffix,
        key=f"{slot}_document_file_{document.id}",
    )


def _shortened(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else f"{words[:MOST_LETTERS]}…"


def _remove(document: PatientDocument) -> None:
    try:
        state.desk().documents.remove(document)
    except ArteriaError as error:
        state.tell("error", f"error.{error.code}", **error.facts)
    else:
        state.tell("success", "documents.removed")


def _add(study_id: str, patient_id: str) -> None:
    rules = document_rules()
    # A kept document leaves an empty form; a refused one stays in it.
    number = int(st.session_state.get(_ROUND, 0))
    slot = f"documents_{patient_id}_{number}"
    with st.expander(t("documents.add")), st.form(slot, border=False):
        known = ", ".join(sorted(rules.files))
        st.caption(t("documents.add_help", limit_mb=rules.most_bytes // 2**20, known=known))
        title = st.text_input(t("documents.name"), key=f"{slot}_title")
        address = st.text_input(t("documents.address"), key=f"{slot}_address")
        file = st.file_uploader(t("documents.file"), type=sorted(rules.files), key=f"{slot}_file")
        if not st.form_submit_button(t("documents.keep")):
            return
    if bool(address.strip()) == (file is not None):
        state.tell("error", "documents.one_of_both")
        st.rerun()
    desk = state.desk().documents
    try:
        if file is not None:
            desk.add_file(study_id, patient_id, title, file.name, file.getvalue())
        else:
            desk.add_address(study_id, patient_id, title, address)
    except ArteriaError as error:
        state.tell("error", f"error.{error.code}", **error.facts)
    else:
        st.session_state[_ROUND] = number + 1
        state.tell("success", "documents.added", patient=patient_id)
    st.rerun()
