"""Factors of a study and the baseline table (Table 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.errors import Fact
from core.options import Convention
from core.results.common import Message
from core.results.group_tests import StatisticalTest

FactorKind = Literal["bands", "categories", "own_levels", "own_median_split"]


@dataclass(frozen=True, slots=True)
class FactorLevel:
    """One level of a factor.

    Attributes:
        code: as it stands in the factor frame, e.g. ``">=50"``.
        label: ``"@"`` and a catalogue key, or the text itself (own variables).
    """

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Factor:
    """A grouping of the patients by one baseline variable.

    Attributes:
        name: column of ``patients`` that it describes; also the column of the factor frame.
        label: ``"@"`` and a catalogue key, or the user's own header.
        levels: in printing order; levels that occur only in some studies are listed only
            where they occur.
        reference: code of the level that the others are compared with.
        tables: tables of the published series in which it stands: ``table_1`` (baseline),
            ``table_4`` (one factor at a time), ``table_5`` (multivariable Cox).
        kind: bands of a number, categories, or an own variable.
        cut: median at which an own numeric variable was split (that value and above form the
            upper level); None otherwise.
    """

    name: str
    label: str
    levels: tuple[FactorLevel, ...]
    reference: str
    tables: tuple[str, ...]
    kind: FactorKind
    cut: float | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the levels in printing order."""
        return tuple(level.code for level in self.levels)

    @property
    def is_own(self) -> bool:
        """Whether it is one of the user's own variables."""
        return self.kind.startswith("own")


@dataclass(frozen=True)
class FactorFrame:
    """The patients' levels of every factor.

    Attributes:
        table: one row per patient, index ``patient_id``; one object column per factor
            holding level codes, None = missing or outside the factor's levels.
        factors: the factors in printing order, one per column of ``table``.
        messages: what was derived, left out or split, and why.
    """

    table: pd.DataFrame
    factors: tuple[Factor, ...]
    messages: tuple[Message, ...] = ()

    def factor(self, name: str) -> Factor:
        """The factor of that name; KeyError if there is none."""
        for factor in self.factors:
            if factor.name == name:
                return factor
        raise KeyError(name)

    def of_table(self, table: str) -> tuple[Factor, ...]:
        """The factors that stand in ``table_1``, ``table_4`` or ``table_5``."""
        return tuple(factor for factor in self.factors if table in factor.tables)


@dataclass(frozen=True, slots=True)
class CategoryColumn:
    """Counts of one categorical variable in one column of the table.

    Attributes:
        counts: patients per level, in the order of the row's levels.
        total: patients with a known level: the denominator of the percentages.
        missing: patients without one.
    """

    counts: tuple[int, ...]
    total: int
    missing: int

    @property
    def percents(self) -> tuple[float | None, ...]:
        """Percent of the patients with a known level; None where there are none."""
        return tuple(100 * n / self.total if self.total else None for n in self.counts)


@dataclass(frozen=True, slots=True)
class CategoricalRow:
    """A factor in Table 1: n (%) per level."""

    name: str
    label: str
    levels: tuple[FactorLevel, ...]
    overall: CategoryColumn
    by_group: tuple[CategoryColumn, ...] = ()
    test: StatisticalTest | None = None
    other_tests: tuple[StatisticalTest, ...] = ()
    standardised_difference: float | None = None
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class NumericSummary:
    """A number in one column of the table, in the row's unit.

    Everything is None when no patient has a value; ``sd`` and ``skewness`` need 2 and 3.
    """

    n: int
    missing: int
    mean: float | None
    sd: float | None
    median: float | None
    q1: float | None
    q3: float | None
    minimum: float | None
    maximum: float | None
    skewness: float | None


@dataclass(frozen=True, slots=True)
class NumericRow:
    """A number in Table 1.

    Attributes:
        show: which summary suits its distribution; both are given.
        unit: as in the schema; "" = none.
        test: the chosen test between the groups; ``other_tests`` the ones beside it.
        equal_variances: Levene's test, about the mean (SPSS) or the median.
        standardised_difference: of two groups; the largest of all pairs for more.
    """

    name: str
    label: str
    unit: str
    overall: NumericSummary
    show: Literal["mean_sd", "median_iqr"]
    why_shown: Message
    quartile_type: Literal[6, 7]
    by_group: tuple[NumericSummary, ...] = ()
    test: StatisticalTest | None = None
    other_tests: tuple[StatisticalTest, ...] = ()
    equal_variances: StatisticalTest | None = None
    standardised_difference: float | None = None
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """HAIC sessions in one column of the table.

    Attributes:
        total: sessions of all patients; None when unknown.
        patients: patients whose number of sessions is known.
        missing: patients without it.
        by_number: (number of sessions, patients with that many), ascending.
    """

    total: int | None
    patients: int
    missing: int
    by_number: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SessionsRow:
    """Number of HAIC sessions; ``source`` is the table or column counted."""

    source: Literal["haic_sessions", "n_haic_sessions", ""]
    overall: SessionCounts
    by_group: tuple[SessionCounts, ...] = ()
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class BaselineTable:
    """Table 1, overall and optionally by the levels of one factor.

    Attributes:
        n: patients of the study.
        group: the factor that makes the columns; None = overall only.
        group_totals: patients per level of ``group``, in the order of its levels.
        group_missing: patients whose level of ``group`` is unknown; in no column.
        categorical, numeric: the rows.
        convention: sets quartiles, rank-sum correction and Levene's centre.
    """

    n: int
    convention: Convention
    quartile_type: Literal[6, 7]
    categorical: tuple[CategoricalRow, ...]
    numeric: tuple[NumericRow, ...]
    sessions: SessionsRow
    group: Factor | None = None
    group_totals: tuple[int, ...] = ()
    group_missing: int = 0
    messages: tuple[Message, ...] = field(default=())

    def flat(self) -> Iterator[dict[str, Fact]]:
        """One mapping per printed line of the overall column.

        Categorical lines: variable, level, n, percent, total, missing. Numeric lines: level
        is None, n the patients with a value, then mean, sd, median, q1, q3, min, max.
        """
        for row in self.categorical:
            column = row.overall
            for level, count, percent in zip(
                row.levels, column.counts, column.percents, strict=True
            ):
                yield {
                    "variable": row.name,
                    "level": level.code,
                    "n": count,
                    "percent": percent,
                    "total": column.total,
                    "missing": column.missing,
                }
        for number in self.numeric:
            summary = number.overall
            yield {
                "variable": number.name,
                "level": None,
                "n": summary.n,
                "percent": None,
                "missing": summary.missing,
                "unit": number.unit,
                "mean": summary.mean,
                "sd": summary.sd,
                "median": summary.median,
                "q1": summary.q1,
                "q3": summary.q3,
                "min": summary.minimum,
                "max": summary.maximum,
            }
        counts = self.sessions.overall
        for number_of_sessions, patients in counts.by_number:
            yield {
                "variable": "sessions",
                "level": str(number_of_sessions),
                "n": patients,
                "percent": 100 * patients / counts.patients,
                "total": counts.patients,
                "missing": counts.missing,
            }
