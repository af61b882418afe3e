"""Single figures for a journal: their width, their grey, their words and the data behind them."""

from __future__ import annotations

import io
import re

import pypdf
import pytest

from core.exports.report.build import build_report
from core.exports.report.drawing import browser, convert, draw_svg
from core.exports.report.figure_data import FigureData, csv_file
from core.exports.report.model import ReportContent
from core.figures.journal import SMALLEST, JournalLook, journal_figure
from core.text.catalogue import LANGUAGES, Language
from tests.report_study import example_content


@pytest.fixture(scope="module")
def content() -> ReportContent:
    return example_content()


def test_csv_of_a_figure_is_inert() -> None:
    written = csv_file(FigureData(("=A1", "n"), (("@x", 1.5), ("ok", None))))
    assert written.decode("utf-8-sig").splitlines() == ["'=A1,n", "'@x,1.5", "ok,"]


def test_grey_figure_tells_series_by_dash_and_leaves_the_original(content: ReportContent) -> None:
    figure = build_report(content, "en", ["response"]).figures()[0].figure
    before = figure.to_json()
    printed = journal_figure(figure, JournalLook(85, is_grey=True))
    assert figure.to_json() == before
    assert printed.layout.width == round(85 / 25.4 * 96)
    patterns = [t.marker.pattern.shape for t in printed.data if t.type == "bar"]
    assert len(set(patterns)) == len(patterns) > 1


@pytest.mark.parametrize("width", [85, 174])
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_enrolment_flow_fit_their_boxes(
    content: ReportContent, language: Language, width: int
) -> None:
    figure = build_report(content, language, ["eligibility"]).figures()[0].figure
    printed = journal_figure(figure, JournalLook(width, is_grey=True)).layout
    plot = printed.width - printed.margin.l - printed.margin.r
    low, high = printed.xaxis.range
    for box in printed.shapes:
        room = plot * (box.x1 - box.x0) / (high - low)
        for note in printed.annotations:
            if note.text and box.x0 <= note.x <= box.x1 and box.y0 <= note.y <= box.y1:
                for line in re.sub("</?b>", "", note.text).split("<br>"):
                    letters = sum(2 if ord(one) > 0x2E80 else 1 for one in line)
                    # Longer words than fit in the smallest type cannot be helped.
                    assert letters * 0.5 * note.font.size <= room or note.font.size == SMALLEST


@pytest.mark.browser
@pytest.mark.parametrize(("form", "dpi"), [("png", 300), ("tiff", 600), ("pdf", 300), ("svg", 300)])
def test_figure_file_has_the_journal_width(content: ReportContent, form: str, dpi: int) -> None:
    from PIL import Image

    assert browser() is not None
    figure = build_report(content, "zh", ["survival"]).figures()[0].figure
    look = JournalLook(85)
    made = convert(draw_svg([journal_figure(figure, look)])[0], 85, form, dpi)
    if form == "svg":
        assert "累积概率" in made.decode("utf-8")
    elif form == "pdf":
        page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
        assert float(page.mediabox.width) == pytest.approx(85 / 25.4 * 72, abs=0.5)
        assert "累积概率" in page.extract_text().replace("\n", "")
    else:
        with Image.open(io.BytesIO(made)) as picture:
            assert picture.width == pytest.approx(85 / 25.4 * dpi, abs=2)
            assert round(float(picture.info["dpi"][0])) == dpi
            assert picture.format == form.upper()
