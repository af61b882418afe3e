"""Which of the recorded events a table is about: treatment-emergent, related.

What a filter leaves out is set aside with its reason, like every event that isn't counted.

Source: ICH E9 (1998), glossary: treatment-emergent adverse event.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.options import ToxicityOptions
from core.results.common import Message
from core.results.toxicity import EventProblem, LabGrades, SetAsideEvent
from core.rules.ctcae import ae_terms, term_key


@dataclass(frozen=True, slots=True)
class Events:
    """Events to count, those set aside, and recorded names without a CTCAE term."""

    counted: pd.DataFrame
    set_aside: tuple[SetAsideEvent, ...]
    unmatched: tuple[str, ...]


def plain(value: object) -> str:
    """The text of a cell without surrounding space; "" if it has none."""
    return value.strip() if isinstance(value, str) else ""


def baseline_grades(events: Events, grades: LabGrades | None) -> dict[tuple[str, str], int]:
    """(term, patient) -> grade before treatment.

    From events recorded before the first HAIC and, for laboratory terms, from the baseline
    values; the higher of the two. A term without either is absent: no grade before treatment.
    """
    found: dict[tuple[str, str], int] = {}
    for item in events.set_aside:
        if item.problem == "before_treatment" and item.grade:
            key = (item.term, item.patient_id)
            found[key] = max(item.grade, found.get(key, 0))
    if grades is not None:
        known = grades.worst[grades.worst["baseline_grade"].notna()]
        for term, patient, grade in zip(
            known["term"], known["patient_id"], known["baseline_grade"], strict=True
        ):
            key = (str(term), str(patient))
            found[key] = max(int(grade), found.get(key, 0))
    return found


def filtered(events: Events, options: ToxicityOptions, grades: LabGrades | None) -> Events:
    """The events that the options ask for; the others set aside with the reason."""
    kept, aside = events.counted, list(events.set_aside)
    if options.related_only:
        unrelated = (kept["related"] == "NOT_RELATED").to_numpy(dtype=bool)
        aside += _set_aside(kept[unrelated], "not_related", {})
        kept = kept[~unrelated]
    if options.treatment_emergent:
        before = baseline_grades(events, grades)
        pairs = zip(kept["term"], kept["patient_id"], strict=True)
        limits = pd.Series([before.get((str(t), str(p)), 0) for t, p in pairs], index=kept.index)
        old = (kept["grade"].astype(int) <= limits).to_numpy(dtype=bool)
        aside += _set_aside(kept[old], "not_emergent", before)
        kept = kept[~old]
    return Events(kept.reset_index(drop=True), tuple(aside), events.unmatched)


def _set_aside(
    events: pd.DataFrame, problem: EventProblem, before: dict[tuple[str, str], int]
) -> list[SetAsideEvent]:
    found = []
    for row in events.to_dict("records"):
        term, patient, grade = str(row["term"]), str(row["patient_id"]), int(row["grade"])
        reason = Message.of(
            f"toxicity.set_aside.{problem}",
            patient_id=patient,
            term=f"@{term_key(term)}" if term in ae_terms() else term,
            grade=grade,
            baseline=before.get((term, patient), 0),
        )
        line = None if pd.isna(row["source_row"]) else int(row["source_row"])
        found.append(
            SetAsideEvent(
                patient, term, term, grade, problem, reason, plain(row["source_sheet"]), line
            )
        )
    return found
