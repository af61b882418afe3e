"""Adverse-event tables: patients by term and band, overall by both rules, by session.

Each patient counts once a term, by his worst grade of it over the whole course. The overall
row exists by two rules that give different numbers from the same records: each patient once
by his worst grade, or in each band in which one of his terms falls.

Source: CTCAE v5.0 (NCI 2017); counting as in the published series' Table 3 (bands) and as
usual in oncology reports (worst grade).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from core.analysis.toxicity.baseline import days_since, first_haic_dates
from core.analysis.toxicity.records import events_to_count, worst_grades
from core.errors import EmptyCohort
from core.options import ToxicityOptions
from core.results.common import Message
from core.results.toxicity import (
    AdverseEventRow,
    AdverseEventTable,
    LabGrades,
    OverallRow,
    OverallRule,
    PatientCount,
)
from core.rules.ctcae import GRADES, ae_terms
from core.schema import StudyData

LATE_DAYS = 30
"""Days after the last HAIC beyond which an event is pointed out (it still counts)."""


def count_of(patients: Iterable[str], total: int) -> PatientCount:
    return PatientCount(tuple(sorted(set(patients))), total)


def _by_grade(worst: Mapping[str, int], total: int) -> Mapping[int, PatientCount]:
    return {g: count_of((p for p, grade in worst.items() if grade == g), total) for g in GRADES}


def band_of(worst: Mapping[str, int], grades: tuple[int, ...], total: int) -> PatientCount:
    return count_of((p for p, grade in worst.items() if grade in grades), total)


def _row(
    term: str, soc: str, worst: Mapping[str, int], sources: Iterable[str], total: int
) -> AdverseEventRow:
    return AdverseEventRow(
        term=term,
        soc=soc,
        is_recognised=term in ae_terms(),
        any=count_of(worst, total),
        grade_1_2=band_of(worst, (1, 2), total),
        grade_3_4=band_of(worst, (3, 4), total),
        grade_5=band_of(worst, (5,), total),
        by_grade=_by_grade(worst, total),
        sources=tuple(sorted(set(sources), reverse=True)),
    )


def _sorted(rows: Iterable[AdverseEventRow]) -> tuple[AdverseEventRow, ...]:
    return tuple(
        sorted(
            rows,
            key=lambda r: (-r.any.count, -r.grade_3_4.count - r.grade_5.count, r.term, r.soc),
        )
    )


def _rows(
    events: pd.DataFrame, by_term: Mapping[tuple[str, str], int], total: int
) -> tuple[AdverseEventRow, ...]:
    worst_of: dict[str, dict[str, int]] = defaultdict(dict)
    for (term, patient), grade in by_term.items():
        worst_of[term][patient] = grade
    rows = []
    for name, group in events.groupby("term", sort=True):
        term = str(name)
        worst = worst_of[term]
        socs = sorted(soc for soc in set(group["soc"]) if soc)
        rows.append(_row(term, socs[0] if socs else "", worst, group["source"], total))
    return _sorted(rows)


def _soc_rows(
    rows: Iterable[AdverseEventRow], by_term: Mapping[tuple[str, str], int], total: int
) -> tuple[AdverseEventRow, ...]:
    """One row an organ class: each patient once, by the worst grade of the class's terms."""
    worst: dict[str, dict[str, int]] = {}
    sources: dict[str, set[str]] = {}
    soc_of = {row.term: row.soc for row in rows}
    for row in rows:
        sources.setdefault(row.soc, set()).update(row.sources)
    for (term, patient), grade in by_term.items():
        mine = worst.setdefault(soc_of[term], {})
        mine[patient] = max(grade, mine.get(patient, 0))
    return _sorted(_row("", soc, worst[soc], sources[soc], total) for soc in worst)


def _overall(
    rule: OverallRule, worst: Mapping[str, int], by_term: Iterable[tuple[str, int]], total: int
) -> OverallRow:
    pairs = set(worst.items()) if rule == "worst" else set(by_term)
    bands = {
        name: count_of((p for p, grade in pairs if grade in grades), total)
        for name, grades in (("1-2", (1, 2)), ("3-4", (3, 4)), ("5", (5,)))
    }
    occurrences = Counter(p for band in bands.values() for p in band.patients)
    twice = sorted(p for p, times in occurrences.items() if times > 1)
    return OverallRow(
        rule=rule,
        any=count_of(worst, total),
        grade_1_2=bands["1-2"],
        grade_3_4=bands["3-4"],
        grade_5=bands["5"],
        in_two_bands=tuple(twice),
    )


