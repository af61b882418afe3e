"""Response by the levels of a factor, the groups compared, and the site of first progression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from core.exports.tables.response import options_note
from core.exports.tables.table import Table, framed, labelled
from core.results.response import CATEGORIES, CohortResponse
from core.results.response_groups import GroupedResponse, RateComparison
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, count_percent, interval, number, p_value, ratio
from core.text.numbers import rate as printed_rate

LevelName = Callable[[str], str]
_SITES = ("INTRAHEPATIC", "EXTRAHEPATIC", "BOTH", "UNKNOWN")
_LIVER_SIGNS = ("NEW", "TARGET", "NONTARGET")


def group_table(grouped: GroupedResponse, name: LevelName, language: Language) -> Table:
    """Counts, ORR, DCR and clinical benefit, one line a level.

    Args:
        name: level code -> its name.
    """
    shown = [
        category
        for category in CATEGORIES
        if category in {"CR", "PR", "SD", "PD"}
        or any(group.counts.get(category, 0) for group in grouped.groups)
    ]
    headers = [
        text("response_tables.group", language),
        text("common.patients", language),
        *shown,
        text("response_tables.rate_short.orr", language),
        text("response_tables.rate_short.dcr", language),
        text("response_tables.benefit_short", language),
    ]
    rows = [
        [
            name(group.level),
            str(len(group.patient_ids)),
            *(str(group.counts.get(category, 0)) for category in shown),
            printed_rate(group.orr),
            printed_rate(group.dcr),
            MISSING if group.benefit is None else printed_rate(group.benefit),
        ]
        for group in grouped.groups
    ]
    notes = [
        options_note(grouped.options, language),
        text(
            "response_tables.by_group_note",
            language,
            compartment=f"@tables.compartment.{grouped.compartment}",
            orr_p=p_value(grouped.orr_p),
            dcr_p=p_value(grouped.dcr_p),
        ),
    ]
    if grouped.without_level:
        notes.append(text("response_tables.by_group_unknown", language, n=grouped.without_level))
    factor = labelled(grouped.factor.label, language)
    title = text("response_tables.by_group_title", language, factor=factor)
    return Table("response_by_group", title, framed(rows, headers), tuple(notes))


def comparison_table(grouped: GroupedResponse, name: LevelName, language: Language) -> Table:
    """Each level against the reference: Fisher's P, odds ratio, difference of the rates."""
    level = 100 * grouped.options.level
    headers = [
        text("response_tables.comparison_rate", language),
        text("response_tables.comparison_groups", language),
        text("response_tables.odds_ratio", language, level=level),
        text("response_tables.difference", language, level=level),
        text("common.p", language),
    ]
    rows = [
        [
            text(f"response_tables.rate_short.{one.rate}", language),
            text(
                "response_tables.versus",
                language,
                first=name(one.first.group),
                second=name(one.second.group),
            ),
            _odds_ratio(one),
            _difference(one),
            p_value(one.p),
        ]
        for one in grouped.comparisons
    ]
    notes = (
        text("response_tables.comparison_note", language),
        options_note(grouped.options, language),
    )
    title = text("response_tables.comparison_title", language)
    return Table("response_groups_compared", title, framed(rows, headers), notes)


def _odds_ratio(one: RateComparison) -> str:
    if one.odds_ratio_low is None and one.odds_ratio_high is None and one.odds_ratio is None:
        return MISSING
    infinite = "∞"
    estimate = infinite if one.odds_ratio is None else ratio(one.odds_ratio)
    high = infinite if one.odds_ratio_high is None else ratio(one.odds_ratio_high)
    return f"{estimate} ({ratio(one.odds_ratio_low)}–{high})"


def _difference(one: RateComparison) -> str:
    if one.difference is None or one.difference_low is None or one.difference_high is None:
        return MISSING
    low, high = number(100 * one.difference_low), number(100 * one.difference_high)
    # A dash between limits that may be negative would be misread.
    limits = interval(100 * one.difference_low, 100 * one.difference_high)
    shown = limits if one.difference_low >= 0 else f"{low}, {high}"
    return f"{number(100 * one.difference)} ({shown})"


def sites_table(cohort: CohortResponse, language: Language) -> Table:
    """Where patients progressed first, and in the liver how."""
    sites = Counter(one.progression_site for one in cohort.patients if one.progression_site)
    progressed = sum(sites.values())
    in_liver = [one for one in cohort.patients if one.progression_site in {"INTRAHEPATIC", "BOTH"}]
    signs = Counter(one.liver_progression for one in in_liver if one.liver_progression)
    rows = [
        [text(f"tables.site.{site}", language), count_percent(sites[site], progressed)]
        for site in _SITES
        if sites[site] or site != "UNKNOWN"
    ]
    rows += [
        [
            text("response_tables.liver_row", language, sign=f"@response_tables.liver_sign.{sign}"),
            count_percent(signs[sign], progressed),
        ]
        for sign in _LIVER_SIGNS
        if signs[sign]
    ]
    headers = [text("response_tables.sites_first", language), text("common.patients", language)]
    note = text("response_tables.sites_note", language, n=progressed, total=len(cohort.patients))
    title = text("response_tables.sites_title", language)
    return Table("progression_sites", title, framed(rows, headers), (note,))
