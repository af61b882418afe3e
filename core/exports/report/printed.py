"""The report as a PDF, set by typst with the shipped Chinese type."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from core.errors import ArteriaError
from core.exports.report.columns import column_widths
from core.exports.report.model import Paragraph, Reference, Report, ReportFigure
from core.exports.report.pages import figure_height, turned_pages
from core.exports.report.typeface import regular_font, variable_font
from core.exports.tables.table import Table
from core.exports.workbook import neutral

TEXT_MM = 170
"""Width of the text on a page, as in the layout."""
_TAG = re.compile(rb"<svg\b[^>]*>")
_SIDE = re.compile(rb'\s(width|height)="([0-9.]+)"')
LAYOUT = Path(__file__).with_name("print.typ")

Drawings = Mapping[tuple[str, str], bytes]
"""(language, figure's name) -> SVG; a figure that isn't drawn is absent."""


def printed_bytes(reports: Sequence[Report], drawings: Drawings) -> bytes:
    """The reports one after the other in one document.

    Raises:
        ArteriaError: ``drawing_failed``: typst refused it.
    """
    import typst

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files: dict[tuple[str, str], _Drawing] = {}
        for position, (key, svg) in enumerate(drawings.items()):
            files[key] = _Drawing(f"figure{position}.svg", figure_height(TEXT_MM, _aspect(svg)))
            (root / files[key].name).write_bytes(svg)
        content = {
            "title": reports[0].title,
            "language": reports[0].language,
            "reports": [_report(one, files) for one in reports],
        }
        (root / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        shutil.copyfile(LAYOUT, root / "print.typ")
        words = "".join(svg.decode("utf-8", errors="ignore") for svg in drawings.values())
        fonts: list[Path] = [variable_font().parent]
        if drawings:
            fonts.append(regular_font(words).parent)
        made = typst.compile(
            root / "print.typ", root=root, font_paths=fonts, ignore_system_fonts=True, format="pdf"
        )
    if not isinstance(made, bytes):
        raise ArteriaError("drawing_failed")
    return made


class _Drawing(NamedTuple):
    """A drawing's file and its height on the page in mm."""

    name: str
    height: float


def _aspect(svg: bytes) -> float:
    """Height by width of a drawing, which names both."""
    tag = _TAG.search(svg)
    sides = dict(_SIDE.findall(tag.group() if tag else b""))
    return float(sides[b"height"]) / float(sides[b"width"])


def _anchor(report: Report, reference: Reference) -> str:
    return f"{report.language}-{reference.kind}-{reference.name}"


def _pieces(report: Report, pieces: Paragraph) -> list[dict[str, str]]:
    shown = []
    for piece in pieces:
        if isinstance(piece, str):
            shown.append({"words": neutral(piece), "target": ""})
        else:
            known = report.number(piece) is not None
            target = _anchor(report, piece) if known else ""
            shown.append({"words": report.mentioned(piece), "target": target})
    return shown


def _report(report: Report, files: Mapping[tuple[str, str], _Drawing]) -> dict[str, Any]:
    return {
        "language": report.language,
        "title": neutral(report.title),
        "facts": [neutral(fact) for fact in report.facts],
        "sections": [
            {
                "title": section.title,
                "turned": turned.heading,
                "paragraphs": [_pieces(report, pieces) for pieces in section.paragraphs],
                "blocks": [
                    {
                        "turned": is_turned,
                        **(
                            _table(report, block)
                            if isinstance(block, Table)
                            else _figure(report, block, files)
                        ),
                    }
                    for block, is_turned in zip(section.blocks, turned.blocks, strict=True)
                ],
            }
            for section, turned in zip(report.sections, turned_pages(report), strict=True)
        ],
    }


def _table(report: Report, table: Table) -> dict[str, Any]:
    reference = Reference("table", table.name)
    headers = [neutral(str(one).replace("\u2009", "")) for one in table.frame.columns]
    rows = [[neutral(str(one)) for one in line] for line in table.frame.to_numpy().tolist()]
    return {
        "kind": "table",
        "anchor": _anchor(report, reference),
        "caption": f"{report.mentioned(reference)}  {neutral(table.title)}",
        "headers": headers,
        "rows": rows,
        "widths": column_widths(headers, rows),
        "notes": [neutral(note) for note in table.notes],
    }


def _figure(
    report: Report, figure: ReportFigure, files: Mapping[tuple[str, str], _Drawing]
) -> dict[str, Any]:
    reference = Reference("figure", figure.name)
    drawing = files.get((report.language, figure.name))
    return {
        "kind": "figure",
        "anchor": _anchor(report, reference),
        "caption": f"{report.mentioned(reference)}  {neutral(figure.title)}",
        "file": drawing.name if drawing is not None else "",
        "height": drawing.height if drawing is not None else 0,
        "missing": report.words["no_browser"],
        "alt": neutral(figure.alt or figure.title),
        "notes": [neutral(note) for note in figure.notes],
    }
