"""Patients chosen with a real pointer in the figures and tables of the Response screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.analysis.response.cohort import evaluate_cohort
from core.example import example_folder
from core.intake.validate import read_study
from core.results.response import CohortResponse
from core.text.catalogue import text
from tests.browser.test_main_job import heading, open_example, settled, visit
from tests.running import PATIENCE_MS, Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def cohort() -> CohortResponse:
    return evaluate_cohort(read_study([example_folder() / "crlm_haic_24_en.xlsx"]).data)


@pytest.fixture(scope="module")
def opened(browser: Browser, server: Server) -> Iterator[Page]:
    """A visitor's page with the example study."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    open_example(page, server.address, "en")
    yield page
    context.close()


@pytest.fixture
def response(opened: Page) -> Page:
    """The Response screen with nobody chosen."""
    if opened.get_by_role("button", name=text("shell.clear_subgroup", "en")).count():
        opened.get_by_role("button", name=text("shell.clear_subgroup", "en")).click()
        settled(opened)
    visit(opened, "response", "en")
    return opened


def view(page: Page, label: str) -> None:
    page.get_by_role("radio", name=text(label, "en"), exact=True).click()
    settled(page)


def figure_of(page: Page, name: str) -> Locator:
    """A figure of the Response screen, once Plotly has drawn it so that it can be clicked."""
    plot = f"[class*='st-key-response_{name}'] .js-plotly-plot"
    page.wait_for_function(
        "plot => document.querySelector(plot)?._fullLayout?.clickmode?.includes('select')",
        arg=plot,
        timeout=PATIENCE_MS,
    )
    return page.locator(plot)


WHERE = """(plot, patient) => {
    const {left, top} = plot.getBoundingClientRect();
    const {xaxis, yaxis} = plot._fullLayout;
    const marks = plot._fullData.flatMap(trace => Array.from(trace.x, (x, at) => {
        const bar = trace.type === 'bar', flat = trace.orientation === 'h';
        return {
            who: trace.customdata?.[at]?.[0], isLine: trace.mode?.includes('lines'), bar,
            x: xaxis.c2p(bar && flat ? x / 2 : x),
            y: yaxis.c2p(bar && !flat ? trace.y[at] / 2 : trace.y[at]),
        };
    })).filter(mark => Number.isFinite(mark.x) && Number.isFinite(mark.y));
    const others = marks.filter(mark => mark.who && mark.who !== patient);
    const apart = (one, two) => Math.hypot(one.x - two.x, one.y - two.y);
    const far = spot => Math.min(...others.map(mark => apart(mark, spot)));
    let spots = marks.filter(mark => mark.bar && mark.who === patient);
    if (!spots.length) {
        // Half-way between two points of the line, where no other line is near.
        const line = marks.filter(mark => mark.isLine && mark.who === patient);
        spots = line.slice(1).map((mark, at) => (
            {x: (mark.x + line[at].x) / 2, y: (mark.y + line[at].y) / 2}
        ));
        spots.sort((one, two) => far(two) - far(one));
    }
    return [left + xaxis._offset + spots[0].x, top + yaxis._offset + spots[0].y];
}"""


def place(figure: Locator, patient: str) -> tuple[float, float]:
    """Where in the window a patient's bar, lane or line is."""
    figure.evaluate("one => one.scrollIntoView({block: 'center'})")
    x, y = figure.evaluate(WHERE, patient)
    return x, y


def looked_at(page: Page) -> Locator:
    return page.get_by_role("combobox", name=text("common.patient", "en"), exact=True)


@pytest.mark.parametrize("figure", ["waterfall", "spider", "swimmer"])
def test_patient_clicked_in_a_figure_is_one_click_from_the_patient_screen(
    response: Page, cohort: CohortResponse, figure: str
) -> None:
    view(response, f"response_screen.figure_{figure}")
    drawn = figure_of(response, figure)
    # The deepest and the shallowest bar; in the spider the middle between two points.
    changes = {
        one.patient_id: abs(one.best_change_percent)
        for one in cohort.patients
        if one.best_change_percent is not None
    }
    for patient in (max(changes, key=changes.__getitem__), min(changes, key=changes.__getitem__)):
        x, y = place(drawn, patient)
        response.mouse.move(x, y)
        response.mouse.click(x, y)
        expect(looked_at(response)).to_have_value(patient)
        settled(response)
    link = response.get_by_role("link", name=text("common.open_patient", "en"))
    link.click()
    expect(response.get_by_role("heading", level=1)).to_have_text(heading("patient", "en"))
    expect(looked_at(response)).to_have_value(patient)


def test_lasso_limits_every_screen_until_it_is_cleared(
    response: Page, cohort: CohortResponse
) -> None:
    view(response, "response_screen.figure_waterfall")
    drawn = figure_of(response, "waterfall")
    drawn.locator("[data-val=lasso]").click()
    best = sorted(
        (one.best_change_percent, one.patient_id)
        for one in cohort.patients
        if one.best_change_percent is not None
    )
    left, right = place(drawn, best[4][1]), place(drawn, best[0][1])
    low = max(left[1], right[1]) + 160
    corners = [(left[0] - 6, left[1] - 40), (right[0] + 6, right[1] - 90), (right[0] + 6, low)]
    corners += [(left[0] - 6, low), (left[0] - 6, left[1] - 40)]
    response.mouse.move(*corners[0])
    response.mouse.down()
    for x, y in corners[1:]:
        response.mouse.move(x, y, steps=12)
    response.mouse.up()
    line = text("shell.subgroup", "en", n=5, total=24)
    expect(response.get_by_text(line)).to_be_visible()
    settled(response)
    for name in ("patient", "baseline", "survival", "safety", "eligibility", "report"):
        visit(response, name, "en")
        expect(response.get_by_text(line)).to_be_visible()
    response.get_by_role("button", name=text("shell.clear_subgroup", "en")).click()
    expect(response.get_by_text(line)).to_have_count(0)


def test_cell_of_overall_and_liver_response_shows_its_patients(
    response: Page, cohort: CohortResponse
) -> None:
    view(response, "response_screen.view_rates")
    table = response.get_by_test_id("stDataFrame").first
    table.evaluate("one => one.scrollIntoView({block: 'center'})")
    box = table.bounding_box()
    assert box is not None
    # The first row's first cell stands for all of this overall response.
    first = cohort.cross_table[0].overall
    patients = [one.patient_id for one in cohort.patients if one.best == first]
    response.mouse.click(box["x"] + 30, box["y"] + 35 + 17)
    words = text("response_screen.cross_chosen_row", "en", overall=first, n=len(patients))
    expect(response.get_by_text(words)).to_be_visible()
    response.get_by_role("radio", name=patients[-1], exact=True).click()
    expect(looked_at(response)).to_have_value(patients[-1])
    response.get_by_role("link", name=text("common.open_patient", "en")).first.click()
    expect(response.get_by_role("heading", level=1)).to_have_text(heading("patient", "en"))
    expect(looked_at(response)).to_have_value(patients[-1])
