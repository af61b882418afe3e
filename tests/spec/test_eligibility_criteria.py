"""Each criterion on both sides of its limit, with missing values and wrong units."""

from typing import Any

import pytest
from pydantic import ValidationError

from core.analysis.eligibility.engine import screen_patient
from core.analysis.eligibility.form import ScreeningForm
from core.analysis.eligibility.protocol import default_protocol
from core.results.eligibility import CriterionResult, PatientEligibility
from core.text.catalogue import LANGUAGES, has, say

REFERENCE: dict[str, Any] = {
    "primary_crc_liver_mets": True, "pathology_confirmed": True, "mdt_unresectable": True,
    "prior_lines_failed": 2, "n_measurable_lesions": 2, "life_expectancy_weeks": 20,
    "max_residual_ae_grade": 1, "haic_start_date": "2021-03-01", "enrol_date": "2021-02-26",
    "last_cytotoxic_date": "2021-01-15", "last_bevacizumab_date": "2021-01-15",
    "last_radiotherapy_date": "NEVER", "last_surgery_date": "2019-05-01",
    "last_egfr_tki_date": "NEVER", "age": 58, "sex": "M", "weight_kg": 65,
    "hb": {"value": 118, "unit": "g/L"}, "anc": {"value": 3.2, "unit": "10^9/L"},
    "plt": {"value": 150, "unit": "10^9/L"}, "bun": {"value": 5.2, "unit": "mmol/L", "uln": 8.2},
    "creat": {"value": 70, "unit": "umol/L", "uln": 104},
    "coag": {"inr": {"value": 1.02, "uln": 1.2}, "aptt": {"value": 30, "uln": 42}},
    "urine_dipstick": "-", "ecog": 0, "ecog_date": "2021-02-24",
}  # fmt: skip


def screened(**changes: Any) -> PatientEligibility:
    form = ScreeningForm.model_validate({**REFERENCE, **changes})
    result = screen_patient(form.facts(), default_protocol())
    for row in result.criteria:
        for part in (row, *row.parts):
            for message in (part.reason, *(note.message for note in part.warnings)):
                assert all(say(message, language) for language in LANGUAGES)
    return result


def criterion(key: str, **changes: Any) -> CriterionResult:
    return screened(**changes).criterion(key)


def codes(**changes: Any) -> set[str]:
    return {note.code for note in screened(**changes).warnings}


def lab(value: float, unit: str, **limits: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, **limits}


