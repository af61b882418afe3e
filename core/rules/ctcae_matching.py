"""Terms that a recorded name may mean, by similarity of its letters.

Only proposals: exact synonyms are ``core.rules.ctcae.resolve_term``; anything else waits for a
person.

Source: Dice 1945, Ecology 26:297 (coefficient), over pairs of neighbouring letters.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import RuleFileInvalid
from core.rules.ctcae import CTCAE_VERSION, ae_terms, folded
from core.rules.toml_file import FOLDER, read_toml

FILE = FOLDER / "ctcae_matching.toml"


class MatchingRules(BaseModel):
    """From which similarity on how many terms are proposed; words of direction."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    close_from: float = Field(gt=0, le=1)
    most: int = Field(ge=1)
    rises: tuple[str, ...]
    falls: tuple[str, ...]


@cache
def matching_rules() -> MatchingRules:
    """The rules of ``ctcae_matching.toml``.

    Raises:
        RuleFileInvalid: an entry is missing, unknown or out of range.
    """
    try:
        return MatchingRules.model_validate(read_toml(FILE))
    except ValidationError as error:
        first = error.errors()[0]
        raise RuleFileInvalid(
            "rule_row_invalid", file=FILE.name, line=1,
            column=".".join(map(str, first["loc"])), value=str(first["input"]),
        ) from error  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term that a recorded name may mean; ``score`` 0-1, 1 = the same letters."""

    term: str
    score: float


def _pairs(name: str) -> Counter[str]:
    letters = f" {folded(name).replace('-', ' ')} "
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / (one.total() + other.total())


def _direction(name: str) -> int:
    """1 = the name says a rise, -1 = a fall, 0 = neither or both."""
    rules, own = matching_rules(), folded(name)
    return any(word in own for word in rules.rises) - any(word in own for word in rules.falls)


@cache
def _aliases(version: str) -> tuple[tuple[str, str, Counter[str]], ...]:
    return tuple(
        (term.term, alias, _pairs(alias))
        for term in ae_terms(version).values()
        for alias in term.aliases
    )


@cache
def propose_terms(name: str, version: str = CTCAE_VERSION) -> tuple[Proposal, ...]:
    """Terms that the name may mean, most similar first; none if nothing is similar enough.

    >>> propose_terms("platelet count decrease")[0].term
    'Platelet count decreased'
    >>> propose_terms("白细胞明显减少")[0].term
    'White blood cell decreased'
    >>> propose_terms("lost the glasses")
    ()
    """
    rules, mine, direction = matching_rules(), _pairs(name), _direction(name)
    best: dict[str, float] = {}
    for term, alias, pairs in _aliases(version):
        if direction * _direction(alias) < 0:
            continue
        best[term] = max(_likeness(mine, pairs), best.get(term, 0.0))
    ranked = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
    close = [Proposal(term, score) for term, score in ranked if score >= rules.close_from]
    return tuple(close[: rules.most])
