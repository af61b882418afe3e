"""What may be kept beside a patient: files by their first bytes, addresses by their scheme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from core.errors import RuleFileInvalid
from core.rules.toml_file import FOLDER, line_of, read_toml

FILE = FOLDER / "documents.toml"

AddressKind = Literal["web", "viewer", "text"]
"""A new tab, a program on the reader's computer, or nothing: text to copy."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]+):", re.IGNORECASE)
_WEB = re.compile(r"https?://[^/?#@\\]+([/?#].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file: its media type, and the bytes that stand ``at`` bytes behind its start."""

    mime: str
    begins: tuple[bytes, ...]
    at: int = 0

    def fits(self, content: bytes) -> bool:
        """Whether the content is what its ending says."""
        return content[self.at :].startswith(self.begins)


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """The rules of ``documents.toml``."""

    web: frozenset[str]
    viewer: frozenset[str]
    longest_address: int
    longest_title: int
    most_bytes: int
    files: Mapping[str, FileType]

    def kind_of(self, address: str) -> AddressKind:
        r"""What a click on this address may do.

        >>> rules = document_rules()
        >>> [rules.kind_of(one) for one in ("https://pacs/1", "weasis://x", r"\\nas\mdt\H01")]
        ['web', 'viewer', 'text']
        >>> rules.kind_of("javascript:alert(1)"), rules.kind_of("https://user@other/")
        ('text', 'text')
        """
        found = _SCHEME.match(address)
        scheme = found[1].lower() if found else ""
        if scheme in self.web and _WEB.fullmatch(address):
            return "web"
        return "viewer" if scheme in self.viewer else "text"


def read_document_rules(path: Path = FILE) -> DocumentRules:
    """The rules of a file.

    Raises:
        RuleFileInvalid: something is missing or of another form, or a web scheme is not http(s).
    """
    found = read_toml(path)
    try:
        files = {name: _file_type(entry) for name, entry in found["file"].items()}
        rules = DocumentRules(
            frozenset(found["web"]), frozenset(found["viewer"]), int(found["longest_address"]),
            int(found["longest_title"]), int(found["most_bytes"]), files,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise _invalid(path, str(error).strip("'")) from error
    foreign = sorted(rules.web - {"https", "http"}) or sorted(
        rules.viewer & {"javascript", "data", "file", "blob", "vbscript"}
    )
    if foreign:
        raise _invalid(path, foreign[0])
    return rules


def _file_type(entry: Mapping[str, Any]) -> FileType:
    begins = tuple(bytes.fromhex(one) for one in entry["begins"])
    if not begins or not all(begins):
        raise ValueError("begins")
    return FileType(entry["mime"], begins, int(entry.get("at", 0)))


def _invalid(path: Path, problem: str) -> RuleFileInvalid:
    return RuleFileInvalid(
        "rule_file_invalid", file=path.name, line=line_of(path, problem), problem=problem
    )


@cache
def document_rules() -> DocumentRules:
    """The rules of this installation.

    >>> sorted(document_rules().web)
    ['http', 'https']
    """
    return read_document_rules()
