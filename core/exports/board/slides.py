"""One slide a case with a native chart that PowerPoint can edit, in one language."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Cm, Pt

from core.exports.board.names import with_label
from core.exports.board.papers import MeetingPapers, unsigned
from core.results.board import Case, in_force
from core.results.patient import PatientCourse, ScanPoint
from core.text.catalogue import Language, text
from core.text.numbers import day

WIDTH, HEIGHT = Cm(33.87), Cm(19.05)
TITLE_ONLY = 5
"""Layout of python-pptx's own template: a title and nothing else."""


def slides_pptx(
    papers: MeetingPapers, courses: Mapping[str, PatientCourse], language: Language
) -> bytes:
    """A title slide and one slide a case.

    Args:
        courses: patient -> course, of the cases.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    unsigned(deck.core_properties, papers.names.meeting(papers.meeting, language))
    first = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    _put_title(first, papers.names.meeting(papers.meeting, language))
    _put_text(first, [papers.basis(language)], top=Cm(4), height=Cm(3), size=20)
    for case in papers.cases:
        _case(deck, papers, case, courses[case.patient_id], language)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _put_title(slide: Any, words: str) -> None:
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = Cm(1.5), Cm(0.6), WIDTH - Cm(3), Cm(1.9)
    title.text = words
    title.text_frame.paragraphs[0].font.size = Pt(30)


def _put_text(
    slide: Any,
    lines: list[str],
    *,
    top: int,
    height: int,
    size: int,
    left: int = Cm(1.5),
    width: int = WIDTH - Cm(3),
) -> None:
    frame = slide.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap = True
    for at, words in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.text = words
        paragraph.font.size = Pt(size)


def _case(
    deck: Any, papers: MeetingPapers, case: Case, course: PatientCourse, language: Language
) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    names = papers.names
    name = names.of(case.patient_id)
    _put_title(
        slide,
        text(
            "board.case_line",
            language,
            number=case.position,
            total=len(papers.cases),
            name=name,
        ),
    )
    lines = [names.headlines.get(case.patient_id, "")]
    if case.question:
        lines.append(
            text("board.question_line", language, question=names.words(case.question, language))
        )
    _put_text(slide, lines, top=Cm(2.6), height=Cm(3), size=18)
    if course.scans:
        _chart(slide, course, language, with_dates=names.with_dates)
    own = [one for one in papers.decisions if one.patient_id == case.patient_id]
    decided = [text("board.option", language)]
    for one in in_force(tuple(own)):
        ruling = one.ruling
        decided.append(text(f"board.option_of.{ruling.option}", language))
        decided.append(names.words(ruling.reasons, language))
        due = names.when(case.patient_id, ruling.due, language) if ruling.due else ""
        shown = names.with_words
        decided += [
            with_label(text(f"board.{label}", language), words, language)
            for label, words in (
                ("responsible", ruling.responsible if shown else ""),
                ("due", due),
                ("dissent", ruling.dissent if shown else ""),
            )
            if words
        ]
    if len(decided) == 1:
        decided.append(text("board.no_decision", language))
    _put_text(slide, decided, top=Cm(6.2), height=Cm(11), size=18, left=Cm(21.5), width=Cm(10.8))


def _label(scan: ScanPoint, course: PatientCourse, language: Language, *, with_dates: bool) -> str:
    if with_dates or course.start is None:
        return f"{day(scan.date)} {scan.category}" if with_dates else scan.category
    number = text("board.paper.day", language, day=(scan.date - course.start).days)
    return f"{number} {scan.category}"


def _chart(slide: Any, course: PatientCourse, language: Language, *, with_dates: bool) -> None:
    liver = {one.date: one.sum_mm for one in course.liver_scans}
    data = CategoryChartData()
    data.categories = [_label(one, course, language, with_dates=with_dates) for one in course.scans]
    data.add_series(text("board.paper.chart_all", language), [one.sum_mm for one in course.scans])
    if any(value is not None for value in liver.values()):
        data.add_series(
            text("board.paper.chart_liver", language),
            [liver.get(one.date) for one in course.scans],
        )
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS, Cm(1.5), Cm(6.2), Cm(19.2), Cm(11.8), data
    )
    chart = frame.chart
    chart.has_title = True
    chart.chart_title.text_frame.text = text("board.paper.chart_title", language)
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.font.size = Pt(14)
    chart.value_axis.minimum_scale = 0
