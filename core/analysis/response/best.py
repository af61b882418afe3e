"""Best overall response of one course, unconfirmed and confirmed.

Source: RECIST 1.1 s4.4.3, s4.6 and Table 3. A minimum time before SD counts is set by the
protocol; the default is 42 days after the first HAIC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.options import ResponseOptions
from core.results.response import CATEGORIES, MISSING, NOT_APPLICABLE, BestResponse

DatedResponse = tuple[int, str]
"""Days from the first HAIC and the category of that day."""

RANK = {category: rank for rank, category in enumerate(CATEGORIES)}
"""Position of a category from best (CR) to worst (MISSING)."""

_WORST_OF_A_DAY = ("NE", "CR", "PR", "SD", "NON-CR/NON-PD", "PD")
_NEEDS_MINIMUM = ("SD", "NON-CR/NON-PD")
_SHOWS_CONTROL = ("CR", "PR", "SD")
_LESSER_THAN_CR = ("PR", "SD", "NON-CR/NON-PD")


def counted_assessments(
    sequence: Iterable[DatedResponse], new_therapy_day: int | None = None
) -> tuple[DatedResponse, ...]:
    """The assessments that best response may use, one per day, in time order.

    From the first HAIC to the first PD, and before the day of a new anticancer therapy;
    of several on one day the worst counts.

    >>> counted_assessments([(84, "PR"), (42, "PD"), (42, "PR")])
    ((42, 'PD'),)
    """
    worst: dict[int, str] = {}
    for day, response in sequence:
        if response == NOT_APPLICABLE or day < 0:
            continue
        if new_therapy_day is not None and day >= new_therapy_day:
            continue
        if day not in worst or _WORST_OF_A_DAY.index(response) > _WORST_OF_A_DAY.index(worst[day]):
            worst[day] = response
    counted: list[DatedResponse] = []
    for day in sorted(worst):
        counted.append((day, worst[day]))
        if worst[day] == "PD":
            break
    return tuple(counted)


def _is_confirmed(
    counted: Sequence[DatedResponse], position: int, options: ResponseOptions
) -> bool:
    first_day, first = counted[position]
    confirming = ("CR",) if first == "CR" else ("CR", "PR")
    not_evaluable = stable = 0
    for day, response in counted[position + 1 :]:
        if response in confirming:
            if day - first_day >= options.confirm_min_days:
                return True
        elif response == "NE":
            not_evaluable += 1
        elif response == "SD" and first == "PR" and options.accept_intervening_sd:
            stable += 1
        else:
            return False
        if not_evaluable > options.max_intervening_ne or stable > 1:
            return False
    return False


def _unconfirmed(counted: Sequence[DatedResponse], options: ResponseOptions) -> str:
    eligible = [
        response
        for day, response in counted
        if response not in _NEEDS_MINIMUM or day >= options.sd_min_days
    ]
    return min(eligible, key=RANK.__getitem__, default="NE")


def _without_confirmed_response(
    counted: Sequence[DatedResponse], options: ResponseOptions, *, lesser_after_cr: bool
) -> str:
    """Table 3 where neither CR nor PR was confirmed."""
    late = [response for day, response in counted if day >= options.sd_min_days]
    if any(response in _SHOWS_CONTROL for response in late):
        return "SD"
    if "NON-CR/NON-PD" in late:
        return "NON-CR/NON-PD"
    if lesser_after_cr or any(response == "PD" for _, response in counted):
        return "PD"
    return "NE"


def best_response(
    sequence: Iterable[DatedResponse],
    options: ResponseOptions | None = None,
    *,
    new_therapy_day: int | None = None,
) -> BestResponse:
    """Best overall response over a course of dated categories.

    Args:
        sequence: (day from the first HAIC, category) in any order.
        options: minimum duration of SD and the rules of confirmation.
        new_therapy_day: day of the first new anticancer therapy; None = none.

    >>> best = best_response([(42, "PR"), (84, "PR"), (126, "PD")])
    >>> best.unconfirmed, best.confirmed, best.onset_day
    ('PR', 'PR', 42)
    >>> best_response([(41, "SD")]).unconfirmed
    'NE'
    """
    chosen = options or ResponseOptions()
    counted = counted_assessments(sequence, new_therapy_day)
    if not counted:
        nothing = "NE" if chosen.missing_as_ne else MISSING
        return BestResponse(nothing, nothing)
    responses = [response for _, response in counted]
    first_cr = responses.index("CR") if "CR" in responses else None
    lesser_after_cr = first_cr is not None and any(
        response in _LESSER_THAN_CR for response in responses[first_cr + 1 :]
    )
    confirmed = [
        (day, response)
        for position, (day, response) in enumerate(counted)
        if response in ("CR", "PR") and _is_confirmed(counted, position, chosen)
    ]
    if confirmed:
        best_confirmed = min((response for _, response in confirmed), key=RANK.__getitem__)
    else:
        best_confirmed = _without_confirmed_response(
            counted, chosen, lesser_after_cr=lesser_after_cr
        )
    return BestResponse(
        unconfirmed=_unconfirmed(counted, chosen),
        confirmed=best_confirmed,
        onset_day=next((day for day, response in counted if response in ("CR", "PR")), None),
        confirmed_onset_day=confirmed[0][0] if confirmed else None,
        cr_onset_day=None if first_cr is None else counted[first_cr][0],
        flags=("CR_THEN_LESSER",) if lesser_after_cr else (),
    )
