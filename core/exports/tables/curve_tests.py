"""Tests between curves, pairs of groups, restricted means and the patients behind a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.exports.tables.survival import options_note
from core.exports.tables.table import Table, framed, worded
from core.options import unit_name, unit_word
from core.results.common import Message
from core.results.survival import LogRank, MeanTime, PermutationTest
from core.results.survival_study import CurvePatient, StudyCurves
from core.text.catalogue import Language, say, text
from core.text.numbers import MISSING, interval, number, p_value

LevelName = Callable[[str], str]
"""Code of a curve's level -> its printed name."""


def comparison_table(curves: StudyCurves, language: Language) -> Table:
    """Every test of the curves, the log-rank test first."""
    convention = curves.options.convention
    headers = [text(f"tables.{key}", language) for key in ("test", "chi2", "df", "p")]
    rows: list[list[str]] = []
    found: list[Message] = []

    def add(name: str, test: LogRank | None) -> None:
        if test is None:
            return
        label = text(f"tables.survival_test.{name}", language)
        rows.append([label, number(test.chi2, 3), str(test.df), p_value(test.p, convention)])
        found.extend(test.messages)

    for test in curves.tests:
        add(test.weights, test)
    add("trend", curves.trend)
    add("stratified", curves.stratified)
    notes = [options_note(curves.options, language), text("tables.tests_note", language)]
    if curves.cut is not None:
        notes.append(text("tables.tests_uncorrected", language))
    permuted = curves.permutation
    if permuted is not None:
        label = text("tables.survival_test.permutation", language)
        rows.append([label, MISSING, MISSING, p_value(permuted.p, convention)])
        found.extend(permuted.messages)
        if permuted.p is not None:
            notes.append(_permutation_note(permuted, language))
    title = text("tables.tests_title", language, endpoint=f"@{curves.endpoint.label}")
    notes += worded(found, language)
    return Table(f"tests_{curves.endpoint.code}", title, framed(rows, headers), tuple(notes))


def _permutation_note(test: PermutationTest, language: Language) -> str:
    if test.is_exact:
        return text("tables.permutation_exact", language, ways=f"{test.permutations:,}")
    return text(
        "tables.permutation_drawn",
        language,
        drawn=f"{test.permutations:,}",
        low=number(test.p_low, 4),
        high=number(test.p_high, 4),
        seed=test.seed,
    )


def pairs_table(curves: StudyCurves, name: LevelName, language: Language) -> Table:
    """Each pair of groups with its P and Holm's."""
    convention = curves.options.convention
    headers = [text(f"tables.{key}", language) for key in ("pair", "chi2", "df", "p", "p_holm")]
    rows = [
        [
            text("tables.against", language, first=name(one.first), second=name(one.second)),
            number(one.test.chi2, 3),
            str(one.test.df),
            p_value(one.test.p, convention),
            p_value(one.p_adjusted, convention),
        ]
        for one in curves.pairs
    ]
    found = [message for one in curves.pairs for message in one.test.messages]
    notes = (text("tables.holm_note", language, n=len(rows)), *worded(found, language))
    title = text("tables.pairs_title", language, endpoint=f"@{curves.endpoint.label}")
    return Table(f"pairs_{curves.endpoint.code}", title, framed(rows, headers), notes)


def rmst_table(curves: StudyCurves, name: LevelName, language: Language) -> Table:
    """Restricted mean of each group, and what it gains on the first group."""
    convention = curves.options.convention
    unit = unit_name(curves.options.time_unit)
    headers = [
        text("tables.group", language),
        text("tables.rmst", language, time_unit=unit),
        text("tables.rmst_interval", language, level=100 * curves.options.level),
        text("tables.rmst_difference", language, time_unit=unit),
        text("tables.p", language),
    ]
    rows = []
    found: list[Message] = []
    for position, (group, mean) in enumerate(zip(curves.groups, curves.rmst, strict=True)):
        difference, p = text("tables.reference", language), ""
        if position:
            against = curves.differences[position - 1]
            difference, p = MISSING, p_value(against.p, convention)
            if against.difference is not None:
                difference = number(against.difference, 2)
                if against.low is not None:
                    difference += " " + text(
                        "tables.signed_interval",
                        language,
                        low=number(against.low, 2),
                        high=number(against.high, 2),
                    )
            if against.message is not None:
                found.append(against.message)
        if len(curves.groups) == 1:
            difference = ""
        rows.append([name(group.level), _mean(mean), _limits(mean), difference, p])
        if mean.message is not None:
            found.append(mean.message)
    title = text(
        "tables.rmst_title",
        language,
        tau=number(curves.tau, 1),
        time_unit=unit_word(curves.options.time_unit),
        endpoint=f"@{curves.endpoint.label}",
    )
    notes = (
        options_note(curves.options, language),
        text("tables.rmst_note", language),
        *worded(found, language),
    )
    frame = framed(rows, headers)
    if len(curves.groups) == 1:
        frame = frame.iloc[:, :3]
    return Table(f"rmst_{curves.endpoint.code}", title, frame, notes)


def _mean(mean: MeanTime) -> str:
    if mean.estimate is None:
        return MISSING
    return f"{number(mean.estimate, 2)} ± {number(mean.std_err, 2)}"


def _limits(mean: MeanTime) -> str:
    return MISSING if mean.low is None else interval(mean.low, mean.high, 2)


def cut_table(curves: StudyCurves, language: Language) -> Table:
    """The searched cut with its corrected P values beside the naive one."""
    found = curves.cut
    headers = [text("tables.quantity", language), text("tables.value", language)]
    if found is None or found.cut is None:
        messages = found.messages if found is not None else ()
        return Table(
            "searched_cut", text("tables.cut_title", language), framed([], headers),
            worded(messages, language),
        )  # fmt: skip
    values = [
        ("cut_at", f"≤ {found.cut:g} / > {found.cut:g}"),
        ("cut_tried", str(found.cuts.size)),
        ("cut_statistic", number(found.statistic, 3)),
        ("cut_p_permutation", p_value(found.p_permutation)),
        ("cut_p_1992", p_value(found.p_lausen_1992)),
        ("cut_p_1994", p_value(found.p_lausen_1994)),
        ("cut_p_naive", p_value(found.p_naive)),
    ]
    rows = [[text(f"tables.{key}", language), value] for key, value in values]
    notes = [*worded(found.messages, language)]
    if found.permutations:
        notes.append(
            text(
                "tables.permutation_drawn",
                language,
                drawn=f"{found.permutations:,}",
                low=number(found.p_low, 4),
                high=number(found.p_high, 4),
                seed=found.seed,
            )
        )
    notes.append(text("tables.cut_share_note", language, share=f"{100 * found.minimum_share:.0f}"))
    title = text("tables.cut_title", language)
    return Table("searched_cut", title, framed(rows, headers), tuple(notes))


def patients_table(
    patients: Iterable[CurvePatient], curves: StudyCurves, name: LevelName, language: Language
) -> Table:
    """The persons behind a step."""
    headers = [
        text("tables.patient", language),
        text("tables.group", language),
        text("tables.time", language, time_unit=unit_name(curves.options.time_unit)),
        text("tables.outcome", language),
        text("tables.reason", language),
    ]
    rows = [
        [
            one.patient_id,
            name(one.level),
            number(one.time, 2),
            text(f"endpoints.event.{'yes' if one.is_event else 'no'}", language),
            "" if one.reason is None else say(one.reason, language),
        ]
        for one in patients
    ]
    title = text("tables.step_patients", language)
    return Table("patients_of_step", title, framed(rows, headers))
