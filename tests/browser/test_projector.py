"""Projector mode at 1024 x 768: every word large enough, dark on light, nothing cut at the side."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.text.catalogue import LANGUAGES, Language, text
from pages.parts.board_case import PROJECTED_PX
from pages.parts.board_state import SCREENS
from tests.running import PATIENCE_MS, Server, Watch, start_server, stop_server

pytestmark = pytest.mark.browser

DISTANCE_MM, PICTURE_MM, LINES = 5_000, 1_200, 768
MINUTES_OF_ARC = 10
"""Height of a letter that who sees 20/40 can read."""
X_HEIGHT = 0.5
"""Of the type's size, in the typefaces used."""

WORDS = """() => {
  const found = [];
  const walker = document.createTreeWalker(
    document.querySelector('[data-testid="stMain"]'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement;
    if (!node.textContent.trim() || holder.closest('style, script, template')) continue;
    const folded = holder.closest('details:not([open])');
    if (folded && !holder.closest('summary')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect(), style = getComputedStyle(holder);
    // Icons are drawn as letters of a font of their own; what has no area is not seen.
    if (box.width < 2 || box.height < 2 || style.visibility === 'hidden') continue;
    if (holder.closest('[data-testid="stIconMaterial"]') || style.opacity === '0') continue;
    const svg = holder.closest('svg') !== null;
    let page = holder;
    let ground = 'rgba(0, 0, 0, 0)';
    while (page && /, 0\\)$/.test(ground)) {
      ground = getComputedStyle(page).backgroundColor;
      page = page.parentElement;
    }
    found.push({
      words: node.textContent.trim().slice(0, 60), px: parseFloat(style.fontSize),
      colour: svg ? style.fill : style.color, ground, svg, right: box.right,
    });
  }
  return found;
}"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start_server(tmp_path_factory.mktemp("projector"), ARTERIA_EXAMPLE="1")
    yield running
    stop_server(running)


@pytest.fixture(params=LANGUAGES)
def projected(request: pytest.FixtureRequest, browser: Browser, room: Server) -> Iterator[Page]:
    """The projector mode in the browser of somebody who otherwise prefers dark."""
    language: Language = request.param
    context = browser.new_context(
        locale="en-GB", viewport={"width": 1024, "height": LINES}, color_scheme="dark"
    )
    page, watch = context.new_page(), Watch(room.address)
    watch.attach(page)
    page.goto(f"{room.address}/board?lang={language}")
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    page.get_by_role("button", name=text("board.projector", language)).click()
    expect(page.get_by_role("button", name=text("board.leave_projector", language))).to_be_visible()
    yield page
    context.close()
    assert watch.errors == []
    assert watch.outside == []


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_least_size_follows_from_the_visual_angle() -> None:
    letter_mm = DISTANCE_MM * math.tan(math.radians(MINUTES_OF_ARC / 60))
    needed = letter_mm / (PICTURE_MM / LINES) / X_HEIGHT
    assert needed <= PROJECTED_PX < needed + 2


def test_words_are_large_dark_on_light_and_within_the_page(projected: Page) -> None:
    page = projected
    language: Language = "zh" if "lang=zh" in page.url else "en"
    for name in SCREENS:
        heading = page.get_by_role("heading", level=2, name=text(f"board.screen_{name}", language))
        expect(heading).to_be_visible(timeout=PATIENCE_MS)
        if name in ("course", "lesions", "context"):
            expect(page.locator(".js-plotly-plot .main-svg text").first).to_be_visible()
        expect(page.get_by_test_id("stStatusWidget")).to_be_hidden()
        # Earlier elements stay, faded, until the run that replaces them has ended.
        expect(page.locator('[data-stale="true"]')).to_have_count(0)
        if name == "context":
            page.locator("label").filter(has_text=text("alike.published", language)).click()
            expect(page.get_by_text(text("alike.published_note", language))).to_be_visible()
        found = page.evaluate(WORDS)
        assert len(found) > 5
        small = [one for one in found if one["px"] < PROJECTED_PX - 0.01]
        assert small == [], name
        faint = [
            one
            for one in found
            # Numbers in coloured cells and areas are judged by eye: the ground is drawn.
            if not one["svg"] and contrast(one["colour"], one["ground"]) < 4.5
        ]
        assert faint == [], name
        sides = [one for one in found if one["right"] > 1024.5]
        assert sides == [], name
        width = "() => document.querySelector('[data-testid=\"stMain\"]').scrollWidth"
        assert page.evaluate(width) <= 1024
        expect(page.get_by_test_id("stSidebar")).to_be_hidden()
        if name != SCREENS[-1]:
            # In a control the arrow keys are the control's own.
            page.evaluate("document.activeElement.blur()")
            page.keyboard.press("ArrowDown")
