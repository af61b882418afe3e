"""Which recorded events a toxicity table counts, under which term.

Source: CTCAE v5.0 (NCI 2017): terms and the grades that exist for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.analysis.toxicity.baseline import days_since, first_haic_dates
from core.analysis.toxicity.event_filters import Events, filtered, plain
from core.errors import NotComputable
from core.options import ToxicityOptions
from core.results.common import Message
from core.results.toxicity import EventProblem, LabGrades, SetAsideEvent
from core.rules.ctcae import (
    AdverseEventTerm,
    ae_terms,
    folded,
    resolve_term,
    term_key,
)
from core.rules.ctcae_versions import ctcae_versions
from core.schema import StudyData

EVENT_COLUMNS = (
    "patient_id", "term", "soc", "grade", "onset_day", "session_no", "source", "related",
    "serious", "action", "source_sheet", "source_row",
)  # fmt: skip


def _version(text: str) -> str:
    """The version number within a recorded text: "CTCAE v5" and "5.0" are the same.

    >>> _version("CTCAE v5"), _version("4.03"), _version("")
    ('5.0', '4.03', '')
    """
    found = re.search(r"\d+(\.\d+)?", text)
    if found is None:
        return ""
    return found.group() if found.group(1) else f"{found.group()}.0"


def _named(
    frame: pd.DataFrame, options: ToxicityOptions
) -> tuple[list[AdverseEventTerm | None], list[str], list[str]]:
    """CTCAE term, name to print and recorded name of each row.

    A recorded CTCAE term goes before the free text, a synonym before what a person confirmed.
    Unmatched names that differ only in case or spacing are one name: the first in
    alphabetical order.
    """
    cache: dict[tuple[str, str], tuple[AdverseEventTerm | None, str]] = {}
    printed: dict[str, str] = {}
    confirmed = {folded(own): ae_terms().get(term) for own, term in options.own_terms}
    pairs = [
        (plain(term), plain(text))
        for term, text in zip(frame["ctcae_term"], frame["ae_term"], strict=True)
    ]
    for coded, free in sorted(set(pairs)):
        names = [name for name in (coded, free) if name]
        found = [*map(resolve_term, names), *(confirmed.get(folded(name)) for name in names)]
        term = next((one for one in found if one is not None), None)
        own = coded or free
        cache[coded, free] = (term, term.term if term else printed.setdefault(folded(own), own))
    terms = [cache[pair][0] for pair in pairs]
    return terms, [cache[pair][1] for pair in pairs], [free or coded for coded, free in pairs]


def _problem(
    grade: int | None,
    term: AdverseEventTerm | None,
    facts: Mapping[str, bool],
    version: str,
    options: ToxicityOptions,
) -> EventProblem | None:
    if facts["is_stranger"]:
        return "patient_not_in_study"
    if version and version != options.ctcae_version:
        return "other_version"
    if facts["is_late"]:
        return "after_cutoff"
    if facts["is_early"]:
        return "before_treatment"
    if grade is None:
        return "grade_unknown"
    has_rules = options.ctcae_version in ctcae_versions()
    if grade not in range(1, 6) or (has_rules and term is not None and grade not in term.grades):
        return "GRADE_NOT_IN_TERM"
    return None


def reported_events(data: StudyData, options: ToxicityOptions) -> Events:
    """The ``adverse_events`` table by CTCAE term, with what can't be counted set aside.

    Set aside and listed, never dropped silently: no grade, a grade that the term doesn't have
    (abdominal pain 4), onset before the first HAIC, onset after the cut-off, graded by another
    CTCAE version, patient unknown to the study. Grade 0 is no event.
    """
    frame = data.table("adverse_events").reset_index(drop=True)
    terms, names, recorded = _named(frame, options)
    patients = set(data.table("patients")["patient_id"])
    onset = days_since(frame["ae_start"], frame["patient_id"], first_haic_dates(data))
    grades = [None if pd.isna(value) else int(value) for value in frame["ae_grade"]]
    late = np.zeros(len(frame), dtype=bool)
    if data.data_cutoff is not None:
        late = (frame["ae_start"] > pd.Timestamp(data.data_cutoff)).to_numpy(dtype=bool)
    versions = [_version(plain(text)) for text in frame["ctcae_version"]]
    ids = frame["patient_id"].tolist()
    sheets = frame["source_sheet"].tolist() if "source_sheet" in frame else [""] * len(frame)
    lines = frame["source_row"].tolist() if "source_row" in frame else [pd.NA] * len(frame)
    kept: list[int] = []
    aside: list[SetAsideEvent] = []
    for row, grade in enumerate(grades):
        if grade == 0:
            continue
        facts = {
            "is_stranger": ids[row] not in patients,
            "is_late": bool(late[row]),
            "is_early": bool(onset[row] < 0),
        }
        term = terms[row]
        problem = _problem(grade, term, facts, versions[row], options)
        if problem is None:
            kept.append(row)
            continue
        reason = Message.of(
            f"toxicity.set_aside.{problem}",
            patient_id=ids[row],
            term=f"@{term_key(term.term)}" if term else names[row],
            grade=grade,
            existing=", ".join(map(str, term.grades)) if term else "1, 2, 3, 4, 5",
            version=versions[row],
        )
        line = None if pd.isna(lines[row]) else int(str(lines[row]))
        aside.append(
            SetAsideEvent(
                ids[row], names[row], recorded[row], grade, problem, reason,
                plain(sheets[row]), line,
            )
        )  # fmt: skip
    counted = pd.DataFrame(
        {
            "patient_id": [ids[row] for row in kept],
            "term": [names[row] for row in kept],
            "soc": [
                found.soc if (found := terms[row]) else plain(frame["soc"].iloc[row])
                for row in kept
            ],
            "grade": pd.array([grades[row] for row in kept], dtype="Int64"),
            "onset_day": pd.array(onset[kept], dtype="Float64").astype("Int64"),
            "session_no": frame["session_no"].iloc[kept].reset_index(drop=True),
            "source": ["REPORTED"] * len(kept),
            "related": frame["ae_related"].iloc[kept].reset_index(drop=True),
            "serious": frame["ae_serious"].iloc[kept].reset_index(drop=True),
            "action": [plain(frame["ae_action"].iloc[row]) for row in kept],
            "source_sheet": [sheets[row] for row in kept],
            "source_row": pd.array([lines[row] for row in kept], dtype="Int64"),
        },
        columns=list(EVENT_COLUMNS),
    )
    unmatched = {name for name, term in zip(names, terms, strict=True) if term is None and name}
    return Events(counted, tuple(aside), tuple(sorted(unmatched)))


def worst_grades(events: pd.DataFrame) -> dict[tuple[str, str], int]:
    """(term, patient) -> worst grade over all records.

    Args:
        events: rows of ``EVENT_COLUMNS``.
    """
    worst: dict[tuple[str, str], int] = {}
    for term, patient, grade in zip(
        events["term"], events["patient_id"], events["grade"].tolist(), strict=True
    ):
        key = (str(term), str(patient))
        worst[key] = max(int(grade), worst.get(key, 0))
    return worst


def lab_events(data: StudyData, grades: LabGrades) -> pd.DataFrame:
    """Treatment-emergent laboratory grades as events, one a patient and term.

    The lower bound of the grade is used; chronic kidney disease, which a single value can't
    establish, is left out.
    """
    worst = grades.worst
    wanted = worst["treatment_emergent"] & ~worst["is_advisory"]
    wanted &= worst["patient_id"].isin(data.table("patients")["patient_id"])
    mine = worst[wanted].reset_index(drop=True)
    return pd.DataFrame(
        {
            "patient_id": mine["patient_id"],
            "term": mine["term"],
            "soc": mine["soc"],
            "grade": mine["worst_grade"].astype("Int64"),
            "onset_day": mine["worst_day"].astype("Int64"),
            "session_no": pd.array([pd.NA] * len(mine), dtype="Int64"),
            "source": ["LAB"] * len(mine),
            "related": [None] * len(mine),
            "serious": pd.array([pd.NA] * len(mine), dtype="boolean"),
            "action": [""] * len(mine),
            "source_sheet": [""] * len(mine),
            "source_row": pd.array([pd.NA] * len(mine), dtype="Int64"),
        },
        columns=list(EVENT_COLUMNS),
    )


def events_to_count(data: StudyData, options: ToxicityOptions, grades: LabGrades | None) -> Events:
    """Events by the chosen source: reported, from the laboratory, or both together.

    Raises:
        NotComputable: laboratory events were asked for without graded results, or with
            another CTCAE version than theirs.
    """
    if options.source == "reported":
        return filtered(reported_events(data, options), options, grades)
    if grades is None:
        raise NotComputable("lab_grades_missing")
    if grades.ctcae_version != options.ctcae_version:
        raise NotComputable("ctcae_version_without_limits", version=options.ctcae_version)
    from_lab = lab_events(data, grades)
    if options.source == "lab":
        return Events(from_lab, (), ())
    reported = filtered(reported_events(data, options), options, grades)
    both = [frame for frame in (reported.counted, from_lab) if len(frame)]
    merged = pd.concat(both, ignore_index=True) if both else from_lab
    return Events(merged, reported.set_aside, reported.unmatched)
