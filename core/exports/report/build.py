"""The report's sections in one language, from the results of a study."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from core.errors import ArteriaError
from core.exports.report import results_text
from core.exports.report.checklist import checklist_tables
from core.exports.report.courses import course_figures
from core.exports.report.figures import (
    adverse_event_figure,
    curve_figure,
    flow_figure,
    forest_figures,
)
from core.exports.report.lacking import lacking_curves, lacking_section
from core.exports.report.methods_text import methods_paragraphs
from core.exports.report.model import (
    SECTIONS,
    Block,
    Paragraph,
    Report,
    ReportContent,
    ReportFigure,
    Section,
    paragraph,
)
from core.exports.report.safety import safety_tables
from core.exports.tables.audit import audit_table
from core.exports.tables.baseline import baseline_table
from core.exports.tables.cox import proportionality_table
from core.exports.tables.eligibility import criterion_table
from core.exports.tables.measured import measured_table
from core.exports.tables.names import factor_names
from core.exports.tables.response import best_response_table
from core.exports.tables.safety import adverse_event_table
from core.exports.tables.survival import cox_table, curve_table, factor_table
from core.exports.tables.table import Table, framed, labelled
from core.exports.tables.validation import published_table
from core.results.common import Severity
from core.results.survival import GroupCurve
from core.results.validation import Verdict
from core.text.catalogue import Language, text
from core.text.numbers import MISSING, day, time_or_not_reached

_WORDS = ("table", "figure", "elsewhere", "notes", "contents", "no_browser")

Parts = tuple[tuple[Paragraph, ...], tuple[Block, ...]]


def build_report(
    content: ReportContent, language: Language, sections: Collection[str] = SECTIONS
) -> Report:
    """The chosen sections in one language; a section without data says what it needs.

    Raises:
        ArteriaError: ``report_empty``: none of the sections is chosen.
    """
    chosen = [code for code in SECTIONS if code in sections]
    if not chosen:
        raise ArteriaError("report_empty")
    parts: list[Section] = []
    for code in chosen:
        paragraphs, blocks = _PARTS[code](content, language)
        if not blocks:
            paragraphs += lacking_section(code, content.analysis, language)
        if paragraphs or blocks:
            title = text(f"report.section.{code}", language)
            shown = tuple(_unnumbered(block, language) for block in blocks)
            parts.append(Section(code, title, paragraphs, shown))
    study = labelled(content.study_name, language)
    convention = content.analysis.options.survival.convention.value
    facts = (
        text("report.fact.study", language, study=study),
        text(
            "report.fact.made",
            language,
            date=content.made_on.isoformat(),
            version=content.versions["arteria"],
        ),
        text("report.fact.convention", language, convention=f"@common.convention.{convention}"),
        text("report.fact.hash", language, hash=content.data_hash),
    )
    title = text("report.title.report", language, study=study)
    words = {name: text(f"report.word.{name}", language) for name in _WORDS}
    return Report(language, title, facts, tuple(parts), words)


def _unnumbered(block: Block, language: Language) -> Block:
    """A table without the publication's number in its title: a report counts its own."""
    if isinstance(block, ReportFigure):
        return block
    word = re.escape(text("report.word.table", language))
    return replace(block, title=re.sub(rf"^{word} \d+\.?\s+", "", block.title))


def _study(content: ReportContent, language: Language) -> Parts:
    analysis = content.analysis
    compared = [item for item in analysis.agreements if item.agrees is not None]
    agreeing = sum(bool(item.agrees) for item in compared)
    survival = analysis.curves.get("os")
    follow_up = survival.groups[0].curve.follow_up.estimate if survival else None
    severities = [finding.severity for finding in content.findings]
    values = {
        "patients": str(analysis.n_patients),
        "sessions": MISSING if analysis.n_sessions is None else str(analysis.n_sessions),
        "cutoff": day(analysis.data_cutoff),
        "follow_up": time_or_not_reached(follow_up) if survival else MISSING,
        "errors": str(severities.count(Severity.ERROR)),
        "warnings": str(severities.count(Severity.WARNING)),
        "second": text(
            "report.study_table.agreeing", language, agreeing=agreeing, compared=len(compared)
        ),
    }
    rows = [[text(f"report.study_table.{name}", language), value] for name, value in values.items()]
    headers = [text(f"report.study_table.{name}", language) for name in ("item", "value")]
    title = text("report.study_table.title", language)
    return (), (Table("study", title, framed(rows, headers)),)


def _methods(content: ReportContent, language: Language) -> Parts:
    return methods_paragraphs(content, language), ()


def _eligibility(content: ReportContent, language: Language) -> Parts:
    analysis = content.analysis
    drawn = flow_figure(analysis, language)
    sentences = results_text.eligibility_sentences(analysis, language)
    table = criterion_table(analysis.eligibility, language)
    return sentences, (table,) if drawn is None else (drawn, table)


def _baseline(content: ReportContent, language: Language) -> Parts:
    analysis = content.analysis
    sentences = results_text.baseline_sentences(analysis, language)
    return sentences, (baseline_table(analysis.baseline, language),)


