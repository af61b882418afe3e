"""One laboratory test over time, in the unit of the limits that CTCAE prints for it.

Source: CTCAE v5.0 (NCI 2017).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.errors import NotComputable
from core.results.common import Message
from core.results.safety import LabCourse
from core.results.toxicity import Direction, LabGrades
from core.rules.ctcae_labs import RELATIVE_UNITS, LabRule, LabTerm, lab_terms
from core.rules.ctcae_units import unit_of


def course_terms(grades: LabGrades) -> tuple[tuple[str, str, Direction], ...]:
    """(term, test, direction) of the terms whose numbers can be drawn, worst findings first."""
    rows = grades.rows[grades.rows["value"].notna()]
    known = lab_terms(grades.ctcae_version)
    found = []
    for key, rule in known.items():
        term, analyte, direction = key
        part = rows[
            (rows["term"] == term) & (rows["analyte"] == analyte) & (rows["direction"] == direction)
        ]
        if not rule.is_numeric or not len(part):
            continue
        top = part.loc[part["is_post_baseline"], "grade_min"].dropna()
        n_patients = part.loc[top.index[top > 0], "patient_id"].nunique()
        found.append(((-n_patients, term, analyte), key))
    return tuple(key for _, key in sorted(found))


def _printed_as(rows: pd.DataFrame) -> list[str]:
    units: dict[tuple[str, object], str] = {}
    pairs = list(zip(rows["analyte"], rows["unit"], strict=True))
    for pair in set(pairs):
        unit = unit_of(pair[0], pair[1] if isinstance(pair[1], str) else None)
        units[pair] = unit.graded_as if unit is not None else ""
    return [units[pair] for pair in pairs]


def _scale(term: LabTerm) -> str:
    """ "" where limits are printed in a unit; else the reference that they are multiples of."""
    if term.printed_units:
        return ""
    if any(rule.quantity != "value" for rule in term.rules):
        return "xBASE"
    return "xLLN" if term.direction == "low" else "xULN"


def lab_course(grades: LabGrades, term: str, analyte: str, direction: Direction) -> LabCourse:
    """The results of one test and the limits of its grades.

    Where CTCAE prints limits in a unit, results in the most frequent such unit are drawn; where
    it prints multiples, results divided by the limit of normal or the baseline. A baseline above
    ULN moves the limits of that patient; the lines are those of a normal baseline, each point's
    colour is its own grade.

    Raises:
        NotComputable: no such term.
    """
    rule = lab_terms(grades.ctcae_version).get((term, analyte, direction))
    if rule is None:
        raise NotComputable("ctcae_term_unknown", term=term, analyte=analyte, direction=direction)
    rows = grades.rows
    mine = rows[
        (rows["term"] == term) & (rows["analyte"] == analyte) & (rows["direction"] == direction)
    ]
    mine = mine[mine["value"].notna() & mine["day"].notna()]
    value = mine["value"].to_numpy(dtype=float)
    scale = _scale(rule)
    if scale:
        column = {"xULN": "uln", "xLLN": "lln", "xBASE": "baseline_value"}[scale]
        limit = mine[column].to_numpy(dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(limit > 0, value / limit, np.nan)
        unit, drawn = scale, ~np.isnan(value)
    else:
        units = pd.Series(_printed_as(mine), dtype=object)
        usable = units[units.isin(rule.printed_units)]
        unit = str(usable.mode().iloc[0]) if len(usable) else ""
        drawn = (units == unit).to_numpy(dtype=bool) & (unit != "")
        factors = [
            found.factor if (found := unit_of(a, u if isinstance(u, str) else None)) else np.nan
            for a, u in zip(mine["analyte"], mine["unit"], strict=True)
        ]
        value = value * np.array(factors, dtype=float)
    points = pd.DataFrame(
        {
            "patient_id": mine["patient_id"].astype(str).to_numpy(),
            "day": mine["day"].to_numpy(dtype=float),
            "value": value,
            "grade": mine["grade_min"].array,
            "reported": mine["value"].to_numpy(dtype=float),
            "unit": mine["unit"].to_numpy(dtype=object),
        }
    )[drawn]
    normal = mine["lln" if direction == "low" else "uln"].to_numpy(dtype=float)[drawn]
    limits = _limits(rule, unit, normal)
    messages = [Message.of("toxicity.method.course", version=grades.ctcae_version)]
    if any(one.applies_when == "baseline_abnormal" for one in rule.rules):
        messages.append(Message.of("toxicity.method.course_baseline"))
    n_other = int((~drawn).sum())
    if n_other:
        messages.append(Message.of("toxicity.method.course_other_unit", n=n_other))
    return LabCourse(
        term=term,
        analyte=analyte,
        direction=direction,
        unit=unit,
        points=points.sort_values(["patient_id", "day"]).reset_index(drop=True),
        limits=limits,
        n_other_unit=n_other,
        messages=tuple(messages),
    )


def _limits(term: LabTerm, unit: str, normal: np.ndarray) -> tuple[tuple[float, int], ...]:
    """Where each grade begins on the drawn scale; a limit of normal that varies is its median."""
    found: dict[int, float] = {}
    known = normal[~np.isnan(normal)]
    for rule in term.rules:
        if rule.applies_when == "baseline_abnormal" or (rule.fact and rule.fact_value):
            continue
        at = _begins(rule, term, unit, float(np.median(known)) if len(known) else None)
        if at is not None:
            found.setdefault(rule.grade, at)
    return tuple((value, grade) for grade, value in sorted(found.items()))


def _begins(rule: LabRule, term: LabTerm, unit: str, normal: float | None) -> float | None:
    """The edge of the band nearer to normal, on the drawn scale."""
    if rule.quantity in ("decrease", "increase"):
        edge = rule.low.offset if rule.low is not None else None
        sign = -1 if rule.quantity == "decrease" else 1
        on_scale = unit == "xBASE" and edge is not None
        return 1 + sign * edge / 100 if on_scale and edge is not None else None
    limit = rule.high if term.direction == "low" else rule.low
    if limit is None or rule.quantity != "value":
        return None
    if unit in ("xULN", "xLLN"):
        same = limit.reference == unit[1:] and limit.offset == 0
        return limit.scale if same else None
    if rule.unit not in RELATIVE_UNITS and rule.unit != unit:
        return None
    if limit.reference is None:
        return limit.offset
    if limit.reference in ("LLN", "ULN") and normal is not None:
        return limit.offset + limit.scale * normal
    return None
