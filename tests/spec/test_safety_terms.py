"""Recorded names and CTCAE terms; what people confirmed; filters of the events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.terms import match_terms
from core.options import ToxicityOptions
from core.own_terms import NO_TERM, confirm_term, own_terms
from core.rules.ae_actions import consequences_of
from core.rules.ctcae_matching import propose_terms
from core.schema import StudyData, typed_frame
from core.storage.studies import Store

START = "2021-03-01"


def study(
    events: list[dict[str, Any]], labs: list[dict[str, Any]] | None = None, n: int = 3
) -> StudyData:
    people = [{"patient_id": f"P{i}", "first_haic_date": START} for i in range(1, n + 1)]
    frames = {
        "patients": typed_frame("patients", pd.DataFrame(people)),
        "adverse_events": typed_frame(
            "adverse_events", pd.DataFrame([{"patient_id": "P1", **row} for row in events])
        ),
    }
    if labs:
        rows = pd.DataFrame([{"patient_id": "P1", **row} for row in labs])
        frames["labs"] = typed_frame("labs", rows)
    return StudyData(frames)


def event(term: str, grade: int = 1, **more: Any) -> dict[str, Any]:
    return {"ae_term": term, "ae_grade": grade, **more}


def test_names_exact_synonym_similar_and_unknown_are_told_apart() -> None:
    data = study([event("腹痛"), event("血小板下降明显"), event("Hiccups"), event("hiccups ")])
    found = {one.recorded: one for one in match_terms(data, ToxicityOptions())}
    assert found["腹痛"].confidence == "exact"
    assert found["腹痛"].term == "Abdominal pain"
    assert found["血小板下降明显"].confidence == "close"
    assert found["血小板下降明显"].proposals[0][0] == "Platelet count decreased"
    assert found["血小板下降明显"].term is None
    assert found["Hiccups"].confidence == "none"
    assert found["Hiccups"].n_records == 2


def test_similar_name_is_counted_under_its_own_name_until_confirmed() -> None:
    data = study([event("血小板下降明显", 2)])
    before = tabulate_adverse_events(data)
    assert before.unmatched_terms == ("血小板下降明显",)
    options = ToxicityOptions(own_terms=(("血小板下降明显", "Platelet count decreased"),))
    after = tabulate_adverse_events(data, options)
    assert [row.term for row in after.rows] == ["Platelet count decreased"]
    assert not after.unmatched_terms
    assert "toxicity.method.own_terms" in {message.code for message in after.messages}


def test_name_confirmed_as_own_stays_listed_as_own() -> None:
    data = study([event("Hiccups")])
    options = ToxicityOptions(own_terms=(("hiccups", NO_TERM),))
    (match,) = match_terms(data, options)
    assert (match.confidence, match.term) == ("own", None)
    assert tabulate_adverse_events(data, options).unmatched_terms == ("Hiccups",)


@pytest.mark.parametrize("name", ["白细胞增多明显", "elevated platelets count"])
def test_proposals_never_turn_a_rise_into_a_fall(name: str) -> None:
    assert not any("decreased" in one.term for one in propose_terms(name))


def test_confirmation_is_kept_replaced_and_taken_back(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    study_id = store.create_study("one").id

    def confirm(term: str | None) -> tuple[tuple[str, str], ...]:
        confirm_term(
            store.entries, study_id, "肝区不适", term, signed_by="Li", note="read the notes"
        )
        return own_terms(store.entries, study_id)

    assert own_terms(store.entries, study_id) == ()
    assert confirm("Hepatic pain") == (("肝区不适", "Hepatic pain"),)
    assert confirm(NO_TERM) == (("肝区不适", NO_TERM),)
    assert confirm(None) == ()
    store.close()


def test_not_related_events_are_set_aside_and_unknown_relation_counts() -> None:
    data = study(
        [
            event("Nausea", ae_related="RELATED"),
            event("Fatigue", ae_related="NOT_RELATED"),
            event("Vomiting", ae_related=None),
        ]
    )
    table = tabulate_adverse_events(data, ToxicityOptions(related_only=True))
    assert {row.term for row in table.rows} == {"Nausea", "Vomiting"}
    assert [(one.term, one.problem) for one in table.set_aside] == [("Fatigue", "not_related")]


@pytest.mark.parametrize(("grade", "counted"), [(1, False), (2, True)])
def test_emergent_needs_a_grade_above_the_one_before_treatment(grade: int, counted: bool) -> None:
    data = study(
        [
            event("Fatigue", 1, ae_start="2021-02-20"),
            event("Fatigue", grade, ae_start="2021-03-05"),
        ]
    )
    table = tabulate_adverse_events(data, ToxicityOptions(treatment_emergent=True))
    assert bool(table.rows) is counted
    assert ("not_emergent" in {one.problem for one in table.set_aside}) is not counted


def test_emergent_uses_the_laboratory_baseline_too() -> None:
    labs = [
        {"lab_date": day, "lab_test": "HGB", "lab_value": 110.0, "lab_unit": "g/L", "lln": 120}
        for day in ("2021-02-28", "2021-03-20")
    ]
    data = study([event("Anemia", 1, ae_start="2021-03-20")], labs)
    options = ToxicityOptions(treatment_emergent=True)
    assert not tabulate_adverse_events(data, options, grade_labs(data)).rows
    assert tabulate_adverse_events(data, ToxicityOptions(), grade_labs(data)).rows


def test_organ_class_counts_a_patient_once_by_the_worst_term() -> None:
    data = study([event("Nausea", 1), event("Vomiting", 3), event("Nausea", 2, patient_id="P2")])
    (row,) = tabulate_adverse_events(data).soc_rows
    assert (row.any.count, row.grade_1_2.count, row.grade_3_4.count) == (2, 1, 1)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("infusion paused, lidocaine", {"INTERRUPTED"}),
        ("fluorouracil reduced", {"REDUCED"}),
        ("停药", {"STOPPED"}),
        ("推迟一周，减量20%", {"INTERRUPTED", "REDUCED"}),
        ("dose not changed", set()),
        ("未停药", set()),
        ("DRUG WITHDRAWN", {"STOPPED"}),
        ("observation", set()),
    ],
)
def test_action_words_tell_what_happened_to_treatment(action: str, expected: set[str]) -> None:
    assert consequences_of(action) == expected
