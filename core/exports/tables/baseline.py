"""Table 1 as printed."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.table import Table, framed, labelled, worded
from core.results.baseline import (
    BaselineTable,
    CategoricalRow,
    CategoryColumn,
    NumericRow,
    NumericSummary,
    SessionCounts,
)
from core.results.group_tests import StatisticalTest
from core.text.catalogue import Language, say, text
from core.text.numbers import MISSING, count_percent, listed, number, p_value, ratio


def baseline_table(table: BaselineTable, language: Language) -> Table:
    """Characteristic, level, all patients, one column per group, P and standardised difference."""
    has_groups = table.group is not None
    headers = [
        text("tables.characteristic", language),
        text("tables.level", language),
        text("tables.all_patients", language, n=table.n),
    ]
    if table.group is not None:
        headers += [
            f"{labelled(level.label, language)} (n = {total})"
            for level, total in zip(table.group.levels, table.group_totals, strict=True)
        ]
        headers += [
            text("common.p", language),
            text("tables.test", language),
            text("tables.standardised_difference", language),
        ]
    rows: list[list[str]] = []
    for row in table.categorical:
        rows += _categorical(row, table, language, has_groups)
    for number_row in table.numeric:
        rows += _numeric(number_row, table, language, has_groups)
    rows += _sessions(table, language, has_groups)
    shown = [
        _remark(labelled(row.label, language), say(row.why_shown, language), language)
        for row in table.numeric
    ]
    notes = (
        text("tables.baseline_note", language, quartile_type=table.quartile_type),
        text(
            f"tables.baseline_{table.convention.value}",
            language,
            convention=f"@common.convention.{table.convention.value}",
        ),
        *worded(table.messages, language),
        *worded(table.sessions.messages, language),
        *_remarks_on_rows(table, language),
        *(_reasons(table, language) if has_groups else shown),
    )
    return Table("baseline", text("tables.baseline_title", language), framed(rows, headers), notes)


def baseline_tests_table(table: BaselineTable, language: Language) -> Table:
    """Every test of every row: the chosen one first, the others and Levene's beside it."""
    headers = [
        text("tables.characteristic", language),
        text("tables.test", language),
        text("tables.statistic", language),
        text("tables.df", language),
        text("common.p", language),
        text("tables.odds_ratio", language),
        text("tables.chosen_test", language),
    ]
    rows = []
    tested: list[CategoricalRow | NumericRow] = [*table.categorical, *table.numeric]
    for row in tested:
        found = [row.test, *row.other_tests]
        if isinstance(row, NumericRow):
            found.append(row.equal_variances)
        for position, test in enumerate(one for one in found if one is not None):
            degrees = compact_number(test.df)
            if test.df_within is not None:
                degrees = f"{degrees}, {compact_number(test.df_within)}"
            rows.append(
                [
                    labelled(row.label, language) if position == 0 else "",
                    text(f"baseline.test.name.{test.name}", language),
                    number(test.statistic, 3),
                    degrees,
                    p_value(test.p, table.convention),
                    _odds(test),
                    "✓" if position == 0 else "",
                ]
            )
    notes = (text("tables.baseline_tests_note", language),)
    title = text("tables.baseline_tests_title", language)
    return Table("baseline_tests", title, framed(rows, headers), notes)


def _odds(test: StatisticalTest) -> str:
    if test.odds_low is None:
        return ""
    odds = "∞" if test.odds_ratio is None else ratio(test.odds_ratio)
    high = "∞" if test.odds_high is None else ratio(test.odds_high)
    return f"{odds} ({ratio(test.odds_low)}–{high})"


def compact_number(value: float | None) -> str:
    """Degrees of freedom: whole where they are, else two decimals (Welch).

    >>> compact_number(22.0), compact_number(17.456)
    ('22', '17.46')
    """
    if value is None:
        return MISSING
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}"


def _reasons(table: BaselineTable, language: Language) -> tuple[str, ...]:
    """Why each row's test was chosen; rows with the same reason share a line."""
    tested: list[CategoricalRow | NumericRow] = [*table.categorical, *table.numeric]
    separator = "" if language == "zh" else " "
    return _shared_remarks(
        [
            (row.label, separator.join(say(message, language) for message in row.test.why))
            for row in tested
            if row.test is not None and row.test.why
        ],
        language,
    )


