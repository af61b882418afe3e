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
            f'<li><a href="#{self._anchor("section", one.code)}">{html.escape(one.title)}</a></li>'
            for one in report.sections
        )
        facts = "".join(f"<p class=fact>{html.escape(fact)}</p>" for fact in report.facts)
        sections = "".join(self._section(one) for one in report.sections)
        return (
            f'<article lang="{report.language}"><h1>{html.escape(report.title)}</h1>{facts}'
            f"<nav><ul>{links}</ul></nav>{sections}</article>"
        )

    def _section(self, section: Section) -> str:
        sentences = "".join(f"<p>{self._words(pieces)}</p>" for pieces in section.paragraphs)
        blocks = "".join(
            self._table(block) if isinstance(block, Table) else self._figure(block)
            for block in section.blocks
        )
        anchor = self._anchor("section", section.code)
        title = html.escape(section.title)
        return f'<section id="{anchor}"><h2>{title}</h2>{sentences}{blocks}</section>'

    def _words(self, pieces: Paragraph) -> str:
        shown = []
        for piece in pieces:
            if isinstance(piece, str):
                shown.append(html.escape(piece))
                continue
            words = html.escape(self.report.mentioned(piece))
            known = self.report.number(piece) is not None
            anchor = self._anchor(piece.kind, piece.name)
            shown.append(f'<a href="#{anchor}">{words}</a>' if known else words)
        return "".join(shown)

    def _table(self, table: Table) -> str:
        caption = html.escape(self.report.heading(table))
        head = "".join(f"<th scope=col>{html.escape(str(one))}</th>" for one in table.frame.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(one))}</td>" for one in line) + "</tr>"
            for line in table.frame.itertuples(index=False)
        )
        anchor = self._anchor("table", table.name)
        return (
            f'<div class=scroll><table id="{anchor}"><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
            f"{self._notes(table.notes)}"
        )

    def _figure(self, figure: ReportFigure) -> str:
        caption = html.escape(self.report.heading(figure))
        anchor = self._anchor("figure", figure.name)
        drawn = json.loads(figure.figure.to_json())
        drawn["id"], drawn["config"] = f"{anchor}-plot", _config(self.report.language)
        self.figures.append(drawn)
        height = int(figure.figure.layout.height or 430)
        return (
            f'<figure id="{anchor}"><div id="{anchor}-plot" role=img style="height:{height}px" '
            f'aria-label="{html.escape(figure.alt)}"></div><figcaption>{caption}</figcaption>'
            f"{self._notes(figure.notes)}</figure>"
        )

    def _notes(self, notes: Sequence[str]) -> str:
        return "".join(f"<p class=note>{html.escape(note)}</p>" for note in notes)
