"""The report as one HTML file: interactive figures, nothing loaded from anywhere."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

from core.exports.report.model import Paragraph, Report, ReportFigure, Section
from core.exports.tables.table import Table
from core.figures.theme import CHART_CONFIG
from core.text.catalogue import Language, text

FRAME = Path(__file__).with_name("page.html")
MODEBAR = ("download", "zoom", "pan", "zoom_in", "zoom_out", "reset", "legend_hide", "legend_only")


@lru_cache(maxsize=1)
def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return get_plotlyjs()


def _config(language: Language) -> dict[str, Any]:
    """The figures' controls in the language, without any that leaves the machine."""
    config: dict[str, Any] = dict(CHART_CONFIG) | {"responsive": True}
    if language != "en":
        words = {text(f"modebar.{one}", "en"): text(f"modebar.{one}", language) for one in MODEBAR}
        config["locale"] = "zh-CN"
        config["locales"] = {"zh-CN": {"dictionary": words, "format": {}}}
    return config


def page_bytes(reports: Sequence[Report]) -> bytes:
    """The reports one after the other in one page."""
    figures: list[dict[str, Any]] = []
    body = "".join(_Page(report, figures).body() for report in reports)
    # A closing tag inside the data would end the script early.
    data = json.dumps(figures, ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\!--")
    page = Template(FRAME.read_text(encoding="utf-8")).substitute(
        language=reports[0].language,
        title=html.escape(reports[0].title),
        plotly=_plotly().replace("</script", "<\\/script"),
        body=body,
        figures=data,
    )
    return page.encode("utf-8")


def tag(name: str, inside: str, **attributes: str) -> str:
    """An element; ``inside`` is markup, the attributes are plain words.

    >>> print(tag("p", "a", cls="note"))
    <p class="note">a</p>
    """
    renamed = {"cls": "class", "label": "aria-label"}
    written = "".join(
        f' {renamed.get(key, key)}="{html.escape(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{written}>{inside}</{name}>"


class _Page:
    """One report in one language; its figures are appended to the page's list."""

    def __init__(self, report: Report, figures: list[dict[str, Any]]) -> None:
        self.report = report
        self.figures = figures

    def _anchor(self, kind: str, name: str) -> str:
        return f"{self.report.language}-{kind}-{name}"

    def body(self) -> str:
        report = self.report
        links = "".join(
            tag("li", self._link(self._anchor("section", one.code), one.title))
            for one in report.sections
        )
        facts = "".join(tag("p", html.escape(fact), cls="fact") for fact in report.facts)
        sections = "".join(self._section(one) for one in report.sections)
        contents = tag("nav", tag("ul", links))
        inside = tag("h1", html.escape(report.title)) + facts + contents + sections
        return tag("article", inside, lang=report.language)

    def _link(self, anchor: str, words: str) -> str:
        return tag("a", html.escape(words), href=f"#{anchor}")

    def _section(self, section: Section) -> str:
        sentences = "".join(tag("p", self._words(pieces)) for pieces in section.paragraphs)
        blocks = "".join(
            self._table(block) if isinstance(block, Table) else self._figure(block)
            for block in section.blocks
        )
        title = tag("h2", html.escape(section.title))
        anchor = self._anchor("section", section.code)
        return tag("section", title + sentences + blocks, id=anchor)

    def _words(self, pieces: Paragraph) -> str:
        shown = []
        for piece in pieces:
            if isinstance(piece, str):
                shown.append(html.escape(piece))
                continue
            words = self.report.mentioned(piece)
            known = self.report.number(piece) is not None
            anchor = self._anchor(piece.kind, piece.name)
            shown.append(self._link(anchor, words) if known else html.escape(words))
        return "".join(shown)

    def _table(self, table: Table) -> str:
        caption = tag("caption", html.escape(self.report.heading(table)))
        head = "".join(tag("th", html.escape(str(one)), scope="col") for one in table.frame.columns)
        rows = "".join(
            tag("tr", "".join(tag("td", html.escape(str(one))) for one in line))
            for line in table.frame.itertuples(index=False)
        )
        inside = caption + tag("thead", tag("tr", head)) + tag("tbody", rows)
        drawn = tag("table", inside, id=self._anchor("table", table.name))
        return tag("div", drawn, cls="scroll") + self._notes(table.notes)

    def _figure(self, figure: ReportFigure) -> str:
        anchor = self._anchor("figure", figure.name)
        drawn = json.loads(figure.figure.to_json())
        drawn["id"], drawn["config"] = f"{anchor}-plot", _config(self.report.language)
        self.figures.append(drawn)
        height = int(figure.figure.layout.height or 430)
        plot = tag(
            "div", "", id=drawn["id"], role="img", style=f"height:{height}px", label=figure.alt
        )
        caption = tag("figcaption", html.escape(self.report.heading(figure)))
        return tag("figure", plot + caption + self._notes(figure.notes), id=anchor)

    def _notes(self, notes: Sequence[str]) -> str:
        return "".join(tag("p", html.escape(note), cls="note") for note in notes)
