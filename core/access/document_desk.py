"""A person's desk at the patients' documents: who sees, adds, takes out and removes them."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from core.access.exports import OutgoingFile
from core.access.roles import Permission
from core.errors import ArteriaError, StudyNotFound
from core.results.documents import PatientDocument
from core.rules.documents import document_rules
from core.storage.studies import Store

if TYPE_CHECKING:
    from core.access.desk import Desk


class DocumentDesk:
    """Documents and links of a study's patients, as far as one person's role goes.

    At the board, whoever sees a listed case sees its documents, unless the meeting is
    de-identified; a file's bytes leave only with the right to take patients' data out.
    Raises as ``Desk`` does.
    """

    def __init__(self, desk: Desk, store: Store) -> None:
        self._desk = desk
        self._store = store

    def of_patient(
        self, study_id: str, patient_id: str, *, meeting_id: str | None = None
    ) -> tuple[PatientDocument, ...]:
        """The patient's documents, the oldest first.

        Args:
            meeting_id: at which the patient is looked at; None = outside a meeting.

        Raises:
            ArteriaError: ``not_allowed``: the patient is not on the meeting's list.
        """
        if meeting_id is None:
            self._desk.require(study_id, Permission.READ_PATIENTS)
        else:
            listed = {one.patient_id for one in self._desk.board.cases(study_id, meeting_id)}
            self._desk.require_listed(study_id, patient_id, listed)
            if self._store.board.meeting(meeting_id).is_deidentified:
                return ()
        return self._store.documents.of_patient(study_id, patient_id)

    def may_change(self, study_id: str) -> bool:
        """Whether the person may add and remove documents."""
        held = self._desk.permissions(study_id)
        return Permission.READ_PATIENTS in held and bool(
            held & {Permission.UPLOAD, Permission.DECIDE}
        )

    def add_address(
        self, study_id: str, patient_id: str, title: str, address: str
    ) -> PatientDocument:
        """Keep an address of the hospital's own systems beside the patient.

        Raises:
            ArteriaError: ``document_title_invalid``; ``document_address_invalid``: blank, too
                long, or with line breaks.
        """
        self._require_change(study_id)
        rules, address = document_rules(), address.strip()
        if not address or len(address) > rules.longest_address or not address.isprintable():
            raise ArteriaError("document_address_invalid", longest=rules.longest_address)
        made = self._store.documents.add_address(
            study_id, patient_id, _title(title, address), address, self._desk.person.login
        )
        self._record("document_added", made)
        return made

    def add_file(
        self, study_id: str, patient_id: str, title: str, name: str, content: bytes
    ) -> PatientDocument:
        """Keep a file beside the patient.

        Raises:
            ArteriaError: ``document_title_invalid``; ``document_too_large``;
                ``document_type_unknown``: not one of the kinds of ``documents.toml``, or its
                first bytes are of another kind than its ending says.
        """
        self._require_change(study_id)
        rules, name = document_rules(), PurePath(name.replace("\\", "/")).name
        if len(content) > rules.most_bytes:
            raise ArteriaError("document_too_large", file=name, limit_mb=rules.most_bytes // 2**20)
        kind = rules.files.get(_ending(name))
        if kind is None or not kind.fits(content):
            raise ArteriaError(
                "document_type_unknown", file=name, known=", ".join(sorted(rules.files))
            )
        made = self._store.documents.add_file(
            study_id, patient_id, _title(title, name), name, content, self._desk.person.login
        )
        self._record("document_added", made)
        return made

    def take_out(self, document: PatientDocument) -> OutgoingFile:
        """The file with its name and media type, on its way out; recorded."""
        self._desk.require(document.study_id, Permission.EXPORT_PATIENTS)
        content = self._store.documents.content(document)
        self._record("document_opened", document)
        kind = document_rules().files.get(_ending(document.file_name))
        mime = kind.mime if kind else "application/octet-stream"
        return OutgoingFile(content, document.file_name, mime)

    def remove(self, document: PatientDocument) -> None:
        """Remove a document; its bytes go too if nothing else holds them."""
        self._require_change(document.study_id)
        known = self._store.documents.of_patient(document.study_id, document.patient_id)
        if document.id not in {one.id for one in known}:
            raise StudyNotFound("document_not_found")
        self._store.documents.remove(document)
        self._record("document_removed", document)

    def _require_change(self, study_id: str) -> None:
        self._desk.require(study_id, Permission.READ_PATIENTS)
        if not self.may_change(study_id):
            self._desk.require(study_id, Permission.DECIDE)

    def _record(self, action: str, document: PatientDocument) -> None:
        facts = {"patient_id": document.patient_id, "document": document.id}
        self._desk.recorded(action, document.study_id, None, facts)


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def _title(title: str, otherwise: str) -> str:
    longest = document_rules().longest_title
    title = title.strip() or otherwise[:longest]
    if len(title) > longest or not title.isprintable():
        raise ArteriaError("document_title_invalid", longest=longest)
    return title
