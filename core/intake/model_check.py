"""Every record against the row model of its table: required columns, ranges, categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from core.errors import Fact
from core.intake.pool import Pool
from core.intake.records import Record
from core.intake.values import SENTINELS
from core.rules.columns import column_rules
from core.rules.units import accepted_units, canonical_unit, scale_factor
from core.schema import TABLES, ColumnSpec, column_specs

_SCALES = ("LENGTH", "WEIGHT", "MASS")
_RANGE_ERRORS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


@cache
def _adapter(table: str) -> TypeAdapter[list[Any]]:
    return TypeAdapter(list[TABLES[table]])  # type: ignore[valid-type]


@cache
def _column_adapter(table: str, name: str) -> TypeAdapter[list[Any]]:
    """The model's own rule for one of its fields, for many values at once."""
    info = TABLES[table].model_fields[name]
    return TypeAdapter(list[Annotated[info.annotation, info]])  # type: ignore[name-defined]


def _given(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _broken(table: str, name: str, column: Sequence[object]) -> set[tuple[type, object]]:
    """The different values of a column that its field doesn't accept, each with its type."""
    # With its type, because True == 1 == 1.0.
    different = list(set(zip(map(type, column), column, strict=True)))
    try:
        _column_adapter(table, name).validate_python([value for _, value in different])
    except ValidationError as failure:
        wrong = failure.errors(include_url=False, include_context=False, include_input=False)
        return {different[int(item["loc"][0])] for item in wrong}
    return set()


def _doubtful(table: str, records: Sequence[Record]) -> Sequence[Record]:
    """The records that may break their model: those with a field whose value alone breaks it.

    No rule of a row model joins two fields, so a record of sound values is sound; each
    different value of a column is then tried once, not once a row.
    """
    fields = TABLES[table].model_fields
    rows = [record.values for record in records]
    given: set[str] = set().union(*rows)
    if not given <= fields.keys():
        return records
    doubtful: set[int] = set()
    for name, info in fields.items():
        if name not in given and not info.is_required():
            continue
        column = [row.get(name) for row in rows]
        broken = _broken(table, name, column)
        if not info.is_required():
            broken.discard((type(None), None))
        if broken:
            doubtful.update(i for i, value in enumerate(column) if (type(value), value) in broken)
    return [records[i] for i in sorted(doubtful)]


def check_models(pool: Pool, table: str, records: Sequence[Record]) -> None:
    """Set aside the rows whose record breaks its model; say what is accepted."""
    doubtful = _doubtful(table, records)
    try:
        _adapter(table).validate_python([_given(record.values) for record in doubtful])
    except ValidationError as failure:
        specs = {spec.name: spec for spec in column_specs(table)}
        for item in failure.errors(include_url=False, include_context=False):
            position, name = item["loc"][0], str(item["loc"][1])
            record = doubtful[int(position)]
            code, facts = _explained(pool, record, specs[name], item["type"])
            pool.set_aside(record, name, code, **facts)


def _explained(
    pool: Pool, record: Record, spec: ColumnSpec, kind: str
) -> tuple[str, dict[str, Fact]]:
    if kind == "missing":
        if spec.name == "patient_id":
            merged = pool.is_merged(record, "patient_id")
            return ("id_merged" if merged else "id_missing"), {}
        return "value_missing", {"field": column_rules()[spec.table, spec.name].headers_en[0]}
    if kind in _RANGE_ERRORS:
        return _out_of_range(spec, float(record.values[spec.name]))  # type: ignore[arg-type]
    if kind in ("string_too_long", "string_too_short"):
        return "text_too_long", {"limit": 64 if spec.name == "patient_id" else 4000}
    return "category_unknown", {"accepted": ", ".join(spec.categories) or spec.kind}


def _out_of_range(spec: ColumnSpec, value: float) -> tuple[str, dict[str, Fact]]:
    low = "" if spec.minimum is None else f"{spec.minimum:g}"
    high = "" if spec.maximum is None else f"{spec.maximum:g}"
    facts: dict[str, Fact] = {"low": low, "high": high, "unit": spec.unit}
    if value in SENTINELS:
        return "out_of_range_sentinel", facts
    if spec.name == "ecog" and 10 <= value <= 100:
        return "ecog_looks_like_kps", facts
    fits = _fitting_unit(spec, value)
    if fits:
        return "out_of_range_unit", {**facts, "fits": fits}
    return "out_of_range", facts


def _fitting_unit(spec: ColumnSpec, value: float) -> str:
    """A unit in which the value would be possible; "" if there is none."""
    for scale in _SCALES:
        if not spec.unit or canonical_unit(scale, spec.unit) is None:
            continue
        for unit in accepted_units(scale):
            factor = scale_factor(unit, spec.unit)
            if factor is None or factor == 1.0:
                continue
            above = spec.minimum is None or value * factor >= max(spec.minimum, 1e-9)
            if above and (spec.maximum is None or value * factor <= spec.maximum):
                return unit
    return ""
