"""The course of one compartment: every visit read against baseline and nadir.

The same rules run for all disease, for the liver alone (own sum, own nadir) and for the
disease outside it; the overall response is computed from the whole, never combined from
the two parts.

Source: RECIST 1.1 s4.3-4.4; intrahepatic response as in trials of liver-directed therapy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.analysis.response.lesions import Lesion, NewLesionSeen, Visit, new_lesions_of, within
from core.analysis.response.timepoint import (
    Reference,
    TargetReading,
    could_still_be,
    density_response,
    overall_response,
    read_nontargets,
    read_targets,
    require_marker,
)
from core.results.response import NOT_APPLICABLE, Assessment, Compartment
from core.rules.recist import MICROMETRES_PER_MM
from core.rules.response_criteria import CriteriaSet, recist_criteria


def _mm(micrometres: int | None) -> float | None:
    return None if micrometres is None else micrometres / MICROMETRES_PER_MM


def _change(value: int | None, base: int | None) -> float | None:
    return None if value is None or not base else 100 * (value - base) / base


def _same_place(first: NewLesionSeen, second: NewLesionSeen) -> bool:
    if first.organ is not None and second.organ is not None:
        return first.organ == second.organ
    unknown = first.intrahepatic is None or second.intrahepatic is None
    return unknown or first.intrahepatic == second.intrahepatic


def backdated_visits(visits: Sequence[Visit], compartment: Compartment) -> frozenset[int]:
    """Positions of visits whose equivocal new lesion was confirmed later.

    Confirmed by the reader's own statement, or by a certain (or so confirmed) new lesion at the
    same place at a later visit; then a visit in between that states "no new lesion" breaks
    the chain.

    Source: RECIST 1.1 s4.3.5: progression is dated at the scan that first showed it.
    """
    found = set()
    for position, visit in enumerate(visits):
        open_lesions = [seen for seen in new_lesions_of(visit, compartment) if not seen.is_certain]
        if not open_lesions:
            continue
        if any(seen.is_confirmed_later for seen in open_lesions):
            found.add(position)
            continue
        for later in visits[position + 1 :]:
            if later.denies_new:
                break
            certain = [
                seen
                for seen in new_lesions_of(later, compartment)
                if seen.is_certain or seen.is_confirmed_later
            ]
            if any(_same_place(one, two) for one in open_lesions for two in certain):
                found.add(position)
                break
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Disease:
    """The lesions of one compartment, split by role."""

    compartment: Compartment
    targets: tuple[Lesion, ...]
    nontargets: tuple[Lesion, ...]


@dataclass(slots=True)
class _History:
    """What the visits read so far leave behind for the next one."""

    baseline_um: int | None
    nadir_um: int | None
    last_known: dict[str, int]
    criteria: CriteriaSet
    is_lenient: bool = False
    had_complete_response: bool = False
    had_new_lesion: bool = False

    def reference(self, has_density_response: bool | None) -> Reference:
        return Reference(
            self.baseline_um,
            self.nadir_um,
            self.had_complete_response,
            self.criteria,
            has_density_response,
        )


def _read_disease(
    disease: _Disease, visit: Visit, history: _History
) -> tuple[TargetReading | None, str | None, list[str]]:
    """Target and non-target response of one visit with the rules that fired."""
    rules: list[str] = []
    reading: TargetReading | None = None
    if disease.targets:
        density = density_response(disease.targets, visit.densities, history.criteria)
        reference = history.reference(density)
        reading = read_targets(disease.targets, visit.targets, reference)
        rules.append(reading.rule)
        if reading.rule == "T-NE":
            likely = could_still_be(disease.targets, visit.targets, history.last_known, reference)
            if likely is not None:
                rules.append(f"COULD-STILL-BE-{likely}")
    nontarget: str | None = None
    if disease.compartment == "overall" and visit.reader_nontarget is not None:
        nontarget = visit.reader_nontarget
        rules.append("NT-READER")
    elif disease.nontargets:
        nontarget, rule = read_nontargets(
            disease.nontargets, visit.nontargets, is_lenient=history.is_lenient
        )
        rules.append(rule)
    # A blood marker can't be told apart by site: it decides about all disease only.
    if disease.compartment == "overall" and visit.marker is not None:
        target = reading.response if reading else None
        nontarget, deciding = require_marker(target, nontarget, visit.marker)
        rules += [deciding] if deciding else []
    return reading, nontarget, rules


def _read_visit(
    disease: _Disease, visit: Visit, history: _History, start_day: int, *, is_backdated: bool
) -> Assessment:
    """One visit against what came before it; the history then holds this visit too."""
    reading, nontarget, rules = _read_disease(disease, visit, history)
    target = reading.response if reading else None
    seen = new_lesions_of(visit, disease.compartment)
    is_new = any(one.is_certain for one in seen)
    if seen and not is_new:
        rules.append("NL2")
    history.had_new_lesion = history.had_new_lesion or is_new
    no_disease = not (disease.targets or disease.nontargets or history.had_new_lesion)
    if disease.compartment == "extrahepatic" and no_disease:
        overall, rule = NOT_APPLICABLE, "O-NOT-APPLICABLE"
    else:
        overall, rule = overall_response(target, nontarget, has_new_lesion=is_new)
    rules.append(rule)
    if is_backdated:
        rules.append("NL2-BACKDATED")
    day = visit.first_day if overall == "PD" or is_backdated else visit.last_day
    total = reading.sum_um if reading else None
    complete = reading.is_complete if reading else False
    baseline, nadir = history.baseline_um, history.nadir_um
    assessment = Assessment(
        day=day - start_day,
        date=date.fromordinal(day),
        visit=visit.label,
        sum_mm=_mm(total),
        complete=complete,
        baseline_mm=_mm(baseline),
        nadir_before_mm=_mm(nadir),
        percent_from_baseline=_change(total, baseline) if complete else None,
        percent_from_nadir=_change(total, nadir),
        difference_mm=None if total is None or nadir is None else _mm(total - nadir),
        target=target,
        nontarget=nontarget,
        new_lesion="UNEQUIVOCAL" if is_new else "EQUIVOCAL" if seen else "NO",
        overall=overall,
        progression_backdated=is_backdated and overall != "PD",
        rules=tuple(rules),
    )
    history.had_complete_response = history.had_complete_response or overall == "CR"
    if complete and total is not None:
        history.nadir_um = total if nadir is None else min(nadir, total)
    for lesion in disease.targets:
        size = visit.targets.get(lesion.lesion_id)
        if size is not None:
            history.last_known[lesion.lesion_id] = size
    return assessment


def assess_course(
    lesions: Sequence[Lesion],
    visits: Sequence[Visit],
    start_day: int,
    compartment: Compartment = "overall",
    criteria: CriteriaSet | None = None,
    *,
    is_lenient: bool = False,
) -> tuple[Assessment, ...]:
    """Read all visits of one compartment in time order.

    Args:
        lesions: baseline lesions of the patient (all compartments).
        visits: visits after baseline, in any order.
        start_day: ordinal of the first HAIC; result days count from it.
        criteria: limits of the sum; RECIST 1.1 unless given.
        is_lenient: one non-target lesion not assessed lets NON-CR/NON-PD stand.

    Returns:
        One assessment per visit. Categories are those of the visit as it was read; a
        later scan never changes them (see ``Assessment.progression_backdated``).
    """
    ordered = sorted(visits, key=lambda visit: (visit.first_day, visit.last_day))
    mine = [lesion for lesion in lesions if within(compartment, lesion.intrahepatic)]
    disease = _Disease(
        compartment,
        tuple(lesion for lesion in mine if lesion.is_target),
        tuple(lesion for lesion in mine if not lesion.is_target),
    )
    known = {
        one.lesion_id: one.baseline_um for one in disease.targets if one.baseline_um is not None
    }
    baseline = sum(known.values()) if known and len(known) == len(disease.targets) else None
    history = _History(baseline, baseline, known, criteria or recist_criteria(), is_lenient)
    backdated = backdated_visits(ordered, compartment)
    return tuple(
        _read_visit(disease, visit, history, start_day, is_backdated=position in backdated)
        for position, visit in enumerate(ordered)
    )
