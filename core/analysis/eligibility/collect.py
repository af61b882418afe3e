"""From the tables of a study to the facts of each patient at screening."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from core.analysis.eligibility.criteria import DaysRule
from core.analysis.eligibility.facts import DateOrNever, Facts, Measurement, Plain
from core.analysis.eligibility.lab_values import lab_fields, lab_values, plain_rows
from core.analysis.eligibility.measurable import baseline_measurable_lesions, lesion_numbers
from core.analysis.eligibility.outcome import warn
from core.analysis.eligibility.own_criteria import OwnNumberRule, OwnValueRule
from core.analysis.eligibility.protocol import Protocol
from core.analysis.eligibility.residual import residual_toxicity
from core.results.eligibility import ScreeningWarning
from core.schema import NEVER, StudyData

_STATEMENTS = ("primary_crc_liver_mets", "pathology_confirmed", "mdt_unresectable")
_TREATMENTS = (
    "last_cytotoxic_date", "last_bevacizumab_date", "last_radiotherapy_date",
    "last_surgery_date", "last_egfr_tki_date", "last_cetuximab_date",
)  # fmt: skip


def first_haic_days(data: StudyData) -> pd.Series[Any]:
    """First HAIC day of each patient id: the earliest session, else the stated date."""
    patients = data.table("patients")
    stated = patients.set_index("patient_id")["first_haic_date"]
    sessions = data.table("haic_sessions").groupby("patient_id")["session_date"].min()
    return sessions.reindex(stated.index).fillna(stated)


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
    for rule in protocol.criteria:
        place, _, column = rule.field.partition(".")
        if place in ("patients", "own"):
            sources[rule.field] = (("patients", column),)
        elif place == "lesion":
            sources[rule.field] = (("lesion_measurements", "diameter_mm"),)
    tests = set(data.table("labs")["lab_test"])
    absent |= {name for code, name in lab_fields(protocol).items() if code not in tests}
    return frozenset(absent)


def collect_facts(data: StudyData, protocol: Protocol) -> Iterator[Facts]:
    """The facts of each patient of the study, in the order of the ``patients`` table."""
    starts = first_haic_days(data)
    labs = lab_values(data, starts, protocol)
    lesions = baseline_measurable_lesions(data, starts, protocol.settings)
    at_scan = lesion_numbers(data, starts, lesions)
    lasting = residual_toxicity(data, starts, protocol.exemptible)
    own_fields = tuple(
        rule.field
        for rule in protocol.criteria
        if isinstance(rule, OwnNumberRule | OwnValueRule | DaysRule)
    )
    sessions = data.table("haic_sessions").sort_values("session_date").dropna(subset="weight_kg")
    session_weights = sessions.groupby("patient_id")["weight_kg"].first().to_dict()
    absent = not_recorded(data, protocol)
    first_days = {name: None if pd.isna(day) else day.date() for name, day in starts.items()}
    for row in plain_rows(data.table("patients")):
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
        scan = at_scan.get(patient_id, {})
        old = _old_scan(scan, first_days[patient_id], protocol)
        if old is not None:
            remarks["n_measurable_lesions"] = (*remarks.get("n_measurable_lesions", ()), old)
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
            own={
                name: value
                for name in own_fields
                if (value := _own_value(name, row, scan)) is not None
            },
            height_cm=_float(row["height_cm"]),
            residual=lasting.get(patient_id, {}),
            remarks=remarks,
        )


def _own_value(
    field: str, row: Mapping[Hashable, Any], scan: Mapping[str, float | date]
) -> Plain | None:
    """The value of a field of ``patients``, of an own variable or of the lesions."""
    place, _, name = field.partition(".")
    if place == "lesion":
        return scan.get(field)
    value = row.get(name)
    if value is None or isinstance(value, bool | date):
        return value
    if isinstance(value, int | float):
        return float(value)
    if name.startswith("last_"):
        return _date_or_never(value)
    text = str(value).strip()
    try:
        # An own variable holds numbers as it was written.
        return float(text) if place == "own" else text
    except ValueError:
        return text or None


def _old_scan(
    scan: Mapping[str, float | date], start: date | None, protocol: Protocol
) -> ScreeningWarning | None:
    taken = scan.get("lesion.baseline_scan")
    if not isinstance(taken, date) or start is None:
        return None
    days, window = (start - taken).days, protocol.settings.scan_window_days
    if days <= window:
        return None
    return warn("SCAN_OLD", "scan_old", days=days, window=window, given=taken.isoformat())


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
