"""Lesions and visits of many patients put into arrays for the vectorised engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.analysis.response.course import backdated_visits
from core.analysis.response.lesions import Lesion, MarkerState, Visit, new_lesions_of, within
from core.analysis.response.vectorised import CourseArrays
from core.results.response import Compartment
from core.rules.recist import NONTARGET_VALUES, lenient_missing_nontargets

Disease = tuple[Sequence[Lesion], Sequence[Visit], int]
"""Baseline lesions and visits of one patient, and the day that days count from."""

_NONTARGET = {name: NONTARGET_VALUES.index(name) for name in NONTARGET_VALUES}


def _nontarget(lesions: Sequence[Lesion], states: Mapping[str, str], missing: int) -> int:
    listed = [states.get(one.lesion_id, "NE") for one in lesions]
    found = set(listed)
    if "PRESENT" in found and listed.count("NE") <= missing:
        found.discard("NE")
    for state, category in (("UNEQUIVOCAL_PD", "PD"), ("NE", "NE"), ("PRESENT", "NON-CR/NON-PD")):
        if state in found:
            return _NONTARGET[category]
    return _NONTARGET["CR" if found else "NONE"]


def _with_marker(nontarget: int, marker: MarkerState | None) -> int:
    """CR, or no such disease, gives way to a marker that isn't known to be normal."""
    if marker in (None, "NORMAL") or nontarget not in (_NONTARGET["CR"], _NONTARGET["NONE"]):
        return nontarget
    return _NONTARGET["NON-CR/NON-PD" if marker == "ABOVE" else "NE"]


def pack_courses(
    diseases: Sequence[Disease], compartment: Compartment, *, is_lenient: bool = False
) -> CourseArrays:
    """The arrays of one compartment; visits are brought into time order first.

    Args:
        is_lenient: one non-target lesion not assessed lets NON-CR/NON-PD stand.
    """
    missing = lenient_missing_nontargets() if is_lenient else 0
    patients = len(diseases)
    chosen = [
        [one for one in lesions if within(compartment, one.intrahepatic)]
        for lesions, _, _ in diseases
    ]
    ordered = [
        sorted(visits, key=lambda visit: (visit.first_day, visit.last_day))
        for _, visits, _ in diseases
    ]
    most_visits = max((len(one) for one in ordered), default=0)
    most = max((sum(one.is_target for one in lesions) for lesions in chosen), default=0)
    by_lesion, by_visit = (patients, max(most, 1)), (patients, most_visits)
    cube = (patients, most_visits, max(most, 1))
    arrays = CourseArrays(
        sizes=np.full(cube, -1),
        densities=np.zeros(cube, dtype=np.int64),
        has_density=np.zeros(cube, dtype=bool),
        baseline=np.full(by_lesion, -1),
        baseline_density=np.zeros(by_lesion, dtype=np.int64),
        has_baseline_density=np.zeros(by_lesion, dtype=bool),
        is_target=np.zeros(by_lesion, dtype=bool),
        is_node=np.zeros(by_lesion, dtype=bool),
        nontarget=np.full(by_visit, _NONTARGET["NONE"]),
        has_nontarget=np.zeros(patients, dtype=bool),
        is_new=np.zeros(by_visit, dtype=bool),
        is_backdated=np.zeros(by_visit, dtype=bool),
        first_day=np.zeros(by_visit, dtype=np.int64),
        last_day=np.zeros(by_visit, dtype=np.int64),
        is_visit=np.zeros(by_visit, dtype=bool),
    )
    for row, (_, _, start) in enumerate(diseases):
        _fill(arrays, row, chosen[row], ordered[row], start, compartment, missing)
    return arrays


def _fill(
    arrays: CourseArrays,
    row: int,
    lesions: Sequence[Lesion],
    visits: Sequence[Visit],
    start: int,
    compartment: Compartment,
    missing: int,
) -> None:
    targets = [one for one in lesions if one.is_target]
    others = [one for one in lesions if not one.is_target]
    arrays.has_nontarget[row] = bool(others)
    for at, lesion in enumerate(targets):
        arrays.is_target[row, at] = True
        arrays.is_node[row, at] = lesion.is_node
        if lesion.baseline_um is not None:
            arrays.baseline[row, at] = lesion.baseline_um
        if lesion.baseline_density is not None:
            arrays.baseline_density[row, at] = lesion.baseline_density
            arrays.has_baseline_density[row, at] = True
    backdated = backdated_visits(visits, compartment)
    for at, visit in enumerate(visits):
        arrays.is_visit[row, at] = True
        arrays.first_day[row, at] = visit.first_day - start
        arrays.last_day[row, at] = visit.last_day - start
        arrays.is_backdated[row, at] = at in backdated
        seen = new_lesions_of(visit, compartment)
        arrays.is_new[row, at] = any(one.is_certain for one in seen)
        if compartment == "overall" and visit.reader_nontarget is not None:
            arrays.nontarget[row, at] = _NONTARGET[visit.reader_nontarget]
        else:
            arrays.nontarget[row, at] = _nontarget(others, visit.nontargets, missing)
        if compartment == "overall" and (lesions or visit.reader_nontarget is not None):
            arrays.nontarget[row, at] = _with_marker(int(arrays.nontarget[row, at]), visit.marker)
        for column, lesion in enumerate(targets):
            size = visit.targets.get(lesion.lesion_id)
            if size is not None:
                arrays.sizes[row, at, column] = size
            density = visit.densities.get(lesion.lesion_id)
            if density is not None:
                arrays.densities[row, at, column] = density
                arrays.has_density[row, at, column] = True
