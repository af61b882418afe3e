"""From the tables of a study to the facts of each patient at screening."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.eligibility.facts import DateOrNever, Facts, Measurement
from core.analysis.eligibility.measurable import baseline_measurable_lesions
from core.analysis.eligibility.outcome import warn
from core.analysis.eligibility.protocol import Protocol
from core.results.eligibility import ScreeningWarning
from core.schema import NEVER, StudyData

_STATEMENTS = ("primary_crc_liver_mets", "pathology_confirmed", "mdt_unresectable")
_TREATMENTS = (
    "last_cytotoxic_date", "last_bevacizumab_date", "last_radiotherapy_date",
    "last_surgery_date", "last_egfr_tki_date", "last_cetuximab_date",
)  # fmt: skip
_DIPSTICK = "UPROT_DIP"


def first_haic_days(data: StudyData) -> pd.Series[Any]:
    """First HAIC day of each patient id: the earliest session, else the stated date."""
    patients = data.table("patients")
    stated = patients.set_index("patient_id")["first_haic_date"]
    sessions = data.table("haic_sessions").groupby("patient_id")["session_date"].min()
    return sessions.reindex(stated.index).fillna(stated)


def _plain(frame: pd.DataFrame) -> Iterator[dict[Hashable, Any]]:
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
    return fields


def _baseline_labs(
    data: StudyData, starts: pd.Series[Any], fields: Mapping[str, str]
) -> dict[str, dict[str, Measurement]]:
    """Patient -> field -> last readable value on or before the first HAIC day.

    An undated value counts if it is marked as baseline; a dated one comes before it.
    """
    labs = data.table("labs")
    labs = labs[labs["lab_test"].isin(list(fields))]
    is_dipstick = labs["lab_test"] == _DIPSTICK
    value = labs["lab_value"].where(labs["lab_value"] >= 0)
    text = labs["lab_text"].where(labs["lab_text"].notna(), value.map(_number_text))
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
    found: dict[str, dict[str, Measurement]] = {}
    for row in _plain(kept[columns]):
        is_text = row["lab_test"] == _DIPSTICK
        found.setdefault(row["patient_id"], {})[fields[row["lab_test"]]] = Measurement(
            value=None if is_text else row["lab_value"],
            unit=row["lab_unit"] or "",
            lln=row["lln"],
            uln=row["uln"],
            day=row["lab_date"],
            text=row["lab_text"] if is_text else "",
            prefix=row["value_prefix"] or "",
        )
    return found


def _number_text(value: float) -> str | None:
    return None if np.isnan(value) else f"{value:g}"


def _date_or_never(value: str | date | None) -> DateOrNever | None:
    """Text as the tables hold it; dates of frames built in memory are taken as they are."""
    if value is None:
        return None
    if value == NEVER:
        return "NEVER"
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _prior_lines(row: Mapping[Hashable, Any]) -> Measurement:
    if row["prior_lines"] is not None:
        return Measurement(float(row["prior_lines"]))
    at_least_three = Measurement(3.0, prefix=">=")
    return {"2": Measurement(2.0), ">=3": at_least_three}.get(row["prior_lines_cat"], Measurement())


def _completed_years(row: Mapping[Hashable, Any], at: date | None) -> float | None:
    born: date | None = row["birth_date"]
    if born is None or at is None:
        return None if row["age"] is None else float(row["age"])
    return float(at.year - born.year - ((at.month, at.day) < (born.month, born.day)))


def not_recorded(data: StudyData, protocol: Protocol) -> frozenset[str]:
    """Fields of the protocol that the study records for nobody."""
    sources: dict[str, tuple[tuple[str, str], ...]] = {
        name: (("patients", name),)
        for name in (
            *_STATEMENTS, *_TREATMENTS, "life_expectancy_weeks", "max_residual_ae_grade",
            "ecog", "ecog_date", "enrol_date", "sex",
        )
    }  # fmt: skip
    sources |= {
        "prior_lines_failed": (("patients", "prior_lines"), ("patients", "prior_lines_cat")),
        "n_measurable_lesions": (
            ("patients", "n_measurable_lesions"), ("lesion_measurements", "diameter_mm"),
        ),
        "age": (("patients", "age"), ("patients", "birth_date")),
        "weight_kg": (("patients", "weight_kg"), ("haic_sessions", "weight_kg")),
    }  # fmt: skip
    absent = {
        name
        for name, columns in sources.items()
        if not any(data.has(table, column) for table, column in columns)
    }
    tests = set(data.table("labs")["lab_test"])
    absent |= {name for code, name in lab_fields(protocol).items() if code not in tests}
    return frozenset(absent)


def collect_facts(data: StudyData, protocol: Protocol) -> Iterator[Facts]:
    """The facts of each patient of the study, in the order of the ``patients`` table."""
    starts = first_haic_days(data)
    labs = _baseline_labs(data, starts, lab_fields(protocol))
    lesions = baseline_measurable_lesions(data, starts, protocol.settings)
    sessions = data.table("haic_sessions").sort_values("session_date").dropna(subset="weight_kg")
    session_weights = sessions.groupby("patient_id")["weight_kg"].first().to_dict()
    absent = not_recorded(data, protocol)
    first_days = {name: None if pd.isna(day) else day.date() for name, day in starts.items()}
    for row in _plain(data.table("patients")):
        patient_id = row["patient_id"]
        numbers = dict(labs.get(patient_id, {}))
        for name in ("life_expectancy_weeks", "max_residual_ae_grade"):
            numbers[name] = Measurement(_float(row[name]))
        numbers["ecog"] = Measurement(_float(row["ecog"]), day=row["ecog_date"])
        numbers["prior_lines_failed"] = _prior_lines(row)
        weight = row["weight_kg"]
        numbers["weight_kg"] = Measurement(
            session_weights.get(patient_id) if weight is None else weight
        )
        stated, derived = row["n_measurable_lesions"], lesions.get(patient_id)
        numbers["n_measurable_lesions"] = Measurement(
            _float(stated if derived is None else derived)
        )
        remarks: dict[str, tuple[ScreeningWarning, ...]] = {}
        if None not in (stated, derived) and stated != derived:
            note = warn("MEASURABLE_COUNT_DIFFERS", "count_differs", stated=stated, derived=derived)
            remarks["n_measurable_lesions"] = (note,)
        creatinine = numbers.get("creat", Measurement())
        yield Facts(
            patient_id=patient_id,
            sex=row["sex"],
            age_years=_completed_years(row, creatinine.day),
            haic_start=first_days[patient_id],
            enrol_date=row["enrol_date"],
            statements={name: row[name] for name in _STATEMENTS},
            numbers=numbers,
            dates={name: _date_or_never(row[name]) for name in _TREATMENTS},
            not_recorded=absent,
            remarks=remarks,
        )


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
