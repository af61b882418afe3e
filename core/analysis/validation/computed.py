"""The figures of an analysis under the keys of the published tables."""

from __future__ import annotations

from collections.abc import Mapping

from core.results.baseline import BaselineTable
from core.results.cohort import EndpointCurves, FactorAnalysis
from core.results.common import Rate
from core.results.response import CohortResponse
from core.results.toxicity import AdverseEventRow, AdverseEventTable, OverallRow
from core.rules.later_treatment import later_treatments
from core.schema import StudyData

Figures = dict[str, float | int | None]
SIX_MONTHS, ONE_YEAR = 6.0, 12.0


def baseline_figures(table: BaselineTable) -> Figures:
    """Counts of Table 1 and of the sessions."""
    found: Figures = {"table_1.n": table.n, "sessions.total": table.sessions.overall.total}
    for row in table.categorical:
        if not row.overall.total:
            continue
        for level, count in zip(row.levels, row.overall.counts, strict=True):
            found[f"table_1.{row.name}.{level.code}"] = count
    if table.sessions.overall.total is not None:
        by_number = dict(table.sessions.overall.by_number)
        for number in range(1, 5):
            found[f"sessions.{number}"] = by_number.get(number, 0)
    return found


def response_figures(cohort: CohortResponse) -> Figures:
    """Table 2: counts, ORR and DCR with their limits in percent, liver better than overall."""
    found: Figures = {}
    if cohort.overall is None:
        return found
    for category in ("CR", "PR", "SD", "PD"):
        found[f"table_2.{category}"] = cohort.overall.counts.get(category, 0)
    for name, rate in (("ORR", cohort.overall.orr), ("DCR", cohort.overall.dcr)):
        found |= _rate(f"table_2.{name}", rate)
    if cohort.liver is not None:
        found["table_2.intrahepatic_control.n"] = len(cohort.better_in_liver)
    return found


def _rate(key: str, rate: Rate) -> Figures:
    def hundred(value: float | None) -> float | None:
        return None if value is None else 100 * value

    return {
        f"{key}.n": rate.count,
        f"{key}.percent": hundred(rate.estimate),
        f"{key}.low": hundred(rate.low),
        f"{key}.high": hundred(rate.high),
    }


def survival_figures(curves: Mapping[str, EndpointCurves]) -> Figures:
    """Medians, ranges and the rates at half a year and a year."""
    found: Figures = {}
    for code in ("pfs", "os"):
        if code not in curves:
            continue
        curve = curves[code].groups[0].curve
        found[f"follow_up.median_{code}_months"] = curve.median_midpoint.estimate
        found[f"follow_up.{code}_range_months.low"] = float(curve.time[0])
        found[f"follow_up.{code}_range_months.high"] = float(curve.time[-1])
    if "os" in curves:
        curve = curves["os"].groups[0].curve
        found["follow_up.median_os_months.first"] = curve.median_first.estimate
        found["follow_up.alive_at_data_cutoff"] = curve.n - curve.events
        for name, months in (("half_year", SIX_MONTHS), ("one_year", ONE_YEAR)):
            rate = next((m.estimate for m in curve.landmarks if m.months == months), None)
            if rate is None:
                continue
            found[f"follow_up.{name}.percent"] = 100 * rate
            found[f"follow_up.{name}.n"] = round(rate * curve.n, 6)
    return found


def later_treatment_figures(data: StudyData) -> Figures:
    """Patients by kind of treatment after HAIC; a patient may stand in several."""
    if not data.has("follow_up", "subsequent_therapy"):
        return {}
    kinds = [later_treatments(one) for one in data.table("follow_up")["subsequent_therapy"]]
    names = ("systemic", "palliative_radiotherapy", "ablation", "clinical_trial")
    return {
        f"follow_up.subsequent_treatment.{name}": sum(name in kind for kind in kinds)
        for name in names
    }


def adverse_event_figures(table: AdverseEventTable) -> Figures:
    """Table 3: terms by band, and the overall row of overlapping bands as published."""
    if not table.rows:
        return {}
    found: Figures = {}
    counted: list[tuple[str, OverallRow | AdverseEventRow]] = [
        ("table_3.overall", table.overall_bands)
    ]
    counted += [(f"table_3.{row.term}", row) for row in table.rows]
    for key, row in counted:
        found[f"{key}.any"] = row.any.count
        found[f"{key}.grade_1_2"] = row.grade_1_2.count
        found[f"{key}.grade_3_4"] = row.grade_3_4.count
    return found


def prognosis_figures(analysis: FactorAnalysis) -> Figures:
    """Tables 4 and 5: counts, means and log-rank P by factor, and the Cox terms."""
    found: Figures = {}
    for item in analysis.comparisons:
        found[f"table_4.{item.factor}.p"] = item.logrank.p if item.logrank else None
        for level in item.levels:
            key = f"table_4.{item.factor}.{level.level}"
            found[f"{key}.n"] = level.n
            found[f"{key}.mean"] = level.mean.estimate if level.mean else None
    for term in analysis.multivariable.terms if analysis.multivariable else ():
        key = f"table_5.{term.factor}={term.level}"
        found |= {
            f"{key}.{name}": getattr(term, name)
            for name in ("b", "se", "wald", "df", "p", "hr", "low", "high")
        }
    return found
