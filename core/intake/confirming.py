"""What a person says that columns mean, for this file and for the study's next one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.intake.cells import Sheet
from core.intake.choosing import remembered_tables
from core.intake.columns import without_clashes
from core.intake.header_text import readings
from core.results.intake import ColumnMatch, Confidence, SheetMapping
from core.rules.columns import LABS_WIDE, column_rules, lab_codes
from core.rules.units import canonical_unit, scale_factor
from core.schema import TABLES, column_specs

Target = tuple[str, str]
"""Table and field that a column fills; ("", "") = no field."""
NO_FIELD: Target = ("", "")

_OPEN = (Confidence.EXACT, Confidence.SUGGESTED, Confidence.UNKNOWN)


def _written_unit(header: str, target: Target) -> str:
    """The unit in a header; of a laboratory test also an unknown one, so that none is assumed."""
    table, field = target
    units = [one.unit for one in readings(header) if one.unit]
    if table == LABS_WIDE:
        known = [unit for unit in units if canonical_unit(field, unit) is not None]
        return next(iter(known or units), "")
    rule = column_rules()[target].unit
    return next((unit for unit in units if rule and scale_factor(unit, unit) is not None), "")


def _set(column: ColumnMatch, target: Target, *, remembered: bool = False) -> ColumnMatch:
    if target == NO_FIELD:
        return ColumnMatch(
            column.position, column.header, confidence=Confidence.OWN, remembered=remembered
        )
    return ColumnMatch(
        column.position,
        column.header,
        target[0],
        target[1],
        _written_unit(column.header, target),
        Confidence.CONFIRMED,
        next((one.codebook for one in readings(column.header) if one.codebook), ()),
        remembered=remembered,
    )


def confirm_columns(
    sheet: Sheet, mapping: SheetMapping, targets: Mapping[int, Target]
) -> SheetMapping:
    """The mapping with columns, by position, set to the fields that a person chose.

    A person's choice of a column for a field stands before an exactly recognised other column,
    which is then unused and said to be; two choices for one field leave both unused.
    """
    columns: list[ColumnMatch] = []
    for column in mapping.columns:
        target = targets.get(column.position)
        if target is not None:
            columns.append(_set(column, target))
        elif column.confidence is Confidence.CLASH:
            columns.append(replace(column, confidence=Confidence.EXACT))
        else:
            columns.append(column)
    return replace(mapping, columns=_settled(sheet, columns))


def _key(column: ColumnMatch) -> tuple[str, str, int | None]:
    return (column.table, column.field, column.sequence)


def _settled(sheet: Sheet, columns: Sequence[ColumnMatch]) -> tuple[ColumnMatch, ...]:
    chosen = {_key(c) for c in columns if c.confidence is Confidence.CONFIRMED}
    return without_clashes(
        sheet,
        [
            replace(column, confidence=Confidence.CLASH)
            if column.confidence is Confidence.EXACT and _key(column) in chosen
            else column
            for column in columns
        ],
    )


def _is_field(target: Target) -> bool:
    table, field = target
    if table == LABS_WIDE:
        return field in lab_codes()
    return table in TABLES and any(spec.name == field for spec in column_specs(table))


def remembered_mappings(
    sheets: Sequence[Sheet], recognised: Sequence[SheetMapping], earlier: Sequence[SheetMapping]
) -> tuple[SheetMapping, ...]:
    """The mappings with what people decided for the study's last version.

    The table of a sheet is taken over first (``remembered_tables``). Only decisions of people
    are taken over, by table and header: a column recognised exactly
    is changed only where a person had set that very header to something else. A header that
    occurs twice, or a field that another column of the new file fills, is left as recognised.

    Args:
        sheets, recognised: of the new upload.
        earlier: of the version; () = none.
    """
    said: dict[tuple[str, str], set[Target]] = defaultdict(set)
    for mapping in earlier:
        for column in mapping.columns:
            if column.confidence is Confidence.CONFIRMED:
                said[mapping.table, column.header].add((column.table, column.field))
            elif column.confidence is Confidence.OWN:
                said[mapping.table, column.header].add(NO_FIELD)
    tables = remembered_tables(sheets, recognised, earlier)
    return tuple(
        _remembering(sheet, mapping, said) if mapping.table in TABLES else mapping
        for sheet, mapping in zip(sheets, tables, strict=True)
    )


def _remembering(
    sheet: Sheet, mapping: SheetMapping, said: Mapping[tuple[str, str], set[Target]]
) -> SheetMapping:
    headers = Counter(sheet.headers)
    wanted: dict[int, Target] = {}
    for column in mapping.columns:
        targets = said.get((mapping.table, column.header), set())
        if len(targets) != 1 or headers[column.header] > 1 or column.confidence not in _OPEN:
            continue
        target = next(iter(targets))
        if target == NO_FIELD or _is_field(target):
            wanted[column.position] = target
    taken = {
        (column.table, column.field)
        for column in mapping.columns
        if column.position not in wanted
        and column.confidence in (Confidence.EXACT, Confidence.CLASH)
    }
    columns = tuple(
        _set(column, wanted[column.position], remembered=True)
        if column.position in wanted and wanted[column.position] not in taken
        else column
        for column in mapping.columns
    )
    return replace(mapping, columns=columns)


def targets_of(table: str) -> tuple[Target, ...]:
    """Every field that a column of a table's sheet can fill; ("", "") first."""
    reach = {"patients": ("patients", "follow_up")}.get(table, (table,))
    fields = [
        (owner, spec.name)
        for owner in reach
        for spec in column_specs(owner)
        if spec.name != "patient_id" or owner == table
    ]
    labs = [(LABS_WIDE, code) for code in lab_codes()] if table in ("patients", "labs") else []
    return (NO_FIELD, *fields, *labs)
