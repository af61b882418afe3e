"""Times to event as the Response screen prints them: medians, and each patient's end."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.table import Table, framed
from core.options import ResponseOptions
from core.results.cohort import EndpointCurves
from core.results.endpoints import Endpoint
from core.text.catalogue import Language, say, text
from core.text.numbers import MISSING, day, number, quantile_interval


def times_note(options: ResponseOptions, language: Language) -> str:
    """The censoring rules in use."""
    missed = ""
    if options.missed_visit_days is not None:
        missed = text("response_tables.missed_rule", language, days=options.missed_visit_days)
    return text(
        "response_tables.times_note",
        language,
        therapy=f"@response_tables.therapy_rule.{options.new_therapy}",
        missed=missed,
    )


def times_table(
    curves: Sequence[EndpointCurves], options: ResponseOptions, language: Language
) -> Table:
    """One line an endpoint: patients, events, median by Kaplan-Meier, range, definition."""
    headers = [
        text("response_tables.endpoint_header", language),
        text("common.patients", language),
        text("response_tables.is_event", language),
        text("response_tables.median_months", language),
        text("response_tables.range_months", language),
        text("response_tables.definition", language),
    ]
    rows = []
    for one in curves:
        curve = one.groups[0].curve
        months = [time.time_months for time in one.endpoint.times]
        median = curve.median
        rows.append(
            [
                text(one.endpoint.label, language),
                str(curve.n),
                str(curve.events),
                quantile_interval(median.estimate, median.low, median.high),
                f"{number(min(months))}–{number(max(months))}",
                text(one.endpoint.definition, language),
            ]
        )
    title = text("response_tables.times_title", language)
    return Table("response_times", title, framed(rows, headers), (times_note(options, language),))


def patient_times_table(endpoint: Endpoint, options: ResponseOptions, language: Language) -> Table:
    """Each patient's time and the event or the reason of censoring, or why there is no time."""
    headers = [
        text("common.patient", language),
        text("common.months", language),
        text("response_tables.is_event", language),
        text("tables.date", language),
        text("response_tables.end", language),
        text("response_tables.source", language),
    ]
    rows = [
        [
            one.patient_id,
            number(one.time_months),
            text(f"endpoints.event.{'yes' if one.is_event else 'no'}", language),
            day(one.end),
            say(one.reason, language),
            text(f"response_tables.time_source.{one.source}", language),
        ]
        for one in endpoint.times
    ]
    rows += [
        [one.patient_id, MISSING, MISSING, MISSING, say(one.reason, language), MISSING]
        for one in endpoint.not_derived
    ]
    name = text(endpoint.label, language)
    title = text("response_tables.patient_times_title", language, endpoint=name)
    notes = (text(endpoint.definition, language), times_note(options, language))
    return Table(f"times_{endpoint.code}", title, framed(rows, headers), notes)
