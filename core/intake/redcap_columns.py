"""The columns of a REDCap export: what REDCap adds, forms, checkboxes, codes and their meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.intake.cells import Cell, Sheet, SheetRow, full_text
from core.intake.findings import note, problem, with_facts
from core.intake.header_text import is_known_header
from core.results.common import Finding, Severity
from core.rules.redcap import (
    CHECKBOX_SIGN,
    CHECKED,
    COLUMNS,
    EVENT,
    INSTANCE,
    INSTRUMENT,
    RECORD,
    SINGLE_FORMS,
    STATUS_ENDINGS,
    STATUS_LABELS,
    UNCHECKED,
    choice_code,
    fields_by_variable,
)
from core.schema import ColumnSpec, column_specs

_STATUS_VALUES = frozenset({"", "0", "1", "2", "Incomplete", "Unverified", "Complete"})
_YES_NO = {"1": "yes", "0": "no"}
_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class DictionaryField:
    """One row of a data dictionary; ``choices`` by code."""

    form: str
    kind: str
    label: str
    choices: Mapping[str, str]
    is_identifier: bool


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A project's data dictionary; empty when none was uploaded."""

    fields: Mapping[str, DictionaryField] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where an export keeps what.

    Attributes:
        event, instrument, instance: positions; None = no such column.
        status: columns ``<form>_complete`` and ``<form>_timestamp``.
        data: all other columns, the record's included.
        forms: the form of each column; "" = unknown.
    """

    record: int
    event: int | None
    instrument: int | None
    instance: int | None
    status: tuple[int, ...]
    data: tuple[int, ...]
    forms: tuple[str, ...]
    is_export: bool

    def text(self, row: SheetRow, at: int | None) -> str:
        """A cell of one of these columns as text."""
        return "" if at is None else full_text(row.cells[at]).strip()


def _at(headers: Sequence[str], names: Sequence[str]) -> int | None:
    return next((at for at, header in enumerate(headers) if header.strip() in names), None)


def _is_status(sheet: Sheet, at: int) -> bool:
    header = sheet.headers[at].strip()
    if header in STATUS_LABELS or header.endswith(STATUS_ENDINGS[1]):
        return True
    return header.endswith(STATUS_ENDINGS[0]) and all(
        full_text(row.cells[at]).strip() in _STATUS_VALUES for row in sheet.rows
    )


def layout_of(sheet: Sheet, dictionary: Dictionary) -> Layout:
    """Where the sheet keeps what, if it is an export."""
    headers = sheet.headers
    event, instrument = _at(headers, EVENT), _at(headers, INSTRUMENT)
    instance = _at(headers, INSTANCE)
    status = [at for at in range(len(headers)) if _is_status(sheet, at)]
    forms = [""] * len(headers)
    begun = 0
    for at in status:
        header = headers[at].strip()
        if header.endswith(STATUS_ENDINGS[0]):
            form = header.removesuffix(STATUS_ENDINGS[0])
            forms[begun : at + 1] = [form] * (at + 1 - begun)
            begun = at + 1
    for at, header in enumerate(headers):
        known = dictionary.fields.get(header.partition(CHECKBOX_SIGN)[0])
        if known is not None:
            forms[at] = known.form
    starts = bool(headers) and headers[0].strip() == RECORD
    is_export = bool(headers) and (
        headers[0].strip() not in COLUMNS.values()
        and (
            INSTRUMENT[0] in headers
            or EVENT[0] in headers
            or (instrument is not None and instance is not None)
            or (starts and bool(status))
        )
    )
    added = {event, instrument, instance, *status}
    data = tuple(at for at in range(len(headers)) if at not in added)
    return Layout(
        _at(headers, (RECORD, "Record ID")) or 0, event, instrument, instance,
        tuple(status), data, tuple(forms), is_export,
    )  # fmt: skip


def _choices(text: str) -> dict[str, str]:
    """Codes and labels of "1, male | 2, female".

    >>> _choices("1, male | 2, female")
    {'1': 'male', '2': 'female'}
    """
    pairs = (part.partition(",") for part in text.split("|"))
    return {code.strip(): label.strip() for code, comma, label in pairs if comma}


def dictionary_in(sheet: Sheet) -> Dictionary | None:
    """The data dictionary that a sheet holds; None if it is none."""
    if COLUMNS["name"] not in sheet.headers or COLUMNS["form"] not in sheet.headers:
        return None
    place = {key: sheet.headers.index(name) for key, name in COLUMNS.items()
             if name in sheet.headers}  # fmt: skip

    def cell(row: SheetRow, key: str) -> str:
        return full_text(row.cells[place[key]]).strip() if key in place else ""

    return Dictionary(
        {
            cell(row, "name"): DictionaryField(
                cell(row, "form"),
                cell(row, "type"),
                cell(row, "label"),
                _choices(cell(row, "choices")),
                cell(row, "identifier").casefold() == "y",
            )
            for row in sheet.rows
        }
    )


def _spec_of(header: str, table: str) -> ColumnSpec | None:
    """Our column of that variable, if it belongs to the sheet's table."""
    owner, name = fields_by_variable().get(header, ("", ""))
    if owner != table and not (table == "patients" and owner in SINGLE_FORMS):
        return None
    return next((spec for spec in column_specs(owner) if spec.name == name), None)


