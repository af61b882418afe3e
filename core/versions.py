"""Two versions of a study side by side: which rows came, went, and which cells changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from core.results.versions import CellChange, Plain, TableChanges, VersionChanges, VersionRow
from core.schema import ROW_KEYS, SOURCE_COLUMNS, TABLES, StudyData, column_specs

_Row = tuple[Plain, ...]


def _plain(value: object, is_schema: bool) -> Plain:
    """A value that compares by what it says; an own variable as its text, for its type may differ.

    >>> _plain(60.0, False), _plain("60", False), _plain(60.0, True)
    ('60', '60', 60)
    """
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if is_schema and isinstance(value, str | int | float | bool):
        return value
    return str(value)


def _rows(frame: pd.DataFrame | None, columns: Sequence[str], schema: frozenset[str]) -> list[_Row]:
    if frame is None or not columns:
        return []
    cells: list[list[Plain]] = []
    for name in columns:
        if name in frame.columns:
            values, missing = frame[name].astype(object), frame[name].isna()
            cells.append(
                [
                    None if absent else _plain(value, name in schema)
                    for value, absent in zip(values, missing, strict=True)
                ]
            )
        else:
            cells.append([None] * len(frame))
    return list(zip(*cells, strict=True))


def _columns(table: str, *frames: pd.DataFrame | None) -> list[str]:
    """Columns of either version: the schema's in its order, then the user's own."""
    found = {str(name) for frame in frames if frame is not None for name in frame.columns}
    known = [spec.name for spec in column_specs(table) if spec.name in found]
    return [*known, *sorted(found - set(known) - set(SOURCE_COLUMNS))]


def _filled(rows: Sequence[_Row], columns: Sequence[str]) -> list[str]:
    return [name for at, name in enumerate(columns) if any(row[at] is not None for row in rows)]


def _unmatched(rows: Sequence[_Row], other: Sequence[_Row]) -> list[_Row]:
    """Rows without an equal row in the other version, each counted once, in their order."""
    left = Counter(other)
    found = []
    for row in rows:
        if left[row]:
            left[row] -= 1
        else:
            found.append(row)
    return found


def _by_key(rows: Sequence[_Row], places: Sequence[int]) -> Mapping[_Row, list[_Row]]:
    groups: dict[_Row, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[place] for place in places)].append(row)
    return groups


def _compared(table: str, old: pd.DataFrame | None, new: pd.DataFrame | None) -> TableChanges:
    columns = _columns(table, old, new)
    schema = frozenset(spec.name for spec in column_specs(table))
    before, after = _rows(old, columns, schema), _rows(new, columns, schema)
    filled_before, filled_after = _filled(before, columns), _filled(after, columns)
    keys = [name for name in ROW_KEYS.get(table, ("patient_id",)) if name in columns]
    places = [columns.index(name) for name in keys]

    def named(row: _Row) -> tuple[tuple[str, Plain], ...]:
        return tuple((name, row[place]) for name, place in zip(keys, places, strict=True))

    def listed(rows: Sequence[_Row]) -> tuple[VersionRow, ...]:
        return tuple(
            VersionRow(
                named(row),
                tuple((c, v) for c, v in zip(columns, row, strict=True) if v is not None),
            )
            for row in rows
        )

    gone, added = _unmatched(before, after), _unmatched(after, before)
    changed: list[CellChange] = []
    if table in ROW_KEYS:
        # Equal rows are already paired, so of one key only true differences are left.
        later = _by_key(added, places)
        kept: list[_Row] = []
        paired: Counter[_Row] = Counter()
        for row in gone:
            key = tuple(row[place] for place in places)
            candidates = later.get(key, [])
            if paired[key] >= len(candidates):
                kept.append(row)
                continue
            partner = candidates[paired[key]]
            paired[key] += 1
            changed.extend(
                CellChange(named(row), column, was, now)
                for column, was, now in zip(columns, row, partner, strict=True)
                if was != now
            )
        gone = kept
        rest: Counter[_Row] = Counter(paired)
        alone = []
        for row in added:
            key = tuple(row[place] for place in places)
            if rest[key]:
                rest[key] -= 1
            else:
                alone.append(row)
        added = alone
    return TableChanges(
        table,
        len(before),
        len(after),
        listed(added),
        listed(gone),
        tuple(changed),
        tuple(name for name in filled_after if name not in filled_before),
        tuple(name for name in filled_before if name not in filled_after),
        table not in ROW_KEYS,
    )


def compare_versions(before: StudyData, after: StudyData) -> VersionChanges:
    """What changed from one version of a study to another.

    Rows are the same row when the columns that name them agree (``ROW_KEYS``: the patient;
    patient and session date; patient, lesion, date and reader ...). Laboratory results and
    adverse events have no such columns: a corrected one counts as one row gone and one added.
    Where a row stood in the user's file and the order of rows don't count.

    Returns:
        Every table that either version has, in the order of the schema, with every row added
        or gone and every cell changed, none folded.

    >>> from core.schema import typed_frame
    >>> def study(age):
    ...     rows = pd.DataFrame({"patient_id": ["P01"], "age": [age]})
    ...     return StudyData({"patients": typed_frame("patients", rows)})
    >>> compare_versions(study(61.0), study(62.0)).tables[0].changed
    (CellChange(key=(('patient_id', 'P01'),), column='age', before=61, after=62),)
    """
    tables = tuple(
        _compared(name, before.tables.get(name), after.tables.get(name))
        for name in TABLES
        if name in before.tables or name in after.tables
    )
    return VersionChanges(tables, before.data_cutoff, after.data_cutoff)
