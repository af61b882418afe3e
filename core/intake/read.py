"""Uploaded files, or files on disk, to sheets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

from core.errors import UnusableFile
from core.intake.adam import from_adam
from core.intake.archives import tables_in
from core.intake.cbioportal import from_cbioportal
from core.intake.cells import RawSheet, Sheet, UploadedFile
from core.intake.collector import collector_resting
from core.intake.container import MAX_BYTES, check_container, shown_name
from core.intake.findings import problem
from core.intake.header_text import is_cdisc, is_known_header
from core.intake.limited import read_limited
from core.intake.redcap import from_redcap
from core.intake.settings import with_settings_apart
from core.intake.sheets import RawTable, make_sheet
from core.intake.text_files import read_text
from core.results.common import Finding, Message, Severity
from core.results.intake import Progress, unheard

ENDINGS = (
    ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".zip",
    ".sav", ".zsav", ".dta", ".sas7bdat", ".xpt",
)  # fmt: skip
MAX_COLUMNS = 2_000


def _stem(shown: str) -> str:
    return shown.rpartition(".")[0] or shown


def _sheets_of(file: UploadedFile) -> list[Sheet]:
    shown = shown_name(file.name)
    checked = check_container(file.name, file.content)
    if checked.kind == "archive":
        files, findings = tables_in(shown, file.content)
        return _with_findings([s for inner in files for s in _sheets_of(inner)], findings)
    if checked.kind == "text":
        rows, remarks, _ = read_text(shown, file.content)
        return [make_sheet(RawTable(_stem(shown), shown, rows, remarks))]
    raws = read_limited(checked.kind, shown, file.content)
    macros = problem(Severity.WARNING, "macros_ignored", sheet=shown)
    return _with_findings(
        [_sheet(raw, shown) for raw in raws if raw.rows or raw.names],
        [macros] if checked.has_macros else [],
    )


def _sheet(raw: RawSheet, shown: str) -> Sheet:
    if not raw.names:
        return make_sheet(
            RawTable(raw.name, shown, raw.rows, raw.findings, raw.merged, is_text=False)
        )
    name = _stem(shown)
    headers = dict(zip(raw.names, _variable_headers(raw.names, raw.labels), strict=True))
    findings = tuple(
        replace(finding, sheet=name, column=headers[finding.column]) for finding in raw.findings
    )
    return Sheet(
        name, 0, tuple(headers.values()), tuple(raw.rows), findings=findings, file=shown,
        is_text=False,
    )  # fmt: skip


def _variable_headers(names: Sequence[str], labels: Sequence[str]) -> list[str]:
    """A variable's label where that is a known header and no other's too, else its name."""
    if is_cdisc(names):
        return list(names)
    return [
        label
        if is_known_header(label) and labels.count(label) == 1 and label not in names
        else name
        for name, label in zip(names, labels, strict=True)
    ]


def _with_findings(sheets: list[Sheet], findings: Sequence[Finding]) -> list[Sheet]:
    """The sheets with what is to be said about their whole file, said at the first of them."""
    if not sheets or not findings:
        return sheets
    first = replace(sheets[0], findings=(*findings, *sheets[0].findings))
    return [first, *sheets[1:]]


def _named_apart(sheet: Sheet, taken: Collection[str]) -> Sheet:
    """The sheet under a name that no other sheet of the upload has: findings say only that."""
    if sheet.name not in taken:
        return sheet
    base = f"{sheet.file}: {sheet.name}"
    names = chain([base], (f"{base} ({number})" for number in count(2)))
    name = next(one for one in names if one not in taken)

    def said(findings: Sequence[Finding]) -> tuple[Finding, ...]:
        return tuple(
            replace(one, sheet=name) if one.sheet == sheet.name else one for one in findings
        )

    rows = tuple(
        replace(row, problems=said(row.problems)) if row.problems else row for row in sheet.rows
    )
    return replace(sheet, name=name, rows=rows, findings=said(sheet.findings))


@collector_resting()
def read_files(files: Sequence[UploadedFile], progress: Progress = unheard) -> list[Sheet]:
    """All sheets of one upload: workbooks, CSV files (also zipped), statistical files.

    Args:
        files: names as the browser sent them (untrusted) and contents.
        progress: told before each file.

    Returns:
        Sheets with their header found; cells are as in the file, nothing is interpreted. Only
        CDISC data sets and REDCap exports are brought into the form of the study's tables, with
            a finding.

    Raises:
        UnusableFile: a file is empty, of the wrong type, encrypted, damaged, unsafe, or holds
            no rows at all; nothing of the upload is to be kept.
    """
    if not files:
        raise UnusableFile("no_files")
    sheets: list[Sheet] = []
    for number, file in enumerate(files):
        stage = Message.of("intake.stage.reading_file", file=shown_name(file.name))
        progress(stage, number, len(files))
        found = _sheets_of(file)
        if not any(sheet.headers for sheet in found):
            raise UnusableFile("file_empty", file=shown_name(file.name))
        widest = max(len(sheet.headers) for sheet in found)
        if widest > MAX_COLUMNS:
            raise UnusableFile("too_many_columns", file=shown_name(file.name), found=widest)
        for sheet in found:
            sheets.append(_named_apart(sheet, {one.name for one in sheets}))
    return with_settings_apart(from_adam(from_redcap(from_cbioportal(sheets))))


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
