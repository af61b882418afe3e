"""What the store tells about a study and its versions; findings to JSON and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.results.common import Finding, FindingKind, Severity
from core.storage.decisions import read_signature, write_signature


@dataclass(frozen=True, slots=True)
class StudyInfo:
    """One study of the list.

    Attributes:
        latest: number of its newest version; None = nothing saved yet.
        archived_at: when it was put away; None = in use.
    """

    id: str
    name: str
    is_example: bool
    created_at: datetime
    archived_at: datetime | None
    latest: int | None


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows of the upload: read, kept in the version, set aside by a finding."""

    read: int
    accepted: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class FileInfo:
    """One original file of a version; its bytes are ``Store.original_file(sha256)``.

    ``is_kept`` False: it held personal identifiers, so only name, size and hash were kept.
    """

    name: str
    sha256: str
    size: int
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One saved, immutable version of a study.

    Attributes:
        number: 1, 2, 3, ... within its study.
        content_hash: equal for equal data; with study and number the key of caches.
        rule_versions: rule file -> version in force when the data were checked.
        own_variables: the user's own columns of ``patients``.
    """

    study_id: str
    study_name: str
    is_example: bool
    number: int
    created_at: datetime
    note: str
    counts: RowCounts
    data_cutoff: date | None
    content_hash: str
    rule_versions: Mapping[str, str]
    own_variables: tuple[str, ...]
    files: tuple[FileInfo, ...]


def version_info(row: Any, files: Iterable[Any]) -> VersionInfo:
    """A version from its row (joined with its study) and the rows of its files."""
    return VersionInfo(
        study_id=row.study_id,
        study_name=row.study_name,
        is_example=row.is_example,
        number=row.number,
        created_at=row.created_at,
        note=row.note,
        counts=RowCounts(row.rows_read, row.rows_accepted, row.rows_set_aside),
        data_cutoff=row.data_cutoff,
        content_hash=row.content_hash,
        rule_versions=json.loads(row.rule_versions),
        own_variables=tuple(json.loads(row.own_variables)),
        files=tuple(FileInfo(file.name, file.sha256, file.size, file.is_kept) for file in files),
    )


_FIELDS = ("code", "table", "sheet", "row", "column", "value", "patient_id")


def write_findings(findings: Sequence[Finding]) -> str:
    """Findings as JSON text."""
    return json.dumps(
        [
            {
                "severity": finding.severity.value,
                "kind": finding.kind.value,
                "facts": [list(fact) for fact in finding.facts],
                **{name: getattr(finding, name) for name in _FIELDS},
                **({"waived": write_signature(finding.waived)} if finding.waived else {}),
            }
            for finding in findings
        ],
        ensure_ascii=False,
        default=_plain,
    )


def _plain(value: Any) -> Any:
    # Counts and measured values may arrive as NumPy scalars.
    return value.item()


def read_findings(text: str) -> tuple[Finding, ...]:
    """The findings that ``write_findings`` wrote."""
    return tuple(
        Finding(
            severity=Severity(entry["severity"]),
            kind=FindingKind(entry["kind"]),
            facts=tuple((name, value) for name, value in entry["facts"]),
            **{name: entry[name] for name in _FIELDS},
            waived=read_signature(entry["waived"]) if "waived" in entry else None,
        )
        for entry in json.loads(text)
    )
