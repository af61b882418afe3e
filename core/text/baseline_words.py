"""Table 1 as a paragraph that could stand in a paper, with its caveats.

A group is only said to have the higher values where mean and median both say so and the test
shows a difference; a test that shows none is never turned into proof of likeness.
"""

from __future__ import annotations

from core.results.baseline import BaselineTable, CategoricalRow, NumericRow
from core.text.catalogue import Language, text
from core.text.claims import SIGNIFICANT, bare, stated_p
from core.text.numbers import listed, number, percent

IMBALANCE = 0.2
MOST_FACTORS = 8


def _named(label: str, language: Language) -> str:
    return text(label[1:], language) if label.startswith("@") else label


def baseline_paragraph(table: BaselineTable, language: Language) -> list[str]:
    """Sentences on who was treated, or on how the groups differ."""
    found = [_cohort(table, language), *_described(table, language)]
    if table.group is not None:
        found += _compared(table, language)
    return [sentence for sentence in found if sentence]


def _cohort(table: BaselineTable, language: Language) -> str:
    if table.group is None:
        return text("baseline_words.cohort", language, n=table.n)
    levels = [_named(level.label, language) for level in table.group.levels]
    parts = [
        text("baseline_words.part", language, group=level, n=total)
        for level, total in zip(levels, table.group_totals, strict=True)
    ]
    return text(
        "baseline_words.grouped",
        language,
        n=table.n,
        group=bare(_named(table.group.label, language), *levels),
        parts=listed(parts, language),
    )


def _described(table: BaselineTable, language: Language) -> list[str]:
    found = []
    for show in ("mean_sd", "median_iqr"):
        numbers = [
            _number(row, language) for row in table.numeric if row.overall.n and row.show == show
        ]
        if numbers:
            parts = listed(numbers, language, limit=MOST_FACTORS)
            found.append(text(f"baseline_words.{show}", language, parts=parts))
    shares = [_share(row, language) for row in table.categorical if row.overall.total]
    if shares:
        parts = listed(shares, language, limit=MOST_FACTORS)
        found.append(text("baseline_words.shares", language, parts=parts))
    return found


def _number(row: NumericRow, language: Language) -> str:
    summary = row.overall
    if row.show == "mean_sd":
        value = f"{number(summary.mean)} ± {number(summary.sd)}"
    else:
        value = f"{number(summary.median)} ({number(summary.q1)}–{number(summary.q3)})"
    name = _named(row.label, language)
    if not row.unit:
        return text("baseline_words.number", language, name=name, value=value)
    unit = f"@factors.unit.{row.unit}"
    return text("baseline_words.number_unit", language, name=name, value=value, unit=unit)


def _share(row: CategoricalRow, language: Language) -> str:
    counts = row.overall.counts
    largest = counts.index(max(counts))
    level = _named(row.levels[largest].label, language)
    return text(
        "baseline_words.share",
        language,
        name=bare(_named(row.label, language), level),
        level=level,
        n=counts[largest],
        percent=percent(counts[largest] / row.overall.total),
    )


def _row_name(row: NumericRow | CategoricalRow, table: BaselineTable, language: Language) -> str:
    """A row's name; the bands of a number are told apart from the number itself."""
    name = _named(row.label, language)
    if isinstance(row, NumericRow):
        return name
    name = bare(name, *(_named(level.label, language) for level in row.levels))
    if any(_named(one.label, language) == name for one in table.numeric):
        return text("baseline_words.banded", language, name=name)
    return name


def higher_group(row: NumericRow) -> int | None:
    """Which of two groups has the higher values by mean and median alike; None if unclear."""
    if len(row.by_group) != 2:
        return None
    first, second = row.by_group
    if first.mean is None or second.mean is None or first.median is None or second.median is None:
        return None
    by_mean, by_median = first.mean - second.mean, first.median - second.median
    if by_mean * by_median <= 0:
        return None
    return 0 if by_mean > 0 else 1


def _compared(table: BaselineTable, language: Language) -> list[str]:
    found: list[str] = []
    alike, tested = 0, 0
    unbalanced = []
    rows: list[NumericRow | CategoricalRow] = [*table.numeric, *table.categorical]
    for row in rows:
        p = row.test.p if row.test is not None else None
        difference = row.standardised_difference
        if p is None:
            continue
        tested += 1
        if p < SIGNIFICANT:
            found.append(_difference(row, p, table, language))
            continue
        alike += 1
        if difference is not None and difference > IMBALANCE:
            unbalanced.append(_row_name(row, table, language))
    if alike:
        found.append(text("baseline_words.no_difference", language, n=alike, patients=table.n))
    if unbalanced:
        found.append(
            text(
                "baseline_words.unbalanced",
                language,
                names=listed(unbalanced, language),
                limit=f"{IMBALANCE:g}",
            )
        )
    if tested > 1:
        found.append(text("baseline_words.many_tests", language, n=tested))
    if table.group is not None and "groups" in table.group.tables:
        found.append(text("baseline_words.by_outcome", language))
    return found


def _difference(
    row: NumericRow | CategoricalRow, p: float, table: BaselineTable, language: Language
) -> str:
    name = _row_name(row, table, language)
    higher = higher_group(row) if isinstance(row, NumericRow) else None
    if higher is None or table.group is None:
        return text("baseline_words.differ", language, name=name, p=stated_p(p))
    level = _named(table.group.levels[higher].label, language)
    if not level[:1].isalpha():
        factor = bare(_named(table.group.label, language), level)
        level = text("tables.told_level", language, factor=factor, level=level)
    return text("baseline_words.higher", language, name=name, group=level, p=stated_p(p))
