"""The laboratory limits of CTCAE v5.0 as checked rules.

Each line of ``ctcae5_labs.csv`` is one band: a grade, and between which limits it lies. A limit
is a number, a multiple of LLN, ULN or baseline, or a distance from ULN; the loader turns all
of them into ``offset + scale x reference``.

Source: NCI CTCAE v5.0 (27 Nov 2017), read into the file line by line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from core.results.toxicity import Direction
from core.rules.ctcae import CTCAE_VERSION, FOLDER, invalid, read_rows
from core.rules.ctcae_units import DIPSTICK_LEVELS
from core.rules.ctcae_versions import ctcae_versions

LABS_FILE = FOLDER / "ctcae5_labs.csv"
RELATIVE_UNITS = frozenset({"", "xULN", "xLLN", "xBASE", "%"})
"""Limits in these units hold whatever the unit of the value."""

NONE_IN_V5 = "(none in v5.0)"
Reference = Literal["LLN", "ULN", "BASE", "ULN_OR_BASE"]
Quantity = Literal["value", "decrease", "increase", "level", "clinical", "none"]
AppliesWhen = Literal["any", "baseline_normal", "baseline_abnormal", "value_below_LLN"]

_QUANTITY: Mapping[str, Quantity] = {
    "ABS": "value", "LLN+ABS": "value", "ULN+ABS": "value", "LLN": "value", "ULN": "value",
    "BASE": "value", "ULN_DIFF": "value", "ULN&BASE": "value",
    "PCT_DECREASE_FROM_BASE": "decrease", "PCT_INCREASE_FROM_BASE": "increase",
    "ORDINAL": "level", "CLINICAL": "clinical", "NONE": "none",
}  # fmt: skip

CONDITIONS: Mapping[str, tuple[str, bool]] = {
    "symptomatic": ("symptomatic", True),
    "not symptomatic": ("symptomatic", False),
    "on anticoagulation": ("on_anticoagulation", True),
    "no intervention": ("intervention", False),
    "physiologic consequences": ("physiologic_consequences", True),
    "no physiologic consequences": ("physiologic_consequences", False),
    ">24 h": ("fever_over_24h", True),
    "<=24 h": ("fever_over_24h", False),
}
"""What a condition in the file asks for: the clinical fact and its value."""

CLINICAL_FACTS = tuple(sorted({fact for fact, _ in CONDITIONS.values()}))


@dataclass(frozen=True, slots=True)
class Limit:
    """``offset + scale x reference``; a plain number has no reference."""

    offset: float
    scale: float = 0.0
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class LabRule:
    """One band of one term: this grade, between these limits (None = open)."""

    rule_id: str
    grade: int
    unit: str
    quantity: Quantity
    low: Limit | None
    low_inclusive: bool
    high: Limit | None
    high_inclusive: bool
    applies_when: AppliesWhen
    fact: str
    fact_value: bool
    levels: tuple[str, ...]
    note: str

    @property
    def needs_baseline(self) -> bool:
        """Whether nothing can be said by this band without a baseline value."""
        limits = (self.low, self.high)
        return self.quantity in ("decrease", "increase") or any(
            limit is not None and limit.reference == "BASE" for limit in limits
        )


@dataclass(frozen=True, slots=True)
class LabTerm:
    """One term as one test can show it, with its bands from mild to severe.

    Attributes:
        is_numeric: false where CTCAE grades by management (``needs_clinician``) or has no
            term at all (``term`` = ``NONE_IN_V5``).
        is_advisory: a single value advises but does not establish the term (chronic disease).
    """

    term: str
    soc: str
    analyte: str
    direction: Direction
    rules: tuple[LabRule, ...]
    is_numeric: bool
    is_advisory: bool

    @property
    def facts(self) -> tuple[str, ...]:
        """Clinical facts on which the grade may depend."""
        return tuple(sorted({rule.fact for rule in self.rules if rule.fact}))

    @property
    def printed_units(self) -> frozenset[str]:
        """Units in which CTCAE prints absolute limits for this term."""
        return frozenset(rule.unit for rule in self.rules) - RELATIVE_UNITS


LAB_COLUMNS = (
    "rule_id", "ctcae_term", "soc", "analyte", "direction", "grade", "reference", "unit",
    "low", "low_inclusive", "high", "high_inclusive", "applies_when", "condition", "note", "source",
)  # fmt: skip


def _limit(cell: str, reference: str) -> Limit | None:
    if not cell:
        return None
    if cell in ("LLN", "ULN"):
        return Limit(0.0, 1.0, "LLN" if cell == "LLN" else "ULN")
    if cell == "max(ULN,BASE)":
        return Limit(0.0, 1.0, "ULN_OR_BASE")
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    if reference == "ULN_DIFF":
        return Limit(number, 1.0, "ULN")
    if reference == "LLN":
        return Limit(0.0, number, "LLN")
    if reference == "ULN":
        return Limit(0.0, number, "ULN")
    if reference == "BASE":
        return Limit(0.0, number, "BASE")
    return Limit(number)


def _ordered(low: Limit, high: Limit) -> bool:
    return (low.offset, low.scale) < (high.offset, high.scale)


def _rule(path: Path, line: int, row: Mapping[str, str]) -> LabRule:
    quantity = _QUANTITY.get(row["reference"])
    if quantity is None:
        raise invalid(path, line, "reference", row["reference"])
    if quantity == "none":
        return LabRule(
            row["rule_id"], 0, "", quantity, None, False, None, False, "any", "", False, (),
            row["note"],
        )  # fmt: skip
    if row["grade"] not in ("1", "2", "3", "4"):
        raise invalid(path, line, "grade", row["grade"])
    applies = row["applies_when"]
    if applies not in get_args(AppliesWhen):
        raise invalid(path, line, "applies_when", applies)
    levels: tuple[str, ...] = ()
    low = high = None
    if quantity == "level":
        levels = tuple(row["low"].split("|"))
        if not set(levels) <= set(DIPSTICK_LEVELS):
            raise invalid(path, line, "low", row["low"])
    elif quantity != "clinical":
        for column in ("low", "high"):
            try:
                limit = _limit(row[column], row["reference"])
            except ValueError:
                raise invalid(path, line, column, row[column]) from None
            if limit is not None and row[f"{column}_inclusive"] not in ("0", "1"):
                raise invalid(path, line, f"{column}_inclusive", row[f"{column}_inclusive"])
            low, high = (limit, high) if column == "low" else (low, limit)
        if low is None and high is None:
            raise invalid(path, line, "low", "")
        if low and high and low.reference == high.reference and not _ordered(low, high):
            raise invalid(path, line, "high", row["high"])
    fact, fact_value = "", False
    if row["condition"] and quantity != "clinical":
        if row["condition"] not in CONDITIONS:
            raise invalid(path, line, "condition", row["condition"])
        fact, fact_value = CONDITIONS[row["condition"]]
    return LabRule(
        row["rule_id"], int(row["grade"]), row["unit"], quantity,
        low, row["low_inclusive"] == "1", high, row["high_inclusive"] == "1",
        applies, fact, fact_value, levels, row["note"],  # type: ignore[arg-type]
    )  # fmt: skip


def read_lab_terms(path: Path = LABS_FILE) -> tuple[LabTerm, ...]:
    """All terms that a laboratory value can bear on, in the order of the file.

    Raises:
        RuleFileInvalid: a cell that is no rule (names file, line, column, value); two rules
            with one id; numeric and management bands, or two clinical facts, in one term.
    """
    grouped: dict[tuple[str, str, str], list[tuple[int, str, LabRule]]] = {}
    seen: set[str] = set()
    for line, row in read_rows(path, LAB_COLUMNS):
        if not row["rule_id"] or row["rule_id"] in seen:
            raise invalid(path, line, "rule_id", row["rule_id"])
        seen.add(row["rule_id"])
        if row["direction"] not in get_args(Direction):
            raise invalid(path, line, "direction", row["direction"])
        for column in ("ctcae_term", "analyte"):
            if not row[column]:
                raise invalid(path, line, column, "")
        key = (row["ctcae_term"], row["analyte"], row["direction"])
        grouped.setdefault(key, []).append((line, row["soc"], _rule(path, line, row)))
    terms = []
    for (term, analyte, direction), entries in grouped.items():
        first_line, soc, _ = entries[0]
        rules = tuple(sorted((rule for _, _, rule in entries), key=lambda rule: rule.grade))
        numeric = {rule.quantity not in ("clinical", "none") for rule in rules}
        if len(numeric) > 1 or len({rule.fact for rule in rules} - {""}) > 1:
            raise invalid(path, first_line, "reference", term)
        advisory = any(rule.note.startswith("advisory only") for rule in rules)
        terms.append(
            LabTerm(term, soc, analyte, direction, rules, numeric == {True}, advisory)  # type: ignore[arg-type]
        )
    return tuple(terms)


@cache
def _lab_terms(version: str) -> Mapping[tuple[str, str, Direction], LabTerm]:
    terms = read_lab_terms(ctcae_versions()[version].labs_file)
    return {(item.term, item.analyte, item.direction): item for item in terms}


def lab_terms(
    version: str = CTCAE_VERSION,
) -> Mapping[tuple[str, str, Direction], LabTerm]:
    """(term, test, direction) -> the term with its bands in that version."""
    return _lab_terms(version)


@cache
def terms_of(analyte: str, version: str = CTCAE_VERSION) -> tuple[LabTerm, ...]:
    """The terms that one test can show; empty if the version has none.

    Terms graded by management stand in only where no numeric term takes that direction:
    acute kidney injury is never read off creatinine.

    >>> [item.term for item in terms_of("K")]
    ['Hypokalemia', 'Hyperkalemia']
    >>> terms_of("UREA")
    ()
    """
    own = [t for t in lab_terms(version).values() if t.analyte == analyte and t.term != NONE_IN_V5]
    numeric = {item.direction for item in own if item.is_numeric}
    return tuple(item for item in own if item.is_numeric or item.direction not in numeric)
