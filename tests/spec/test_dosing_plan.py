"""Dose of modified FOLFOX7-HAIC and its safety checks, on both sides of each limit."""

from pathlib import Path
from typing import Any

import pytest

from core.analysis.dosing.body_surface import body_surface_m2
from core.analysis.dosing.plan import plan_dose, whole_vials
from core.analysis.dosing.regimen import FILE, Regimen, default_regimen, dose_rules, read_regimens
from core.analysis.dosing.safety import DoseContext
from core.errors import NotComputable, RuleFileInvalid
from core.results.dosing import DosePlan
from core.text.catalogue import LANGUAGES, say


def with_drug(name: str, **changes: Any) -> Regimen:
    content = default_regimen().model_dump()
    for rule in content["drugs"]:
        if rule["drug"] == name:
            rule.update(changes)
    return Regimen.model_validate(content)


def severities(plan: DosePlan, check_id: str) -> list[str]:
    for check in plan.checks:
        assert all("@" not in say(check.message, language) for language in LANGUAGES)
    return [check.severity for check in plan.checks if check.id == check_id]


def test_worked_example_of_the_series() -> None:
    plan = plan_dose(None, None, bsa_m2=1.70)
    oxaliplatin, fluorouracil = plan.drug("oxaliplatin"), plan.drug("fluorouracil")
    assert oxaliplatin.dose_mg == pytest.approx(221)
    assert oxaliplatin.volume_ml == pytest.approx(44.2)
    assert (oxaliplatin.vials, oxaliplatin.waste_mg) == (5, pytest.approx(29))
    assert oxaliplatin.diluent_low_ml == pytest.approx(315.71, abs=0.01)
    assert oxaliplatin.diluent_high_ml == pytest.approx(1105)
    assert fluorouracil.rate_mg_h == pytest.approx(88.70, abs=0.005)
    assert plan.interval_days == (21, 28)
    assert not plan.blocked


@pytest.mark.parametrize(
    ("dose", "vial", "vials"),
    [(250.0, 50, 5), (250.0000000001, 50, 5), (250.01, 50, 6), (3000, 250, 12), (1, 50, 1)],
)
def test_vials_are_whole_and_ignore_rounding_error(dose: float, vial: float, vials: int) -> None:
    assert whole_vials(dose, vial) == vials


@pytest.mark.parametrize(
    ("bsa", "found"),
    [(1.19, ["block"]), (1.2, []), (2.4, []), (2.41, ["block"])],
)
def test_surface_out_of_range_is_blocked(bsa: float, found: list[str]) -> None:
    assert severities(plan_dose(None, None, bsa_m2=bsa), "S1") == found


def test_surface_above_two_is_noted_and_never_capped() -> None:
    assert severities(plan_dose(None, None, bsa_m2=2.0), "S2") == []
    plan = plan_dose(None, None, bsa_m2=2.1)
    assert severities(plan, "S2") == ["notice"] * 4
    assert plan.drug("oxaliplatin").dose_mg == pytest.approx(273)


def test_leucovorin_needs_its_form() -> None:
    assert severities(plan_dose(170, 65), "S3") == ["notice"]
    racemic = with_drug("levoleucovorin", drug="leucovorin", form="racemic", dose_mg_m2=400.0)
    assert severities(plan_dose(170, 65, racemic), "S3") == []
    for form in (None, "levo"):
        unnamed = with_drug("levoleucovorin", drug="leucovorin", form=form, dose_mg_m2=400.0)
        assert severities(plan_dose(170, 65, unnamed), "S3") == ["block"]
    doubled = with_drug("levoleucovorin", dose_mg_m2=400.0)
    assert "block" in severities(plan_dose(170, 65, doubled), "S3")


