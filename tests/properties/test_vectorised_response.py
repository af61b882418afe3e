"""The engine over arrays gives what the literal rules give, category by category."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.response.best import best_response
from core.analysis.response.course import assess_course
from core.analysis.response.lesions import Lesion, NewLesionSeen, Visit
from core.analysis.response.packing import pack_courses
from core.analysis.response.vectorised import CODES, NEVER, best_arrays, read_arrays
from core.options import ResponseOptions
from core.rules.recist import TARGET_VALUES, overall_table
from core.rules.response_criteria import criteria_sets

SIZES = st.sampled_from([0, 3000, 5000, 9800, 10000, 12000, 14000, 19600, 20000, 24000, 31000])
SEEN = st.builds(
    NewLesionSeen,
    st.booleans(),
    st.sampled_from([None, "liver", "lung"]),
    st.sampled_from([None, True, False]),
)


@st.composite
def diseases(draw: st.DrawFn) -> tuple[list[Lesion], list[Visit], int]:
    lesions = [
        Lesion(
            name,
            draw(st.booleans()),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(st.none() | SIZES),
            draw(st.none() | st.integers(-5, 90)),
        )
        for name in "ABC"[: draw(st.integers(0, 3))]
    ]
    visits = []
    for _ in range(draw(st.integers(0, 5))):
        first = draw(st.integers(1, 120))
        visits.append(
            Visit(
                first_day=first,
                last_day=first + draw(st.integers(0, 3)),
                targets={name: draw(st.none() | SIZES) for name in "ABC"},
                densities={name: draw(st.integers(-5, 90)) for name in draw(NAMES)},
                nontargets={
                    name: draw(st.sampled_from(["PRESENT", "ABSENT", "NE", "UNEQUIVOCAL_PD"]))
                    for name in draw(NAMES)
                },
                new_lesions=tuple(draw(st.lists(SEEN, max_size=2))),
                denies_new=draw(st.booleans()),
                reader_nontarget=draw(st.none() | st.sampled_from(["CR", "NON-CR/NON-PD", "PD"])),
                marker=draw(st.sampled_from([None, "NORMAL", "ABOVE", "UNKNOWN"])),
            )
        )
    return lesions, visits, draw(st.integers(0, 5))


NAMES = st.sets(st.sampled_from("ABC"))
OPTIONS = st.builds(
    ResponseOptions,
    sd_min_days=st.sampled_from([0, 28, 42]),
    confirm_min_days=st.sampled_from([0, 10, 28]),
    max_intervening_ne=st.integers(0, 2),
    accept_intervening_sd=st.booleans(),
    missing_as_ne=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(diseases(), min_size=1, max_size=4),
    st.sampled_from(["overall", "liver", "extrahepatic"]),
    st.sampled_from(["recist", "mrecist", "choi"]),
    OPTIONS,
    st.none() | st.integers(0, 120),
    st.booleans(),
)
def test_vectorised_engine_equals_the_literal_rules(
    cohort: Any,
    compartment: Any,
    name: str,
    options: ResponseOptions,
    therapy: int | None,
    is_lenient: bool,
) -> None:
    criteria = criteria_sets()[name]
    found = read_arrays(
        pack_courses(cohort, compartment, is_lenient=is_lenient),
        criteria,
        outside_liver=compartment == "extrahepatic",
    )
    day = NEVER if therapy is None else therapy
    best = best_arrays(found, options, np.full(len(cohort), day))
    for row, (lesions, visits, start) in enumerate(cohort):
        literal = assess_course(
            lesions, visits, start, compartment, criteria, is_lenient=is_lenient
        )
        there = found.is_visit[row]
        assert [CODES[code] for code in found.overall[row][there]] == [
            one.overall for one in literal
        ]
        assert [CODES[code] for code in found.dated[row][there]] == [
            one.dated_response for one in literal
        ]
        assert list(found.day[row][there]) == [one.day for one in literal]
        # What the sentence behind each category names.
        assert [TARGET_VALUES[code] for code in found.target[row][there]] == [
            one.target or "NONE" for one in literal
        ]
        for numbers, name in ((found.sums, "sum_mm"), (found.nadirs, "nadir_before_mm")):
            assert [None if um < 0 else um / 1000 for um in numbers[row][there]] == [
                getattr(one, name) for one in literal
            ]
        one = best_response(
            [(visit.day, visit.dated_response) for visit in literal],
            options,
            new_therapy_day=therapy,
        )
        assert (CODES[best.unconfirmed[row]], CODES[best.confirmed[row]]) == (
            one.unconfirmed,
            one.confirmed,
        )


@given(st.lists(diseases(), min_size=1, max_size=3))
def test_overall_response_is_that_of_the_printed_table(cohort: Any) -> None:
    table = overall_table()
    for lesions, visits, start in cohort:
        for one in assess_course(lesions, visits, start):
            key = (one.target or "NONE", one.nontarget or "NONE", one.new_lesion == "UNEQUIVOCAL")
            assert one.overall == table[key].overall
