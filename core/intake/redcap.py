"""A REDCap flat export to one sheet a table.

Rows of different instruments are mixed in one file. Each row goes to the sheet of its
repeating instrument; a record's first other row is its baseline; further ones (later events)
go to a sheet of their event and form. Nothing is carried from one row to another. Lines stay
those of the file.

Source: REDCap, "Data Export" of repeating instruments and longitudinal projects.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.intake.cells import Cell, Sheet, SheetRow, is_empty
from core.intake.columns import recognise_columns
from core.intake.cut import cut_columns
from core.intake.findings import note, problem, with_facts
from core.intake.redcap_columns import Dictionary, Layout, decoded, dictionary_in, layout_of
from core.results.common import Finding, Severity
from core.rules.columns import LABS_WIDE, header_key, sheets_by_name
from core.schema import TABLES, column_specs

_VISIT_TABLES = frozenset(
    table for table in TABLES if any(spec.name == "visit" for spec in column_specs(table))
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Where a row belongs: an instrument, the baseline (all empty), or a later event's form."""

    instrument: str = ""
    event: str = ""
    form: str = ""


def _groups(sheet: Sheet, layout: Layout) -> dict[_Group, list[SheetRow]]:
    groups: dict[_Group, list[SheetRow]] = {_Group(): []}
    begun: set[str] = set()
    for row in sheet.rows:
        instrument = layout.text(row, layout.instrument)
        filled = [at for at in layout.data if not is_empty(row.cells[at])]
        if instrument:
            groups.setdefault(_Group(instrument), []).append(row)
            continue
        record = layout.text(row, layout.record)
        if record not in begun:
            begun.add(record)
            groups[_Group()].append(row)
            continue
        event = layout.text(row, layout.event)
        for form in dict.fromkeys(layout.forms[at] for at in filled):
            groups.setdefault(_Group("", event or "-", form), []).append(row)
    return groups


def _cut(sheet: Sheet, layout: Layout, group: _Group, rows: Sequence[SheetRow]) -> Sheet:
    """The group's rows with the columns that any of them fills."""
    later = bool(group.event)
    columns = [
        at
        for at in layout.data
        if at == layout.record
        or (
            any(not is_empty(row.cells[at]) for row in rows)
            and not (later and layout.forms[at] != group.form)
        )
    ]
    named = group.instrument or (" ".join(filter(None, (group.event, group.form))) or "patients")
    return replace(cut_columns(sheet, columns, rows), name=named, findings=(), preface=())


def _with_column(sheet: Sheet, name: str, cells: Iterable[Cell]) -> Sheet:
    """The sheet with one more column, unless it has one of that name."""
    if name in sheet.headers:
        return sheet
    rows = tuple(
        replace(row, cells=(*row.cells, cell)) for row, cell in zip(sheet.rows, cells, strict=True)
    )
    return replace(sheet, headers=(*sheet.headers, name), rows=rows)


def _with_visit(sheet: Sheet, table: str, layout: Layout, rows: Sequence[SheetRow]) -> Sheet:
    """Event and instance where the table has a place for them and the form names none."""
    if layout.event is not None and table in _VISIT_TABLES:
        sheet = _with_column(sheet, "visit", [row.cells[layout.event] for row in rows])
    if layout.instance is not None and table == "haic_sessions":
        sheet = _with_column(sheet, "session_no", [row.cells[layout.instance] for row in rows])
    return sheet


def _later(sheet: Sheet) -> tuple[list[Sheet], list[Finding]]:
    """A later event's form: laboratory results and follow-up; baseline columns are not taken.

    A second row of baseline data can't be told from a correction of the first.
    """
    mapping = recognise_columns(sheet)
    if mapping.table not in ("", "patients"):
        return [sheet], []
    wanted = {"labs": {"labs", LABS_WIDE}, "follow_up": {"follow_up"}}
    key = next(
        (c.position for c in mapping.columns if c.used and c.field == "patient_id"),
        0,
    )
    made: list[Sheet] = []
    taken = {key}
    for table, owners in wanted.items():
        columns = [c.position for c in mapping.columns if c.used and c.table in owners]
        if columns:
            taken |= set(columns)
            made.append(_of_columns(sheet, table, [key, *columns]))
    left = [header for at, header in enumerate(sheet.headers) if at not in taken]
    if not left:
        return made, []
    finding = problem(
        Severity.WARNING, "redcap_later_left_out", sheet=sheet.name, row=sheet.rows[0].line,
        value=", ".join(left[:8]),
    )  # fmt: skip
    return made, [with_facts(finding, n=len(sheet.rows))]


def _of_columns(sheet: Sheet, name: str, columns: Sequence[int]) -> Sheet:
    rows = [row for row in sheet.rows if any(not is_empty(row.cells[at]) for at in columns[1:])]
    return replace(cut_columns(sheet, columns, rows), name=name)


def _split(sheet: Sheet, dictionary: Dictionary) -> list[Sheet]:
    layout = layout_of(sheet, dictionary)
    made: list[Sheet] = []
    findings: list[Finding] = []
    counts: Counter[str] = Counter()
    for group, rows in _groups(sheet, layout).items():
        if not rows:
            continue
        cut = _cut(sheet, layout, group, rows)
        table = sheets_by_name().get(header_key(cut.name), "")
        cut, remarks = decoded(cut, table or "patients", dictionary)
        cut = _with_visit(cut, table or recognise_columns(cut).table, layout, rows)
        parts, more = _later(cut) if group.event else ([cut], [])
        findings += [*remarks, *more]
        for part in parts:
            counts[part.name] += len(part.rows)
            made.append(part)
    left = len(sheet.rows) - len({row.line for part in made for row in part.rows})
    shown = ", ".join(f"{name}: {n}" for name, n in counts.items())
    said = [
        with_facts(note("redcap_read", sheet=sheet.name, value=shown), n=len(sheet.rows),
                   records=len({layout.text(row, layout.record) for row in sheet.rows})),
    ]  # fmt: skip
    if left:
        said.append(with_facts(note("redcap_rows_empty", sheet=sheet.name), n=left))
    if sum(counts.values()) > len(sheet.rows) - left:
        said.append(
            with_facts(
                note("redcap_rows_of_several_forms", sheet=sheet.name),
                n=sum(counts.values()) - len(sheet.rows) + left,
            )
        )
    if layout.status:
        columns = ", ".join(sheet.headers[at] for at in layout.status[:8])
        said.append(note("redcap_status_left_out", sheet=sheet.name, value=columns))
    first = replace(made[0], findings=(*said, *findings, *sheet.findings))
    return [first, *made[1:]]


def _named_apart(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets under names that occur once."""
    taken: dict[str, int] = defaultdict(int)
    named = []
    for sheet in sheets:
        taken[sheet.name] += 1
        n = taken[sheet.name]
        named.append(sheet if n == 1 else replace(sheet, name=f"{sheet.name} ({n})"))
    return named


def from_redcap(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets, each REDCap export split into the study's tables.

    A data dictionary in the same upload gives the meaning of codes, the checkboxes' labels and
    the identifiers to drop; alone it is left as it is. Other sheets come back unchanged.
    """
    exports = [sheet for sheet in sheets if layout_of(sheet, Dictionary()).is_export]
    if not exports:
        return list(sheets)
    dictionary = Dictionary()
    rest: list[Sheet] = []
    for sheet in sheets:
        found = dictionary_in(sheet)
        if found is None:
            rest.append(sheet)
        else:
            dictionary = found
    made: list[Sheet] = []
    for sheet in rest:
        made += _split(sheet, dictionary) if sheet in exports else [sheet]
    return _named_apart(made)
