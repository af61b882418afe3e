"""What the waterfall and the spider draw, from the responses of a study."""

from __future__ import annotations

from collections.abc import Mapping

from core.exports.tables.response import deciding_visit
from core.figures.spider import SpiderLine, SpiderPoint
from core.figures.waterfall import WaterfallBar
from core.options import ResponseOptions
from core.results.response import Assessment, CohortResponse, Compartment, Course, PatientResponse
from core.rules.response_criteria import criteria_sets
from core.text.catalogue import Language, say


def groups_by_response(cohort: CohortResponse, compartment: Compartment) -> Mapping[str, str]:
    """Patient -> best response in the compartment, which is the code of the shade."""
    return {
        one.patient_id: one.best_liver if compartment == "liver" else one.best
        for one in cohort.patients
    }


def change_limits(options: ResponseOptions) -> tuple[float, float]:
    """Changes in percent from which the chosen criteria say progression and response."""
    criteria = criteria_sets()[options.criteria]
    return criteria.progression_increase_percent, -criteria.response_decrease_percent


def waterfall_bars(
    cohort: CohortResponse, compartment: Compartment, groups: Mapping[str, str], language: Language
) -> list[WaterfallBar]:
    """One bar for each patient with a complete sum after baseline.

    Args:
        groups: patient -> code of the bar's shade.
    """
    bars = []
    for patient in cohort.patients:
        course = _course(patient, compartment)
        if course.best_change_percent is None:
            continue
        visit = deciding_visit(patient, compartment)
        bars.append(
            WaterfallBar(
                patient.patient_id,
                course.best_change_percent,
                groups[patient.patient_id],
                patient.best_liver if compartment == "liver" else patient.best,
                say(visit.reason, language) if visit else "",
                has_new_lesion=any(map(_shows_new, course.assessments)),
                is_outside_liver=patient.progression_site in {"EXTRAHEPATIC", "BOTH"},
            )
        )
    return bars


def spider_lines(
    cohort: CohortResponse, compartment: Compartment, groups: Mapping[str, str], language: Language
) -> list[SpiderLine]:
    """One line for each patient with a complete sum after baseline; see ``waterfall_bars``."""
    lines = []
    for patient in cohort.patients:
        points = spider_points(_course(patient, compartment), language)
        if points:
            lines.append(SpiderLine(patient.patient_id, groups[patient.patient_id], points))
    return lines


def spider_points(
    course: Course, language: Language, *, with_reasons: bool = True
) -> tuple[SpiderPoint, ...]:
    """The complete sums of one course; without reasons where these could tell a date."""
    return tuple(
        SpiderPoint(
            visit.day,
            visit.percent_from_baseline,
            say(visit.reason, language) if with_reasons else "",
            _shows_new(visit),
        )
        for visit in course.assessments
        if visit.percent_from_baseline is not None
    )


def _course(patient: PatientResponse, compartment: Compartment) -> Course:
    return patient.liver if compartment == "liver" else patient.overall


def _shows_new(visit: Assessment) -> bool:
    return visit.new_lesion == "UNEQUIVOCAL" or visit.progression_backdated
