"""The figures of a report: the same plotly figures as on the screens, with captions and data."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.exports.course_figures import change_limits, groups_by_response, waterfall_bars
from core.exports.report.figure_data import (
    adverse_event_data,
    forest_data,
    km_data,
    waterfall_data,
)
from core.exports.report.model import ReportFigure
from core.exports.tables.names import factor_names
from core.exports.tables.response import options_note as response_note
from core.exports.tables.survival import options_note
from core.figures import adverse_events, forest, km, waterfall
from core.figures.shades import response_shades
from core.results.cohort import StudyAnalysis
from core.text.catalogue import Language, text


def curve_figure(analysis: StudyAnalysis, code: str, language: Language) -> ReportFigure | None:
    """The curve of all patients for one endpoint; None if nobody has it."""
    curves = analysis.curves.get(code)
    if curves is None:
        return None
    labelled = [km.LabelledCurve(text("tables.all_curve", language), curves.groups[0].curve)]
    title = text(f"report.figure.{code}_curve", language)
    return ReportFigure(
        f"{code}_curve",
        title,
        km.figure(labelled, language),
        km_data(labelled, language),
        (options_note(analysis.options.survival, language),),
        title,
    )


def waterfall_figure(analysis: StudyAnalysis, language: Language) -> ReportFigure | None:
    """Best change per patient; None if no sums of target lesions are recorded."""
    cohort = analysis.response
    bars = waterfall_bars(cohort, "overall", groups_by_response(cohort, "overall"), language)
    if not bars:
        return None
    title = text("report.figure.waterfall", language)
    drawn = waterfall.figure(
        bars, response_shades(language), language, limits=change_limits(cohort.options)
    )
    notes = (response_note(cohort.options, language),)
    return ReportFigure("waterfall", title, drawn, waterfall_data(bars, language), notes, title)


def _term_labels(analysis: StudyAnalysis, language: Language) -> Callable[[str, str, str], str]:
    names = factor_names(analysis.factors, language)

    def label(factor: str, level: str, reference: str) -> str:
        return text(
            "tables.level_against",
            language,
            factor=names(factor, ""),
            level=names(factor, level),
            reference=names(factor, reference),
        )

    return label


def forest_figures(analysis: StudyAnalysis, language: Language) -> Iterator[ReportFigure]:
    """The multivariable forest (Cox and Firth) and the univariable one."""
    label = _term_labels(analysis, language)
    model = analysis.prognosis.multivariable
    if model is not None and model.terms:
        joint, firth = [], []
        for term in model.terms:
            name = label(term.factor, term.level, term.reference)
            joint.append(forest.ForestRow(name, term.hr, term.low, term.high))
            firth.append(forest.ForestRow(name, term.firth_hr, term.firth_low, term.firth_high))
        yield _forest(
            "forest",
            [
                forest.ForestSeries(text("prognosis_screen.joint", language), tuple(joint)),
                forest.ForestSeries("Firth", tuple(firth)),
            ],
            analysis,
            language,
        )
    single = tuple(
        forest.ForestRow(
            label(item.factor, level.level, item.levels[0].level),
            level.hr,
            level.hr_low,
            level.hr_high,
        )
        for item in analysis.prognosis.comparisons
        for level in item.levels
        if not level.is_reference
    )
    if single:
        series = [forest.ForestSeries(text("prognosis_screen.single", language), single)]
        yield _forest("forest_single", series, analysis, language)


def _forest(
    name: str, series: list[forest.ForestSeries], analysis: StudyAnalysis, language: Language
) -> ReportFigure:
    title = text(f"report.figure.{name}", language)
    note = options_note(analysis.options.survival, language)
    drawn = forest.figure(series, language)
    return ReportFigure(name, title, drawn, forest_data(series, language), (note,), title)


def adverse_event_figure(analysis: StudyAnalysis, language: Language) -> ReportFigure | None:
    """Patients per term by band; None without events."""
    table = analysis.adverse_events
    if not table.rows:
        return None
    title = text("report.figure.adverse_events", language)
    return ReportFigure(
        "adverse_events",
        title,
        adverse_events.figure(table, language),
        adverse_event_data(table, language),
        (),
        title,
    )
