"""Best overall response: what counts, the SD window, and confirmation."""

from __future__ import annotations

import pytest

from core.analysis.response.best import best_response, counted_assessments
from core.options import ResponseOptions


@pytest.mark.parametrize(
    ("sequence", "unconfirmed", "confirmed"),
    [
        ([], "MISSING", "MISSING"),
        ([(42, "SD")], "SD", "SD"),
        ([(41, "SD")], "NE", "NE"),
        ([(41, "SD"), (60, "PD")], "PD", "PD"),
        ([(56, "PR"), (84, "PR")], "PR", "PR"),
        ([(56, "PR"), (83, "PR")], "PR", "SD"),
        ([(56, "PR"), (70, "NE"), (84, "PR")], "PR", "PR"),
        ([(56, "PR"), (63, "NE"), (70, "NE"), (84, "PR")], "PR", "SD"),
        ([(56, "PR"), (70, "SD"), (98, "PR")], "PR", "SD"),
        ([(56, "CR"), (84, "CR")], "CR", "CR"),
        ([(28, "CR"), (41, "PD")], "CR", "PD"),
        ([(28, "PR"), (41, "NE")], "PR", "NE"),
        ([(42, "NON-CR/NON-PD")], "NON-CR/NON-PD", "NON-CR/NON-PD"),
        ([(41, "NON-CR/NON-PD")], "NE", "NE"),
        ([(42, "PD"), (84, "PR"), (126, "PR")], "PD", "PD"),
        ([(-3, "PR"), (42, "SD")], "SD", "SD"),
    ],
)
def test_best_response_of_sequence(
    sequence: list[tuple[int, str]], unconfirmed: str, confirmed: str
) -> None:
    best = best_response(sequence)
    assert (best.unconfirmed, best.confirmed) == (unconfirmed, confirmed)


@pytest.mark.parametrize(("therapy", "expected"), [(85, "PR"), (84, "SD")])
def test_best_response_needs_scans_before_the_day_of_new_therapy(
    therapy: int, expected: str
) -> None:
    best = best_response([(42, "SD"), (84, "PR")], new_therapy_day=therapy)
    assert best.unconfirmed == expected


def test_best_response_of_two_readings_on_one_day_counts_the_worst() -> None:
    assert counted_assessments([(42, "PR"), (42, "NE"), (42, "SD")]) == ((42, "SD"),)


def test_best_response_accepts_one_stable_scan_in_between_if_asked() -> None:
    sequence = [(56, "PR"), (70, "SD"), (98, "PR")]
    options = ResponseOptions(accept_intervening_sd=True)
    assert best_response(sequence, options).confirmed == "PR"


def test_best_response_after_complete_response_flags_a_lesser_one() -> None:
    best = best_response([(56, "CR"), (84, "PR")])
    assert (best.confirmed, best.flags) == ("SD", ("CR_THEN_LESSER",))


def test_best_response_onset_is_the_first_response_and_the_first_confirmed_one() -> None:
    best = best_response([(42, "PR"), (56, "SD"), (84, "PR"), (126, "CR")])
    assert (best.onset_day, best.confirmed_onset_day, best.cr_onset_day) == (42, 84, 126)


def test_best_response_minimum_for_stable_disease_is_adjustable() -> None:
    assert best_response([(21, "SD")], ResponseOptions(sd_min_days=0)).unconfirmed == "SD"
