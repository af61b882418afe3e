"""The survival curve for who may see no single patient: the same on the screen and for programs."""

from __future__ import annotations

import plotly.graph_objects as go

from core.exports.disclosure import protected_curve
from core.exports.tables.aggregates import curve_numbers
from core.exports.tables.table import Table
from core.figures import km
from core.results.cohort import EndpointCurves
from core.text.catalogue import Language, text


def protected_survival(
    found: EndpointCurves, patients: int, language: Language
) -> tuple[Table, go.Figure] | None:
    """The curve of all patients as far as enough are at risk; None = too few.

    Args:
        patients: of the study.
    """
    curve = found.groups[0].curve
    table = curve_numbers(curve, found.endpoint, patients, language)
    protected = protected_curve(curve)
    if table is None or protected is None or not len(protected.time):
        return None
    label = text("tables.all_curve", language)
    figure = km.figure([km.LabelledCurve(label, protected)], language)
    return table, _without_counts(figure, float(protected.time[-1]))


def _without_counts(figure: go.Figure, end: float) -> go.Figure:
    """The figure with the patients at risk only, and these no longer than the curve."""
    counts = [trace for trace in figure.data if trace.mode == "text"]
    for trace in counts:
        is_shown = trace is counts[0]
        trace.text = [
            one if is_shown and at <= end else ""
            for at, one in zip(trace.x, trace.text, strict=True)
        ]
        trace.hovertext, trace.hovertemplate, trace.hoverinfo = None, None, "skip"
    names = figure.layout.yaxis2.ticktext
    figure.layout.yaxis2.ticktext = [names[0], *[""] * (len(names) - 1)]
    return figure
