"""Every computed category a second time by the vectorised engine, and where the two differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.analysis.response.packing import Disease, pack_courses
from core.analysis.response.patient import COMPARTMENTS, PatientReading, therapy_from_start
from core.analysis.response.vectorised import CODES, NEVER, best_arrays, read_arrays
from core.results.response import CohortResponse, Course, ResponseCheck
from core.rules.response_criteria import criteria_sets


def check_response(readings: Sequence[PatientReading], cohort: CohortResponse) -> ResponseCheck:
    """Categories and best responses read from lesions, computed again as arrays.

    Args:
        readings: those of ``cohort``.

    Returns:
        How many were compared, and the patients with any difference.
    """
    options = cohort.options
    criteria = criteria_sets()[options.criteria]
    diseases: dict[str, tuple[Disease, Disease]] = {}
    therapy: dict[str, int] = {}
    for reading in readings:
        record, imaging = reading.record, reading.imaging
        if imaging is None or record.start is None:
            continue
        whole = (imaging.lesions, imaging.visits, imaging.reference_day)
        liver = (imaging.liver_lesions or imaging.lesions, imaging.visits, imaging.reference_day)
        diseases[record.patient_id] = (whole, liver)
        day = therapy_from_start(record, imaging)
        therapy[record.patient_id] = NEVER if day is None else day
    visits = best = 0
    differing: dict[str, None] = {}
    for compartment in COMPARTMENTS:
        courses: dict[str, Course] = {}
        for one in cohort.patients:
            course = one.liver if compartment == "liver" else one.overall
            course = one.extrahepatic if compartment == "extrahepatic" else course
            is_read = course.assessments and "READER" not in course.assessments[0].rules
            if is_read and one.patient_id in diseases:
                courses[one.patient_id] = course
        if not courses:
            continue
        chosen = [diseases[name][int(compartment == "liver")] for name in courses]
        categories = read_arrays(
            pack_courses(chosen, compartment, is_lenient=options.lenient_nontargets),
            criteria,
            outside_liver=compartment == "extrahepatic",
        )
        found = best_arrays(categories, options, np.array([therapy[name] for name in courses]))
        for row, (name, course) in enumerate(courses.items()):
            own = [one.overall for one in course.assessments]
            other = [CODES[code] for code in categories.overall[row][categories.is_visit[row]]]
            visits += len(own)
            best += 1
            pair = (CODES[found.unconfirmed[row]], CODES[found.confirmed[row]])
            is_applied = any(one != CODES[-1] for one in own)
            if own != other or (
                is_applied and pair != (course.best.unconfirmed, course.best.confirmed)
            ):
                differing[name] = None
    return ResponseCheck(visits, best, tuple(differing))
