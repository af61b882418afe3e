"""Results for readers who may not see single patients: small counts hidden, no ids, no ranges."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.disclosure import (
    HIDDEN,
    SMALLEST_SHOWN,
    Part,
    masked,
    may_show,
    protected_curve,
    shown_parts,
)
from core.exports.tables.response import options_note
from core.exports.tables.survival import options_note as survival_note
from core.exports.tables.table import Table, framed, labelled
from core.options import unit_name, unit_word
from core.results.baseline import BaselineTable, NumericRow
from core.results.eligibility import CohortEligibility
from core.results.endpoints import Endpoint
from core.results.response import CohortResponse, ResponseSummary
from core.results.survival import Curve, Landmark
from core.results.toxicity import AdverseEventRow, AdverseEventTable, OverallRow
from core.text.catalogue import Language, label_text, text
from core.text.numbers import (
    MISSING,
    count_percent,
    interval,
    number,
    percent,
    quantile_interval,
)
from core.text.terms import soc_name, term_name

ORDER = ("DCR", "ORR", "CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING")


def hidden_note(language: Language) -> str:
    """What the sign of a hidden count means."""
    return text("aggregates.hidden", language, sign=HIDDEN, smallest=SMALLEST_SHOWN)


def response_tree(summary: ResponseSummary) -> Part:
    """Best responses as parts of the rates that are printed above them."""

    def leaf(name: str) -> Part:
        return Part(name, summary.counts.get(name, 0))

    def node(name: str, parts: Sequence[Part]) -> Part:
        return Part(name, sum(part.count for part in parts), tuple(parts))

    # Two by two, so that a rare category hides its neighbours and not the rates.
    responders = node("ORR", [leaf("CR"), leaf("PR")])
    stable = node("stable", [leaf("SD"), leaf("NON-CR/NON-PD")])
    controlled = node("DCR", [responders, stable])
    others = node("others", [leaf("PD"), leaf("NE"), leaf("MISSING")])
    return node("", [controlled, others])


def response_counts(cohort: CohortResponse, language: Language) -> Table:
    """Best response overall and in the liver, with ORR and DCR, of all treated patients."""
    parts = [
        (name, response_tree(part))
        for name, part in (("overall", cohort.overall), ("liver", cohort.liver))
        if part is not None
    ]
    shown = [(name, tree.count, shown_parts(tree)) for name, tree in parts]
    headers = [
        text("tables.best_response", language),
        *(text(f"tables.compartment.{name}", language) for name, _, _ in shown),
    ]
    rows = []
    for code in ORDER:
        rate = code in {"ORR", "DCR"}
        label = f"tables.{code.lower()}" if rate else f"tables.category.{code}"
        cells = [_share(counts[code], total) for _, total, counts in shown]
        rows.append([text(label, language), *cells])
    notes = (options_note(cohort.options, language), hidden_note(language))
    criteria = f"@response_tables.criteria.{cohort.options.criteria}"
    title = text("tables.best_response_title", language, criteria=criteria)
    return Table("best_response", title, framed(rows, headers), notes)


def baseline_counts(table: BaselineTable, language: Language) -> Table:
    """Table 1 of all patients."""
    total = table.n if table.n >= SMALLEST_SHOWN else None
    headers = [
        text("tables.characteristic", language),
        text("tables.level", language),
        text("tables.all_patients", language, n=HIDDEN if total is None else total),
    ]
    rows = []
    for row in table.categorical:
        column = row.overall
        parts = [Part(str(place), count) for place, count in enumerate(column.counts)]
        known = Part("known", column.total, tuple(parts))
        tree = Part("", column.total + column.missing, (known, Part("missing", column.missing)))
        if not column.missing:
            tree = known
        counts = shown_parts(tree)
        for place, level in enumerate(row.levels):
            name = labelled(row.label, language) if place == 0 else ""
            cell = _share(counts[str(place)], column.total)
            rows.append([name, labelled(level.label, language), cell])
        if column.missing:
            missing = masked(counts["missing"], str)
            rows.append(["", text("common.missing", language), missing])
    rows += [_numeric(row, language) for row in table.numeric]
    notes = (hidden_note(language),)
    return Table("baseline", text("tables.baseline_title", language), framed(rows, headers), notes)


def _numeric(row: NumericRow, language: Language) -> list[str]:
    found = row.overall
    name = labelled(row.label, language)
    if row.unit:
        name = f"{name}, {text(f'factors.unit.{row.unit}', language)}"
    cell = f"{number(found.mean)} ± {number(found.sd)}"
    if found.n < SMALLEST_SHOWN or 0 < found.missing < SMALLEST_SHOWN:
        cell = HIDDEN
    return [name, text("tables.mean_sd", language), cell]


def eligibility_counts(cohort: CohortEligibility, language: Language) -> Table:
    """Per criterion: how many pass, fail or are unknown, without the single patients."""
    headers = [
        text("tables.criterion", language),
        *(text(f"tables.{name}", language) for name in ("pass", "fail", "unknown")),
    ]
    rows = []
    for count in cohort.counts:
        parts = {"passed": count.passed, "failed": count.failed, "unknown": count.unknown}
        whole = Part("", sum(parts.values()), tuple(Part(*item) for item in parts.items()))
        shown = shown_parts(whole)
        cells = [masked(shown[name], str) for name in parts]
        rows.append([label_text(count.label, language), *cells])
    title = text("tables.criteria_title", language)
    return Table("criteria", title, framed(rows, headers), (hidden_note(language),))


def adverse_event_counts(table: AdverseEventTable, language: Language) -> Table:
    """Any grade, 1-2 and 3-5 per term; each patient once by the worst grade.

    Terms whose patients are too few to be shown aren't listed: their names alone, in order of
    frequency, would say something of single patients; so would what was written by hand.
    """
    headers = [
        text("tables.term", language),
        text("tables.soc", language),
        text("tables.grade.any", language),
        text("tables.grade.1_2", language),
        text("aggregates.grade_3_5", language),
    ]
    worst = table.overall_worst
    rows = [[text(f"tables.overall.{worst.rule}", language), "", *_bands(worst)]]
    for row in table.rows:
        cells = _bands(row)
        if row.is_recognised and cells[0] != HIDDEN:
            rows.append([term_name(row.term, language), soc_name(row.soc, language), *cells])
    notes = (hidden_note(language), text("aggregates.terms", language, smallest=SMALLEST_SHOWN))
    title = text("tables.adverse_events_title", language)
    return Table("adverse_events", title, framed(rows, headers), notes)


def _bands(row: AdverseEventRow | OverallRow) -> list[str]:
    total, affected, mild = row.any.total, row.any.count, row.grade_1_2.count
    bands = (Part("mild", mild), Part("severe", affected - mild))
    tree = Part("", total, (Part("any", affected, bands), Part("none", total - affected)))
    shown = shown_parts(tree)
    return [_share(shown[name], total) for name in ("any", "mild", "severe")]


def curve_numbers(
    curve: Curve, endpoint: Endpoint, patients: int, language: Language
) -> Table | None:
    """Patients, events, median and rates of the curve of all patients; None = too few.

    Args:
        patients: of the study; that some of them lack the endpoint must not say how few.
    """
    protected = protected_curve(curve)
    if protected is None:
        return None
    options = curve.options
    row = [
        str(curve.n) if curve.n == patients or may_show(curve.n, patients) else HIDDEN,
        str(curve.events) if may_show(curve.events, curve.n) else HIDDEN,
        quantile_interval(protected.median.estimate, protected.median.low, protected.median.high),
        *(_rate(mark) for mark in protected.landmarks),
    ]
    headers = [
        "n",
        text("tables.events", language),
        text("tables.median_months", language, time_unit=unit_name(options.time_unit)),
        *(
            text("tables.rate_at", language, months=m, time_unit=unit_word(options.time_unit))
            for m in options.landmark_months
        ),
    ]
    notes = (
        survival_note(options, language),
        hidden_note(language),
        text("aggregates.curve_ends", language, smallest=SMALLEST_SHOWN),
    )
    title = text("tables.curves_title", language, endpoint=f"@{endpoint.label}")
    return Table(f"survival_{endpoint.code}", title, framed([row], headers), notes)


def _rate(mark: Landmark) -> str:
    if mark.estimate is None:
        return MISSING
    if mark.low is None or mark.high is None:
        return percent(mark.estimate)
    return f"{percent(mark.estimate)} ({interval(100 * mark.low, 100 * mark.high)})"


def _share(count: int | None, total: int) -> str:
    return masked(count, lambda shown: count_percent(shown, total))