def _remarks_on_rows(table: BaselineTable, language: Language) -> tuple[str, ...]:
    rows: list[CategoricalRow | NumericRow] = [*table.categorical, *table.numeric]
    said = [(row.label, say(message, language)) for row in rows for message in row.messages]
    return _shared_remarks(said, language)


def _shared_remarks(said: Sequence[tuple[str, str]], language: Language) -> tuple[str, ...]:
    """Each sentence once, after the names of all rows that it is about."""
    rows: dict[str, list[str]] = {}
    for label, sentence in said:
        rows.setdefault(sentence, []).append(labelled(label, language))
    return tuple(
        _remark(listed(list(dict.fromkeys(names)), language), sentence, language)
        for sentence, names in rows.items()
    )


def _remark(name: str, sentence: str, language: Language) -> str:
    return text("baseline.remark", language, name=name, sentence=sentence)


def _test_cells(
    test: StatisticalTest | None, difference: float | None, table: BaselineTable, language: Language
) -> list[str]:
    if test is None:
        return [MISSING, MISSING, number(difference, 2)]
    return [
        p_value(test.p, table.convention),
        text(f"baseline.test.name.{test.name}", language),
        number(difference, 2),
    ]


def _categorical(
    row: CategoricalRow, table: BaselineTable, language: Language, has_groups: bool
) -> list[list[str]]:
    columns: list[CategoryColumn] = [row.overall, *row.by_group]
    missing = ["", text("common.missing", language), *(str(one.missing) for one in columns)]
    if not row.overall.total and row.overall.missing:
        # Nobody's level is known: no level can be told to have nobody.
        blank = [MISSING] * 3 if has_groups else []
        return [[labelled(row.label, language), *missing[1:], *blank]]
    lines = []
    for index, level in enumerate(row.levels):
        line = [
            labelled(row.label, language) if index == 0 else "",
            labelled(level.label, language),
            *(count_percent(column.counts[index], column.total) for column in columns),
        ]
        if has_groups:
            cells = _test_cells(row.test, row.standardised_difference, table, language)
            line += cells if index == 0 else ["", "", ""]
        lines.append(line)
    if any(column.missing for column in columns):
        lines.append(missing + ([""] * 3 if has_groups else []))
    return lines


def _summary(summary: NumericSummary, show: str) -> str:
    if not summary.n:
        return MISSING
    if show == "mean_sd":
        return f"{number(summary.mean)} ± {number(summary.sd)}"
    return f"{number(summary.median)} ({number(summary.q1)}–{number(summary.q3)})"


def _numeric(
    row: NumericRow, table: BaselineTable, language: Language, has_groups: bool
) -> list[list[str]]:
    name = labelled(row.label, language)
    line = [
        text("baseline.with_unit", language, name=name, measure=f"@factors.unit.{row.unit}")
        if row.unit
        else name,
        text(f"tables.{row.show}", language),
        *(_summary(column, row.show) for column in (row.overall, *row.by_group)),
    ]
    if has_groups:
        line += _test_cells(row.test, row.standardised_difference, table, language)
    if not row.overall.missing:
        return [line]
    columns = (row.overall, *row.by_group)
    missing = ["", text("common.missing", language), *(str(c.missing) for c in columns)]
    return [line, missing + ([""] * 3 if has_groups else [])]


def _sessions(table: BaselineTable, language: Language, has_groups: bool) -> list[list[str]]:
    row = table.sessions
    if row.overall.total is None:
        return []
    columns: list[SessionCounts] = [row.overall, *row.by_group]
    blank = [""] * 3 if has_groups else []
    name = text("tables.sessions", language)
    lines = [[name, text("common.total", language), *(_plain(c.total) for c in columns), *blank]]
    for sessions, _ in row.overall.by_number:
        cells = []
        for column in columns:
            patients = dict(column.by_number).get(sessions, 0)
            cells.append(count_percent(patients, column.patients))
        level = text("tables.sessions_each", language, n=sessions)
        lines.append(["", level, *cells, *blank])
    return lines


def _plain(value: int | None) -> str:
    return MISSING if value is None else str(value)
