"""One patient's laboratory series with range of normal and CTCAE bands in their own unit."""

from __future__ import annotations

import pandas as pd

from core.results.patient import LabBand, LabPoint, LabSeries
from core.rules.ctcae_labs import RELATIVE_UNITS, LabRule, Limit, terms_of
from core.rules.ctcae_units import unit_of


def _known(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]


def _factor(rule: LabRule, analyte: str, unit: str) -> float | None:
    """By how much a limit of the rule counts in the series' unit; None = another quantity."""
    if rule.unit in RELATIVE_UNITS or rule.unit == unit:
        return 1.0
    found = unit_of(analyte, unit)
    limit = unit_of(analyte, rule.unit)
    if found is None or limit is None or found.graded_as != limit.graded_as:
        return None
    return limit.factor / found.factor


def _at(limit: Limit | None, references: dict[str, float | None], factor: float) -> float | None:
    """The limit as a number; raises LookupError where its reference is not known."""
    if limit is None:
        return None
    offset = limit.offset * factor
    if limit.reference is None:
        return offset
    reference = references.get(limit.reference)
    if reference is None:
        raise LookupError(limit.reference)
    return offset + limit.scale * reference


def lab_bands(
    analyte: str, unit: str, lln: float | None, uln: float | None, baseline: float | None
) -> tuple[LabBand, ...]:
    """The bands of all terms that the test can show, as far as their limits are known.

    Bands that depend on symptoms are left out, and those that compare with the patient's own
    baseline; the grade of each value takes them into account.

    Args:
        lln, uln, baseline: in ``unit``; a band that needs a missing one is left out.

    >>> [(band.grade, band.low, band.high) for band in lab_bands("HGB", "g/L", 120.0, 160.0, 147.0)
    ...  if band.term == "Anemia"]
    [(1, 100.0, 120.0), (2, 80.0, 100.0), (3, None, 80.0)]
    """
    is_abnormal = baseline is not None and uln is not None and baseline > uln
    references = {"LLN": lln, "ULN": uln, "ULN_OR_BASE": baseline if is_abnormal else uln}
    found: list[LabBand] = []
    for term in terms_of(analyte):
        for rule in term.rules:
            factor = _factor(rule, analyte, unit)
            wanted = {"baseline_normal": not is_abnormal, "baseline_abnormal": is_abnormal}
            is_other = rule.quantity != "value" or (rule.fact != "" and rule.fact_value)
            if is_other or factor is None or not wanted.get(rule.applies_when, True):
                continue
            try:
                low = _at(rule.low, references, factor)
                high = _at(rule.high, references, factor)
            except LookupError:
                continue
            band = LabBand(term.term, term.direction, rule.grade, low, high)
            if not any(band.low == one.low and band.high == one.high for one in found):
                found.append(band)
    return tuple(found)


def lab_series(rows: pd.DataFrame) -> tuple[LabSeries, ...]:
    """Series of one patient, one a test in its most frequent unit.

    Args:
        rows: this patient's rows of ``LabGrades.rows``.
    """
    dated = rows[rows["lab_date"].notna() & rows["value"].notna()]
    found = []
    for analyte, part in dated.groupby("analyte", sort=True):
        unit = part["unit"].fillna("").mode().iloc[0]
        same = part[part["unit"].fillna("") == unit]
        found.append(_series(str(analyte), str(unit), same))
    return tuple(found)


def _series(analyte: str, unit: str, rows: pd.DataFrame) -> LabSeries:
    grades: dict[tuple[pd.Timestamp, float], int | None] = {}
    for when, value, grade in zip(rows["lab_date"], rows["value"], rows["grade_max"], strict=True):
        worst = grades.get((when, float(value)))
        own = None if pd.isna(grade) else int(grade)
        grades[when, float(value)] = max((g for g in (worst, own) if g is not None), default=None)
    points = [
        LabPoint(when.date(), value, grade) for (when, value), grade in sorted(grades.items())
    ]
    last = rows.sort_values("lab_date").iloc[-1]
    lln, uln = _known(last["lln"]), _known(last["uln"])
    bands = lab_bands(analyte, unit, lln, uln, _known(last["baseline_value"]))
    return LabSeries(analyte, unit, tuple(points), lln, uln, bands)
