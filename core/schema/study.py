"""The typed frames of a study, and the columns as the row models declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, NewType, get_args, get_origin

import pandas as pd

from core.schema.rows import TABLES

PatientFrame = NewType("PatientFrame", pd.DataFrame)
"""A validated table of one of the kinds below; only ``core.intake.validate`` makes it."""

SOURCE_COLUMNS = ("source_sheet", "source_row")
"""Columns that every frame carries: where in the user's file the row stood."""

ColumnKind = Literal["text", "integer", "number", "boolean", "date", "date_or_never", "category"]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column as the models declare it."""

    table: str
    name: str
    kind: ColumnKind
    required: bool
    unit: str = ""
    categories: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class StudyData:
    """The validated tables of one study version.

    Attributes:
        tables: canonical table name -> frame; a table that was not given is absent. Columns
            not given are absent too. Types: text and categories ``object`` (None = missing),
            ``Int64``, ``float64`` (NaN), ``boolean``, dates ``datetime64[ns]`` (NaT);
            "date or never" columns hold ISO text or ``NEVER``.
        own_variables: further columns of ``patients``, kept under the user's header.
        data_cutoff: end of the data; None = the latest date of contact or death.
    """

    tables: Mapping[str, PatientFrame]
    own_variables: tuple[str, ...] = field(default=())
    data_cutoff: date | None = None
    _completed: dict[str, PatientFrame] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def table(self, name: str) -> pd.DataFrame:
        """The frame of that name; empty with all its columns if it was not given.

        Columns that the user did not give are added as missing, so callers may name any
        column of the schema. The values are shared: never write into them.
        """
        if name not in self._completed:
            self._completed[name] = self._complete(name)
        # A shallow copy: a caller's new column does not reach the others.
        return self._completed[name].copy(deep=False)

    def _complete(self, name: str) -> PatientFrame:
        columns = [spec.name for spec in column_specs(name)]
        frame = self.tables.get(name)
        if frame is None:
            return typed_frame(name, pd.DataFrame(columns=columns))
        absent = [column for column in columns if column not in frame.columns]
        if not absent:
            return frame
        return typed_frame(name, frame.assign(**dict.fromkeys(absent)))

    def has(self, table: str, column: str | None = None) -> bool:
        """Whether the table was given, and in it at least one value of ``column``."""
        frame = self.tables.get(table)
        if frame is None or not len(frame):
            return False
        return column is None or (column in frame.columns and bool(frame[column].notna().any()))


def _kind(annotation: Any) -> tuple[ColumnKind, tuple[str, ...]]:
    options = [part for part in get_args(annotation) if part is not type(None)] or [annotation]
    if date in options:
        return ("date_or_never" if len(options) > 1 else "date"), ()
    if get_origin(annotation) is Literal:
        return "category", tuple(map(str, get_args(annotation)))
    first = options[0]
    if get_origin(first) is Literal:
        return "category", tuple(map(str, get_args(first)))
    if get_origin(first) is Annotated or first is str:
        return "text", ()
    kinds: dict[Any, ColumnKind] = {int: "integer", float: "number", bool: "boolean"}
    return kinds.get(first, "text"), ()


_SPECS: dict[str, tuple[ColumnSpec, ...]] = {}


def column_specs(table: str) -> tuple[ColumnSpec, ...]:
    """The columns of a table in the order of its model."""
    if table not in _SPECS:
        specs = []
        for name, info in TABLES[table].model_fields.items():
            kind, categories = _kind(info.annotation)
            limits: dict[str, float] = {}
            for item in info.metadata:
                for bound, target in (
                    ("ge", "minimum"), ("gt", "minimum"), ("le", "maximum"), ("lt", "maximum"),
                ):  # fmt: skip
                    if getattr(item, bound, None) is not None:
                        limits[target] = float(getattr(item, bound))
            extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
            specs.append(
                ColumnSpec(
                    table,
                    name,
                    kind,
                    info.is_required(),
                    str(extra.get("unit", "")),
                    categories,
                    limits.get("minimum"),
                    limits.get("maximum"),
                )
            )
        _SPECS[table] = tuple(specs)
    return _SPECS[table]


def typed_frame(table: str, frame: pd.DataFrame) -> PatientFrame:
    """A frame whose schema columns have the types that ``StudyData`` promises.

    The values must already be canonical; own variables are left as they are.
    """
    typed = frame.copy()
    for spec in column_specs(table):
        if spec.name not in typed.columns:
            continue
        column = typed[spec.name]
        if spec.kind == "integer":
            typed[spec.name] = pd.to_numeric(column).astype("Int64")
        elif spec.kind == "number":
            typed[spec.name] = pd.to_numeric(column).astype("float64")
        elif spec.kind == "boolean":
            typed[spec.name] = column.astype("boolean")
        elif spec.kind == "date":
            typed[spec.name] = pd.to_datetime(column).astype("datetime64[ns]")
        else:
            texts = column.astype(object).where(column.notna(), None)
            if spec.kind == "date_or_never":
                texts = texts.map(lambda v: v.isoformat()[:10] if isinstance(v, date) else v)
            typed[spec.name] = texts
    if "source_row" in typed.columns:
        typed["source_row"] = pd.to_numeric(typed["source_row"]).astype("Int64")
    return PatientFrame(typed)
