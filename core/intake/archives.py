"""Tables inside a ZIP archive, unpacked in memory within limits; names are only shown."""

from __future__ import annotations

import io
import zipfile
import zlib
from lzma import LZMAError
from pathlib import PurePosixPath

from core.errors import UnusableFile
from core.intake.cells import UploadedFile
from core.intake.container import MAX_RATIO, shown_name
from core.intake.findings import problem, with_facts
from core.results.common import Finding, Severity

MAX_FILES = 50
MAX_UNPACKED = 100 * 2**20
_ENDINGS = (".csv", ".tsv", ".txt", ".sav", ".zsav", ".dta", ".sas7bdat", ".xpt")
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 1


def _name(info: zipfile.ZipInfo) -> str:
    """The entry's name; archives made on Chinese Windows hold GBK without saying so."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _is_clutter(name: str) -> bool:
    """Whether the entry is what operating systems add by themselves."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1].startswith((".", "~$")))


def tables_in(shown: str, content: bytes) -> tuple[list[UploadedFile], list[Finding]]:
    """The archive's text and statistical files, and a finding for each entry that is left out.

    Args:
        shown: the archive's name as it may be shown.
        content: an archive whose directory ``check_container`` could read.

    Raises:
        UnusableFile: encrypted, damaged, of more than 50 files, unpacking to more than 100 MB
            or to an absurd multiple of its size, or without any of them.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        entries = [(info, _name(info)) for info in infos if not _is_clutter(_name(info))]
        if len(entries) > MAX_FILES or sum(i.file_size for i, _ in entries) > MAX_UNPACKED:
            raise UnusableFile("archive_bomb", file=shown)
        files: list[UploadedFile] = []
        findings: list[Finding] = []
        for info, name in entries:
            if not name.casefold().endswith(_ENDINGS):
                finding = problem(Severity.WARNING, "archive_entry_left_out", sheet=shown)
                findings.append(with_facts(finding, entry=shown_name(name)))
                continue
            files.append(UploadedFile(name, _unpacked(shown, archive, info)))
    if not files:
        raise UnusableFile("archive_without_tables", file=shown)
    return files, findings


def _unpacked(shown: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise UnusableFile("archive_encrypted", file=shown)
    if info.file_size > 2**20 and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise UnusableFile("archive_bomb", file=shown)
    try:
        with archive.open(info) as stream:
            part = stream.read(info.file_size + 1)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        zlib.error,
        LZMAError,
    ) as e:
        raise UnusableFile("archive_damaged", file=shown) from e
    if len(part) > info.file_size:
        raise UnusableFile("archive_bomb", file=shown)
    return part
