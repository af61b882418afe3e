"""A person's desk: every read and every change of the store, as far as the person's role goes.

The screens, the exports and the HTTP interface reach the store through it alone, so that a
hidden button is never what protects a patient.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.access.board_desk import BoardDesk
from core.access.document_desk import DocumentDesk
from core.access.roles import ALL, EXAMPLE, Permission, permissions
from core.errors import ArteriaError, Fact, StudyNotFound
from core.results.common import Finding
from core.results.comparators import OwnComparators
from core.results.decisions import NO_DECISIONS, Decisions
from core.results.intake import KeptIdentifier, Personal, SheetMapping
from core.results.people import Origin, Person, Role
from core.schema import StudyData
from core.storage.signed import SignedEntry
from core.storage.studies import NOTHING_PERSONAL, RowCounts, Store, StudyInfo, VersionInfo


class Desk:
    """What one person may see and do in the store.

    Every method raises ``ArteriaError("not_allowed")`` when the person's role in the study
    doesn't allow it, and says no more than ``StudyNotFound`` about a study in which the person
    has no role. Refusals and deeds are recorded in the audit trail.
    """

    def __init__(self, store: Store, person: Person, *, only: str | None = None) -> None:
        """Sit somebody down at the store.

        Args:
            only: the one study that is within reach; None = every study of the person.
        """
        self.person = person
        self._store = store
        self._only = only
        self._example: frozenset[str] | None = None
        self._roles: Mapping[str, frozenset[Role]] = (
            {} if person.is_admin else store.people.roles_of(person)
        )

    @property
    def board(self) -> BoardDesk:
        """What the person may see and do at the tumour board."""
        return BoardDesk(self, self._store)

    @property
    def documents(self) -> DocumentDesk:
        """What the person may do with the patients' documents."""
        return DocumentDesk(self, self._store)

    def may(self, study_id: str, permission: Permission) -> bool:
        """Whether the person may do this in the study."""
        return permission in self.permissions(study_id)

    def permissions(self, study_id: str) -> frozenset[Permission]:
        """All that the person may do in the study."""
        if self._only not in (None, study_id):
            return frozenset()
        if self.person.is_admin:
            return ALL
        own = permissions(self._roles.get(study_id, frozenset()))
        sees_examples = self.person.origin is not Origin.LINK
        return own | EXAMPLE if sees_examples and study_id in self._examples() else own

    def require(self, study_id: str, permission: Permission) -> None:
        """Let pass who may do this.

        Raises:
            StudyNotFound: the person has no role in the study.
            ArteriaError: ``not_allowed``: the role doesn't go so far.
        """
        held = self.permissions(study_id)
        if permission in held:
            return
        self.recorded("refused", study_id, facts={"permission": permission.value})
        if not held:
            raise StudyNotFound("study_not_found")
        raise ArteriaError("not_allowed")

    def require_listed(self, study_id: str, patient_id: str, listed: Collection[str]) -> None:
        """Let pass who may see this patient: every one, or one of a meeting's list.

        Raises:
            StudyNotFound, ArteriaError: as ``require``; the patient isn't on the list.
        """
        held = self.permissions(study_id)
        if Permission.READ_LISTED in held and patient_id in listed:
            return
        self.require(study_id, Permission.READ_PATIENTS)

    def list_studies(self, *, archived: bool = False) -> tuple[StudyInfo, ...]:
        """The studies in which the person has a role."""
        return tuple(
            study
            for study in self._store.list_studies(archived=archived)
            if self.permissions(study.id)
        )

    def create_study(self, name: str, key: bytes | None = None) -> StudyInfo:
        """A new study; who made it is its administrator. See ``Store.create_study``.

        Raises:
            ArteriaError: ``not_allowed``: who came by a link makes no studies.
        """
        if self.person.origin is Origin.LINK:
            raise ArteriaError("not_allowed")
        study = self._store.create_study(name, key=key)
        if not self.person.is_admin:
            self._store.people.grant(
                study.id, f"account:{self.person.id}", Role.ADMIN, self.person.login, keep=True
            )
            self._roles = self._store.people.roles_of(self.person)
        self.recorded("study_created", study.id)
        return study

    def withdraw_study(self, study_id: str) -> None:
        """Take back a study whose first version could not be saved; one with data stays."""
        self.require(study_id, Permission.MANAGE_STUDY)
        if not self._store.list_versions(study_id):
            self._store.housekeeping.delete_study(study_id, self.person.login)

    def rename_study(self, study_id: str, name: str) -> None:
        """Give the study another name."""
        self.require(study_id, Permission.MANAGE_STUDY)
        self._store.rename_study(study_id, name)
        self.recorded("study_renamed", study_id)

    def archive_study(self, study_id: str) -> None:
        """Put the study away."""
        self.require(study_id, Permission.MANAGE_STUDY)
        self._store.archive_study(study_id)
        self.recorded("study_archived", study_id)

    def restore_study(self, study_id: str) -> None:
        """Take the study out of the archive."""
        self.require(study_id, Permission.MANAGE_STUDY)
        self._store.restore_study(study_id)
        self.recorded("study_restored", study_id)

    def version_info(self, study_id: str, number: int | None = None) -> VersionInfo:
        """What is known about a version without its tables."""
        self.require(study_id, Permission.READ_AGGREGATES)
        return self._store.version_info(study_id, number)

    def list_versions(self, study_id: str) -> tuple[VersionInfo, ...]:
        """All versions of a study, newest first."""
        self.require(study_id, Permission.READ_AGGREGATES)
        return self._store.list_versions(study_id)

    def load_version(
        self, study_id: str, number: int | None = None
    ) -> tuple[StudyData, VersionInfo]:
        """The tables of a version."""
        self.require(study_id, Permission.READ_PATIENTS)
        return self._store.load_version(study_id, number)

    def load_findings(self, study_id: str, number: int | None = None) -> tuple[Finding, ...]:
        """The findings of a version; they quote cells."""
        self.require(study_id, Permission.READ_PATIENTS)
        return self._store.load_findings(study_id, number)

    def load_decisions(
        self, study_id: str, number: int | None = None
    ) -> tuple[Decisions, tuple[SheetMapping, ...]]:
        """What people decided about the version's files, and how their columns were read."""
        self.require(study_id, Permission.READ_PATIENTS)
        return self._store.load_decisions(study_id, number)

    def take_up(self, study_id: str, number: int) -> tuple[tuple[str, bytes], ...]:
        """Names and bytes of the version's files, to make the next version of them."""
        self.require(study_id, Permission.UPLOAD)
        files = self._store.version_info(study_id, number).files
        found = tuple((file.name, self._store.original_file(file.sha256)) for file in files)
        self.recorded("version_taken_up", study_id, number)
        return found

    def original_file(self, study_id: str, number: int, sha256: str) -> bytes:
        """The bytes of one of the version's uploaded files as they came."""
        self.require(study_id, Permission.EXPORT_PATIENTS)
        info = self._store.version_info(study_id, number)
        kept = {file.sha256: file.is_kept for file in info.files}
        if sha256 not in kept:
            raise StudyNotFound("file_not_found")
        if not kept[sha256]:
            raise StudyNotFound("file_not_kept")
        self.recorded("original_downloaded", study_id, number, {"sha256": sha256})
        return self._store.original_file(sha256)

    def pseudonym_key(self, study_id: str) -> tuple[bytes, dict[str, str]]:
        """The study's secret key and codes, to give an upload its pseudonyms; never shown."""
        self.require(study_id, Permission.UPLOAD)
        identifiers = self._store.identifiers
        return identifiers.key(study_id), identifiers.codes(study_id)

    def kept_identifiers(self, study_id: str, number: int) -> tuple[KeptIdentifier, ...]:
        """Identifiers kept by a named person's decision; looking at them is recorded."""
        self.require(study_id, Permission.MANAGE_STUDY)
        self.recorded("identifiers_seen", study_id, number)
        return self._store.identifiers.kept(study_id, number)

    def save_version(
        self,
        study_id: str,
        data: StudyData,
        findings: Sequence[Finding],
        files: Sequence[tuple[str, bytes]],
        counts: RowCounts,
        *,
        based_on: int | None,
        note: str = "",
        personal: Personal = NOTHING_PERSONAL,
        decisions: Decisions = NO_DECISIONS,
        mappings: Sequence[SheetMapping] = (),
    ) -> VersionInfo:
        """Save the study's next version; see ``Store.save_version``.

        Who may upload but not decide can only carry over waivers of the version before.
        """
        self.require(study_id, Permission.UPLOAD)
        if decisions.waivers and not self.may(study_id, Permission.DECIDE):
            before = NO_DECISIONS
            if based_on is not None:
                before, _ = self._store.load_decisions(study_id, based_on)
            known = {(one.code, one.column, one.signed) for one in before.waivers}
            if any((one.code, one.column, one.signed) not in known for one in decisions.waivers):
                self.require(study_id, Permission.DECIDE)
        info = self._store.save_version(
            study_id, data, findings, files, counts, based_on=based_on, note=note,
            personal=personal,
            decisions=decisions, mappings=mappings,
        )  # fmt: skip
        self.recorded("version_saved", study_id, info.number, {"rows": counts.accepted})
        return info

    def add_entry(
        self,
        study_id: str,
        kind: str,
        content: str,
        *,
        signed_by: str,
        note: str,
        based_on: int | None = None,
    ) -> SignedEntry:
        """Sign a protocol version, waiver, regimen or dose; see ``SignedEntries``."""
        self.require(study_id, Permission.DECIDE)
        entry = self._store.entries.add_entry(
            study_id, kind, content, signed_by=signed_by, note=note, based_on=based_on
        )
        self.recorded("signed", study_id, facts={"kind": kind, "number": entry.number})
        return entry

    def list_entries(self, study_id: str, kind: str) -> tuple[SignedEntry, ...]:
        """The signed entries of one kind; they name patients."""
        self.require(study_id, Permission.READ_PATIENTS)
        return self._store.entries.list_entries(study_id, kind)

    def comparators(self, study_id: str) -> OwnComparators:
        """The study's own comparators."""
        self.require(study_id, Permission.READ_AGGREGATES)
        return self._store.comparators.load(study_id)

    def keep_comparators(self, study_id: str, own: OwnComparators) -> OwnComparators:
        """Replace the study's own comparators; see ``KeptComparators``."""
        self.require(study_id, Permission.DECIDE)
        kept = self._store.comparators.keep(study_id, own, self.person.login)
        self.recorded("comparators_kept", study_id, facts={"revision": kept.revision})
        return kept

    def saw(self, study_id: str, version: int | None, screen: str) -> None:
        """Record that the person looked at a screen of the study."""
        self.recorded("saw", study_id, version, {"screen": screen})

    def exported(self, study_id: str, version: int, what: str) -> None:
        """Record that something of the study left the system."""
        self.recorded("exported", study_id, version, {"what": what})

    def _examples(self) -> frozenset[str]:
        if self._example is None:
            studies = self._store.list_studies()
            self._example = frozenset(one.id for one in studies if one.is_example)
        return self._example

    def recorded(
        self,
        action: str,
        study_id: str,
        version: int | None = None,
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        """Record a deed, also one that the person did through another part of the desk."""
        self._store.trail.add(
            self.person.login, action, study_id=study_id, version=version, facts=facts
        )
