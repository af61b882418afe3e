"""Uploaded files, or files on disk, to sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import UnusableFile
from core.intake.cells import Sheet, UploadedFile
from core.intake.container import MAX_BYTES, check_container, shown_name
from core.intake.sheets import RawTable, make_sheet
from core.intake.text_files import read_text
from core.intake.workbooks import read_workbook

ENDINGS = (".xlsx", ".csv", ".tsv", ".txt")
MAX_COLUMNS = 2_000


def _sheets_of(file: UploadedFile) -> list[Sheet]:
    shown = shown_name(file.name)
    if check_container(file.name, file.content) == "xlsx":
        return [
            make_sheet(RawTable(raw.name, shown, raw.rows, raw.findings, raw.merged, is_text=False))
            for raw in read_workbook(shown, file.content)
            if raw.rows
        ]
    rows, findings, _ = read_text(shown, file.content)
    name = shown.rpartition(".")[0] or shown
    return [make_sheet(RawTable(name, shown, rows, findings))]


def read_files(files: Sequence[UploadedFile]) -> list[Sheet]:
    """All sheets of one upload: a workbook, or one or several CSV files.

    Args:
        files: names as the browser sent them (untrusted) and contents.

    Returns:
        Sheets with their header found; cells are as in the file, nothing is interpreted.

    Raises:
        UnusableFile: a file is empty, of the wrong type, encrypted, damaged, unsafe, or holds
            no rows at all; nothing of the upload is to be kept.
    """
    if not files:
        raise UnusableFile("no_files")
    sheets: list[Sheet] = []
    for file in files:
        found = _sheets_of(file)
        if not any(sheet.headers for sheet in found):
            raise UnusableFile("file_empty", file=shown_name(file.name))
        widest = max(len(sheet.headers) for sheet in found)
        if widest > MAX_COLUMNS:
            raise UnusableFile("too_many_columns", file=shown_name(file.name), found=widest)
        taken = {sheet.name for sheet in sheets}
        sheets.extend(
            replace(sheet, name=f"{sheet.file}: {sheet.name}") if sheet.name in taken else sheet
            for sheet in found
        )
    return sheets


def files_at(paths: Sequence[Path]) -> list[UploadedFile]:
    """The files that paths name; a folder stands for its workbooks and text files.

    Raises:
        UnusableFile: a path does not exist, a folder holds no data file, or a file is too large.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                item
                for item in path.iterdir()
                if item.suffix.casefold() in ENDINGS and not item.name.startswith((".", "~$"))
            )
            if not inside:
                raise UnusableFile("folder_without_data", file=shown_name(path.name))
            found.extend(inside)
        elif path.is_file():
            found.append(path)
        else:
            raise UnusableFile("path_not_found", file=shown_name(path.name))
    files = []
    for path in found:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableFile(
                "file_too_large", file=shown_name(path.name), limit_mb=MAX_BYTES // 2**20
            )
        files.append(UploadedFile(path.name, path.read_bytes()))
    return files


def read_paths(paths: Sequence[Path]) -> list[Sheet]:
    """Sheets of files on disk; a folder stands for its workbooks and text files.

    Raises:
        UnusableFile: as ``read_files`` and ``files_at``.
    """
    return read_files(files_at(paths))