@pytest.mark.parametrize(
    ("key", "changes", "status"),
    [
        ("C1", {"pathology_confirmed": None}, "UNKNOWN"),
        ("C1", {"pathology_confirmed": False}, "FAIL"),
        ("C1", {"mdt_unresectable": None, "prior_lines_failed": 1}, "FAIL"),
        ("C1", {"prior_lines_failed": 2}, "PASS"),
        ("C1", {"prior_lines_failed": 1}, "FAIL"),
        ("C2", {"n_measurable_lesions": 1}, "PASS"),
        ("C2", {"n_measurable_lesions": 0}, "FAIL"),
        ("C2", {"n_measurable_lesions": None}, "UNKNOWN"),
        ("C3", {"life_expectancy_weeks": 12}, "FAIL"),
        ("C3", {"life_expectancy_weeks": 12.1}, "PASS"),
        ("C4", {"max_residual_ae_grade": 2}, "FAIL"),
        ("C4", {"last_cytotoxic_date": "2021-02-01"}, "PASS"),
        ("C4", {"last_cytotoxic_date": "2021-02-02"}, "FAIL"),
        ("C4", {"last_egfr_tki_date": "2021-02-15"}, "PASS"),
        ("C4", {"last_egfr_tki_date": "2021-02-16"}, "FAIL"),
        ("C4", {"last_radiotherapy_date": None}, "UNKNOWN"),
        ("C4", {"last_radiotherapy_date": "无"}, "PASS"),
        ("C4", {"last_surgery_date": "2021-03-05"}, "UNKNOWN"),
        ("C4", {"haic_start_date": None}, "UNKNOWN"),
        ("C5_HB", {"hb": lab(90.0, "g/L")}, "PASS"),
        ("C5_HB", {"hb": lab(89.9, "g/L")}, "FAIL"),
        ("C5_HB", {"hb": lab(9.0, "g/dL")}, "PASS"),
        ("C5_HB", {"hb": lab(8.9, "g/dL")}, "FAIL"),
        ("C5_HB", {"hb": None}, "UNKNOWN"),
        ("C5_ANC", {"anc": lab(1500, "/uL")}, "PASS"),
        ("C5_ANC", {"anc": lab(1499, "/uL")}, "FAIL"),
        ("C5_ANC", {"anc": lab(1.5, "10^9/L")}, "PASS"),
        ("C5_PLT", {"plt": lab(80, "10^9/L")}, "PASS"),
        ("C5_PLT", {"plt": lab(79, "K/uL")}, "FAIL"),
        ("C5_PLT", {"plt": lab(79, "10^9/L", prefix="<")}, "FAIL"),
        ("C5_PLT", {"plt": lab(100, "10^9/L", prefix="<")}, "UNKNOWN"),
        ("C5_PLT", {"plt": lab(80, "10^9/L", prefix="<")}, "FAIL"),
        ("C5_BUN", {"bun": lab(8.2, "mmol/L", uln=8.2)}, "PASS"),
        ("C5_BUN", {"bun": lab(8.21, "mmol/L", uln=8.2)}, "FAIL"),
        ("C5_BUN", {"bun": lab(5.2, "mmol/L")}, "UNKNOWN"),
        ("C5_BUN", {"bun": lab(14, "mg/dL", uln=20)}, "PASS"),
        ("C5_CREAT", {"creat": lab(104, "umol/L", uln=104)}, "PASS"),
        ("C5_CREAT", {"creat": lab(105, "umol/L", uln=104)}, "FAIL"),
        ("C5_CRCL", {"weight_kg": None}, "UNKNOWN"),
        ("C5_CRCL", {"weight_kg": None, "crcl_ml_min": 50.0}, "PASS"),
        ("C5_CRCL", {"weight_kg": None, "crcl_ml_min": 49.9}, "FAIL"),
        ("C5_COAG", {"coag": {"inr": {"value": 1.2, "uln": 1.2}}}, "UNKNOWN"),
        ("C5_COAG", {"coag": None}, "UNKNOWN"),
        ("C5_UPROT", {"urine_dipstick": "（＋）"}, "PASS"),
        ("C5_UPROT", {"urine_dipstick": "++"}, "UNKNOWN"),
        ("C5_UPROT", {"urine_dipstick": "++", "urine_protein_24h_g": 1.0}, "PASS"),
        ("C5_UPROT", {"urine_dipstick": "++", "urine_protein_24h_g": 1.1}, "FAIL"),
        ("C5_UPROT", {"urine_dipstick": "+", "urine_protein_24h_g": 1.1}, "PASS"),
        ("C5_UPROT", {"urine_dipstick": None, "urine_protein_24h_g": 0.5}, "PASS"),
        ("C5_UPROT", {"urine_dipstick": None, "urine_protein_24h_g": 800}, "UNKNOWN"),
        ("C6", {"ecog": 1, "ecog_date": "2021-02-19"}, "PASS"),
        ("C6", {"ecog": 1, "ecog_date": "2021-02-18"}, "UNKNOWN"),
        ("C6", {"ecog": 1, "ecog_date": "2021-02-27"}, "UNKNOWN"),
        ("C6", {"ecog": 1, "ecog_date": None}, "UNKNOWN"),
        ("C6", {"ecog": 1, "enrol_date": None}, "UNKNOWN"),
        ("C6", {"ecog": 2, "ecog_date": None}, "FAIL"),
    ],
)
def test_criterion_at_its_limit(key: str, changes: dict[str, Any], status: str) -> None:
    assert criterion(key, **changes).status.value == status


@pytest.mark.parametrize(
    ("key", "changes", "code"),
    [
        ("C5_HB", {"hb": lab(118, "")}, "UNIT_UNKNOWN_HB"),
        ("C5_HB", {"hb": lab(118, "mg/L")}, "UNIT_UNKNOWN_HB"),
        ("C5_HB", {"hb": lab(118, "g/dL")}, "IMPLAUSIBLE_UNIT_HB"),
        ("C5_HB", {"hb": lab(9.5, "g/L")}, "IMPLAUSIBLE_UNIT_HB"),
        ("C5_ANC", {"anc": lab(60, "%")}, "UNIT_UNKNOWN_ANC"),
        ("C5_ANC", {"anc": lab(60, "10^9/L")}, "IMPLAUSIBLE_UNIT_ANC"),
        ("C5_ANC", {"anc": lab(3200, "10^9/L")}, "IMPLAUSIBLE_UNIT_ANC"),
        ("C5_PLT", {"plt": lab(150000, "10^9/L")}, "IMPLAUSIBLE_UNIT_PLT"),
        ("C5_BUN", {"bun": lab(5.2, "", uln=8.2)}, "UNIT_UNKNOWN_BUN"),
        ("C5_CREAT", {"creat": lab(0.9, "umol/L", uln=104)}, "IMPLAUSIBLE_UNIT_CREAT"),
        ("C5_CREAT", {"creat": lab(0.9, "mg/dL", uln=104)}, "LIMIT_IMPLAUSIBLE_CREAT"),
        (
            "C5_COAG",
            {"coag": {"inr": lab(1.0, "%", uln=1.2), "aptt": lab(30, "s", uln=42)}},
            "UNIT_UNKNOWN_INR",
        ),
        ("C5_UPROT", {"urine_dipstick": "待查"}, "DIPSTICK_UNREADABLE"),
    ],
)
def test_wrong_unit_never_passes(key: str, changes: dict[str, Any], code: str) -> None:
    result = criterion(key, **changes)
    assert result.status.value == "UNKNOWN"
    assert code in {note.code for note in result.warnings}


