"""A step of a survival curve under a real pointer: what it says, and whom it leads to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.text.catalogue import LANGUAGES, Language, text
from tests.browser.test_main_job import no_failure, open_example, settled, visit
from tests.running import PATIENCE_MS, Server

pytestmark = pytest.mark.browser

PLOT = "[class*='st-key-survival_km'] .js-plotly-plot"
FIRST_DEATH = """plot => {
    plot.scrollIntoView({block: 'center'});
    const {left, top} = plot.getBoundingClientRect();
    const {xaxis, yaxis} = plot._fullLayout;
    const at = plot._fullData.findIndex(one => one.mode === 'markers' && one.customdata);
    const step = plot.calcdata[at].find(mark => mark.x > 0 && mark.y < 1);
    return [left + xaxis._offset + xaxis.c2p(step.x), top + yaxis._offset + yaxis.c2p(step.y)];
}"""


@pytest.fixture(params=LANGUAGES)
def visited(
    request: pytest.FixtureRequest, browser: Browser, server: Server
) -> Iterator[tuple[Page, Language]]:
    """The Survival screen of the example study, its plot ready to be clicked."""
    language: Language = request.param
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    open_example(page, server.address, language)
    visit(page, "survival", language)
    page.wait_for_function(
        "plot => document.querySelector(plot)?._fullLayout?.clickmode?.includes('select')",
        arg=PLOT,
        timeout=PATIENCE_MS,
    )
    yield page, language
    context.close()


def test_step_says_its_share_and_leads_to_its_patients(visited: tuple[Page, Language]) -> None:
    page, language = visited
    x, y = page.locator(PLOT).evaluate(FIRST_DEATH)
    page.mouse.move(x, y)
    # One of 24 patients died first: the share, its interval and who is at risk.
    hover = page.locator(".hoverlayer .hovertext")
    at_risk = {"en": "at risk 24", "zh": "风险人数 24"}[language]
    for words in ("95.8%", "73.9–99.4", at_risk):
        expect(hover).to_contain_text(words, timeout=PATIENCE_MS)
    page.mouse.click(x, y)
    title = text("tables.step_patients", language)
    expect(page.get_by_role("heading", name=title)).to_be_visible(timeout=PATIENCE_MS)
    settled(page)
    expect(page.get_by_role("cell", name="H", exact=False).first).to_be_visible()
    no_failure(page, language)
