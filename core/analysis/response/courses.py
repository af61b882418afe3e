"""Courses of one patient: computed from lesions, or as a reader recorded them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.analysis.response.best import best_response, counted_assessments
from core.analysis.response.course import assess_course, backdated_visits
from core.analysis.response.imaging import Imaging
from core.analysis.response.lesions import Visit
from core.analysis.response.rates import CONTROL
from core.analysis.response.readers import ReaderRow
from core.options import ResponseOptions
from core.results.response import (
    MISSING,
    NOT_APPLICABLE,
    Assessment,
    BestResponse,
    Compartment,
    Course,
)
from core.rules.response_criteria import criteria_sets

UNEVALUABLE = ("NE", NOT_APPLICABLE)


def _best_change(assessments: Sequence[Assessment], therapy_day: int | None) -> float | None:
    changes = []
    for one in assessments:
        if therapy_day is not None and one.day >= therapy_day:
            break
        if one.percent_from_baseline is not None:
            changes.append(one.percent_from_baseline)
        if one.dated_response == "PD":
            break
    return min(changes, default=None)


def summarise_course(
    compartment: Compartment,
    assessments: tuple[Assessment, ...],
    options: ResponseOptions,
    therapy_day: int | None,
) -> Course:
    """Best response, best change and progression over dated assessments."""
    best = best_response(
        [(one.day, one.dated_response) for one in assessments],
        options,
        new_therapy_day=therapy_day,
    )
    if assessments and all(one.overall == NOT_APPLICABLE for one in assessments):
        best = BestResponse(NOT_APPLICABLE, NOT_APPLICABLE)
    pd = next((one for one in assessments if one.dated_response == "PD"), None)
    sequence = [(one.day, one.dated_response) for one in assessments]
    controlled = [
        day for day, response in counted_assessments(sequence, therapy_day) if response in CONTROL
    ]
    evaluable = [one for one in assessments if one.dated_response not in UNEVALUABLE]
    last = max(evaluable, key=lambda one: one.day, default=None)
    return Course(
        compartment=compartment,
        assessments=assessments,
        best=best,
        best_change_percent=_best_change(assessments, therapy_day),
        first_pd_day=pd.day if pd else None,
        first_pd_date=pd.date if pd else None,
        last_evaluable_day=last.day if last else None,
        last_evaluable_date=last.date if last else None,
        control_until_day=max(controlled, default=None),
        displayed=continuing_responses(assessments),
    )


def continuing_responses(assessments: Sequence[Assessment]) -> tuple[str, ...]:
    """Categories for display only: once in PR, a patient is shown in PR until PD.

    Best response, confirmation and rates always use the literal categories.

    Source: EORTC RECIST clarifications ("continuing PR").
    """
    shown = []
    in_response = False
    for one in assessments:
        in_response = (in_response or one.overall == "PR") and one.dated_response != "PD"
        shown.append("PR" if in_response and one.overall == "SD" else one.overall)
    return tuple(shown)


def computed_assessments(
    imaging: Imaging, compartment: Compartment, options: ResponseOptions
) -> tuple[Assessment, ...]:
    """Every visit of one compartment by the lesion rules."""
    lesions = imaging.lesions
    if compartment == "liver" and imaging.liver_lesions:
        lesions = imaging.liver_lesions
    return assess_course(
        lesions,
        imaging.visits,
        imaging.reference_day,
        compartment,
        criteria_sets()[options.criteria],
        is_lenient=options.lenient_nontargets,
    )


def _recorded(row: ReaderRow, compartment: Compartment) -> str | None:
    if compartment == "overall":
        return row.overall
    return row.liver if compartment == "liver" else row.extrahepatic


def recorded_course(
    rows: Sequence[ReaderRow],
    compartment: Compartment,
    reference_day: int,
    options: ResponseOptions,
    therapy_day: int | None,
) -> Course:
    """The course of one compartment as the reader recorded it, without sums.

    Readings dated before ``reference_day`` are baseline and left out. A reading without a
    category is NE if an equivocal new lesion seen at it was confirmed later.
    """
    own = [row for row in rows if row.day >= reference_day]
    backdated = backdated_visits([_as_visit(row) for row in own], compartment)
    assessments = []
    for position, row in enumerate(own):
        category = _recorded(row, compartment)
        is_backdated = position in backdated and category != "PD"
        if category is not None or is_backdated:
            assessments.append(
                _reading(row, category or "NE", compartment, reference_day, is_backdated)
            )
    return summarise_course(compartment, tuple(assessments), options, therapy_day)


def _as_visit(row: ReaderRow) -> Visit:
    """What the reading says about new lesions."""
    is_seen = row.new_lesion in ("EQUIVOCAL", "UNEQUIVOCAL")
    seen = (row.as_new_lesion(),) if is_seen else ()
    return Visit(row.day, row.day, new_lesions=seen, denies_new=row.new_lesion == "NO")


def _reading(
    row: ReaderRow, category: str, compartment: Compartment, reference_day: int, is_backdated: bool
) -> Assessment:
    return Assessment(
        day=row.day - reference_day,
        date=date.fromordinal(row.day),
        visit=row.label,
        sum_mm=None,
        complete=False,
        baseline_mm=None,
        nadir_before_mm=None,
        percent_from_baseline=None,
        percent_from_nadir=None,
        difference_mm=None,
        target=None,
        nontarget=row.nontarget if compartment == "overall" else None,
        new_lesion=row.new_lesion or "NO",
        overall=category,
        progression_backdated=is_backdated,
        rules=("READER", "NL2-BACKDATED") if is_backdated else ("READER",),
    )


def coded_course(compartment: Compartment, recorded: str | None) -> Course:
    """A course without dates: only the best response that the team recorded."""
    best = BestResponse(recorded or MISSING, None)
    return Course(compartment, (), best, None, None, None, None, None)
