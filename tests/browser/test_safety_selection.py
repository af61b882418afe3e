"""Marks of the Safety figures lead to their patients, by click, box and lasso."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core.text.catalogue import text
from tests.browser.test_main_job import no_failure, open_example, settled, visit
from tests.running import PATIENCE_MS, Server, Watch

pytestmark = pytest.mark.browser

SLOW = PATIENCE_MS


def choose(page: Page, label: str) -> None:
    """Press a control of the screen by its words."""
    page.get_by_role("radio", name=label, exact=True).first.click()
    page.wait_for_timeout(300)
    settled(page)


def view(page: Page, name: str) -> None:
    choose(page, text(f"safety_screen.view_{name}", "en"))


def figure(page: Page) -> Locator:
    """The first figure of the view, drawn and in sight."""
    plot = page.locator(".js-plotly-plot").first
    expect(plot.locator(".nsewdrag").first).to_be_attached(timeout=SLOW)
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    return plot


def draw_box(page: Page, *, lasso: bool = False) -> None:
    """Drag a box, or a lasso along its edges, over nearly the whole figure."""
    plot = figure(page)
    plot.locator(f'.modebar-btn[data-val="{"lasso" if lasso else "select"}"]').click()
    area = plot.locator(".nsewdrag").first.bounding_box()
    assert area is not None
    left, top = area["x"] + 3, area["y"] + 3
    right, bottom = left + area["width"] - 6, top + area["height"] - 6
    page.mouse.move(left, top)
    page.mouse.down()
    corners = [(right, top), (right, bottom), (left, bottom), (left, top)]
    for x, y in corners if lasso else [(right, bottom)]:
        page.mouse.move(x, y, steps=5)
    page.mouse.up()


def chosen(page: Page) -> int:
    """The number of patients that the screen says were chosen."""
    said = page.get_by_text(re.compile(r"^Patients chosen: \d+$")).first
    expect(said).to_be_visible(timeout=SLOW)
    settled(page)
    return int(said.inner_text().rsplit(" ", 1)[1])


@pytest.mark.parametrize(
    ("name", "part", "lasso"),
    [
        ("events", "", False),
        ("groups", "", False),
        ("courses", "heatmap", True),
        ("courses", "onset", False),
        ("courses", "sessions", False),
        ("grades", "", False),
        ("shifts", "", True),
        ("liver", "", False),
    ],
)
def test_box_or_lasso_in_a_safety_figure_lists_its_patients(
    watched: tuple[Page, Watch], server: Server, name: str, part: str, lasso: bool
) -> None:
    page, _ = watched
    page.set_viewport_size({"width": 1366, "height": 1400})
    open_example(page, server.address, "en")
    visit(page, "safety", "en")
    view(page, name)
    if name == "groups":
        page.get_by_role("combobox").first.click()
        page.get_by_role("option").nth(1).click()
        settled(page)
    if part:
        choose(page, text(f"safety_screen.{part}", "en"))
    draw_box(page, lasso=lasso)
    assert 2 <= chosen(page) <= 24
    no_failure(page, "en")


def test_box_over_bars_limits_every_screen_and_can_be_taken_back(
    watched: tuple[Page, Watch], server: Server
) -> None:
    page, _ = watched
    open_example(page, server.address, "en")
    visit(page, "safety", "en")
    draw_box(page)
    n = chosen(page)
    page.get_by_role("button", name=text("common.limit_to_them", "en")).click()
    said = page.get_by_text(text("shell.subgroup", "en", n=n, total=24))
    expect(said).to_be_visible(timeout=SLOW)
    visit(page, "survival", "en")
    expect(said).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name=text("shell.clear_subgroup", "en")).click()
    expect(said).to_have_count(0, timeout=SLOW)


def test_click_on_a_square_and_one_more_open_the_patient(
    watched: tuple[Page, Watch], server: Server
) -> None:
    page, _ = watched
    page.set_viewport_size({"width": 1366, "height": 1400})
    open_example(page, server.address, "en")
    visit(page, "safety", "en")
    view(page, "courses")
    square = figure(page).locator(".scatterlayer .point").last.bounding_box()
    assert square is not None
    page.mouse.move(square["x"] + square["width"] / 2, square["y"] + square["height"] / 2, steps=3)
    # The figure takes a click only on the mark that it has seen the pointer on.
    expect(page.locator(".hoverlayer .hovertext")).to_have_count(1, timeout=SLOW)
    page.mouse.down()
    page.mouse.up()
    assert chosen(page) == 1
    patient = page.get_by_role("button", name=re.compile(r"H\d\d$"))
    name = patient.inner_text().split("\n")[-1].strip()
    patient.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        text("patient.title", "en"), timeout=SLOW
    )
    settled(page)
    expect(page.get_by_role("combobox").first).to_have_value(name, timeout=SLOW)
