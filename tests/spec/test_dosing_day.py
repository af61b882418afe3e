"""The dose of a day: blood, kidney, toxicity, weight; reductions, rounding, clock, intensity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core import doses
from core.analysis.dosing.clock import infusion_clock, next_window
from core.analysis.dosing.given import checked_change, given_doses, rounded_mg
from core.analysis.dosing.plan import plan_dose
from core.analysis.dosing.regimen import RegimenRefused, checked_regimen, default_regimen
from core.analysis.dosing.safety import DoseContext
from core.analysis.dosing.sessions import dose_intensity, session_inputs
from core.analysis.eligibility.cycles import judge_cycles
from core.analysis.eligibility.protocol import next_cycle_protocol
from core.errors import ArteriaError, NotComputable
from core.results.dosing import DosePlan
from core.results.eligibility import Overall
from core.schema import StudyData, typed_frame
from core.storage.studies import Store
from core.text.catalogue import LANGUAGES, say

PATIENT = {"patient_id": "P1", "sex": "M", "age": 60.0, "height_cm": 170.0, "weight_kg": 61.2}


def study(**tables: list[dict[str, Any]]) -> StudyData:
    return StudyData({name: typed_frame(name, pd.DataFrame(rows)) for name, rows in tables.items()})


def codes(plan: DosePlan) -> set[str]:
    found = set()
    for check in plan.checks:
        assert all("@" not in say(check.message, language) for language in LANGUAGES)
        found.add(f"{check.id} {check.message.code.removeprefix('dosing.check.')}")
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("context", "expected", "absent"),
    [
        ({"crcl_ml_min": 50.0}, "", "S6"),
        ({"crcl_ml_min": 49.9}, "S6 clearance", "S6 clearance_label"),
        ({"crcl_ml_min": 30.0}, "S6 clearance", "S6 clearance_label"),
        ({"crcl_ml_min": 29.9}, "S6 clearance_label", ""),
        ({"anc": 1.5}, "", "S7"),
        ({"anc": 1.49}, "S7 hold_anc", ""),
        ({"plt": 80.0}, "", "S7"),
        ({"plt": 79.9}, "S7 entry_plt", "S7 hold_plt"),
        ({"plt": 75.0}, "S7 entry_plt", "S7 hold_plt"),
        ({"plt": 74.9}, "S7 hold_plt", "S7 entry_plt"),
        ({"neuropathy_grade": 1}, "", "S8"),
        ({"neuropathy_grade": 2}, "S8 neuropathy_2", ""),
        ({"neuropathy_grade": 3}, "S8 neuropathy_3", ""),
        ({"neuropathy_grade": 4}, "S8 neuropathy_4", ""),
        ({"gastrointestinal_grade": 2}, "", "S9"),
        ({"gastrointestinal_grade": 3}, "S9 gastrointestinal", ""),
        ({"had_febrile_neutropenia": True}, "S9 febrile_neutropenia", ""),
        ({"neutropenia_grade": 3}, "", "S9"),
        ({"neutropenia_grade": 4}, "S9 neutropenia_4", ""),
        ({"surface_weight_kg": 50.0}, "", "S14"),
        ({"surface_weight_kg": 49.9}, "S14 weight_change", ""),
        ({"surface_weight_kg": 61.2}, "S14 weight_change", ""),
        ({"dpyd": "normal"}, "", "S15"),
        ({"dpyd": "unknown"}, "S15 dpyd_unknown", ""),
        ({"dpyd": "deficient"}, "S15 dpyd_deficient", ""),
        ({"mixed_to_start_minutes": 31.0, "longest_delay_minutes": 30.0}, "S11 mixed_long_ago", ""),
        ({"mixed_to_start_minutes": 30.0, "longest_delay_minutes": 30.0}, "", "S11 mixed"),
        ({"mixed_to_start_minutes": 300.0}, "", "S11 mixed"),
        ({"mixed_to_start_minutes": -1.0}, "S11 mixed_after_start", ""),
    ],
)
def test_check_of_the_day_speaks_on_its_side_of_the_limit(
    context: dict[str, Any], expected: str, absent: str
) -> None:
    plan = plan_dose(170.0, 55.0, context=DoseContext(**context))
    found = codes(plan)
    assert not expected or expected in found
    assert not absent or not [code for code in found if code.startswith(absent)]
    assert not plan.blocked
    assert plan.drug("oxaliplatin").dose_mg_m2 == 130.0


def test_solvent_is_named_with_its_volumes() -> None:
    plan = plan_dose(None, None, bsa_m2=1.70)
    check = next(one for one in plan.checks if one.id == "S11")
    assert "316 to 1105 mL" in say(check.message, "en")


def change(plan: DosePlan, **content: Any) -> Any:
    return checked_change(
        plan, patient_id="P1", session_no=2, drug="oxaliplatin", reason_code="neuropathy", **content
    )


def test_reduction_stands_beside_the_plan() -> None:
    plan = plan_dose(None, None, bsa_m2=1.70)
    given, checks = given_doses(plan, [(change(plan, percent=80.0), "Li")])
    assert (given[0].planned_mg, given[0].dose_mg) == (pytest.approx(221), pytest.approx(176.8))
    assert (given[0].vials, given[0].is_reduced) == (4, True)
    assert [one.is_reduced for one in given[1:]] == [False, False]
    assert plan.drug("oxaliplatin").dose_mg == pytest.approx(221)
    assert [check.id for check in checks] == ["S12"]


@pytest.mark.parametrize(
    "content",
    [{}, {"percent": 80.0, "mg": 100.0}, {"percent": 100.0}, {"percent": -1.0}, {"mg": 221.0},
     {"mg": -5.0}, {"mg": float("nan")}],
)  # fmt: skip
def test_change_that_is_no_reduction_is_refused(content: dict[str, Any]) -> None:
    plan = plan_dose(None, None, bsa_m2=1.70)
    with pytest.raises(NotComputable, match="dose_change_refused"):
        change(plan, **content)


def test_rounding_is_none_unless_chosen_and_says_from_what() -> None:
    plan = plan_dose(None, None, bsa_m2=1.70)
    assert given_doses(plan, [])[0][0].dose_mg == pytest.approx(221)
    given, checks = given_doses(plan, [], "5mg")
    assert given[0].dose_mg == 220.0
    assert {check.id for check in checks} == {"S13"}


@pytest.mark.parametrize(
    ("dose", "expected"), [(238.1, 250.0), (238.0, 238.0), (263.1, 250.0), (263.2, 263.2)]
)
def test_whole_vials_only_within_five_per_cent(dose: float, expected: float) -> None:
    assert rounded_mg(dose, 50.0, "vial") == pytest.approx(expected)


def test_clock_runs_two_two_and_forty_six_hours() -> None:
    plan = plan_dose(None, None, bsa_m2=1.70)
    start = datetime(2021, 3, 1, 9)
    one_by_one = infusion_clock(start, plan.drugs)
    assert [(one.end - one.start).total_seconds() / 3600 for one in one_by_one] == [2, 2, 46]
    assert one_by_one[-1].end == datetime(2021, 3, 3, 11)
    together = infusion_clock(start, plan.drugs, "parallel")
    assert [one.start for one in together[:2]] == [start, start]
    assert together[-1].start == datetime(2021, 3, 1, 11)
    assert next_window(date(2021, 3, 1), plan.interval_days) == (
        date(2021, 3, 22),
        date(2021, 3, 29),
    )


def sessions(gap: int, share: float = 1.0) -> list[dict[str, Any]]:
    surface = 1.70
    first = pd.Timestamp("2021-03-01")
    return [
        {
            "patient_id": "P1", "session_no": number + 1, "bsa_m2": surface, "weight_kg": 61.2,
            "session_date": first + pd.Timedelta(days=gap * number),
            "oxaliplatin_mg": 221.0 * share, "leucovorin_mg": 340.0, "leucovorin_form": "LEVO",
            "fluorouracil_mg": 4080.0,
        }
        for number in range(3)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("gap", "share", "dose", "intensity"),
    [(28, 1.0, 1.0, 1.0), (21, 1.0, 1.0, 1.0), (35, 1.0, 1.0, 0.8), (28, 0.75, 0.75, 0.75)],
)
def test_relative_dose_intensity_counts_dose_and_delay(
    gap: int, share: float, dose: float, intensity: float
) -> None:
    data = study(patients=[PATIENT], haic_sessions=sessions(gap, share))
    patient, cohort = dose_intensity(data, default_regimen())[:2]
    assert (patient.patient_id, cohort.patient_id) == ("P1", "")
    assert patient.relative_dose == pytest.approx(dose)
    assert patient.relative_intensity == pytest.approx(intensity)
    assert cohort.relative_intensity == pytest.approx(intensity)


def test_racemic_leucovorin_is_not_taken_for_levo() -> None:
    rows = [{**row, "leucovorin_form": "RACEMIC"} for row in sessions(28)]
    found = dose_intensity(study(patients=[PATIENT], haic_sessions=rows), default_regimen())
    levo = next(one for one in found if one.drug == "levoleucovorin" and one.patient_id)
    assert (levo.sessions, levo.relative_dose) == (0, None)


def lab(test: str, value: float, unit: str, day: str) -> dict[str, Any]:
    return {
        "patient_id": "P1", "lab_test": test, "lab_value": value, "lab_unit": unit, "lab_date": day,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("anc", "plt", "unit", "overall", "notes"),
    [
        (1.5, 80.0, "10^9/L", Overall.ELIGIBLE, set()),
        (1.49, 80.0, "10^9/L", Overall.NOT_ELIGIBLE, set()),
        (1.5, 79.0, "10^9/L", Overall.ELIGIBLE, {"CAUTION_PLT"}),
        (1.5, 75.0, "10^9/L", Overall.ELIGIBLE, {"CAUTION_PLT"}),
        (1.5, 74.9, "10^9/L", Overall.NOT_ELIGIBLE, set()),
        (1.5, 80.0, "%", Overall.UNDETERMINED, {"UNIT_UNKNOWN_ANC", "UNIT_UNKNOWN_PLT"}),
    ],
)
def test_next_cycle_is_judged_by_the_same_engine(
    anc: float, plt: float, unit: str, overall: Overall, notes: set[str]
) -> None:
    day = "2021-03-28"
    labs = [lab("NEUT", anc, unit, day), lab("PLAT", plt, unit, day),
            lab("CREAT", 80.0, "umol/L", day)]  # fmt: skip
    data = study(patients=[PATIENT], haic_sessions=sessions(28), labs=labs)
    second = judge_cycles(data, next_cycle_protocol()).cycles[1]
    assert (second.session_no, second.judged.overall) == (2, overall)
    assert {note.code for note in second.judged.warnings} == notes


@pytest.mark.parametrize(("gap", "status"), [(21, "PASS"), (20, "FAIL")])
def test_next_cycle_needs_its_interval(gap: int, status: str) -> None:
    data = study(patients=[PATIENT], haic_sessions=sessions(gap))
    cycles = judge_cycles(data, next_cycle_protocol()).cycles
    assert cycles[0].judged.criterion("N4").status.value == "PASS"
    assert cycles[1].judged.criterion("N4").status.value == status
    assert cycles[1].judged.criterion("N1").status.value == "UNKNOWN"


def test_session_inputs_carry_weight_interval_and_cumulative_dose() -> None:
    rows = sessions(28)
    rows[2]["weight_kg"] = None
    events = [
        {"patient_id": "P1", "ae_term": "Peripheral sensory neuropathy", "ae_grade": 2,
         "ae_start": "2021-03-05", "ae_end": None},
        {"patient_id": "P1", "ae_term": "Vomiting", "ae_grade": 3, "ae_start": "2021-03-02",
         "ae_end": "2021-03-04"},
    ]  # fmt: skip
    data = study(patients=[PATIENT], haic_sessions=rows, adverse_events=events)
    fitness = judge_cycles(data, next_cycle_protocol())
    first, second, third, coming = session_inputs(data, "P1", fitness)
    assert (first.neuropathy_grade, second.neuropathy_grade) == (None, 2)
    assert (second.gastrointestinal_grade, third.gastrointestinal_grade) == (3, None)
    assert (third.weight_kg, third.days_since_last) == (61.2, 28)
    assert coming.is_next
    assert coming.session_no == 4
    assert coming.prior_oxaliplatin_mg_m2 == pytest.approx(390)


def regimen(**changes: Any) -> dict[str, Any]:
    content = default_regimen().model_dump()
    return {**content, "name_en": "A", "name_zh": "甲", **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"interval_days": (28, 21)}, {"interval_days": (0, 21)}, {"interval_days": (21, 200)},
        {"name_zh": ""}, {"drugs": ()},
        {"drugs": ({"drug": "oxaliplatin", "dose_mg_m2": -1.0, "hours": 2.0, "vial_mg": 50.0},)},
        {"drugs": ({"drug": "oxaliplatin", "dose_mg_m2": None, "hours": 2.0, "vial_mg": 50.0},)},
        {"drugs": ({"drug": "x1", "dose_mg_m2": 1.0, "hours": 2.0, "vial_mg": 50.0},) * 2},
    ],
)  # fmt: skip
def test_nonsense_regimen_is_refused_with_a_reason(changes: dict[str, Any]) -> None:
    with pytest.raises(RegimenRefused) as caught:
        checked_regimen(regimen(**changes))
    assert all(say(reason, "zh") for reason in caught.value.reasons)


def test_own_regimen_is_kept_and_its_unknown_drug_is_said_to_be_unchecked(store: Store) -> None:
    name = store.create_study("a").id
    drug = {"drug": "raltitrexed", "dose_mg_m2": 3.0, "hours": 1.0, "vial_mg": 2.0}
    doses.save_regimen(store.entries, name, regimen(drugs=(drug,)), signed_by="Li", note="new")
    kept = doses.regimens(store.entries, name)[-1]
    assert (kept.id, kept.drugs[0].drug) == ("own_1", "raltitrexed")
    assert "S5 no_limits" in codes(plan_dose(170.0, 61.2, kept))


def test_signed_dose_holds_for_its_session_only(store: Store) -> None:
    name = store.create_study("a").id
    plan = plan_dose(None, None, bsa_m2=2.31)
    reduction = change(plan, mg=200.0)
    doses.sign_change(store.entries, name, reduction, signed_by="Li", note="numb fingers")
    found = doses.signed_doses(store.entries, name, "P1", 2)
    assert [one.change for one in found] == [reduction]
    assert doses.signed_doses(store.entries, name, "P1", 3) == ()
    with pytest.raises(ArteriaError, match="signature_missing"):
        doses.sign_change(store.entries, name, reduction, signed_by="Li", note=" ")


def test_block_stays_until_it_is_lifted_by_name(store: Store) -> None:
    name = store.create_study("a").id
    plan = plan_dose(None, None, bsa_m2=2.31)
    blocks = doses.open_blocks(plan, ())
    assert len(blocks) == 1
    doses.sign_override(store.entries, name, "P1", 2, blocks, signed_by="Li", note="checked")
    signed = doses.signed_doses(store.entries, name, "P1", 2)
    assert doses.open_blocks(plan, signed) == ()
    assert doses.open_blocks(plan_dose(None, None, bsa_m2=2.39), signed) != ()


def test_noted_times_reach_the_checks(store: Store) -> None:
    name = store.create_study("a").id
    times: dict[doses.Moment, datetime | None] = {
        "mixed_at": datetime(2021, 3, 1, 8), "started_at": datetime(2021, 3, 1, 9), "pain_at": None,
    }  # fmt: skip
    doses.sign_infusion(store.entries, name, "P1", 1, times, 30.0, signed_by="Li", note="late")
    signed = doses.signed_doses(store.entries, name, "P1", 1)
    context = doses.with_times(DoseContext(), signed)
    assert (context.mixed_to_start_minutes, context.longest_delay_minutes) == (60.0, 30.0)
