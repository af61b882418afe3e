"""Native charts on a slide."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from core.exports.report.native_parts import NativeChart
from core.exports.report.slide_type import drawn_width, typed

LEFT, TOP, WIDE = 0.6, 1.15, 12.1
LABELS_WIDE = 4.2
"""Greatest width in inches of the names beside the rows, which have no place in an XY chart."""
PLOT_TOP, PLOT_HIGH = 0.11, 0.75
"""Where the plot of rows stands within its chart, as shares of its height."""
SYMBOLS = {
    "square": XL_MARKER_STYLE.SQUARE,
    "star": XL_MARKER_STYLE.STAR,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "triangle-up": XL_MARKER_STYLE.TRIANGLE,
    "x": XL_MARKER_STYLE.X,
    "line-ns-open": XL_MARKER_STYLE.PLUS,
    "triangle-right": XL_MARKER_STYLE.DASH,
}


def add_chart(slide: Any, chart: NativeChart, alt: str, high: float = 5.5) -> None:
    """Put the chart on the slide.

    Args:
        alt: what it shows.
        high: height in inches.
    """
    beside = 0.0
    if chart.kind == "xy" and chart.categories:
        longest = max(map(drawn_width, chart.categories))
        beside = min(max(0.5 + 0.09 * longest, 1.0), LABELS_WIDE)
    left, wide = LEFT + beside, WIDE - beside
    kind, data = _data(chart)
    frame = slide.shapes.add_chart(
        kind, Inches(left), Inches(TOP), Inches(wide), Inches(high), data
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
    if chart.is_by_row:
        _fix_plot(drawn)
        _names(slide, chart, beside, high)


def _data(chart: NativeChart) -> tuple[Any, Any]:
    if chart.kind == "xy":
        data = XyChartData()
        longest = max(len(one.x) for one in chart.series)
        for number, one in enumerate(chart.series):
            series = data.add_series(one.name or " ")
            points = list(zip(one.x, one.y, strict=True))
            # LibreOffice loses a series that stands before a longer one: the first one's last
            # point is repeated until no series is longer.
            points += points[-1:] * (longest - len(points) if number == 0 else 0)
            for x, y in points:
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
        across.major_unit = 3 if max(max(one.x) for one in chart.series) <= 36 else 12
    if chart.y_format:
        up.tick_labels.number_format = chart.y_format
        up.tick_labels.number_format_is_linked = False
        up.has_major_gridlines = True
        # Values below zero leave the axis's numbers at the bottom.
        across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.kind == "column":
        across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        across.tick_labels.font.size = Pt(9)
    if chart.is_log:
        scaling = across._element.find(qn("c:scaling"))
        base = scaling.makeelement(qn("c:logBase"), {"val": "10"})
        scaling.insert(0, base)
    if chart.is_by_row:
        # Of estimates the vertical axis crosses at 1, the line of no effect.
        up.tick_label_position = XL_TICK_LABEL_POSITION.NONE


def _colours(drawn: Any, chart: NativeChart) -> None:
    plot = drawn.plots[0]
    if chart.labels:
        _label(plot, chart)
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
            series.format.line.width = Pt(one.width)
            series.marker.style = XL_MARKER_STYLE.NONE
        else:
            series.format.line.fill.background()
            series.marker.style = SYMBOLS[one.symbol]
            series.marker.size = 9
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = colour


def _label(plot: Any, chart: NativeChart) -> None:
    """Signs at the ends of bars, as labels that move with their bar."""
    for series, one in zip(plot.series, chart.series, strict=True):
        for at, (value, sign) in enumerate(zip(one.y, chart.labels, strict=True)):
            if value is not None and sign:
                label = series.points[at].data_label
                label.text_frame.text = sign
                label.position = XL_LABEL_POSITION.OUTSIDE_END


def _fix_plot(drawn: Any) -> None:
    """The plot at a known place, so that names can stand beside its rows."""
    area = drawn._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = area.makeelement(qn("c:layout"), {})
    manual = layout.makeelement(qn("c:manualLayout"), {})
    for name, value in (
        ("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge"),
        ("x", "0.02"), ("y", f"{PLOT_TOP}"), ("w", "0.95"), ("h", f"{PLOT_HIGH}"),
    ):  # fmt: skip
        manual.append(manual.makeelement(qn(f"c:{name}"), {"val": value}))
    layout.append(manual)
    area.insert(0, layout)


def _names(slide: Any, chart: NativeChart, wide: float, of_chart: float) -> None:
    """Names beside the plot, at the heights of their rows."""
    count = len(chart.categories)
    high = of_chart * PLOT_HIGH / (count + 1)
    for position, name in enumerate(chart.categories):
        # Rows count upwards.
        middle = TOP + of_chart * PLOT_TOP + of_chart * PLOT_HIGH - (position + 1) * high
        box = slide.shapes.add_textbox(
            Inches(LEFT - 0.1), Inches(middle - high / 2), Inches(wide), Inches(high)
        )
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        typed(frame.paragraphs[0], name, 11 if count <= 9 else 9 if count <= 20 else 8)
