"""The protocol and the waivers of a study, as its people signed them."""

from __future__ import annotations

import json
from typing import Literal

from core.analysis.eligibility.edit import content_of, named_version, protocol_from
from core.analysis.eligibility.protocol import Protocol, default_protocol, next_cycle_protocol
from core.analysis.eligibility.versions import ProtocolVersion
from core.results.eligibility import Waiver
from core.storage.signed import Entries

Purpose = Literal["protocol", "next_cycle"]
WAIVER = "waiver"


def shipped(purpose: Purpose) -> Protocol:
    """The criteria that come with the program: for entry, or for the next cycle."""
    return default_protocol() if purpose == "protocol" else next_cycle_protocol()


def protocol_versions(
    store: Entries, study_id: str, purpose: Purpose = "protocol"
) -> tuple[ProtocolVersion, ...]:
    """Every version, the shipped one first; the last is in force.

    Raises:
        ProtocolRefused: a saved version no longer holds by the rules of this program.
    """
    saved = tuple(
        ProtocolVersion(
            number=entry.number,
            protocol=protocol_from(entry.content),
            signed_by=entry.signed_by,
            signed_at=entry.created_at,
            note=entry.note,
            content_hash=entry.content_hash,
        )
        for entry in store.list_entries(study_id, purpose)
    )
    return (ProtocolVersion(0, shipped(purpose)), *saved)


def save_protocol(
    store: Entries,
    study_id: str,
    protocol: Protocol,
    *,
    signed_by: str,
    note: str,
    based_on: int,
    purpose: Purpose = "protocol",
) -> ProtocolVersion:
    """Keep an edited protocol as the study's next version.

    Args:
        based_on: number of the version that was edited.

    Raises:
        ArteriaError: ``signature_missing``: no name or no note.
        StaleVersion: somebody saved another version meanwhile.
        StudyNotFound: no such study.
    """
    named = named_version(protocol, f"{shipped(purpose).version}-{based_on + 1}")
    entry = store.add_entry(
        study_id, purpose, content_of(named), signed_by=signed_by, note=note, based_on=based_on
    )
    return ProtocolVersion(
        entry.number, named, entry.signed_by, entry.created_at, entry.note, entry.content_hash
    )


def add_waiver(
    store: Entries,
    study_id: str,
    protocol: Protocol,
    patient_id: str,
    criterion: str,
    *,
    signed_by: str,
    reason: str,
    withdraws: bool = False,
) -> None:
    """Sign a waiver for one patient, criterion and protocol version, or take it back.

    Raises:
        ArteriaError: ``signature_missing``: no name or no reason.
        StudyNotFound: no such study.
    """
    content = {
        "protocol": protocol.version,
        "patient": patient_id,
        "criterion": criterion,
        "withdraws": withdraws,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    store.add_entry(study_id, WAIVER, text, signed_by=signed_by, note=reason)


def waivers_in_force(store: Entries, study_id: str) -> tuple[Waiver, ...]:
    """The waivers of all protocol versions that nobody has taken back, oldest first."""
    found: dict[tuple[str, str, str], Waiver] = {}
    for entry in store.list_entries(study_id, WAIVER):
        content = json.loads(entry.content)
        key = (content["protocol"], content["patient"], content["criterion"])
        found.pop(key, None)
        if not content["withdraws"]:
            found[key] = Waiver(*key, entry.note, entry.signed_by, entry.created_at)
    return tuple(found.values())
