"""Why a criterion is refused: each reason is a code whose sentence names the range."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from core.errors import Fact
from core.results.common import Message

LONGEST_WINDOW_DAYS = 365
_CODES = frozenset(
    {
        "limit_out_of_range", "limit_not_whole", "unit_not_accepted", "direction_wrong",
        "minimum_above_maximum", "window_out_of_range", "words_missing", "limits_contradict",
        "operator_not_accepted", "nothing_to_judge", "field_unknown", "values_missing",
        "range_twice", "exempt_unknown",
    }
)  # fmt: skip


def refused(code: str, **facts: Fact) -> PydanticCustomError:
    """The error that pydantic collects; its sentence is ``eligibility.refused.<code>``."""
    return PydanticCustomError(code, code, dict(facts))


def refuse_outside(limit: float, low: float, high: float, unit: str) -> None:
    """Raises: the limit is outside the range of what can be measured."""
    if not low <= limit <= high:
        raise refused("limit_out_of_range", limit=limit, low=low, high=high, unit=unit)


def refuse_window(days: int) -> int:
    """The window in days; Raises: it is negative or longer than a year."""
    if not 0 <= days <= LONGEST_WINDOW_DAYS:
        raise refused("window_out_of_range", days=days, low=0, high=LONGEST_WINDOW_DAYS)
    return days


def refuse_contrary(operator: str, needs: str | None) -> None:
    """Raises: the operator asks for the opposite of what the criterion protects from."""
    wrong = {"at_least": ("<=", "<"), "at_most": (">=", ">")}.get(needs or "", ())
    if operator in wrong:
        raise refused("direction_wrong", needs=f"@eligibility.needs.{needs}")


def refuse_disorder(operator: str, limit: float, limit_high: float | None) -> None:
    """Raises: a range without its upper end, or with the minimum above the maximum."""
    if (operator == "between") != (limit_high is not None):
        raise refused("operator_not_accepted")
    if limit_high is not None and limit > limit_high:
        raise refused("minimum_above_maximum", low=limit, high=limit_high)


def refusals(error: ValidationError) -> tuple[Message, ...]:
    """Why a protocol was refused, one sentence a reason."""
    found = []
    for detail in error.errors():
        if detail["type"] in _CODES:
            facts: dict[str, Fact] = dict(detail.get("ctx", {}))
            found.append(Message.of(f"eligibility.refused.{detail['type']}", **facts))
        else:
            place = ".".join(map(str, detail["loc"]))
            found.append(Message.of("eligibility.refused.not_valid", place=place))
    return tuple(dict.fromkeys(found))
