"""Editing criteria: what is refused and why, what changes, waivers, ranges of normal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core import enrolment
from core.analysis.eligibility.changes import criterion_changes, status_changes
from core.analysis.eligibility.cohort import screen_cohort
from core.analysis.eligibility.edit import (
    ProtocolRefused,
    add_criterion,
    change_criterion,
    change_settings,
    content_of,
    protocol_from,
    remove_criterion,
)
from core.analysis.eligibility.engine import screen_patient
from core.analysis.eligibility.facts import Facts, Measurement
from core.analysis.eligibility.protocol import Protocol, default_protocol
from core.errors import ArteriaError, NotComputable, StaleVersion
from core.example import example_files
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.eligibility import Overall, Waiver
from core.schema import StudyData
from core.storage.studies import Store
from core.text.catalogue import LANGUAGES, say

WORDS = {
    "name_words": {"en": "Ferritin", "zh": "铁蛋白"},
    "sentence_words": {"en": "Ferritin at most 500.", "zh": "铁蛋白≤500。"},
}


@pytest.fixture(scope="module")
def example() -> StudyData:
    return read_study([UploadedFile(name, content) for name, content in example_files()]).data


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


def status(protocol: Protocol, facts: Facts, key: str) -> str:
    return screen_patient(facts, protocol).criterion(key).status.value


@pytest.mark.parametrize(
    ("criterion", "changes", "reason"),
    [
        ("C5a", {"limit": 9000.0}, "limit_out_of_range"),
        ("C5a", {"limit": -1.0}, "limit_out_of_range"),
        ("C5a", {"unit": "stone"}, "unit_not_accepted"),
        ("C5a", {"unit": "g/dL"}, "limit_out_of_range"),
        ("C5a", {"operator": "<="}, "direction_wrong"),
        ("C5d", {"operator": ">="}, "direction_wrong"),
        ("C4c", {"operator": "<"}, "direction_wrong"),
        ("C5h.dipstick", {"operator": ">="}, "direction_wrong"),
        ("C5a", {"operator": "between", "limit": 160.0, "limit_high": 90.0},
         "minimum_above_maximum"),
        ("C5a", {"operator": "between"}, "operator_not_accepted"),
        ("C6", {"window_days": -7}, "window_out_of_range"),
        ("C5a", {"window_days": 400}, "window_out_of_range"),
        ("C6", {"limit": 1.5}, "limit_not_whole"),
        ("C5d", {"limit": 30.0}, "limit_out_of_range"),
    ],
)  # fmt: skip
def test_nonsense_edit_is_refused_with_its_reason(
    criterion: str, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ProtocolRefused) as caught:
        change_criterion(default_protocol(), criterion, **changes)
    assert [one.code for one in caught.value.reasons] == [f"eligibility.refused.{reason}"]
    for language in LANGUAGES:
        assert "@" not in say(caught.value.reasons[0], language)


def test_limit_in_another_unit_means_the_same() -> None:
    protocol = change_criterion(default_protocol(), "C5a", limit=12.0, unit="g/dL")
    for value, unit, expected in (
        (120.0, "g/L", "PASS"), (119.9, "g/L", "FAIL"), (12.0, "g/dL", "PASS"),
        (11.9, "g/dL", "FAIL"), (12.0, "g/L", "UNKNOWN"), (12.0, "", "UNKNOWN"),
    ):  # fmt: skip
        facts = Facts(numbers={"hb": Measurement(value, unit)})
        assert status(protocol, facts, "C5_HB") == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(89.9, "FAIL"), (90.0, "PASS"), (160.0, "PASS"), (160.1, "FAIL")]
)
def test_range_includes_both_ends(value: float, expected: str) -> None:
    protocol = change_criterion(
        default_protocol(), "C5a", operator="between", limit=90.0, limit_high=160.0
    )
    facts = Facts(numbers={"hb": Measurement(value, "g/L")})
    assert status(protocol, facts, "C5_HB") == expected


@pytest.mark.parametrize(("days", "expected"), [(7, "PASS"), (8, "UNKNOWN"), (None, "UNKNOWN")])
def test_value_outside_its_own_window_is_unknown(days: int | None, expected: str) -> None:
    protocol = change_criterion(default_protocol(), "C5a", window_days=7)
    start = date(2021, 3, 10)
    day = None if days is None else date(2021, 3, 10 - days)
    facts = Facts(haic_start=start, numbers={"hb": Measurement(120.0, "g/L", day=day)})
    assert status(protocol, facts, "C5_HB") == expected


def test_criterion_switched_off_is_neither_judged_nor_shown() -> None:
    protocol = change_criterion(default_protocol(), "C5a", enabled=False)
    screened = screen_patient(Facts(), protocol)
    assert "C5_HB" not in {row.key for row in screened.criteria}
    assert len(screened.criteria) == len(default_protocol().groups) - 1


def test_everything_switched_off_is_refused() -> None:
    protocol = default_protocol()
    *others, last = [rule.id for rule in protocol.criteria if rule.enabled]
    for name in others:
        protocol = change_criterion(protocol, name, enabled=False)
    with pytest.raises(ProtocolRefused) as caught:
        change_criterion(protocol, last, enabled=False)
    assert caught.value.reasons[0].code == "eligibility.refused.nothing_to_judge"


def test_own_criterion_needs_words_in_both_languages() -> None:
    content = {"kind": "lab", "field": "ALB", "analyte": "ALB", "operator": ">=", "limit": 30.0}
    with pytest.raises(ProtocolRefused) as caught:
        add_criterion(
            default_protocol(), **content, unit="g/L",
            name_words={"en": "Albumin", "zh": ""}, sentence_words={"en": "", "zh": ""},
        )  # fmt: skip
    assert {one.code for one in caught.value.reasons} == {"eligibility.refused.words_missing"}


def test_own_criterion_that_contradicts_a_published_one_is_refused() -> None:
    with pytest.raises(ProtocolRefused) as caught:
        add_criterion(
            default_protocol(), kind="lab", field="HGB", analyte="HGB", operator="<=", limit=80.0,
            unit="g/L", **WORDS,
        )  # fmt: skip
    assert caught.value.reasons[0].code == "eligibility.refused.limits_contradict"


@pytest.mark.parametrize(
    ("content", "passes", "fails"),
    [
        ({"kind": "own_number", "field": "own.ferritin", "operator": "<=", "limit": 500.0},
         500.0, 500.1),
        ({"kind": "own_number", "field": "patients.age", "operator": "between", "limit": 18.0,
          "limit_high": 75.0, "unit": "years"}, 75.0, 76.0),
        ({"kind": "own_number", "field": "lesion.largest_mm", "operator": "<=", "limit": 100.0,
          "unit": "mm"}, 100.0, 101.0),
        ({"kind": "own_value", "field": "patients.msi_status", "values": ("MSS",)}, "mss", "MSI-H"),
        ({"kind": "days", "field": "lesion.baseline_scan", "operator": "<=", "limit": 28.0,
          "unit": "days"}, date(2021, 3, 1), date(2021, 2, 28)),
    ],
)  # fmt: skip
def test_own_criterion_on_any_column_is_judged_on_both_sides(
    content: dict[str, Any], passes: Any, fails: Any
) -> None:
    protocol = add_criterion(default_protocol(), **content, **WORDS)
    start = date(2021, 3, 29)
    for value, expected in ((passes, "PASS"), (fails, "FAIL"), (None, "UNKNOWN")):
        own = {} if value is None else {content["field"]: value}
        assert status(protocol, Facts(haic_start=start, own=own), "X1") == expected
    assert protocol_from(content_of(protocol)) == protocol
    assert remove_criterion(protocol, "X1") == default_protocol()


def test_published_criterion_is_not_removed() -> None:
    with pytest.raises(NotComputable):
        remove_criterion(default_protocol(), "C5a")


@pytest.mark.parametrize(
    ("exempt", "residual", "expected"),
    [
        ((), {"alopecia": 2}, "FAIL"),
        (("alopecia",), {"alopecia": 2}, "PASS"),
        (("alopecia",), {"alopecia": 2, "": 2}, "FAIL"),
        (("alopecia",), {}, "UNKNOWN"),
        (("neuropathy",), {"alopecia": 2}, "FAIL"),
    ],
)
def test_alopecia_is_exempt_only_when_the_study_says_so(
    exempt: tuple[str, ...], residual: dict[str, int], expected: str
) -> None:
    protocol = change_settings(default_protocol(), exempt=exempt)
    facts = Facts(numbers={"max_residual_ae_grade": Measurement(2.0)}, residual=residual)
    part = next(p for p in screen_patient(facts, protocol).criterion("C4").parts if p.id == "C4a")
    assert part.status.value == expected


def test_limit_of_normal_comes_from_the_row_the_laboratory_or_the_study(
    example: StudyData,
) -> None:
    def screened(protocol: Protocol, keep: int) -> tuple[str, set[str]]:
        labs = example.table("labs")
        is_test = labs["lab_test"] == "UREA"
        blank = is_test & (is_test.cumsum() > keep)
        frame = labs.assign(uln=labs["uln"].mask(blank))
        data = StudyData({**example.tables, "labs": frame}, (), None)  # type: ignore[dict-item]
        last = screen_cohort(data, protocol).patients[-1]
        return last.criterion("C5_BUN").status.value, {note.code for note in last.warnings}

    shipped = default_protocol()
    assert screened(shipped, 10_000) == ("PASS", set())
    assert screened(shipped, 5) == ("PASS", {"LIMIT_FROM_LABORATORY_BUN"})
    found, codes = screened(shipped, 0)
    assert (found, codes) == ("UNKNOWN", {"LIMIT_UNKNOWN_BUN"})
    entry = {"analyte": "UREA", "unit": "mmol/L", "sex": None, "lln": None, "uln": 8.2}
    own = change_settings(shipped, normal_ranges=(entry,))
    assert screened(own, 0) == ("PASS", {"LIMIT_FROM_STUDY_BUN"})


@pytest.mark.parametrize(
    "entry",
    [
        {"lln": 9.0, "uln": 8.0}, {"uln": -1.0}, {"uln": 8.2, "unit": "stone"}, {},
    ],
)  # fmt: skip
def test_nonsense_range_of_normal_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(ProtocolRefused):
        change_settings(
            default_protocol(),
            normal_ranges=({"analyte": "UREA", "unit": "mmol/L", **entry},),
        )


def test_obesity_shows_the_other_weights_and_keeps_the_actual_one() -> None:
    facts = Facts(
        sex="M", age_years=60, height_cm=170.0,
        numbers={"creat": Measurement(80.0, "umol/L"), "weight_kg": Measurement(100.0)},
    )  # fmt: skip
    result = screen_patient(facts, default_protocol()).criterion("C5_CRCL")
    assert result.value == pytest.approx((140 - 60) * 100 / (72 * 80 / 88.4))
    assert [note.code for note in result.warnings] == ["CRCL_OBESE"]


def test_changed_limit_names_who_changes_status(example: StudyData) -> None:
    before = screen_cohort(example, default_protocol())
    edited = change_criterion(default_protocol(), "C5a", limit=125.0)
    after = screen_cohort(example, edited)
    moved = status_changes(before, after)
    values = {p.patient_id: p.criterion("C5_HB").value for p in before.patients}
    assert {one.patient_id for one in moved} == {name for name, hb in values.items() if hb < 125}
    assert all(one.after is Overall.NOT_ELIGIBLE for one in moved)
    assert after.flow.not_eligible == len(moved)
    entries = [(one.id, one.entry, one.before, one.after)
               for one in criterion_changes(default_protocol(), edited)]  # fmt: skip
    assert entries == [("C5a", "limit", 90.0, 125.0)]


def test_example_is_eligible_except_the_cases_put_in_on_purpose(example: StudyData) -> None:
    cohort = screen_cohort(example, default_protocol())
    others = {p.patient_id: [row.key for row in p.criteria if row.status.value != "PASS"]
              for p in cohort.patients if p.overall is not Overall.ELIGIBLE}  # fmt: skip
    assert others == {"H14": ["C6"], "H21": ["C5_UPROT"]}


def test_waiver_never_turns_a_criterion_into_a_pass(example: StudyData) -> None:
    protocol = default_protocol()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    waiver = Waiver(protocol.version, "H14", "C6", "late form", "Li", now)
    cohort = screen_cohort(example, protocol, [waiver])
    patient = cohort.patient("H14")
    assert patient.overall is Overall.WAIVED
    assert patient.criterion("C6").status.value == "UNKNOWN"
    assert (cohort.flow.eligible, cohort.flow.waived, cohort.flow.undetermined) == (22, 1, 1)
    other = Waiver("1.0-7", "H14", "C6", "late form", "Li", now)
    assert screen_cohort(example, protocol, [other]).patient("H14").overall is not Overall.WAIVED
    wrong = Waiver(protocol.version, "H14", "C5_HB", "x", "Li", now)
    assert screen_cohort(example, protocol, [wrong]).patient("H14").waivers == ()


def test_protocol_versions_are_kept_with_who_when_why(store: Store) -> None:
    study = store.create_study("a").id
    edited = change_criterion(default_protocol(), "C5a", limit=100.0)
    saved = enrolment.save_protocol(
        store.entries, study, edited, signed_by="Li", note="amendment 1", based_on=0
    )
    found = enrolment.protocol_versions(store.entries, study)
    assert [one.protocol.version for one in found] == ["1.0", "1.0-1"]
    assert (found[-1].signed_by, found[-1].note) == ("Li", "amendment 1")
    assert found[-1].content_hash == saved.content_hash
    with pytest.raises(StaleVersion):
        enrolment.save_protocol(store.entries, study, edited, signed_by="Wu", note="x", based_on=0)
    with pytest.raises(ArteriaError, match="signature_missing"):
        enrolment.save_protocol(store.entries, study, edited, signed_by=" ", note="x", based_on=1)


def test_waiver_is_kept_until_it_is_taken_back(store: Store) -> None:
    study = store.create_study("a").id
    sign: dict[str, Any] = {"signed_by": "Li", "reason": "late form"}
    enrolment.add_waiver(store.entries, study, default_protocol(), "P1", "C6", **sign)
    assert [one.patient_id for one in enrolment.waivers_in_force(store.entries, study)] == ["P1"]
    enrolment.add_waiver(
        store.entries, study, default_protocol(), "P1", "C6", **sign, withdraws=True
    )
    assert enrolment.waivers_in_force(store.entries, study) == ()
    assert len(store.entries.list_entries(study, enrolment.WAIVER)) == 2
    with pytest.raises(ArteriaError, match="signature_missing"):
        enrolment.add_waiver(
            store.entries, study, default_protocol(), "P1", "C6", signed_by="Li", reason=""
        )


def test_scan_older_than_four_weeks_warns_and_fails_only_when_asked(example: StudyData) -> None:
    scans = example.table("lesion_measurements")
    starts = example.table("patients").set_index("patient_id")["first_haic_date"]
    first = scans[scans["assessment_date"] <= scans["patient_id"].map(starts)]
    shifted = first.assign(assessment_date=first["assessment_date"] - pd.Timedelta(days=60))
    data = StudyData(  # type: ignore[arg-type]
        {**example.tables, "lesion_measurements": shifted}, (), None
    )
    warned = screen_cohort(data, default_protocol()).patients[0]
    assert "SCAN_OLD" in {note.code for note in warned.warnings}
    assert warned.criterion("C2").status.value == "PASS"
    strict = change_criterion(default_protocol(), "C2.scan", enabled=True)
    assert screen_cohort(data, strict).patients[0].criterion("C2").status.value == "FAIL"
    assert screen_cohort(example, strict).patients[0].criterion("C2").status.value == "PASS"
