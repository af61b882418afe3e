"""Every file of the report, opened again by an independent reader."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from core.errors import ArteriaError
from core.example import example_folder
from core.exports.report.build import build_report
from core.exports.report.courses import MOST_DRAWN, course_figures
from core.exports.report.grid import Grid
from core.exports.report.make import make_report
from core.exports.report.model import SECTIONS, ReportContent, usual_sections
from core.figures.journal import JournalLook, journal_figure
from core.intake.validate import read_study
from core.options import AnalysisOptions, Convention
from core.release import VERSION
from core.reporting import report_content
from core.results.courses import PatientLane
from core.schema import StudyData, typed_frame
from core.text.catalogue import LANGUAGES, Language, text
from tests.report_study import example_content, example_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def content() -> ReportContent:
    return example_content()


@pytest.fixture
def _without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTERIA_BROWSER", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_has_every_section_and_its_references_resolve(
    content: ReportContent, language: Language
) -> None:
    report = build_report(content, language)
    assert [section.code for section in report.sections] == list(SECTIONS)
    assert len(report.figures()) == 10
    words = " ".join(report.plain(p) for s in report.sections for p in s.paragraphs)
    assert report.words["elsewhere"] not in words
    assert "\x02" not in words
    names = [table.name for table in report.tables()]
    assert len(names) == len(set(names))
    assert not any(re.match(r"(Table|表) ?\d", table.title) for table in report.tables())


def test_sentences_say_what_the_paper_says(content: ReportContent) -> None:
    report = build_report(content, "en")
    words = " ".join(report.plain(p) for s in report.sections for p in s.paragraphs)
    assert "16.7% (4/24; 95 % CI 4.7% to 37.4%)" in words
    assert "median 13.6 months" in words
    assert "83.3% at 6 months; 50.0% at 12 months" in words
    assert "Number of liver tumours (≥5 vs <5) went with a higher risk: HR 12.39" in words
    assert "With 3.8 events per variable (at least 10 are advised)" in words
    assert "21 of 24 patients (87.5%) had an adverse event, 10 (41.7%)" in words


def test_methods_follow_the_options() -> None:
    spss = report_content(
        example_study(), (), AnalysisOptions.following(Convention.SPSS), study_name="x"
    )
    report = build_report(spss, "en", ["methods"])
    words = " ".join(report.plain(p) for s in report.sections for p in s.paragraphs)
    assert "Breslow handling of ties" in words
    assert "the first time at or below 0.5" in words
    assert f"Arteria {VERSION}" in words


def test_no_section_is_an_error_with_a_sentence(content: ReportContent) -> None:
    with pytest.raises(ArteriaError, match="report_empty"):
        build_report(content, "en", [])


@pytest.mark.usefixtures("_without_browser")
def test_word_file_has_three_line_tables_captions_and_references(content: ReportContent) -> None:
    document = Document(io.BytesIO(make_report(content, "docx", ["zh", "en"])))
    report = build_report(content, "zh")
    assert len(document.tables) == 2 * len(report.tables())
    table = document.tables[2]
    assert table.rows[0].cells[0].text == "特征"
    borders = table._tbl.tblPr.xml
    assert 'w:top w:val="single" w:sz="12"' in borders
    assert "insideV" not in borders
    order = [re.sub(r".*}", "", child.tag) for child in table._tbl.tblPr]
    wanted = ["tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    assert [name for name in order if name in wanted] == wanted
    for one in document.tables:
        widths = [int(column.get(qn("w:w"))) for column in one._tbl.tblGrid.gridCol_lst]
        assert sum(widths) <= 1440 * (297 - 2 * 22) / 25.4 + len(widths)
    xml = document.element.xml
    marks = set(re.findall(r'w:bookmarkStart[^>]*w:name="([^"]+)"', xml))
    references = set(re.findall(r"REF (\S+) \\h", xml))
    assert references
    assert references <= marks
    assert xml.count("SEQ Table") == 2 * len(report.tables())
    assert 'w:eastAsia="SimSun"' in document.styles["Normal"].element.xml
    assert any(report.words["no_browser"] in p.text for p in document.paragraphs)


def test_slides_hold_editable_charts_and_tables(content: ReportContent) -> None:
    deck = Presentation(io.BytesIO(make_report(content, "pptx", ["zh"])))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    charts = [shape.chart for shape in shapes if shape.has_chart]
    assert len(charts) == 9
    names = {str(chart.chart_type).split(" ")[0] for chart in charts}
    assert {"XY_SCATTER_LINES_NO_MARKERS", "COLUMN_CLUSTERED", "BAR_STACKED"} <= names
    curves = [chart for chart in charts if "XY" in str(chart.chart_type)]
    names = [[one.name for one in chart.plots[0].series] for chart in curves]
    spider, swimmer = curves[0], curves[1]
    # One line a patient, and the marks; with a lane a patient also the time in response.
    assert len(names[0]) == 24 + 1
    assert names[0].count("部分缓解（PR）") == names[1].count("部分缓解（PR）") == 4
    assert {"死亡", "HAIC 治疗", "存活，随访中"} <= set(names[1])
    ends = [max(one.iter_values()) for one in spider.plots[0].series]
    assert max(ends) > 20
    assert swimmer.value_axis.maximum_scale == 25
    curve = curves[2]
    values = list(curve.plots[0].series[0].values)
    assert values[0] == 1.0
    assert min(abs(value - 0.5) for value in values) < 1e-9
    bars = next(chart for chart in charts if "BAR_STACKED" in str(chart.chart_type))
    assert max(sum(v) for v in zip(*(s.values for s in bars.plots[0].series), strict=True)) == 19
    tables = [shape.table for shape in shapes if shape.has_table]
    assert tables[0].cell(1, 1).text == "24"
    assert all(slide.shapes.title.text for slide in deck.slides)
    flow = next(slide for slide in deck.slides if "入组流程" in slide.shapes.title.text)
    boxes = [shape for shape in flow.shapes if shape.shape_type == MSO_SHAPE_TYPE.AUTO_SHAPE]
    assert any("纳入分析" in box.text_frame.text and "24" in box.text_frame.text for box in boxes)
    assert sum(shape.shape_type == MSO_SHAPE_TYPE.LINE for shape in flow.shapes) == 6


def test_slides_keep_names_of_rows_beside_their_points(content: ReportContent) -> None:
    deck = Presentation(io.BytesIO(make_report(content, "pptx", ["en"], ["prognosis"])))
    slide = next(one for one in deck.slides if "Univariable" in one.shapes.title.text)
    boxes = {shape.text_frame.text: shape for shape in slide.shapes if shape.has_text_frame}
    chart = next(shape for shape in slide.shapes if shape.has_chart)
    series = chart.chart.plots[0].series[0]
    xs = [float(one.text) for one in series._element.xpath("c:xVal//c:v")]
    ecog = next(box for name, box in boxes.items() if name.startswith("ECOG"))
    age = next(box for name, box in boxes.items() if name.startswith("Age"))
    height = dict(zip(xs, series.values, strict=True))
    # ECOG has the greatest hazard ratio; its point is as far below age's as its name is.
    assert height[max(xs)] == 1
    assert ecog.top > age.top
    assert height[max(xs)] < height[xs[0]]


def test_no_row_of_a_table_leaves_its_slide(content: ReportContent) -> None:
    deck = Presentation(io.BytesIO(make_report(content, "pptx", ["en"])))
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_table:
                assert shape.top + shape.height <= deck.slide_height


def test_rows_that_find_no_slide_are_counted() -> None:
    grid = Grid(["a", "b"], [["1", "word " * 200]] * 9 + [["2", "short"]])
    pages, left_out = grid.pages(2)
    assert sum(map(len, pages)) + left_out == 10
    assert left_out > 0
    assert Grid(["a"], [["x"]] * 3).pages(2)[1] == 0


def test_most_patients_are_drawn_evenly_and_the_caption_says_so() -> None:
    lanes = [PatientLane(f"P{number:04}", number, False, ()) for number in range(1000)]
    cohort = report_content(
        example_study(), (), AnalysisOptions(), study_name="x"
    ).analysis.response
    figure = course_figures(cohort, lanes, "en")[-1]
    assert figure.name == "swimmer"
    drawn = sum(len(trace.y) for trace in figure.figure.data if trace.type == "bar")
    assert drawn <= MOST_DRAWN
    assert f"{MOST_DRAWN} of 1000 patients are drawn" in " ".join(figure.notes)
    assert len({row[0] for row in figure.data.rows}) == 1000
    printed = journal_figure(figure.figure, JournalLook())
    assert printed.layout.height <= round(205 / 25.4 * 96)


def test_workbook_has_tables_and_numbers_of_figures_and_no_formula(content: ReportContent) -> None:
    book = openpyxl.load_workbook(io.BytesIO(make_report(content, "xlsx", ["zh", "en"])))
    report = build_report(content, "zh")
    assert len(book.sheetnames) == 2 * (1 + len(report.tables()) + len(report.figures()))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert book.worksheets[0]["A1"].value.startswith("报告：=HYPERLINK(1)")
    curve = next(s for s in book.worksheets if "总生存的" in str(s["A1"].value))
    months = [row[1].value for row in curve.iter_rows(min_row=4)]
    assert months[0] == 0
    assert all(isinstance(value, int | float) for value in months)


def test_page_loads_nothing_and_escapes_the_study_name(content: ReportContent) -> None:
    page = make_report(content, "html", ["zh", "en"]).decode("utf-8")
    head = page.split("<script>")[0]
    assert "default-src 'none'" in head
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", head)
    assert "<b>甲</b>" not in head
    assert head.count("<table") == 2 * len(build_report(content, "zh").tables())
    assert '"showSendToCloud": false' in page


@pytest.mark.usefixtures("_without_browser")
def test_pdf_text_can_be_read_in_both_languages(content: ReportContent) -> None:
    reader = pypdf.PdfReader(io.BytesIO(make_report(content, "pdf", ["zh", "en"])))
    words = "".join(page.extract_text() for page in reader.pages)
    assert "客观缓解率为 16.7%" in words.replace("\n", "")
    assert "median 13.6 months" in words.replace("\n", " ")
    assert "Chromium" in words
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    # Subsets of the shipped font: nothing depends on fonts of the server or the reader.
    assert any("NotoSansSC" in name.replace("-", "") for name in fonts)
    assert all("+" in name for name in fonts)


def test_json_is_the_analysis(content: ReportContent) -> None:
    found = json.loads(make_report(content, "json", ["en"]))
    assert found["study"]["n_patients"] == 24
    assert found["response"]["overall"]["orr"]["n"] == 4


def test_report_can_be_stopped_at_a_step(content: ReportContent) -> None:
    def stop(share: float, code: str) -> None:
        raise ArteriaError("report_stopped")

    with pytest.raises(ArteriaError, match="report_stopped"):
        make_report(content, "xlsx", ["en"], SECTIONS, stop)


def test_study_of_one_sheet_says_what_it_lacks() -> None:
    path = example_folder() / "crlm_haic_24_flat.csv"
    flat = report_content(read_study([path]).data, (), AnalysisOptions(), study_name="flat")
    report = build_report(flat, "en")
    safety = next(section for section in report.sections if section.code == "safety")
    assert safety.paragraphs == ((text("report.lacking.events", "en"),),)
    assert not safety.blocks
    assert "waterfall" not in [figure.name for figure in report.figures()]
    assert make_report(flat, "pptx", ["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_study_without_outcomes_says_in_each_section_what_it_needs(language: Language) -> None:
    patients = pd.DataFrame({"patient_id": ["A", "B", "C"], "sex": ["MALE", "FEMALE", "MALE"]})
    data = StudyData({"patients": typed_frame("patients", patients)})
    content = report_content(data, (), AnalysisOptions(), study_name="tiny")
    found = {one.code: one for one in build_report(content, language).sections}
    assert set(SECTIONS) - set(found) == set()
    for code in ("response", "survival", "prognosis", "safety"):
        assert found[code].paragraphs
    assert text("endpoints.os.label", language) in "".join(
        map(str, found["survival"].paragraphs[0])
    )


def test_published_figures_are_usual_in_the_example_alone() -> None:
    assert usual_sections(is_example=True) == SECTIONS
    assert set(SECTIONS) - set(usual_sections(is_example=False)) == {"validation"}


def test_release_is_the_version_of_the_project() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{VERSION}"' in project


@pytest.mark.browser
def test_word_and_pdf_hold_drawn_figures(content: ReportContent) -> None:
    document = Document(io.BytesIO(make_report(content, "docx", ["zh"], ["response"])))
    # Waterfall, spider and swimmer.
    assert len(document.inline_shapes) == 3
    reader = pypdf.PdfReader(io.BytesIO(make_report(content, "pdf", ["zh"], ["response"])))
    assert "完全缓解" in "".join(page.extract_text() for page in reader.pages)
    assert "Chromium" not in "".join(page.extract_text() for page in reader.pages)