def _late_events(data: StudyData, events: pd.DataFrame) -> int:
    """Counted events that began more than 30 days after the patient's last HAIC."""
    sessions = data.table("haic_sessions")
    if not len(sessions) or not len(events):
        return 0
    last = sessions.groupby("patient_id")["session_date"].max()
    zero = first_haic_dates(data)
    ids = pd.Series(last.index)
    last_day = pd.Series(days_since(last.reset_index(drop=True), ids, zero), index=last.index)
    limit = last_day.reindex(events["patient_id"]).to_numpy(dtype=float) + LATE_DAYS
    return int((events["onset_day"].to_numpy(dtype=float, na_value=np.nan) > limit).sum())


def _filter_messages(options: ToxicityOptions, events: pd.DataFrame) -> list[Message]:
    """The filters that were on, what they couldn't decide, and names confirmed by people."""
    reported = events[events["source"] == "REPORTED"]
    said = []
    if options.related_only:
        unknown = int((reported["related"].isna() | (reported["related"] == "UNKNOWN")).sum())
        said.append(Message.of("toxicity.method.related_only", n=unknown))
    if options.treatment_emergent:
        undated = int(reported["onset_day"].isna().sum())
        said.append(Message.of("toxicity.method.treatment_emergent", n=undated))
    if options.own_terms:
        said.append(Message.of("toxicity.method.own_terms", n=len(options.own_terms)))
    return said


def tabulate_adverse_events(
    data: StudyData,
    options: ToxicityOptions | None = None,
    lab_grades: LabGrades | None = None,
) -> AdverseEventTable:
    """Patients with each adverse event by grade band, and overall.

    Bands are grades 1-2, 3-4 and 5; within a term they are disjoint and add up to ``any``.
    All treated patients are the denominator. Synonyms in English and Chinese are merged under
    their CTCAE term before counting.

    Args:
        lab_grades: needed where ``options.source`` includes the laboratory.

    Raises:
        EmptyCohort: the study has no patients.
        NotComputable: laboratory events asked for without ``lab_grades``.

    Source: CTCAE v5.0 (NCI 2017).
    """
    options = options or ToxicityOptions()
    total = int(data.table("patients")["patient_id"].nunique())
    if total == 0:
        raise EmptyCohort("no_patients")
    found = events_to_count(data, options, lab_grades)
    events = found.counted
    by_term = worst_grades(events)
    pairs = [(patient, grade) for (_, patient), grade in by_term.items()]
    worst: dict[str, int] = {}
    for patient, grade in pairs:
        worst[patient] = max(grade, worst.get(patient, 0))
    rules: tuple[OverallRule, ...] = ("worst", "bands")
    overall = {rule: _overall(rule, worst, pairs, total) for rule in rules}
    messages = [
        Message.of("toxicity.method.per_term", n=total, version=options.ctcae_version),
        Message.of(f"toxicity.method.overall_{options.overall_rule}"),
        Message.of(f"toxicity.method.source_{options.source}"),
    ]
    for problem in sorted({item.problem for item in found.set_aside}):
        n = sum(item.problem == problem for item in found.set_aside)
        messages.append(Message.of(f"toxicity.method.set_aside_{problem}", n=n))
    if found.unmatched:
        messages.append(
            Message.of(
                "toxicity.method.unmatched",
                n=len(found.unmatched),
                names="; ".join(found.unmatched),
            )
        )
    messages += _filter_messages(options, events)
    late = _late_events(data, events)
    if late:
        messages.append(Message.of("toxicity.method.late_events", n=late, days=LATE_DAYS))
    rows = _rows(events, by_term, total)
    return AdverseEventTable(
        rows=rows,
        soc_rows=_soc_rows(rows, by_term, total),
        overall=overall[options.overall_rule],
        overall_worst=overall["worst"],
        overall_bands=overall["bands"],
        worst_grade_per_patient=_by_grade(worst, total),
        n_patients=total,
        set_aside=found.set_aside,
        unmatched_terms=found.unmatched,
        events=events,
        options=options,
        messages=tuple(messages),
    )
