"""Figures as files: drawn once by the server's Chromium as SVG, then set with the shipped type.

Plotly's own drawing code runs in Chromium, so that the file shows what the screen shows. Its
words stay text in the SVG; typst sets them in the shipped font and makes PDF and pixels.
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import plotly.graph_objects as go

from core.errors import ArteriaError
from core.exports.report.typeface import regular_font

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FORMATS = ("svg", "pdf", "png", "tiff")
RESOLUTIONS = (300, 600)
LAYOUT = Path(__file__).with_name("figure.typ")
_ONE_AT_A_TIME = threading.Lock()
_SECONDS = 90


def browser() -> str | None:
    """The Chromium that draws; None when the server has none.

    ``ARTERIA_BROWSER`` names another one, or none at all when it is empty.
    """
    named = os.environ.get("ARTERIA_BROWSER")
    if named is not None:
        return named if named and Path(named).is_file() else None
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def draw_svg(
    figures: Sequence[go.Figure], step: Callable[[int], None] | None = None
) -> list[bytes]:
    """SVG of each figure at the size of its layout.

    Args:
        step: called with the number of figures done; may raise to stop.

    Raises:
        ArteriaError: ``no_browser``: the server has no Chromium; ``drawing_failed``.
    """
    path = browser()
    if path is None:
        raise ArteriaError("no_browser")
    with _ONE_AT_A_TIME:
        return asyncio.run(_draw(figures, path, step))


async def _draw(
    figures: Sequence[go.Figure], path: str, step: Callable[[int], None] | None
) -> list[bytes]:
    from kaleido import Kaleido, PageGenerator

    drawn: list[bytes] = []
    # Without the next argument the page would fetch MathJax from another server.
    page = PageGenerator(mathjax=False)
    async with Kaleido(n=1, page_generator=page, path=path, timeout=_SECONDS) as drawer:
        for figure in figures:
            size = {"width": figure.layout.width, "height": figure.layout.height}
            result = await drawer.calc_fig(figure, opts={"format": "svg", **size})
            if not isinstance(result, bytes):
                raise ArteriaError("drawing_failed")
            drawn.append(result)
            if step is not None:
                step(len(drawn))
    return drawn


def convert(svg: bytes, width_mm: float, form: str, dpi: int = 300) -> bytes:
    """A drawn figure as PDF, PNG or TIFF of the given width; SVG stays as it is.

    Raises:
        ValueError: an unknown format.
    """
    if form not in FORMATS:
        raise ValueError(form)
    if form == "svg":
        return svg
    import typst

    font = regular_font(svg.decode("utf-8", errors="ignore"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "figure.svg").write_bytes(svg)
        source = root / LAYOUT.name
        shutil.copyfile(LAYOUT, source)
        kind: Literal["pdf", "png"] = "pdf" if form == "pdf" else "png"
        made = typst.compile(
            source,
            root=root,
            font_paths=[font.parent],
            ignore_system_fonts=True,
            format=kind,
            ppi=float(dpi),
            sys_inputs={"width": f"{width_mm:g}"},
        )
    content = made[0] if isinstance(made, list) else made
    if content is None:
        raise ArteriaError("drawing_failed")
    if form == "pdf":
        return content
    return _with_resolution(content, form, dpi)


def _with_resolution(png: bytes, form: str, dpi: int) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        flat = picture.convert("RGB")
        if form == "tiff":
            flat.save(stream, "TIFF", compression="tiff_lzw", dpi=(dpi, dpi))
        else:
            flat.save(stream, "PNG", dpi=(dpi, dpi), compress_level=3)
    return stream.getvalue()
