"""The rules of ``timepoint``, ``course`` and ``best`` over arrays of many patients at once.

It shares the rule files with the literal engine and nothing else, so that the two can check
each other. Lengths are micrometres, days count from the first HAIC; -1 stands for missing.

Source: RECIST 1.1 (Eisenhauer 2009), s4.3-4.4, s4.6 and Tables 1-3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.options import ResponseOptions
from core.results.response import CATEGORIES, NOT_APPLICABLE
from core.rules.recist import NONTARGET_VALUES, TARGET_VALUES, overall_table, target_limits
from core.rules.response_criteria import CriteriaSet, recist_criteria

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CODES = (*CATEGORIES, NOT_APPLICABLE)
CR, PR, SD, NON_CR, PD, NE, NO_ASSESSMENT, NOT_APPLIED = range(len(CODES))
STATES = ("NE", "ABSENT", "PRESENT", "UNEQUIVOCAL_PD")
NEVER = 2**31
_SEVERITY = np.array([1, 2, 3, 4, 5, 0, -1, -1])
"""Worst of one day: NE yields to everything, PD to nothing."""


@dataclass(frozen=True, slots=True)
class CourseArrays:
    """Courses of P patients with up to V visits in time order and up to L target lesions.

    Attributes:
        sizes: (P, V, L) target sizes, -1 = not assessed; ``densities`` thousandths of HU, with
            ``has_density`` where one is known.
        baseline: (P, L); ``baseline_density`` with ``has_baseline_density`` likewise.
        is_target, is_node: (P, L) whether there is such a lesion, and a node.
        nontarget: (P, V) position in ``NONTARGET_VALUES`` (NONE without such disease).
        has_nontarget: (P,) any non-target lesion at baseline.
        is_new, is_backdated: (P, V) certain new lesion; progression dated back to here.
        first_day, last_day: (P, V) of the visit's scans.
        is_visit: (P, V) False for the padding of patients with fewer visits.
    """

    sizes: Integers
    densities: Integers
    has_density: Flags
    baseline: Integers
    baseline_density: Integers
    has_baseline_density: Flags
    is_target: Flags
    is_node: Flags
    nontarget: Integers
    has_nontarget: Flags
    is_new: Flags
    is_backdated: Flags
    first_day: Integers
    last_day: Integers
    is_visit: Flags


@dataclass(frozen=True, slots=True)
class CategoryArrays:
    """Categories of all visits as positions in ``CODES``; sums in micrometres, -1 = none.

    ``dated`` is what best response uses, ``day`` the day on which it counts, ``nadirs`` what
    each sum is compared with. ``target`` holds positions in ``TARGET_VALUES``.
    """

    target: Integers
    overall: Integers
    dated: Integers
    sums: Integers
    nadirs: Integers
    day: Integers
    is_visit: Flags


def _overall_lookup() -> Integers:
    lookup = np.zeros((len(TARGET_VALUES), len(NONTARGET_VALUES), 2), dtype=np.int64)
    for (target, nontarget, is_new), rule in overall_table().items():
        at = TARGET_VALUES.index(target), NONTARGET_VALUES.index(nontarget), int(is_new)
        lookup[at] = CODES.index(rule.overall)
    return lookup


_TARGET = {name: TARGET_VALUES.index(name) for name in TARGET_VALUES}


def _density_limb(arrays: CourseArrays, visit: int, criteria: CriteriaSet) -> tuple[Flags, Flags]:
    """Whether density responded, and whether that is known."""
    has = arrays.has_density[:, visit] & arrays.has_baseline_density
    known = (has | ~arrays.is_target).all(axis=1)
    before = np.where(arrays.is_target, arrays.baseline_density, 0).sum(axis=1)
    after = np.where(arrays.is_target, arrays.densities[:, visit], 0).sum(axis=1)
    known &= before > 0
    kept = 100 - criteria.density_decrease_percent
    return known & (100 * after <= kept * before), known


def read_arrays(
    arrays: CourseArrays, criteria: CriteriaSet | None = None, *, outside_liver: bool = False
) -> CategoryArrays:
    """Every visit of every patient read against baseline and nadir.

    Args:
        criteria: limits of the sum; RECIST 1.1 unless given.
        outside_liver: no disease at all is "not applicable" instead of "not evaluable".
    """
    limits = criteria or recist_criteria()
    patients, visits, _ = arrays.sizes.shape
    lookup = _overall_lookup()
    normal_node = target_limits().normal_node_mm
    count = arrays.is_target.sum(axis=1)
    has_targets = count > 0
    known = (arrays.baseline >= 0) | ~arrays.is_target
    baseline = np.where(arrays.is_target, arrays.baseline, 0).sum(axis=1)
    baseline = np.where(known.all(axis=1) & has_targets, baseline, -1)
    nadir = baseline.copy()
    had_cr = np.zeros(patients, dtype=bool)
    had_new = np.zeros(patients, dtype=bool)
    shape = (patients, visits)
    target, overall = np.full(shape, _TARGET["NONE"]), np.full(shape, NE)
    sums, nadirs = np.full(shape, -1), np.full(shape, -1)
    for at in range(visits):
        here = arrays.is_visit[:, at]
        size = arrays.sizes[:, at]
        measured = arrays.is_target & (size >= 0)
        total = np.where(measured, size, 0).sum(axis=1)
        number = measured.sum(axis=1)
        complete = (number == count) & has_targets
        seen = np.where(arrays.is_node, size >= normal_node, size > 0)
        visible = (measured & seen).any(axis=1)
        larger = (
            (number > 0)
            & (nadir >= 0)
            & (total > nadir)
            & (total - nadir >= limits.progression_increase_um)
            & (100 * total >= (100 + limits.progression_increase_percent) * nadir)
        )
        smaller = 100 * total <= (100 - limits.response_decrease_percent) * baseline
        conditions = [~has_targets, complete & ~visible, visible & had_cr]
        results = [_TARGET["NONE"], _TARGET["CR"], _TARGET["PD"]]
        if limits.uses_density:
            denser, is_known = _density_limb(arrays, at, limits)
            conditions += [
                ~complete | (baseline < 0),
                denser,
                ~larger & smaller,
                ~is_known,
                larger,
            ]
            results += [_TARGET[name] for name in ("NE", "PR", "PR", "NE", "PD")]
        else:
            conditions += [larger, ~complete | (baseline < 0), smaller]
            results += [_TARGET[name] for name in ("PD", "NE", "PR")]
        target[:, at] = np.select(conditions, results, default=_TARGET["SD"])
        is_new = arrays.is_new[:, at]
        had_new |= is_new & here
        overall[:, at] = lookup[target[:, at], arrays.nontarget[:, at], is_new.astype(int)]
        if outside_liver:
            nothing = ~(has_targets | arrays.has_nontarget | had_new)
            overall[nothing, at] = NOT_APPLIED
        had_cr |= here & (overall[:, at] == CR)
        nadirs[:, at] = nadir
        counts = here & complete
        nadir = np.where(counts, np.where(nadir < 0, total, np.minimum(nadir, total)), nadir)
        sums[:, at] = np.where(number > 0, total, -1)
    dated = np.where(arrays.is_backdated, PD, overall)
    day = np.where((overall == PD) | arrays.is_backdated, arrays.first_day, arrays.last_day)
    return CategoryArrays(target, overall, dated, sums, nadirs, day, arrays.is_visit)


@dataclass(frozen=True, slots=True)
class BestArrays:
    """Best responses as positions in ``CODES``; (P,) each."""

    unconfirmed: Integers
    confirmed: Integers


def _counted(
    codes: Integers, day: Integers, is_visit: Flags, therapy_day: Integers
) -> tuple[Integers, Integers, Flags]:
    """Codes, days and validity of what counts: one a day, in time order, to the first PD."""
    valid = is_visit & (codes != NOT_APPLIED) & (day >= 0) & (day < therapy_day[:, None])
    severity = np.where(valid, _SEVERITY[codes], -2)
    visits = codes.shape[1]
    kept = valid.copy()
    for one in range(visits):
        for two in range(visits):
            if one == two:
                continue
            same = valid[:, one] & valid[:, two] & (day[:, one] == day[:, two])
            worse = severity[:, two] > severity[:, one]
            if two < one:
                worse |= severity[:, two] == severity[:, one]
            kept[:, one] &= ~(same & worse)
    first_pd = np.where(kept & (codes == PD), day, NEVER).min(axis=1, initial=NEVER)
    kept &= day <= first_pd[:, None]
    order = np.argsort(np.where(kept, day, NEVER), axis=1, kind="stable")
    return (
        np.take_along_axis(codes, order, axis=1),
        np.take_along_axis(day, order, axis=1),
        np.take_along_axis(kept, order, axis=1),
    )


def _is_confirmed(
    codes: Integers, day: Integers, valid: Flags, at: int, options: ResponseOptions
) -> Flags:
    """Whether the response at one position is confirmed by a later one."""
    is_cr, is_pr = codes[:, at] == CR, codes[:, at] == PR
    looking = valid[:, at] & (is_cr | is_pr)
    found = np.zeros(len(codes), dtype=bool)
    unevaluable = np.zeros(len(codes), dtype=int)
    stable = np.zeros(len(codes), dtype=int)
    for later in range(at + 1, codes.shape[1]):
        code = codes[:, later]
        looking &= valid[:, later]
        fits = (code == CR) | (is_pr & (code == PR))
        hit = looking & fits & (day[:, later] - day[:, at] >= options.confirm_min_days)
        found |= hit
        is_ne = code == NE
        is_sd = (code == SD) & is_pr & options.accept_intervening_sd
        unevaluable += looking & is_ne
        stable += looking & is_sd
        looking &= ~hit & (fits | is_ne | is_sd)
        looking &= (unevaluable <= options.max_intervening_ne) & (stable <= 1)
    return found


def best_arrays(
    categories: CategoryArrays, options: ResponseOptions, therapy_day: Integers
) -> BestArrays:
    """Best response of every patient, unconfirmed and confirmed.

    Args:
        therapy_day: (P,) day of the first new anticancer therapy, ``NEVER`` = none.
    """
    codes, day, valid = _counted(categories.dated, categories.day, categories.is_visit, therapy_day)
    anything = valid.any(axis=1)
    nothing = NE if options.missing_as_ne else NO_ASSESSMENT
    late = valid & (day >= options.sd_min_days)
    needs_time = (codes == SD) | (codes == NON_CR)
    eligible = valid & (~needs_time | late)
    unconfirmed = np.where(eligible, codes, NE).min(axis=1, initial=NE)
    is_cr = valid & (codes == CR)
    after_cr = np.cumsum(is_cr, axis=1) > 0
    lesser = (valid & after_cr & ((codes == PR) | needs_time)).any(axis=1)
    shows_control = (late & (codes <= SD)).any(axis=1)
    lasting_non_cr = (late & (codes == NON_CR)).any(axis=1)
    progressed = (valid & (codes == PD)).any(axis=1)
    confirmed = np.select(
        [shows_control, lasting_non_cr, lesser | progressed], [SD, NON_CR, PD], default=NE
    )
    for at in range(codes.shape[1]):
        hit = _is_confirmed(codes, day, valid, at, options)
        better = codes[:, at]
        confirmed = np.where(hit & (better < confirmed), better, confirmed)
    return BestArrays(
        np.where(anything, unconfirmed, nothing), np.where(anything, confirmed, nothing)
    )