def _meanings(spec: ColumnSpec | None, known: DictionaryField | None) -> dict[str, str]:
    """Code -> what it stands for."""
    found: dict[str, str] = {}
    if known is not None:
        found = dict(known.choices)
        if known.kind in ("yesno", "truefalse"):
            found = dict(_YES_NO)
    if spec is not None and spec.kind == "category":
        found |= {choice_code(category): category for category in spec.categories}
    if spec is not None and spec.name == "lab_test":
        # The codes of known tests are names themselves.
        found = {code: label for code, label in found.items() if code.startswith("other_")}
    return {code: meaning for code, meaning in found.items() if code != meaning}


def _header(header: str, spec: ColumnSpec | None, known: DictionaryField | None) -> str:
    if spec is not None:
        return spec.name
    if known is None or is_known_header(header) or not known.label or header == RECORD:
        return header
    is_plain = len(known.label) <= _LONGEST_LABEL and "<" not in known.label
    return known.label if is_plain else header


def decoded(sheet: Sheet, table: str, dictionary: Dictionary) -> tuple[Sheet, list[Finding]]:
    """The sheet with checkboxes joined, codes as what they stand for, and our columns' names.

    Args:
        table: whose variables the sheet may hold.

    Returns:
        Also what is to be said. Columns that the dictionary calls identifiers are dropped,
        except those that the study has a column for.
    """
    sheet, boxes = _with_joined_boxes(sheet, dictionary)
    findings: list[Finding] = [
        note("redcap_boxes_joined", sheet=sheet.name, column=name) for name in boxes
    ]
    headers: list[str] = []
    columns: list[list[Cell]] = []
    read: list[str] = []
    for at, header in enumerate(sheet.headers):
        known = dictionary.fields.get(header)
        spec = _spec_of(header, table)
        if known is not None and known.is_identifier and spec is None and header != RECORD:
            findings.append(
                problem(Severity.WARNING, "identifier_dropped", sheet=sheet.name, column=header)
            )
            continue
        meanings = {} if header in boxes else _meanings(spec, known)
        cells = [row.cells[at] for row in sheet.rows]
        if meanings:
            texts = [full_text(cell).strip() for cell in cells]
            if any(text in meanings for text in texts):
                read.append(header)
            cells = [meanings.get(text, cell) for text, cell in zip(texts, cells, strict=True)]
        headers.append(_header(header, spec, known))
        columns.append(cells)
    if read:
        said = note("redcap_codes_read", sheet=sheet.name, value=", ".join(read[:12]))
        findings.append(with_facts(said, n=len(read)))
    rows = tuple(
        SheetRow(row.line, cells, row.problems)
        for row, cells in zip(sheet.rows, zip(*columns, strict=True), strict=True)
    )
    return replace(sheet, headers=tuple(headers), rows=rows), findings


def _with_joined_boxes(sheet: Sheet, dictionary: Dictionary) -> tuple[Sheet, list[str]]:
    """The columns ``name___code`` of a checkbox as one list of what is checked."""
    boxes: dict[str, list[tuple[int, str]]] = {}
    for at, header in enumerate(sheet.headers):
        name, sign, code = header.partition(CHECKBOX_SIGN)
        values = {full_text(row.cells[at]).strip() for row in sheet.rows}
        if sign and code and values <= CHECKED | UNCHECKED | {""}:
            boxes.setdefault(name, []).append((at, _box_label(dictionary, name, code)))
    if not boxes:
        return sheet, []
    merged = {at for columns in boxes.values() for at, _ in columns}
    kept = [at for at in range(len(sheet.headers)) if at not in merged]

    def joined(row: SheetRow, name: str) -> Cell:
        checked = [
            label for at, label in boxes[name] if full_text(row.cells[at]).strip() in CHECKED
        ]
        return "; ".join(checked) or None

    rows = tuple(
        replace(
            row, cells=(*(row.cells[at] for at in kept), *(joined(row, name) for name in boxes))
        )
        for row in sheet.rows
    )
    headers = (*(sheet.headers[at] for at in kept), *boxes)
    return replace(sheet, headers=headers, rows=rows), list(boxes)


def _box_label(dictionary: Dictionary, name: str, code: str) -> str:
    known = dictionary.fields.get(name)
    choices = {} if known is None else known.choices
    return next(
        (label for key, label in choices.items() if choice_code(key).casefold() == code), code
    )
