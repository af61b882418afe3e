"""The laboratory value that counts for each patient: the last one up to a day."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.analysis.eligibility.facts import Measurement, RangeOrigin
from core.analysis.eligibility.protocol import Protocol
from core.analysis.eligibility.ranges import Ranges
from core.schema import StudyData

_DIPSTICK = "UPROT_DIP"
BOUNDS: tuple[Literal["lln", "uln"], ...] = ("lln", "uln")


def plain_rows(frame: pd.DataFrame) -> Iterator[dict[Hashable, Any]]:
    """Rows as dictionaries in which missing is None and dates are dates."""
    columns: dict[Hashable, list[Any]] = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            column = column.dt.date
        columns[name] = list(column.astype(object).where(column.notna().to_numpy(), None))
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def lab_fields(protocol: Protocol) -> Mapping[str, str]:
    """Analyte code -> field, for all analytes that the protocol reads."""
    fields: dict[str, str] = {}
    for rule in protocol.criteria:
        for source in (rule, getattr(rule, "instead", None)):
            if source is not None and hasattr(source, "analyte"):
                fields[source.analyte] = source.field
        if rule.kind == "clearance":
            # Estimated from creatinine where it was not measured.
            fields.setdefault("CREAT", "creat")
    return fields


def lab_values(
    data: StudyData, starts: pd.Series[Any], protocol: Protocol
) -> dict[str, dict[str, Measurement]]:
    """Patient -> field -> last readable value on or before the patient's day.

    An undated value counts if it is marked as baseline; a dated one comes before it. A limit
    of normal that the row does not print comes from the laboratory's other rows, else from
    the study's settings.

    Args:
        starts: day by patient id: of the first HAIC, or of a later session.
    """
    fields = lab_fields(protocol)
    labs = data.table("labs")
    sexes = data.table("patients").set_index("patient_id")["sex"]
    ranges = Ranges(labs, sexes, protocol.settings.normal_ranges)
    labs = labs[labs["lab_test"].isin(list(fields))]
    is_dipstick = labs["lab_test"] == _DIPSTICK
    value = labs["lab_value"].where(labs["lab_value"] >= 0)
    text = labs["lab_text"].where(~is_dipstick | labs["lab_text"].notna(), None)
    in_numbers = is_dipstick & labs["lab_text"].isna()
    text[in_numbers] = value[in_numbers].map(_number_text)
    start = labs["patient_id"].map(starts)
    marked = labs["is_baseline"].fillna(False).astype(bool)
    no_day = labs["lab_date"].isna() | start.isna()
    in_time = (labs["lab_date"] <= start) | (no_day & marked)
    is_readable = np.where(is_dipstick, text.notna(), value.notna())
    kept = labs.assign(lab_value=value, lab_text=text)[in_time & is_readable]
    kept = kept.sort_values("lab_date", kind="stable", na_position="first")
    kept = kept.drop_duplicates(["patient_id", "lab_test"], keep="last")
    columns = [
        "patient_id", "lab_test", "lab_value", "lab_unit", "lln", "uln", "lab_date", "lab_text",
        "value_prefix",
    ]  # fmt: skip
    sex_of = sexes.to_dict()
    found: dict[str, dict[str, Measurement]] = {}
    for row in plain_rows(kept[columns]):
        is_text = row["lab_test"] == _DIPSTICK
        sex = sex_of.get(row["patient_id"])
        bounds: dict[str, float | None] = {}
        origin: RangeOrigin = "row"
        for which in BOUNDS:
            bounds[which] = row[which]
            if row[which] is None and not is_text:
                bounds[which], where = ranges.find(
                    row["lab_test"], row["lab_unit"] or "", sex, which
                )
                if bounds[which] is not None and which == "uln":
                    origin = where
        found.setdefault(row["patient_id"], {})[fields[row["lab_test"]]] = Measurement(
            value=None if is_text else row["lab_value"],
            unit=row["lab_unit"] or "",
            lln=bounds["lln"],
            uln=bounds["uln"],
            range_from=origin,
            day=row["lab_date"],
            text=row["lab_text"] if is_text else "",
            prefix=row["value_prefix"] or "",
        )
    return found


def _number_text(value: float) -> str | None:
    return None if np.isnan(value) else f"{value:g}"
