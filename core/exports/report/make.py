"""One file from the chosen sections, languages and format."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from core.errors import ArteriaError
from core.exports.report.build import build_report
from core.exports.report.model import SECTIONS, Report, ReportContent
from core.figures.journal import DOUBLE_COLUMN_MM, JournalLook, journal_figure
from core.text.catalogue import Language

FORMATS = ("docx", "pptx", "xlsx", "html", "pdf", "json")
DRAWN = ("docx", "pdf")
"""Formats whose figures Chromium draws beforehand."""
DPI = 300

Step = Callable[[float, str], None]
"""Called with the share done and a code of what comes next; may raise to stop."""


def _nothing(share: float, code: str) -> None:
    return


def make_report(
    content: ReportContent,
    form: str,
    languages: Sequence[Language],
    sections: Collection[str] = SECTIONS,
    step: Step = _nothing,
) -> bytes:
    """The file's bytes.

    Without Chromium on the server a Word file or PDF says so in place of each figure.

    Raises:
        ArteriaError: ``report_empty``, or whatever ``step`` raises to stop.
    """
    if not languages:
        raise ArteriaError("report_empty")
    if form == "json":
        return _json(content, languages[0])
    step(0.1, "build")
    reports = [build_report(content, language, sections) for language in languages]
    drawings = _drawings(reports, step) if form in DRAWN else {}
    step(0.8, "write")
    if form == "docx":
        from core.exports.report.drawing import convert
        from core.exports.report.word import word_bytes

        pictures = {}
        for key, svg in drawings.items():
            step(0.85, "write")
            pictures[key] = convert(svg, DOUBLE_COLUMN_MM, "png", DPI)
        return word_bytes(reports, pictures)
    if form == "pptx":
        from core.exports.report.slides import slides_bytes

        return slides_bytes(reports)
    if form == "xlsx":
        from core.exports.report.book import book_bytes

        return book_bytes(reports)
    if form == "html":
        from core.exports.report.page import page_bytes

        return page_bytes(reports)
    if form == "pdf":
        from core.exports.report.printed import printed_bytes

        return printed_bytes(reports, drawings)
    raise ValueError(form)


def _drawings(reports: Sequence[Report], step: Step) -> dict[tuple[str, str], bytes]:
    from core.exports.report.drawing import browser, draw_svg

    figures = [(report.language, figure) for report in reports for figure in report.figures()]
    if not figures or browser() is None:
        return {}
    look = JournalLook()
    printed = [journal_figure(figure.figure, look) for _, figure in figures]
    step(0.15, "draw")
    drawn = draw_svg(printed, lambda done: step(0.15 + 0.6 * done / len(printed), "draw"))
    return {
        (language, figure.name): svg for (language, figure), svg in zip(figures, drawn, strict=True)
    }


def _json(content: ReportContent, language: Language) -> bytes:
    import json

    from core.exports.analysis_json import analysis_json

    result = analysis_json(content.analysis, content.findings, language)
    return (json.dumps(result, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