@pytest.mark.parametrize(
    ("dose", "found", "sentence"),
    [
        (2400.0, [], ""),
        (3000.0, [], ""),
        (3001.0, ["block"], "dose_too_high"),
        (4600.0, ["block"], "dose_per_day"),
        (2.4, ["block"], "dose_too_low"),
    ],
)
def test_fluorouracil_in_wrong_unit_or_per_day_is_blocked(
    dose: float, found: list[str], sentence: str
) -> None:
    plan = plan_dose(170, 65, with_drug("fluorouracil", dose_mg_m2=dose))
    assert severities(plan, "S4") == found
    assert plan.blocked == bool(found)
    if found:
        assert plan.checks[0].message.code == f"dosing.check.{sentence}"


@pytest.mark.parametrize(("dose", "found"), [(130.0, []), (130.1, ["block"])])
def test_oxaliplatin_above_130_is_blocked(dose: float, found: list[str]) -> None:
    assert severities(plan_dose(170, 65, with_drug("oxaliplatin", dose_mg_m2=dose)), "S5") == found


@pytest.mark.parametrize(("bsa", "found"), [(300 / 130, []), (2.31, ["block"])])
def test_oxaliplatin_above_300_mg_is_blocked(bsa: float, found: list[str]) -> None:
    assert severities(plan_dose(None, None, bsa_m2=bsa), "S5") == found


@pytest.mark.parametrize(("days", "found"), [(21, []), (20, ["warning"]), (None, [])])
def test_short_interval_warns(days: int | None, found: list[str]) -> None:
    plan = plan_dose(170, 65, context=DoseContext(days_since_last_session=days))
    assert severities(plan, "S10") == found


@pytest.mark.parametrize(
    ("context", "found"),
    [
        (DoseContext(prior_oxaliplatin_mg_m2=799.9), []),
        (DoseContext(prior_oxaliplatin_mg_m2=800.0), ["warning"]),
        (DoseContext(platinum_allergy=True), ["warning"]),
        (DoseContext(platinum_allergy=False), []),
    ],
)
def test_platinum_history_warns(context: DoseContext, found: list[str]) -> None:
    assert severities(plan_dose(170, 65, context=context), "S16") == found


def test_banner_stands_on_every_plan() -> None:
    plan = plan_dose(170, 65)
    assert severities(plan, "S17") == ["notice"]
    assert "not a prescription" in say(plan.banner, "en")


@pytest.mark.parametrize(
    ("height", "weight"), [(1.70, 65.0), (65.0, 170.0), (170.0, 650.0), (None, 65.0), (170.0, None)]
)
def test_impossible_or_missing_body_gives_no_dose_and_a_block(
    height: float | None, weight: float | None
) -> None:
    plan = plan_dose(height, weight)
    assert (plan.bsa_m2, plan.drugs, plan.blocked) == (None, (), True)
    assert severities(plan, "INPUT") == ["block"]


@pytest.mark.parametrize(
    ("height", "weight", "count"), [(170, 110, 0), (170, 120, 1), (170, 140, 2), (180, 44, 1)]
)
def test_unusual_body_asks_about_unit(height: float, weight: float, count: int) -> None:
    assert severities(plan_dose(height, weight), "INPUT") == ["warning"] * count


def test_height_in_metres_is_refused_and_missing_height_is_missing() -> None:
    with pytest.raises(NotComputable):
        body_surface_m2(1.70, 75)
    assert body_surface_m2(None, 75) is None


def test_unknown_regimen_is_refused() -> None:
    with pytest.raises(NotComputable):
        dose_rules().regimen("none")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dose_mg_m2 = 130.0", "dose_mg_m2 = -130.0"),
        ("interval_days = [21, 28]", "interval_days = [28, 21]"),
        ("hours = 46.0", ""),
        ("[limits.oxaliplatin]", "[limits.aspirin]"),
        ("[surface]", "[surface"),
    ],
)
def test_broken_regimen_file_is_refused(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "regimens.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_regimens(path)
    assert caught.value.facts["file"] == "regimens.toml"
