"""The report as one HTML file, opened in Chromium with the network cut."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from core.example import example_folder
from core.exports.report.make import make_report
from core.intake.validate import read_study
from core.options import AnalysisOptions
from core.reporting import report_content

pytestmark = pytest.mark.browser


def test_page_draws_all_figures_without_any_request(tmp_path: Path) -> None:
    data = read_study([example_folder() / "crlm_haic_24_zh.xlsx"]).data
    content = report_content(
        data, (), AnalysisOptions(), study_name="x", is_example=True, made_on=date(2024, 1, 2)
    )
    path = tmp_path / "report.html"
    path.write_bytes(make_report(content, "html", ["zh", "en"]))
    asked: list[str] = []
    problems: list[str] = []
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(offline=True)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on(
            "console", lambda said: problems.append(said.text) if said.type == "error" else None
        )
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path.as_uri())
        page.locator(".main-svg").first.wait_for()
        drawn = page.locator("figure .plot-container").count()
        bars = page.locator("#zh-figure-waterfall .bars path").count()
        chromium.close()
    assert drawn == 20
    assert bars == 24
    assert problems == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
