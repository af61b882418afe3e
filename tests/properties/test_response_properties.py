"""What holds for every course of lesions, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.best import RANK, best_response, counted_assessments
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.response.course import assess_course
from core.analysis.response.lesions import Lesion, NewLesionSeen, Visit
from core.analysis.response.rates import disease_control_rate, objective_response_rate
from core.options import ResponseOptions
from core.results.response import CATEGORIES
from core.schema import StudyData
from tests.response_study import Rows, lesion, on, patient, reading, scan, study

SIZES = st.integers(0, 120).map(lambda mm: mm * 1000)
LESIONS = [
    Lesion("A", True, False, True, 60_000),
    Lesion("B", True, True, False, 20_000),
    Lesion("N", False, False, True),
]


@st.composite
def visits(draw: st.DrawFn) -> list[Visit]:
    days = draw(st.lists(st.integers(1, 400), max_size=6, unique=True).map(sorted))
    return [
        Visit(
            first_day=day,
            last_day=day,
            targets={name: draw(st.none() | SIZES) for name in "AB"},
            nontargets={"N": draw(st.sampled_from(["PRESENT", "ABSENT", "NE"]))},
            new_lesions=draw(
                st.just(())
                | st.builds(NewLesionSeen, st.booleans(), st.none(), st.booleans()).map(
                    lambda seen: (seen,)
                )
            ),
        )
        for day in days
    ]


SEQUENCES = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from([*CATEGORIES[:-1]])), max_size=8
)
COMPARTMENTS = st.sampled_from(["overall", "liver", "extrahepatic"])


@given(visits(), COMPARTMENTS, st.randoms())
def test_course_does_not_depend_on_order_of_visits(
    course: list[Visit], compartment: Any, random: Any
) -> None:
    shuffled = random.sample(course, len(course))
    assert assess_course(LESIONS, shuffled, 1, compartment) == assess_course(
        LESIONS, course, 1, compartment
    )


@given(visits(), COMPARTMENTS, st.integers(0, 6))
def test_course_later_visits_never_change_earlier_categories(
    course: list[Visit], compartment: Any, kept: int
) -> None:
    whole = [one.overall for one in assess_course(LESIONS, course, 1, compartment)]
    part = [one.overall for one in assess_course(LESIONS, course[:kept], 1, compartment)]
    assert whole[: len(part)] == part


@given(visits())
def test_course_sums_and_nadir_are_consistent(course: list[Visit]) -> None:
    nadir = 80.0
    for one in assess_course(LESIONS, course, 1):
        assert one.nadir_before_mm == nadir
        if one.complete and one.sum_mm is not None:
            nadir = min(nadir, one.sum_mm)
        assert (one.percent_from_baseline is None) is not one.complete


@given(SEQUENCES)
def test_best_response_confirmed_is_never_better_than_unconfirmed(
    sequence: list[tuple[int, str]],
) -> None:
    best = best_response(sequence)
    assert best.confirmed is not None
    responders = ("CR", "PR")
    if best.confirmed in responders:
        assert RANK[best.unconfirmed] <= RANK[best.confirmed]
    assert best.confirmed in CATEGORIES


@given(SEQUENCES, st.integers(0, 60))
def test_best_response_is_unmoved_by_what_follows_progression(
    sequence: list[tuple[int, str]], later: int
) -> None:
    counted = counted_assessments(sequence)
    if counted and counted[-1][1] == "PD":
        more = [*sequence, (counted[-1][0] + 1 + later, "CR")]
        assert best_response(more) == best_response(sequence)


@given(
    st.lists(st.sampled_from(CATEGORIES), min_size=1),
    st.sampled_from(["treated", "evaluable"]),
    st.sampled_from(["clopper-pearson", "wilson"]),
)
def test_rates_response_never_exceeds_control(
    categories: list[str], denominator: Any, interval: Any
) -> None:
    options = ResponseOptions(denominator=denominator, interval=interval)
    orr = objective_response_rate(categories, options)
    dcr = disease_control_rate(categories, options)
    assert orr.count <= dcr.count <= dcr.total == orr.total
    for rate in (orr, dcr):
        if rate.estimate is not None:
            assert rate.low is not None
            assert rate.high is not None
            assert 0 <= rate.low <= rate.estimate <= rate.high <= 1


@st.composite
def lesion_tables(draw: st.DrawFn) -> dict[str, Rows]:
    lesions = [
        lesion("T1", "TARGET", "liver"),
        lesion("T2", "TARGET", "lung"),
        lesion("X1", "NON-TARGET", "liver"),
        lesion("N1", "NEW", "liver"),
    ]
    rows: Rows = []
    for day in draw(st.lists(st.integers(-30, 200), min_size=1, max_size=5, unique=True)):
        for name in ("T1", "T2", "X1", "N1"):
            size = draw(st.none() | st.integers(0, 900))
            if size is not None:
                rows.append(scan(name, day, size / 10))
    readings = [
        reading(day, draw(st.sampled_from(["CR", "SD", "PD"])), new_lesion=draw(NEW_LESION))
        for day in draw(st.lists(st.integers(1, 200), max_size=3, unique=True))
    ]
    follow_up: Rows = [{"patient_id": "P1", "last_followup_date": on(300)}]
    return {
        "patients": [patient()],
        "lesions": lesions,
        "lesion_measurements": rows,
        "response_assessments": readings,
        "follow_up": follow_up,
    }


NEW_LESION = st.sampled_from([None, "NO", "EQUIVOCAL", "UNEQUIVOCAL"])


def _results(data: StudyData) -> tuple[Any, Any]:
    response = evaluate_cohort(data)
    return response, derive_endpoints(data, response)


@settings(max_examples=40, deadline=None)
@given(lesion_tables(), st.randoms())
def test_study_results_do_not_depend_on_order_of_rows(tables: dict[str, Rows], random: Any) -> None:
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in tables.items()}
    assert _results(study(**shuffled)) == _results(study(**tables))


@settings(max_examples=40, deadline=None)
@given(lesion_tables())
def test_study_measured_in_centimetres_and_converted_gives_the_same(
    tables: dict[str, Rows],
) -> None:
    converted = [
        {**row, "diameter_mm": (row["diameter_mm"] / 10) * 10}
        for row in tables["lesion_measurements"]
    ]
    again = {**tables, "lesion_measurements": converted}
    assert _results(study(**again)) == _results(study(**tables))


@given(visits())
def test_course_scaled_twofold_keeps_relative_categories(course: list[Visit]) -> None:
    def doubled(visit: Visit) -> Visit:
        sizes = {name: size and 2 * size for name, size in visit.targets.items()}
        return replace(visit, targets=sizes)

    large = [Lesion("A", True, False, True, 60_000)]
    larger = [Lesion("A", True, False, True, 120_000)]
    for one, two in zip(
        assess_course(large, course, 1),
        assess_course(larger, [doubled(visit) for visit in course], 1),
        strict=True,
    ):
        assert one.percent_from_baseline == two.percent_from_baseline
        if one.target != two.target:
            # Only the absolute limb of progression depends on scale.
            assert two.target == "PD"
