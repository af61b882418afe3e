"""Native charts on a slide."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from core.exports.report.native import NativeChart
from core.exports.report.slide_type import typed

LEFT, TOP, WIDE, HIGH = 0.6, 1.15, 12.1, 5.5
LABELS_WIDE = 4.2
"""Width in inches of the names beside a forest plot, which have no place in an XY chart."""


def add_chart(slide: Any, chart: NativeChart, alt: str) -> None:
    """Put the chart on the slide; ``alt`` says what it shows."""
    is_forest = chart.kind == "xy" and bool(chart.categories)
    left = LEFT + (LABELS_WIDE if is_forest else 0.0)
    wide = WIDE - (LABELS_WIDE if is_forest else 0.0)
    kind, data = _data(chart)
    frame = slide.shapes.add_chart(
        kind, Inches(left), Inches(TOP), Inches(wide), Inches(HIGH), data
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    drawn = frame.chart
    drawn.font.size = Pt(12)
    drawn.has_title = False
    names = [one for one in chart.series if not one.is_extra]
    drawn.has_legend = len(names) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.TOP
        drawn.legend.include_in_layout = False
        _hide_extras(drawn, chart)
    _axes(drawn, chart)
    _colours(drawn, chart)
    if is_forest:
        _names(slide, chart)


def _data(chart: NativeChart) -> tuple[Any, Any]:
    if chart.kind == "xy":
        data = XyChartData()
        for one in chart.series:
            series = data.add_series(one.name or " ")
            for x, y in zip(one.x, one.y, strict=True):
                series.add_data_point(x, y)
        return XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, data
    values = CategoryChartData()
    values.categories = chart.categories
    for one in chart.series:
        values.add_series(one.name, one.y)
    stacked = chart.kind == "stacked"
    return XL_CHART_TYPE.BAR_STACKED if stacked else XL_CHART_TYPE.COLUMN_CLUSTERED, values


def _hide_extras(drawn: Any, chart: NativeChart) -> None:
    legend = drawn.legend._element
    before = legend.find(qn("c:legendPos"))
    for index, one in reversed(list(enumerate(chart.series))):
        if one.is_extra:
            entry = legend.makeelement(qn("c:legendEntry"), {})
            entry.append(entry.makeelement(qn("c:idx"), {"val": str(index)}))
            entry.append(entry.makeelement(qn("c:delete"), {"val": "1"}))
            before.addnext(entry)


def _axes(drawn: Any, chart: NativeChart) -> None:
    across, up = drawn.category_axis, drawn.value_axis
    # On sideways bars the categories run upwards and the values across.
    titles = (chart.x_title, chart.y_title)
    if chart.kind == "stacked":
        titles = (chart.y_title, chart.x_title)
    for axis, title in zip((across, up), titles, strict=True):
        axis.has_title = bool(title)
        if title:
            axis.axis_title.text_frame.text = title
            axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(12)
        axis.has_major_gridlines = False
        axis.tick_labels.font.size = Pt(11)
    for axis, limits in ((across, chart.x_range), (up, chart.y_range)):
        if limits is not None:
            axis.minimum_scale, axis.maximum_scale = limits
    if chart.kind == "xy" and chart.x_range is None:
        across.minimum_scale = 0
        across.major_unit = 3 if max(one.x[-1] for one in chart.series) <= 36 else 12
    if chart.kind == "xy" and not chart.categories:
        up.tick_labels.number_format, up.tick_labels.number_format_is_linked = "0%", False
        up.has_major_gridlines = True
    if chart.kind == "column":
        across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        across.tick_labels.font.size = Pt(9)
    if chart.is_log:
        scaling = across._element.find(qn("c:scaling"))
        base = scaling.makeelement(qn("c:logBase"), {"val": "10"})
        scaling.insert(0, base)
        # The vertical axis of the estimates crosses at 1, the line of no effect.
        up.tick_label_position = XL_TICK_LABEL_POSITION.NONE


def _colours(drawn: Any, chart: NativeChart) -> None:
    plot = drawn.plots[0]
    if chart.kind != "xy":
        plot.gap_width = 30
        plot.overlap = 100
        plot.vary_by_categories = False
    for series, one in zip(plot.series, chart.series, strict=True):
        colour = RGBColor.from_string(one.colour)
        if chart.kind != "xy":
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
            series.invert_if_negative = False
            continue
        series.smooth = False
        if one.is_line:
            series.format.line.color.rgb = colour
            series.format.line.width = Pt(2.25)
            series.marker.style = XL_MARKER_STYLE.NONE
        else:
            series.format.line.fill.background()
            series.marker.style = XL_MARKER_STYLE.SQUARE
            series.marker.size = 9
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = colour


def _names(slide: Any, chart: NativeChart) -> None:
    """Names of the estimates beside the plot, at the heights of their points."""
    count = len(chart.categories)
    inner_top, inner_high = TOP + 0.55, HIGH - 1.3
    for position, name in enumerate(chart.categories):
        share = (position + 1) / (count + 1)
        high = inner_high / (count + 1)
        box = slide.shapes.add_textbox(
            Inches(LEFT - 0.1),
            Inches(inner_top + share * inner_high - high / 2),
            Inches(LABELS_WIDE),
            Inches(high),
        )
        box.text_frame.word_wrap = True
        typed(box.text_frame.paragraphs[0], name, 11 if count <= 9 else 9)
