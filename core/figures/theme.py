"""The one look of all figures: colours, type, margins.

Colours are the Okabe-Ito set (distinguishable with the common colour-vision deficiencies),
its blue a little lighter so that it stands out from a dark page too. The response categories
keep theirs on all screens. Backgrounds are transparent.

Source: Okabe & Ito 2008, Color Universal Design.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

BLUE, ORANGE, GREEN, VERMILION = "#2580BC", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, GREY = "#56B4E9", "#CC79A7", "#F0E442", "#8A8F98"
SERIES = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY)

RESPONSE_COLOURS: Mapping[str, str] = {
    "CR": "#005F46",
    "PR": GREEN,
    "SD": SKY,
    "PD": VERMILION,
    "NON-CR/NON-PD": ORANGE,
    "NE": GREY,
    "MISSING": GREY,
}
GRADE_COLOURS: Mapping[str, str] = {
    "1": "#9CCBE8",
    "2": BLUE,
    "3": ORANGE,
    "4": VERMILION,
    "5": "#5B2333",
    "1-2": SKY,
    "3-4": VERMILION,
}
GRID = "rgba(128,136,148,0.25)"
AXIS = "rgba(128,136,148,0.8)"
INK = "#1B2A33"
"""Words of a figure that is always dark on light."""

CHART_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "svg"},
}

SELECT_CONFIG: dict[str, Any] = {
    **CHART_CONFIG,
    "modeBarButtonsToRemove": ["autoScale2d"],
    "displayModeBar": True,
}
"""For figures in which a box or lasso chooses patients: these tools are always in sight."""


def safe(value: object) -> str:
    """Text from the user's data, so that nothing in it becomes live markup in a figure.

    >>> safe("<a href='http://x'>H01</a>")
    '&lt;a href=&#x27;http://x&#x27;&gt;H01&lt;/a&gt;'
    """
    return html.escape(str(value))


def joined(patients: Sequence[str]) -> list[str]:
    """The patients behind one mark, as the custom data by which a click finds them.

    >>> joined(["H01", "H02"])
    ['H01\\nH02']
    """
    return ["\n".join(patients)]


def transparent(colour: str, alpha: float) -> str:
    """A hex colour with an opacity.

    >>> transparent("#0072B2", 0.2)
    'rgba(0,114,178,0.2)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def styled(figure: go.Figure, *, height: int, legend: bool = True) -> go.Figure:
    """Apply the common look to a figure and return it."""
    figure.update_layout(
        height=height,
        margin={"l": 64, "r": 24, "t": 24, "b": 56},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 14},
        hoverlabel={"font": {"size": 13}, "align": "left"},
        showlegend=legend,
        legend={
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
            "traceorder": "normal",
        },
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": AXIS, "activecolor": BLUE},
    )
    figure.update_xaxes(gridcolor=GRID, linecolor=AXIS, zeroline=False, ticks="outside")
    figure.update_yaxes(gridcolor=GRID, linecolor=AXIS, zeroline=False)
    return figure


def for_a_room(build: Callable[..., go.Figure], px: int, *args: Any, **kwargs: Any) -> go.Figure:
    """The figure that ``build`` makes, with no word smaller than ``px`` and dark on light."""
    figure = build(*args, **kwargs)
    font = {"size": px, "color": INK}
    figure.update_layout(font=font, legend={"font": font}, hoverlabel={"font": {"size": px}})
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(tickfont=font, title={"font": font}, automargin=True)
    figure.update_annotations(font=font)
    # Words beside the axes need the more room, the larger they are.
    figure.update_layout(margin_r=round((figure.layout.margin.r or 24) * px / 13))
    for trace in figure.data:
        if "textfont" in trace:
            # A cell's own number keeps the colour that stands out from the cell.
            trace.textfont.size = px
            if trace.type != "heatmap":
                trace.textfont.color = INK
        if trace.type == "heatmap":
            trace.colorbar.tickfont = font
    return figure
