"""Cumulative incidence of competing events, Gray's test and both kinds of regression."""

from __future__ import annotations

from core.exports.tables.curve_tests import LevelName
from core.exports.tables.survival import options_note
from core.exports.tables.table import Table, framed, labelled, worded
from core.options import unit_word
from core.results.common import Message
from core.results.competing import CauseModels
from core.results.survival import Landmark
from core.results.survival_study import StudyIncidence
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, interval, p_value, percent, ratio


def incidence_table(found: StudyIncidence, name: LevelName, language: Language) -> Table:
    """One line per cause and group: events and incidence at the chosen times; Gray's P."""
    options = found.options
    headers = [
        text("tables.first_event", language),
        text("tables.group", language),
        "n",
        text("tables.events", language),
    ]
    headers += [
        text("tables.incidence_at", language, months=at, time_unit=unit_word(options.time_unit))
        for at in options.landmark_months
    ]
    if found.gray:
        headers.append(text("tables.gray_p", language))
    rows = []
    messages: list[Message] = list(found.messages)
    for position, cause in enumerate(found.causes):
        for index, (level, curve) in enumerate(zip(found.levels, found.curves, strict=True)):
            one = curve.causes[position]
            row = [
                text(cause, language) if index == 0 else "",
                name(level),
                str(curve.n),
                str(one.events),
                *(_share(mark) for mark in one.landmarks),
            ]
            if found.gray:
                p = found.gray[position].p
                row.append(p_value(p, options.convention) if index == 0 else "")
            rows.append(row)
            messages += [mark.message for mark in one.landmarks if mark.message is not None]
    notes = (
        options_note(options, language),
        text("tables.incidence_note", language),
        *worded(messages, language),
    )
    title = text("tables.incidence_title", language)
    return Table("cumulative_incidence", title, framed(rows, headers), notes)


def _share(mark: Landmark) -> str:
    if mark.estimate is None:
        return MISSING
    if mark.low is None or mark.high is None:
        return percent(mark.estimate)
    return f"{percent(mark.estimate)} ({interval(100 * mark.low, 100 * mark.high)})"


def cause_table(found: StudyIncidence, name: LevelName, language: Language) -> Table:
    """Cause-specific hazard ratio (Cox) and subdistribution hazard ratio (Fine-Gray)."""
    convention = found.options.convention
    headers = [
        text(f"tables.{key}", language)
        for key in ("first_event", "group", "cause_hr", "p", "subdistribution_hr")
    ]
    headers.append(text("tables.p", language))
    rows, messages = [], []
    for models in found.models:
        for index, level in enumerate(found.levels[1:]):
            cox = models.cause_specific.terms[index]
            gray = models.subdistribution.terms[index]
            rows.append(
                [
                    text(found.causes[models.cause - 1], language) if index == 0 else "",
                    text(
                        "tables.against", language,
                        first=name(level), second=name(found.levels[0]),
                    ),
                    _ratio(cox.hr, cox.low, cox.high),
                    p_value(cox.p, convention),
                    _ratio(gray.hr, gray.low, gray.high),
                    p_value(gray.p, convention),
                ]
            )  # fmt: skip
            messages += _reasons(found, models, index, name(level))
    factor = "" if found.factor is None else labelled(found.factor.label, language)
    title = text("tables.cause_title", language, factor=factor)
    notes = (
        text("tables.cause_note", language, ties=f"@tables.ties.{found.options.ties}"),
        *worded(messages, language),
    )
    return Table("cause_specific", title, framed(rows, headers), notes)


def _reasons(found: StudyIncidence, models: CauseModels, index: int, level: str) -> list[Message]:
    terms = (
        models.cause_specific.terms[index].message,
        models.subdistribution.terms[index].message,
    )
    cause = f"@{found.causes[models.cause - 1]}"
    return [
        Message.of("survival_competing.no_ratio", cause=cause, level=level)
        for message in terms
        if message is not None
    ][:1]


def _ratio(hr: float | None, low: float | None, high: float | None) -> str:
    return MISSING if hr is None else f"{ratio(hr)} ({ratio(low)}–{ratio(high)})"
