"""CR with a tumour marker (NT1) and the lenient reading of non-target lesions (NT4)."""

from __future__ import annotations

from typing import Any

import pytest

from core.analysis.response.cohort import evaluate_cohort, read_cohort
from core.analysis.response.second_engine import check_response
from core.analysis.response.timepoint import require_marker
from core.options import ResponseOptions
from core.results.response import PatientResponse
from core.schema import StudyData
from tests.response_study import lesion, on, patient, scan, study

REQUIRED = ResponseOptions(marker_required_for_cr=True)
LENIENT = ResponseOptions(lenient_nontargets=True)


def cea(day: int, value: float, **columns: Any) -> dict[str, Any]:
    limit = {"lab_unit": "ng/mL", "uln": 5.0, **columns}
    return {"patient_id": "P1", "lab_date": on(day), "lab_test": "CEA", "lab_value": value, **limit}


def gone(*labs: dict[str, Any]) -> StudyData:
    """A single liver target that has gone on day 56."""
    return study(
        patients=[patient()],
        lesions=[lesion("T1", "TARGET", "liver")],
        lesion_measurements=[scan("T1", -5, 40.0), scan("T1", 56, None, status="ABSENT")],
        labs=list(labs),
    )


def evaluated(data: StudyData, options: ResponseOptions) -> PatientResponse:
    found = evaluate_cohort(data, options)
    assert check_response(read_cohort(data, found.options), found).differing == ()
    return found.patients[0]


@pytest.mark.parametrize(
    ("labs", "best"),
    [
        ((cea(-3, 9.0), cea(56, 5.0)), "CR"),
        ((cea(-3, 9.0), cea(56, 5.1)), "PR"),
        ((cea(-3, 5.0), cea(56, 5.1)), "CR"),
        ((cea(-3, 5.1), cea(70, 4.0)), "CR"),
        ((cea(-3, 5.1), cea(71, 4.0)), "PR"),
        ((cea(-3, 5.1), cea(42, 4.0)), "CR"),
        ((cea(-3, 5.1), cea(41, 4.0)), "PR"),
        ((cea(-3, 9.0), cea(50, 9.0), cea(57, 4.0)), "CR"),
        ((cea(-3, 9.0),), "PR"),
        ((cea(-3, 1000.0, value_prefix=">"), cea(56, 6.0, value_prefix="<")), "PR"),
    ],
)
def test_cr_with_a_raised_marker_requires_a_normal_one_near_the_scan(
    labs: tuple[dict[str, Any], ...], best: str
) -> None:
    data = gone(*labs)
    assert evaluated(data, REQUIRED).best == best
    assert evaluated(data, ResponseOptions()).best == "CR"


def test_marker_withheld_cr_says_so_and_leaves_the_liver_alone() -> None:
    found = evaluated(gone(cea(-3, 9.0), cea(56, 8.0)), REQUIRED)
    (visit,) = found.overall.assessments
    assert visit.reason.code == "response.rule.marker_above"
    assert "NT2-MARKER" in visit.rules
    assert found.best_liver == "CR"


def test_marker_unknown_near_the_scan_withholds_cr_with_its_own_reason() -> None:
    (visit,) = evaluated(gone(cea(-3, 9.0)), REQUIRED).overall.assessments
    assert (visit.overall, visit.nontarget) == ("PR", "NE")
    assert visit.reason.code == "response.rule.marker_unknown"


@pytest.mark.parametrize("labs", [(), (cea(-3, 9.0, uln=None), cea(56, 9.0))])
def test_marker_unknown_at_the_start_is_not_required_and_told(labs: Any) -> None:
    found = evaluated(gone(*labs), REQUIRED)
    assert found.best == "CR"
    assert "response.note.marker_start_unknown" in {one.code for one in found.messages}


def test_marker_after_the_cutoff_does_not_count() -> None:
    data = gone(cea(-3, 9.0), cea(60, 4.0))
    until = ResponseOptions(marker_required_for_cr=True, cutoff=on(58))
    assert (evaluated(data, REQUIRED).best, evaluated(data, until).best) == ("CR", "PR")


def test_marker_touches_only_what_would_allow_cr() -> None:
    assert require_marker("PR", None, "ABOVE") == (None, None)
    assert require_marker("CR", "PD", "ABOVE") == ("PD", None)
    assert require_marker(None, "CR", "ABOVE") == ("NON-CR/NON-PD", "NT2-MARKER")
    assert require_marker("CR", "CR", "NORMAL") == ("CR", None)


def nontargets_only(*states: str | None) -> StudyData:
    names = [f"N{at}" for at, _ in enumerate(states)]
    return study(
        patients=[patient()],
        lesions=[lesion(name, "NON-TARGET", "liver") for name in names],
        lesion_measurements=[
            *(scan(name, -5, None, status="PRESENT") for name in names),
            *(
                scan(name, 56, None, status=state)
                for name, state in zip(names, states, strict=True)
                if state
            ),
        ],
    )


@pytest.mark.parametrize(
    ("states", "strict", "lenient"),
    [
        (("PRESENT", None), "NE", "NON-CR/NON-PD"),
        (("PRESENT", "PRESENT", "NE"), "NE", "NON-CR/NON-PD"),
        (("PRESENT", None, None), "NE", "NE"),
        (("ABSENT", None), "NE", "NE"),
        (("UNEQUIVOCAL_PD", None), "PD", "PD"),
        (("PRESENT", "ABSENT"), "NON-CR/NON-PD", "NON-CR/NON-PD"),
    ],
)
def test_lenient_reading_passes_one_missing_nontarget_beside_a_persisting_one(
    states: tuple[str | None, ...], strict: str, lenient: str
) -> None:
    data = nontargets_only(*states)
    assert evaluated(data, ResponseOptions()).best == strict
    assert evaluated(data, LENIENT).best == lenient


def test_no_nontarget_assessed_stays_unevaluable_in_the_lenient_reading() -> None:
    found = evaluated(nontargets_only("NE"), LENIENT)
    assert found.best == "NE"
