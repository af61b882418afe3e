"""What the response engine works on: lesions at baseline and visits after it.

Lengths are whole micrometres, so that the limits of RECIST (-30 %, +20 %, +5 mm) are exact.
Days are day ordinals of the proleptic Gregorian calendar.

Source: RECIST 1.1 (Eisenhauer 2009, Eur J Cancer 45:228), s4.2 and s4.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.results.response import Compartment
from core.rules.recist import MICROMETRES_PER_MM, target_limits

MarkerState = Literal["NORMAL", "ABOVE", "UNKNOWN"]


@dataclass(frozen=True, slots=True)
class Lesion:
    """One lesion of the baseline scan; role and organ never change afterwards.

    Attributes:
        is_node: measured by its short axis.
        baseline_um: diameter at baseline in micrometres; None if it was not measured.
        baseline_density: thousandths of HU at baseline; None if it was not measured.
    """

    lesion_id: str
    is_target: bool
    is_node: bool
    intrahepatic: bool
    baseline_um: int | None = None
    baseline_density: int | None = None


@dataclass(frozen=True, slots=True)
class NewLesionSeen:
    """A new lesion at one visit: certain or equivocal, and where.

    Attributes:
        organ: recognised organ name; None if the reader named none.
        intrahepatic: None if unknown; then only the overall response counts it.
        is_confirmed_later: the reader states that it proved to be new at a later date.
    """

    is_certain: bool
    organ: str | None = None
    intrahepatic: bool | None = None
    is_confirmed_later: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """The scans of one visit.

    Attributes:
        first_day, last_day: ordinals of its earliest and latest scan.
        targets: lesion id -> diameter in micrometres; None or absent = not assessed.
        densities: lesion id -> thousandths of HU.
        nontargets: lesion id -> PRESENT, ABSENT, UNEQUIVOCAL_PD or NE; absent = NE.
        denies_new: the reader stated that there is no new lesion.
        reader_nontarget: the reader's non-target category, used for all disease where no
            non-target lesion has a row of its own at this visit.
        marker: the tumour marker at this visit; None = CR does not depend on it.
    """

    first_day: int
    last_day: int
    label: str = ""
    targets: Mapping[str, int | None] = field(default_factory=dict)
    densities: Mapping[str, int] = field(default_factory=dict)
    nontargets: Mapping[str, str] = field(default_factory=dict)
    new_lesions: tuple[NewLesionSeen, ...] = ()
    denies_new: bool = False
    reader_nontarget: str | None = None
    marker: MarkerState | None = None


def micrometres(millimetres: float) -> int:
    """Whole micrometres of a diameter in mm.

    >>> micrometres(9.8), micrometres(0.1 + 0.2)
    (9800, 300)
    """
    return round(millimetres * MICROMETRES_PER_MM)


def target_size(diameter_mm: float | None, status: str | None) -> int | None:
    """Size of a target lesion that enters the sum; None if it was not assessed.

    A measurement counts as it is, also below 5 mm; "too small to measure" counts 5 mm,
    "gone" and "merged into another lesion" 0 mm.

    >>> target_size(3.0, "MEASURED"), target_size(None, "TSTM"), target_size(None, "NE")
    (3000, 5000, None)

    Source: RECIST 1.1 s4.3.2.
    """
    if status in ("ABSENT", "MERGED"):
        return 0
    if status == "NE":
        return None
    if diameter_mm is not None:
        return micrometres(diameter_mm)
    return target_limits().too_small_to_measure_mm if status == "TSTM" else None


def nontarget_state(diameter_mm: float | None, status: str | None, *, is_node: bool) -> str:
    """State of a non-target lesion; a node below 10 mm short axis counts as gone.

    Progression is never derived from millimetres: only the reader's UNEQUIVOCAL_PD counts.

    >>> nontarget_state(9.9, None, is_node=True), nontarget_state(9.9, None, is_node=False)
    ('ABSENT', 'PRESENT')
    """
    if status in ("UNEQUIVOCAL_PD", "NE"):
        return status
    if status in ("ABSENT", "MERGED"):
        return "ABSENT"
    if diameter_mm is None:
        return "PRESENT" if status is not None else "NE"
    gone_below = target_limits().normal_node_mm if is_node else 1
    return "ABSENT" if micrometres(diameter_mm) < gone_below else "PRESENT"


def within(compartment: Compartment, intrahepatic: bool | None) -> bool:
    """Whether a lesion belongs to the compartment; unknown site counts overall only."""
    if compartment == "overall":
        return True
    return intrahepatic is (compartment == "liver")


def new_lesions_of(visit: Visit, compartment: Compartment) -> tuple[NewLesionSeen, ...]:
    """The new lesions that this visit shows in the compartment."""
    if not visit.new_lesions:
        return ()
    return tuple(seen for seen in visit.new_lesions if within(compartment, seen.intrahepatic))
