"""Is this file what its name says, and is it safe to open? Checked before any parser runs.

A modern workbook is a ZIP of XML files: one far cell, one entity or one bomb is enough to stop a
server, so sizes, names, checksums and the XML's own declarations are checked first with the
standard library alone.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from lzma import LZMAError
from pathlib import PurePosixPath
from typing import Literal

from core.errors import UnusableFile
from core.intake.identity import identifier_in
from core.intake.worksheet_scan import MAX_DATA_ROWS, check_cells

FileKind = Literal["xlsx", "xls", "xlsb", "ods", "sav", "dta", "sas7bdat", "xpt", "archive", "text"]

MAX_BYTES = 100 * 2**20
MAX_PARTS = 2_000
MAX_EXPANDED = 640 * 2**20
_PIECE = 2**20
_LONGEST_TAG = 8 * 2**20
"""Bytes from one tag to the next; a cell's text is far shorter."""
MAX_RATIO = 200
"""A part may not expand to more than this many times its packed size (beyond 1 MiB)."""

_TEXT_ENDINGS = {"csv", "tsv", "txt", "tab", "dat"}
_ENDINGS: dict[FileKind, tuple[str, ...]] = {
    "xlsx": ("xlsx", "xlsm", "xltx", "xltm"),
    "xls": ("xls", "xlt"),
    "xlsb": ("xlsb",),
    "ods": ("ods", "ots"),
    "sav": ("sav", "zsav"),
    "dta": ("dta",),
    "sas7bdat": ("sas7bdat",),
    "xpt": ("xpt",),
    "archive": ("zip",),
}
_STATISTICS_MAGIC: tuple[tuple[re.Pattern[bytes], FileKind], ...] = (
    (re.compile(rb"\$FL[23]"), "sav"),
    (re.compile(rb"<stata_dta>|[\x69-\x73][\x01\x02]\x01\x00"), "dta"),
    (re.compile(rb"\x00{12}\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00"), "sas7bdat"),
    (re.compile(rb"HEADER RECORD\*{7}(?:LIBRARY |LIBV8   )HEADER RECORD!{7}"), "xpt"),
)
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"RIFF", "RIFF"),
)
_BINARY_ENDINGS = {"PNG", "JPEG", "GIF", "BMP"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_VBA_STREAM = "_VBA_PROJECT_CUR".encode("utf-16-le")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<table|<head|<meta|<body)", re.IGNORECASE)
_FORBIDDEN_XML = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BIDI = re.compile(r"[\x00-\x1f\x7f-\x9f​-‏‪-‮⁦-⁩﻿]")


def shown_name(name: str) -> str:
    """An upload's name as it may be shown: no folders, control or bidi signs, or identifiers; cut.

    >>> shown_name("../../etc/passwd.csv"), shown_name("rtl_\\u202evsc.exe.csv")
    ('passwd.csv', 'rtl_vsc.exe.csv')
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _BIDI.sub("", last).strip()
    if identifier_in(cleaned):
        cleaned = f"…{PurePosixPath(cleaned).suffix}"
    return cleaned[:80] or "?"


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return ending.casefold() if dot else ""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a file is; ``has_macros``: it carries programs, which are never run."""

    kind: FileKind
    has_macros: bool = False


