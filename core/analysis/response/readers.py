"""The reader's recorded responses, and how scans are put together to visits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.analysis.response.frames import days, rows_by_patient, values
from core.analysis.response.lesions import NewLesionSeen
from core.rules.recist import is_intrahepatic, recognise_organ
from core.schema import StudyData

LONGEST_VISIT_DAYS = 14
"""Scans with one visit label further apart than this are separate visits: a label such as
"CT" is then no visit."""


class Scan(Protocol):
    """Anything dated that may carry a visit label."""

    @property
    def day(self) -> int: ...

    @property
    def label(self) -> str: ...


AnyScan = TypeVar("AnyScan", bound=Scan)


def usual_reader(counts: Mapping[str, int]) -> str | None:
    """The reader with most rows, the first by name of equals; None if nobody is named."""
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def group_visits(scans: Sequence[AnyScan]) -> list[list[AnyScan]]:
    """Scans put together to visits, in time order of their first scan."""
    by_label: dict[str, list[AnyScan]] = defaultdict(list)
    for scan in scans:
        by_label[scan.label].append(scan)
    groups: dict[tuple[str, int], list[AnyScan]] = defaultdict(list)
    for label, members in by_label.items():
        spread = max(one.day for one in members) - min(one.day for one in members)
        together = bool(label) and spread <= LONGEST_VISIT_DAYS
        for scan in members:
            # Unlabelled scans and scattered labels: what was done on one day is one visit.
            groups[(label, 0) if together else ("", scan.day)].append(scan)
    return sorted(groups.values(), key=lambda group: min(one.day for one in group))


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """A row of ``response_assessments``: categories as the reader recorded them.

    Attributes:
        confirmed_as_new: ordinal of the day on which an equivocal new lesion was confirmed;
            None if it wasn't, or only after the cut-off.
    """

    day: int
    label: str
    overall: str | None
    liver: str | None
    extrahepatic: str | None
    nontarget: str | None
    new_lesion: str | None
    new_lesion_site: str | None
    confirmed_as_new: int | None = None

    def belongs_to(self, group: Sequence[Scan]) -> bool:
        """Whether this reading is about the scans of that visit."""
        if not group:
            return False
        first, last = min(one.day for one in group), max(one.day for one in group)
        same_label = bool(self.label) and any(one.label == self.label for one in group)
        near = abs(self.day - first) <= LONGEST_VISIT_DAYS
        return first <= self.day <= last or (same_label and near)

    @property
    def is_confirmed_later(self) -> bool:
        """Whether the reader's equivocal new lesion proved to be one, on this day or later."""
        return self.confirmed_as_new is not None and self.confirmed_as_new >= self.day

    def as_new_lesion(self) -> NewLesionSeen:
        """The new lesion that the reader reports without a lesion row."""
        site = self.new_lesion_site
        organ = recognise_organ(site).name if site else None
        return NewLesionSeen(
            self.new_lesion == "UNEQUIVOCAL", organ, is_intrahepatic(site), self.is_confirmed_later
        )


def read_assessments(data: StudyData, cutoff: int | None) -> dict[str, list[ReaderRow]]:
    """Patient -> the usual reader's dated rows up to the cut-off, in time order."""
    table = "response_assessments"
    dated = days(data, table, "assessment_date")
    evaluators = values(data, table, "evaluator")
    names = (
        "visit", "overall_response", "intrahepatic_response", "extrahepatic_response",
        "nontarget_response", "new_lesion", "new_lesion_site",
    )  # fmt: skip
    columns = [values(data, table, name) for name in names]
    confirmed = days(data, table, "confirmed_as_new_on")
    found: dict[str, list[ReaderRow]] = {}
    for patient_id, rows in rows_by_patient(data, table).items():
        chosen = usual_reader(Counter(evaluators[at] for at in rows if evaluators[at]))
        kept = []
        for at in rows:
            day = dated[at]
            if day is None or (cutoff is not None and day > cutoff):
                continue
            if evaluators[at] in (None, chosen):
                label, overall, liver, outside, nontarget, new, site = (c[at] for c in columns)
                known = confirmed[at]
                if known is not None and cutoff is not None and known > cutoff:
                    known = None
                row = (overall, liver, outside, nontarget, new, site, known)
                kept.append(ReaderRow(day, label or "", *row))
        kept.sort(key=lambda one: (one.day, one.label, str(one.overall), str(one.liver)))
        found[patient_id] = kept
    return found
