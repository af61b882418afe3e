"""The figures of a report: the same plotly figures as on the screens, with captions and data."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.exports.report.figure_data import (
    FigureData,
    adverse_event_data,
    forest_data,
    km_data,
)
from core.exports.report.model import ReportFigure
from core.exports.tables.eligibility_reasons import flow_table
from core.exports.tables.names import factor_names
from core.exports.tables.survival import options_note
from core.figures import adverse_events, enrolment_flow, forest, km
from core.results.cohort import StudyAnalysis
from core.text.catalogue import Language, text
from core.text.claims import level_against


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


def flow_figure(analysis: StudyAnalysis, language: Language) -> ReportFigure | None:
    """Enrolment from screening to analysis; None without patients."""
    cohort = analysis.eligibility
    if not cohort.patients:
        return None
    title = text("report.figure.enrolment_flow", language)
    behind = flow_table(cohort, language).frame
    rows = tuple((step, reason, int(n)) for step, reason, n in behind.itertuples(index=False))
    data = FigureData(tuple(map(str, behind.columns)), rows)
    notes = (text("report.note.enrolment_flow", language),)
    drawn = enrolment_flow.figure(cohort, language)
    return ReportFigure("enrolment_flow", title, drawn, data, notes, title)


def _term_labels(analysis: StudyAnalysis, language: Language) -> Callable[[str, str, str], str]:
    names = factor_names(analysis.factors, language)

    def label(factor: str, level: str, reference: str) -> str:
        return level_against(names, factor, level, reference, language)

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
