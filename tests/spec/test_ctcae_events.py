"""Counting patients with adverse events: worst grade, bands, what is set aside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.reconcile import reconcile
from core.analysis.toxicity.sessions import tabulate_by_session
from core.errors import EmptyCohort, NotComputable
from core.options import ToxicityOptions
from core.results.toxicity import AdverseEventRow, AdverseEventTable
from core.schema import StudyData, typed_frame

START = "2021-03-01"


def study(
    events: list[dict[str, Any]],
    labs: list[dict[str, Any]] | None = None,
    *,
    sessions: list[dict[str, Any]] | None = None,
    n: int = 4,
    cutoff: date | None = None,
) -> StudyData:
    people = [{"patient_id": f"P{i}", "first_haic_date": START} for i in range(1, n + 1)]
    frames = {
        "patients": typed_frame(
            "patients", pd.DataFrame(people, columns=["patient_id", "first_haic_date"])
        ),
        "adverse_events": typed_frame("adverse_events", pd.DataFrame(events)),
    }
    if labs is not None:
        frames["labs"] = typed_frame("labs", pd.DataFrame(labs))
    if sessions is not None:
        frames["haic_sessions"] = typed_frame("haic_sessions", pd.DataFrame(sessions))
    return StudyData(frames, data_cutoff=cutoff)


def event(patient: str, term: str, grade: int | None, **more: Any) -> dict[str, Any]:
    return {"patient_id": patient, "ae_term": term, "ae_grade": grade, **more}


def row(table: AdverseEventTable, term: str) -> AdverseEventRow:
    return next(item for item in table.rows if item.term == term)


def test_patient_counts_once_a_term_by_his_worst_grade() -> None:
    table = tabulate_adverse_events(
        study([event("P1", "Nausea", 1), event("P1", "Nausea", 3), event("P2", "Nausea", 2)])
    )
    nausea = row(table, "Nausea")
    assert nausea.any.patients == ("P1", "P2")
    assert nausea.grade_1_2.patients == ("P2",)
    assert nausea.grade_3_4.patients == ("P1",)
    assert nausea.any.percent == pytest.approx(50.0)
    assert nausea.soc == "Gastrointestinal disorders"
    assert table.n_patients == 4


def test_overall_row_differs_between_the_two_rules() -> None:
    data = study([event("P1", "Nausea", 1), event("P1", "Fatigue", 3), event("P2", "Nausea", 2)])
    table = tabulate_adverse_events(data)
    worst, bands = table.overall_worst, table.overall_bands
    assert (worst.any.count, worst.grade_1_2.count, worst.grade_3_4.count) == (2, 1, 1)
    assert (bands.any.count, bands.grade_1_2.count, bands.grade_3_4.count) == (2, 2, 1)
    assert bands.in_two_bands == ("P1",)
    assert table.overall is worst
    by_bands = tabulate_adverse_events(data, ToxicityOptions(overall_rule="bands"))
    assert by_bands.overall.rule == "bands"


def test_death_has_its_own_band() -> None:
    table = tabulate_adverse_events(study([event("P1", "Hepatic failure", 5)]))
    assert row(table, "Hepatic failure").grade_5.count == 1
    assert table.overall.grade_5.count == 1
    assert table.worst_grade_per_patient[5].patients == ("P1",)


def test_synonyms_are_merged_before_counting() -> None:
    table = tabulate_adverse_events(
        study(
            [
                event("P1", "白细胞减少", 1),
                event("P1", "白细胞计数降低", 2),
                event("P2", " LEUKOPENIA ", 1),
                event("P2", "neutropenia", 3),
                event("P3", "疼痛不适", 1, ctcae_term="Abdominal pain"),
            ]
        )
    )
    assert row(table, "White blood cell decreased").any.count == 2
    assert row(table, "Neutrophil count decreased").any.count == 1
    assert row(table, "Abdominal pain").any.count == 1
    assert table.unmatched_terms == ()


def test_unmatched_name_stands_as_recorded_and_is_listed() -> None:
    table = tabulate_adverse_events(
        study([event("P1", "Hiccups", 1), event("P2", "hiccups ", 2, soc="Respiratory")])
    )
    assert table.unmatched_terms == ("Hiccups",)
    hiccups = row(table, "Hiccups")
    assert (hiccups.any.count, hiccups.is_recognised) == (2, False)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"ae_grade": None}, "grade_unknown"),
        ({"ae_grade": 4}, "GRADE_NOT_IN_TERM"),
        ({"ae_start": "2021-02-28"}, "before_treatment"),
        ({"ae_start": "2022-01-01"}, "after_cutoff"),
        ({"ctcae_version": "4.03"}, "other_version"),
        ({"patient_id": "P9"}, "patient_not_in_study"),
    ],
)
def test_event_that_cannot_count_is_set_aside_and_listed(
    more: dict[str, Any], problem: str
) -> None:
    record = {**event("P1", "腹痛", 2, source_row=7), **more}
    table = tabulate_adverse_events(
        study([record, event("P2", "Nausea", 1)], cutoff=date(2021, 12, 31))
    )
    assert [item.problem for item in table.set_aside] == [problem]
    assert table.set_aside[0].term == "Abdominal pain"
    assert table.set_aside[0].source_row == 7
    assert [item.term for item in table.rows] == ["Nausea"]
    assert f"toxicity.method.set_aside_{problem}" in {m.code for m in table.messages}


@pytest.mark.parametrize("more", [{"ae_start": START}, {"ctcae_version": "CTCAE v5"}, {}])
def test_event_on_the_day_of_the_first_haic_counts(more: dict[str, Any]) -> None:
    table = tabulate_adverse_events(study([event("P1", "Nausea", 1, **more)]))
    assert not table.set_aside
    assert table.overall.any.count == 1


def test_grade_zero_is_no_event() -> None:
    table = tabulate_adverse_events(study([event("P1", "Nausea", 0)]))
    assert (table.rows, table.set_aside) == ((), ())
    assert table.overall.any.percent == 0.0


def test_rows_fall_by_number_of_patients_then_severity_then_name() -> None:
    table = tabulate_adverse_events(
        study(
            [
                event("P1", "Nausea", 1),
                event("P2", "Nausea", 1),
                event("P1", "Fatigue", 1),
                event("P1", "Vomiting", 3),
                event("P1", "Anorexia", 1),
            ]
        )
    )
    assert [item.term for item in table.rows] == ["Nausea", "Vomiting", "Anorexia", "Fatigue"]


def test_study_without_events_gives_an_empty_table_with_denominator() -> None:
    data = StudyData({"patients": typed_frame("patients", pd.DataFrame({"patient_id": ["P1"]}))})
    table = tabulate_adverse_events(data)
    assert (table.rows, table.overall.any.count, table.n_patients) == ((), 0, 1)


def test_study_without_patients_is_refused() -> None:
    with pytest.raises(EmptyCohort, match="no_patients"):
        tabulate_adverse_events(StudyData({}))


def lab(patient: str, day: str, value: float) -> dict[str, Any]:
    return {
        "patient_id": patient, "lab_date": day, "lab_test": "PLAT", "lab_value": value,
        "lab_unit": "10^9/L", "lln": 125,
    }  # fmt: skip


LABS = [
    lab("P1", "2021-02-20", 200), lab("P1", "2021-03-20", 40),
    lab("P2", "2021-02-20", 100), lab("P2", "2021-03-20", 90),
    lab("P3", "2021-03-20", 150),
]  # fmt: skip
PLATELETS = "Platelet count decreased"


def test_laboratory_source_counts_only_what_is_worse_than_baseline() -> None:
    data = study([event("P2", "Nausea", 1)], LABS)
    options = ToxicityOptions(source="lab")
    table = tabulate_adverse_events(data, options, grade_labs(data))
    assert [item.term for item in table.rows] == [PLATELETS]
    assert row(table, PLATELETS).grade_3_4.patients == ("P1",)
    assert row(table, PLATELETS).sources == ("LAB",)


def test_both_sources_take_the_worse_grade_and_do_not_count_twice() -> None:
    data = study([event("P1", "血小板减少", 2), event("P3", "血小板减少", 1)], LABS)
    table = tabulate_adverse_events(data, ToxicityOptions(source="both"), grade_labs(data))
    platelets = row(table, PLATELETS)
    assert platelets.any.patients == ("P1", "P3")
    assert platelets.grade_3_4.patients == ("P1",)
    assert platelets.sources == ("REPORTED", "LAB")


def test_laboratory_source_without_graded_values_is_refused() -> None:
    with pytest.raises(NotComputable, match="lab_grades_missing"):
        tabulate_adverse_events(study([]), ToxicityOptions(source="lab"))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], [("P1", "not_reported")]),
        ([event("P1", "Thrombocytopenia", 3)], []),
        ([event("P1", "Thrombocytopenia", 2)], [("P1", "lab_higher")]),
        ([event("P1", "Thrombocytopenia", 4)], [("P1", "reported_higher")]),
        (
            [event("P1", "Thrombocytopenia", 3), event("P3", "Thrombocytopenia", 1)],
            [("P3", "not_supported")],
        ),
        (
            [event("P1", "Thrombocytopenia", 3), event("P4", "Thrombocytopenia", 1)],
            [("P4", "not_supported")],
        ),
        ([event("P1", "Thrombocytopenia", 3), event("P1", "Nausea", 2)], []),
    ],
)
def test_recorded_events_against_laboratory(
    events: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    data = study(events or [event("P2", "Nausea", 1)], LABS)
    result = reconcile(tabulate_adverse_events(data), grade_labs(data))
    assert [(item.patient_id, item.kind) for item in result.discrepancies] == expected
    assert result.of_kind("lab_higher") == tuple(
        item for item in result.discrepancies if item.kind == "lab_higher"
    )


def test_laboratory_grade_below_the_minimum_is_not_asked_for() -> None:
    data = study([event("P2", "Nausea", 1)], [lab("P1", "2021-03-20", 60)])
    table, grades = tabulate_adverse_events(data), grade_labs(data)
    assert reconcile(table, grades).discrepancies == ()
    assert len(reconcile(table, grades, minimum_grade=2).discrepancies) == 1


def test_events_fall_to_their_session() -> None:
    sessions = [
        {"patient_id": "P1", "session_date": START},
        {"patient_id": "P1", "session_date": "2021-03-29"},
        {"patient_id": "P2", "session_date": START},
    ]
    data = study(
        [
            event("P1", "Nausea", 3, ae_start="2021-03-03"),
            event("P1", "Nausea", 1, ae_start="2021-03-29"),
            event("P2", "Fatigue", 2, session_no=1),
            event("P2", "Vomiting", 1),
            event("P2", "Vomiting", 1, ae_start="2021-06-01"),
        ],
        sessions=sessions,
    )
    table = tabulate_adverse_events(data)
    result = tabulate_by_session(data, table)
    first, second = result.rows
    assert (first.any.count, first.grade_3_4.patients, first.any.total) == (2, ("P1",), 2)
    assert (second.any.patients, second.any.total, second.n_events) == (("P1",), 1, 1)
    assert result.n_unassigned == 1
    assert "toxicity.method.late_events" in {m.code for m in table.messages}