def check_container(name: str, content: bytes) -> CheckedFile:
    """What kind of file this is, once it is known to be safe to parse.

    Raises:
        UnusableFile: empty, too large, of another type than its name says, encrypted,
            damaged, or built to harm.
    """
    shown = shown_name(name)
    ending = _ending(shown)
    if not content or not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnusableFile("file_empty", file=shown)
    if len(content) > MAX_BYTES:
        raise UnusableFile("file_too_large", file=shown, limit_mb=MAX_BYTES // 2**20)
    if content.startswith(_OLE):
        if _ENCRYPTED_STREAM in content:
            raise UnusableFile("workbook_encrypted", file=shown)
        if not any(stream in content for stream in _BIFF_STREAMS):
            raise UnusableFile("file_type_unsupported", file=shown, found="OLE")
        return CheckedFile(_as_named(shown, ending, "xls"), _VBA_STREAM in content)
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        return _check_zip(shown, ending, content)
    for pattern, kind in _STATISTICS_MAGIC:
        if pattern.match(content):
            return CheckedFile(_as_named(shown, ending, kind))
    for magic, found in _MAGIC:
        if content.startswith(magic) and (len(magic) > 2 or b"\x00" in content[:512]):
            code = "file_is_image" if found in _BINARY_ENDINGS else "file_type_unsupported"
            raise UnusableFile(code, file=shown, found=found)
    if _HTML.match(content[:1024].removeprefix(b"\xef\xbb\xbf")):
        raise UnusableFile("file_is_html", file=shown)
    if any(ending in endings for endings in _ENDINGS.values()):
        is_damaged = b"\x00" in content[:4096]
        code = "file_not_of_its_kind" if is_damaged else "workbook_is_text"
        raise UnusableFile(code, file=shown, ending=ending)
    if ending not in _TEXT_ENDINGS and ending:
        raise UnusableFile("file_ending_unsupported", file=shown, ending=ending[:20])
    if max(content.count(b"\n"), content.count(b"\r")) > MAX_DATA_ROWS:
        raise UnusableFile("too_many_rows", file=shown, limit=MAX_DATA_ROWS)
    return CheckedFile("text")


def _as_named(shown: str, ending: str, kind: FileKind) -> FileKind:
    if ending in _ENDINGS[kind]:
        return kind
    found = _ENDINGS[kind][0]
    if ending in _TEXT_ENDINGS or any(ending in endings for endings in _ENDINGS.values()):
        raise UnusableFile("file_named_otherwise", file=shown, ending=ending, found=found)
    raise UnusableFile("file_ending_unsupported", file=shown, ending=ending[:20] or "?")


def _check_zip(shown: str, ending: str, content: bytes) -> CheckedFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        code = "archive_damaged" if ending == "zip" else "workbook_damaged"
        raise UnusableFile(code, file=shown) from error
    names = {info.filename for info in infos}
    if {"word/document.xml", "ppt/presentation.xml"} & names:
        raise UnusableFile("file_type_unsupported", file=shown, found="DOCX/PPTX")
    if "mimetype" in names or "content.xml" in names:
        if _SPREADSHEET not in content[:200] and _SPREADSHEET not in _start(archive, "mimetype"):
            raise UnusableFile("file_type_unsupported", file=shown, found="OpenDocument")
        kind = _as_named(shown, ending, "ods")
        if b"encryption-data" in _start(archive, "META-INF/manifest.xml"):
            raise UnusableFile("workbook_encrypted", file=shown)
    elif "xl/workbook.bin" in names:
        kind = _as_named(shown, ending, "xlsb")
    elif "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        kind = _as_named(shown, ending, "xlsx")
    elif ending == "zip":
        return CheckedFile("archive")
    else:
        raise UnusableFile("file_is_zip", file=shown)
    has_macros = any("vbaProject" in name for name in names)
    if has_macros and ending in {"xlsx", "xltx"}:
        raise UnusableFile("workbook_has_macros", file=shown)
    _check_sizes(shown, infos)
    _check_parts(shown, archive, infos, len(content))
    return CheckedFile(kind, has_macros)


def _start(archive: zipfile.ZipFile, part: str) -> bytes:
    try:
        with archive.open(part) as stream:
            return stream.read(2**18)
    except (KeyError, OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, LZMAError):
        return b""
    except RuntimeError:  # encrypted, or packed in a way that Python doesn't know
        return b""


def _check_sizes(shown: str, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_PARTS:
        raise UnusableFile("workbook_bomb", file=shown)
    folded = Counter(info.filename.casefold() for info in infos)
    if max(folded.values()) > 1:
        raise UnusableFile("workbook_duplicate_part", file=shown)
    if sum(info.file_size for info in infos) > MAX_EXPANDED:
        raise UnusableFile("workbook_bomb", file=shown)
    for info in infos:
        if info.flag_bits & 1:
            raise UnusableFile("workbook_encrypted", file=shown)
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise UnusableFile("workbook_damaged", file=shown)
        if info.file_size > 2**20 and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise UnusableFile("workbook_bomb", file=shown)


def _check_parts(
    shown: str, archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], size: int
) -> None:
    for info in infos:
        if info.is_dir():
            continue
        pieces = partial(_pieces, shown, archive, info)
        if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
            check_cells(shown, pieces, size)
        else:
            for _ in pieces():
                pass


def _pieces(shown: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part piece by piece, each checked; pieces of XML end before a tag."""
    is_xml = info.filename.endswith((".xml", ".rels", ".vml"))
    rest = b""
    for number, block in enumerate(_blocks(shown, archive, info)):
        if not is_xml:
            yield block
            continue
        if not number and (block.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in block[:64]):
            raise UnusableFile("workbook_damaged", file=shown)
        block = rest + block
        cut = max(block.rfind(b"<"), 0)
        piece, rest = block[:cut], block[cut:]
        if len(rest) > _LONGEST_TAG:
            raise UnusableFile("workbook_bomb", file=shown)
        yield _without_entities(shown, piece)
    yield _without_entities(shown, rest)


def _without_entities(shown: str, piece: bytes) -> bytes:
    if _FORBIDDEN_XML.search(piece):
        raise UnusableFile("workbook_has_entities", file=shown)
    return piece


def _blocks(shown: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    found = 0
    try:
        with archive.open(info) as stream:
            while block := stream.read(_PIECE):
                found += len(block)
                yield block
    except Exception as error:  # zlib.error and other decoders' own errors
        raise UnusableFile("workbook_damaged", file=shown) from error
    if found > info.file_size:
        raise UnusableFile("workbook_bomb", file=shown)
