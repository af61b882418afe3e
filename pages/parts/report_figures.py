"""Every figure as a journal wants it, and the numbers behind it."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from core.errors import ArteriaError
from core.exports.report.drawing import FORMATS, RESOLUTIONS, browser, convert, draw_svg
from core.exports.report.figure_data import csv_file
from core.exports.report.model import ReportFigure
from core.figures.journal import (
    DOUBLE_COLUMN_MM,
    SINGLE_COLUMN_MM,
    JournalLook,
    journal_figure,
)
from core.storage.studies import VersionInfo
from core.text.catalogue import say_error
from pages.parts import state
from pages.parts.report_files import built, may_export
from pages.parts.widgets import chart, choose, download_when_clicked, t

DRAWN = "arteria_drawn_figure"
WIDTHS = (DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM)
COLOURS = ("colour", "grey")
MIME = {
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "png": "image/png",
    "tiff": "image/tiff",
}
SECTIONS_WITH_FIGURES = ("eligibility", "response", "survival", "prognosis", "safety")


@lru_cache(maxsize=16)
def _file(drawing: str, look: JournalLook, form: str, dpi: int) -> bytes:
    printed = journal_figure(go.Figure(_parsed(drawing)), look)
    return convert(draw_svg([printed])[0], look.width_mm, form, dpi)


def _parsed(drawing: str) -> go.Figure:
    import plotly.io

    return plotly.io.from_json(drawing)


def show(info: VersionInfo) -> None:
    """Choose a figure, its width, colours and file; the screen's own figure stands below."""
    figures = {one.name: one for one in built(info, SECTIONS_WITH_FIGURES).figures()}
    if not figures:
        st.info(t("report_screen.no_figures"))
        return
    name = st.selectbox(
        t("report_screen.figure"),
        list(figures),
        format_func=lambda one: figures[one].title,
        key="report_figure",
        persist_state="page",
    )
    figure = figures[name]
    cells = [*st.columns(2), *st.columns(2)]
    with cells[0]:
        width = choose(
            t("report_screen.width"), WIDTHS, "report_screen.width_{}", key="report_width"
        )
    with cells[1]:
        colour = choose(
            t("report_screen.colour"), COLOURS, "report_screen.colour_{}", key="report_colour"
        )
    with cells[2]:
        form = choose(t("report_screen.kind"), FORMATS, "report_screen.file.{}", key="report_file")
    with cells[3]:
        dpi = choose(t("report_screen.dpi"), RESOLUTIONS, "report_screen.dpi_{}", key="report_dpi")
    may_take = may_export(info)
    if may_take:
        _offer(figure, JournalLook(width, is_grey=colour == "grey"), form, dpi)
    chart(figure.figure, key="report_shown_figure", alt=figure.alt)
    if not may_take:
        return
    data = csv_file(figure.data)
    download_when_clicked(
        t("report_screen.csv"),
        f"{figure.name}_{hashlib.sha256(data).hexdigest()[:12]}",
        lambda: data,
        mime="text/csv",
        suffix="csv",
        key="report_csv",
    )


def _offer(figure: ReportFigure, look: JournalLook, form: str, dpi: int) -> None:
    if browser() is None:
        st.info(t("error.no_browser"))
        return
    wanted = (figure.name, state.language(), look, form, dpi, figure.figure.to_json())
    if st.button(t("report_screen.draw"), icon=":material/draw:", key="report_draw"):
        with st.spinner(t("report_screen.step.draw")):
            try:
                made = _file(wanted[-1], look, form, dpi)
            except ArteriaError as error:
                st.warning(say_error(error, state.language()))
                return
        st.session_state[DRAWN] = (wanted, made)
    drawn = st.session_state.get(DRAWN)
    if drawn is None or drawn[0] != wanted:
        return
    digest = hashlib.sha256(drawn[1]).hexdigest()[:12]
    stem, made = f"{figure.name}_{look.width_mm}mm_{digest}", drawn[1]
    download_when_clicked(
        t("report_screen.drawn", name=f"{stem}.{form}"),
        stem,
        lambda: made,
        mime=MIME[form],
        suffix=form,
        key="report_figure_download",
    )