def _response(content: ReportContent, language: Language) -> Parts:
    analysis = content.analysis
    if analysis.response.overall is None:
        return (), ()
    drawn = course_figures(analysis.response, content.lanes, language)
    names = [one.name for one in drawn]
    sentences = results_text.response_sentences(analysis, names, language)
    return sentences, (best_response_table(analysis.response, language), *drawn)


def _survival(content: ReportContent, language: Language) -> Parts:
    analysis = content.analysis
    blocks: list[Block] = []
    sentences: list[Paragraph] = [*lacking_curves(analysis, language)]
    for code, curves in analysis.curves.items():
        drawn = curve_figure(analysis, code, language)
        if drawn is None:
            continue
        sentences.append(results_text.curve_sentence(curves, language))
        group = GroupCurve(text("tables.all_curve", language), curves.groups[0].curve)
        blocks += [drawn, curve_table([group], curves.endpoint, language)]
    if analysis.prognosis.comparisons:
        sentences += results_text.factor_sentence(analysis, language)
        blocks.append(
            factor_table(
                analysis.prognosis.comparisons,
                analysis.prognosis.endpoint,
                analysis.options.survival,
                factor_names(analysis.factors, language),
                language,
            )
        )
    return tuple(sentences), tuple(blocks)


def _prognosis(content: ReportContent, language: Language) -> Parts:
    analysis = content.analysis
    model = analysis.prognosis.multivariable
    blocks: list[Block] = []
    names = factor_names(analysis.factors, language)
    if model is not None:
        blocks.append(cox_table(model, analysis.prognosis.endpoint, names, language))
    # Wide tables follow one another, so that they share pages turned on their side.
    if analysis.measured.terms:
        blocks.append(measured_table(analysis.measured, analysis.cox, names, language))
    if analysis.cox.model is not None:
        blocks.append(proportionality_table(analysis.cox, analysis.cox.model, names, language))
    blocks += forest_figures(analysis, language)
    return results_text.joint_sentences(analysis, language), tuple(blocks)


def _safety(content: ReportContent, language: Language) -> Parts:
    analysis = content.analysis
    drawn = adverse_event_figure(analysis, language)
    beside = safety_tables(analysis, language)
    if drawn is None:
        return (), beside
    table = analysis.adverse_events
    sentences = results_text.safety_sentences(table, language)
    return sentences, (adverse_event_table(table, language), drawn, *beside)


def _validation(content: ReportContent, language: Language) -> Parts:
    compared = len([one for one in content.analysis.agreements if one.agrees is not None])
    if compared:
        agreed = text(
            "report.agreement.all",
            language,
            version=content.versions["lifelines"],
            compared=compared,
            agreeing=sum(bool(one.agrees) for one in content.analysis.agreements),
        )
    else:
        agreed = text("report.agreement.none", language)
    sentences = [agreed]
    printed = [one for one in content.comparisons if one.verdict is not Verdict.NOT_PRINTED]
    if printed:
        verdicts = [one.verdict for one in printed]
        equal = verdicts.count(Verdict.EQUAL) + verdicts.count(Verdict.EQUAL_ROUNDED)
        sentences.append(
            text(
                "report.comparison.counts",
                language,
                total=len(printed),
                equal=equal,
                differs=verdicts.count(Verdict.DIFFERS),
                impossible=verdicts.count(Verdict.IMPOSSIBLE),
                missing=verdicts.count(Verdict.NOT_COMPUTABLE),
            )
        )
        if not content.is_example:
            sentences.append(text("report.comparison.other_study", language))
    tables = dict.fromkeys(one.item.table for one in content.comparisons)
    blocks = tuple(_published(content, name, language) for name in tables)
    return tuple(paragraph(sentence) for sentence in sentences), blocks


def _published(content: ReportContent, name: str, language: Language) -> Table:
    table = published_table(content.comparisons, name, language)
    return replace(table, title=text("report.comparison.title", language, title=table.title))


def _audit(content: ReportContent, language: Language) -> Parts:
    if not content.audit:
        return (), ()
    title = text("report.section.audit", language)
    return (), (audit_table(content.audit, title, "study_audit", language),)


def _reporting(content: ReportContent, language: Language) -> Parts:
    analysis = content.analysis
    answered = {
        "study": True,
        "methods": True,
        "eligibility": bool(analysis.eligibility.patients),
        "baseline": True,
        "response": analysis.response.overall is not None,
        "survival": bool(analysis.curves),
        "prognosis": bool(analysis.prognosis.comparisons),
        "safety": bool(analysis.adverse_events.rows or safety_tables(analysis, language)),
    }
    return (), checklist_tables([code for code, is_there in answered.items() if is_there], language)


_PARTS: Mapping[str, Callable[[ReportContent, Language], Parts]] = {
    "study": _study,
    "methods": _methods,
    "eligibility": _eligibility,
    "baseline": _baseline,
    "response": _response,
    "survival": _survival,
    "prognosis": _prognosis,
    "safety": _safety,
    "validation": _validation,
    "audit": _audit,
    "reporting": _reporting,
}
