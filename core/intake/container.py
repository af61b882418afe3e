"""Is this file what its name says, and is it safe to open? Checked before any parser runs.

A workbook is a ZIP of XML files: one far cell, one entity or one bomb is enough to stop a
server, so sizes, names, checksums and the XML's own declarations are checked first with the
standard library alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import PurePosixPath
from typing import Literal

from core.errors import UnusableFile
from core.intake.worksheet_scan import MAX_DATA_ROWS, check_cells

FileKind = Literal["xlsx", "text"]

MAX_BYTES = 30 * 2**20
MAX_PARTS = 2_000
MAX_EXPANDED = 256 * 2**20
MAX_RATIO = 200
"""A part may not expand to more than this many times its packed size (beyond 1 MiB)."""

_TEXT_ENDINGS = {"csv", "tsv", "txt", "tab", "dat"}
_WORKBOOK_ENDINGS = {"xlsx", "xlsm", "xltx", "xltm"}
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
    (b"$FL2", "SPSS"),
    (b"$FL3", "SPSS"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"RIFF", "RIFF"),
)
_BINARY_ENDINGS = {"PNG", "JPEG", "GIF", "BMP"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<table|<head|<meta|<body)", re.IGNORECASE)
_FORBIDDEN_XML = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BIDI = re.compile(r"[\x00-\x1f\x7f-\x9f​-‏‪-‮⁦-⁩﻿]")


def shown_name(name: str) -> str:
    """An upload's name as it may be shown: no folders, no control or bidi signs, cut.

    >>> shown_name("../../etc/passwd.csv"), shown_name("rtl_\\u202evsc.exe.csv")
    ('passwd.csv', 'rtl_vsc.exe.csv')
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _BIDI.sub("", last).strip()
    return cleaned[:80] or "?"


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return ending.casefold() if dot else ""


def check_container(name: str, content: bytes) -> FileKind:
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
        if any(stream in content for stream in _BIFF_STREAMS):
            raise UnusableFile("workbook_legacy_xls", file=shown)
        raise UnusableFile("file_type_unsupported", file=shown, found="OLE")
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        _check_workbook(shown, ending, content)
        return "xlsx"
    for magic, found in _MAGIC:
        if content.startswith(magic) and (len(magic) > 2 or b"\x00" in content[:512]):
            code = "file_is_image" if found in _BINARY_ENDINGS else "file_type_unsupported"
            raise UnusableFile(code, file=shown, found=found)
    if _HTML.match(content[:1024].removeprefix(b"\xef\xbb\xbf")):
        raise UnusableFile("file_is_html", file=shown)
    if ending in _WORKBOOK_ENDINGS:
        raise UnusableFile("workbook_is_text", file=shown)
    if ending not in _TEXT_ENDINGS and ending:
        raise UnusableFile("file_ending_unsupported", file=shown, ending=ending[:20])
    if max(content.count(b"\n"), content.count(b"\r")) > MAX_DATA_ROWS:
        raise UnusableFile("too_many_rows", file=shown, limit=MAX_DATA_ROWS)
    return "text"


def _check_workbook(shown: str, ending: str, content: bytes) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnusableFile("workbook_damaged", file=shown) from error
    names = {info.filename for info in infos}
    if "mimetype" in names or "content.xml" in names:
        raise UnusableFile("file_is_ods", file=shown)
    if "xl/workbook.bin" in names:
        raise UnusableFile("file_is_xlsb", file=shown)
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        if {"word/document.xml", "ppt/presentation.xml"} & names:
            raise UnusableFile("file_type_unsupported", file=shown, found="DOCX/PPTX")
        raise UnusableFile("file_is_zip", file=shown)
    if ending in _TEXT_ENDINGS:
        raise UnusableFile("workbook_named_text", file=shown, ending=ending)
    if ending not in _WORKBOOK_ENDINGS:
        raise UnusableFile("file_ending_unsupported", file=shown, ending=ending[:20] or "?")
    if any("vbaProject" in name for name in names) or ending in {"xlsm", "xltm"}:
        raise UnusableFile("workbook_has_macros", file=shown)
    _check_sizes(shown, infos)
    _check_parts(shown, archive, infos)


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


def _check_parts(shown: str, archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
    for info in infos:
        if info.is_dir():
            continue
        try:
            with archive.open(info) as stream:
                part = stream.read(info.file_size + 1)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
            raise UnusableFile("workbook_damaged", file=shown) from error
        except Exception as error:  # zlib.error and other decoders' own errors
            raise UnusableFile("workbook_damaged", file=shown) from error
        if len(part) > info.file_size:
            raise UnusableFile("workbook_bomb", file=shown)
        if not info.filename.endswith((".xml", ".rels", ".vml")):
            continue
        if part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in part[:64]:
            raise UnusableFile("workbook_damaged", file=shown)
        if _FORBIDDEN_XML.search(part):
            raise UnusableFile("workbook_has_entities", file=shown)
        if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
            check_cells(shown, part)