def test_creatinine_in_wrong_unit_leaves_clearance_unknown() -> None:
    assert criterion("C5_CRCL", creat=lab(0.9, "umol/L", uln=104)).status.value == "UNKNOWN"


def test_clearance_with_exact_constant_fails_where_rounded_constant_passes() -> None:
    result = criterion("C5_CRCL", age=55, weight_kg=55, creat=lab(115, "umol/L", uln=120))
    assert result.status.value == "FAIL"
    assert result.value == pytest.approx(49.91, abs=0.005)
    assert result.margin == pytest.approx(-0.09, abs=0.005)


def test_clearance_counts_completed_years() -> None:
    assert (
        criterion("C5_CRCL", age=60.9, weight_kg=45, creat=lab(1.0, "mg/dL", uln=1.2)).value == 50
    )


def test_prothrombin_time_stands_in_for_missing_inr() -> None:
    clotting = {"pt": lab(12, "s", uln=14), "aptt": lab(30, "s", uln=42)}
    assert criterion("C5_COAG", coag=clotting).status.value == "PASS"
    clotting["pt"] = lab(14.1, "s", uln=14)
    assert criterion("C5_COAG", coag=clotting).status.value == "FAIL"


def test_short_aptt_is_no_failure_and_low_fibrinogen_is() -> None:
    clotting: dict[str, Any] = {"inr": lab(1.0, "", uln=1.2), "aptt": lab(15, "s", lln=22, uln=42)}
    assert criterion("C5_COAG", coag=clotting).status.value == "PASS"
    clotting["fibrinogen"] = lab(1.9, "g/L", lln=2.0, uln=4.0)
    result = criterion("C5_COAG", coag=clotting)
    assert result.status.value == "FAIL"
    assert [part.id for part in result.parts] == ["C5g.inr", "C5g.aptt", "C5g.fibrinogen"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"last_surgery_date": "2021-03-05"}, "DATE_ORDER"),
        ({"ecog_date": "2021-02-18"}, "ECOG_OUT_OF_WINDOW"),
        ({"last_cetuximab_date": "2021-02-20"}, "CETUXIMAB_WASHOUT_NOT_DEFINED"),
        ({"urine_dipstick": "+", "urine_protein_24h_g": 1.1},
         "UPROT_24H_OVER_LIMIT_BUT_DIPSTICK_OK"),
        ({"urine_dipstick": "++", "urine_protein_24h_g": 0.8}, "UPROT_DIPSTICK_OVER_BUT_24H_OK"),
        ({"hb": lab(118, "g/L", date="2021-02-14")}, "LAB_OLD_HB"),
        ({"hb": lab(118, "g/L", date="2021-03-02")}, "DATE_ORDER"),
        ({"last_transfusion_date": "2021-02-20"}, "HB_AFTER_TRANSFUSION"),
        ({"on_anticoagulant": True}, "ON_ANTICOAGULANT"),
    ],
)  # fmt: skip
def test_remarkable_input_warns(changes: dict[str, Any], code: str) -> None:
    assert code in codes(**changes)


def test_reference_patient_has_no_warning() -> None:
    assert screened().overall.value == "ELIGIBLE"
    assert codes(hb=lab(118, "g/L", date="2021-02-15")) == set()


def test_cetuximab_before_haic_leaves_criterion_passed() -> None:
    assert criterion("C4", last_cetuximab_date="2021-02-28").status.value == "PASS"


def test_failure_decides_over_unknown() -> None:
    assert screened(hb=None, ecog=3).overall.value == "NOT_ELIGIBLE"
    assert screened(hb=None).overall.value == "UNDETERMINED"


def test_result_names_value_original_limit_and_source() -> None:
    row = criterion("C5_HB", hb=lab(8.9, "g/dL", date="2021-02-25"))
    assert (row.value, row.original_value, row.original_unit) == (89.0, 8.9, "g/dL")
    assert (row.operator, row.limit, row.unit, row.margin) == (">=", 90.0, "g/L", -1.0)
    assert str(row.measured_on) == "2021-02-25"
    assert say(row.reason, "en") == (
        "Haemoglobin 89 g/L (reported 8.9 g/dL), limit ≥ 90 g/L: not met."
    )
    assert "报告值8.9 g/dL" in say(row.reason, "zh")


@pytest.mark.parametrize(
    "change", [{"age": 121}, {"weight_kg": 19}, {"hb": {"value": -1, "unit": "g/L"}}, {"ecog": 9}]
)
def test_physically_impossible_value_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ScreeningForm.model_validate(change)


def test_empty_form_is_undetermined_with_every_criterion_unknown() -> None:
    result = screen_patient(ScreeningForm().facts(), default_protocol())
    assert {row.status.value for row in result.criteria} == {"UNKNOWN"}


def test_catalogue_names_every_criterion_group_and_source() -> None:
    protocol = default_protocol()
    for rule in protocol.criteria:
        for key in (rule.label, rule.sentence, f"eligibility.field.{rule.field}"):
            assert has(key), key
    for group in protocol.groups:
        assert has(f"eligibility.group.{group.key}")
