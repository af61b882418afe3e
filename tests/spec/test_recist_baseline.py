"""Which lesions may be targets: both sides of every limit at baseline."""

from __future__ import annotations

import pytest

from core.analysis.response.baseline import BaselineLesion, check_baseline


def target(organ: str, mm: float, **columns: object) -> BaselineLesion:
    return BaselineLesion(True, organ, mm, **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lesion", "errors"),
    [
        (target("liver", 10.0), ()),
        (target("liver", 9.9), ("TARGET_BELOW_10MM",)),
        (target("liver", 15.0, slice_mm=7.5), ()),
        (target("liver", 14.9, slice_mm=7.5), ("TARGET_BELOW_2X_SLICE",)),
        (target("liver", 10.0, slice_mm=5.0), ()),
        (target("lymph node", 15.0, is_node=True), ()),
        (target("lymph node", 14.9, is_node=True), ("NODE_TARGET_BELOW_15MM",)),
        (target("ascites", 40.0), ("NOT_MEASURABLE_TYPE",)),
        (BaselineLesion(True, "liver", None), ()),
        (target("bone", 40.0, measurable_kind=False), ("NOT_MEASURABLE_TYPE",)),
        (
            target("liver", 40.0, prior_local_therapy=True),
            ("PRIOR_LOCAL_THERAPY_NO_PROGRESSION",),
        ),
        (BaselineLesion(False, "node", 10.0, is_node=True), ()),
        (BaselineLesion(False, "node", 9.9, is_node=True), ("NODE_BELOW_10MM_NOT_PATHOLOGICAL",)),
    ],
)
def test_baseline_lesion_at_limit_gives_code(
    lesion: BaselineLesion, errors: tuple[str, ...]
) -> None:
    assert check_baseline([lesion]).errors == errors


@pytest.mark.parametrize(("age", "warned"), [(28, False), (29, True)])
def test_baseline_scan_age_at_limit_gives_warning(age: int, warned: bool) -> None:
    found = check_baseline([target("liver", 30.0, days_before_treatment=age)])
    assert ("BASELINE_OLDER_THAN_28_DAYS" in found.warnings) is warned


def test_baseline_targets_of_a_paired_organ_count_as_one_organ() -> None:
    lungs = [target("left lung", 20.0), target("right lung", 22.0), target("右肺", 30.0)]
    assert check_baseline(lungs[:2]).errors == ()
    assert check_baseline(lungs).errors == ("MAX_2_PER_ORGAN",)


def test_baseline_more_than_five_targets_is_an_error() -> None:
    organs = ["liver", "liver", "lung", "lung", "spleen", "brain"]
    lesions = [target(organ, 20.0) for organ in organs]
    assert check_baseline(lesions[:5]).errors == ()
    assert check_baseline(lesions).errors == ("MAX_5_TOTAL",)


def test_baseline_progressed_after_local_therapy_is_a_warning_only() -> None:
    found = check_baseline([target("liver", 30.0, prior_local_therapy=True, progressed_since=True)])
    assert (found.errors, found.warnings) == ((), ("PRIOR_LOCAL_THERAPY_PROGRESSED",))


def test_baseline_diameter_in_centimetres_is_suspected() -> None:
    assert "POSSIBLE_CM_UNIT" in check_baseline([target("liver", 4.5)]).warnings
