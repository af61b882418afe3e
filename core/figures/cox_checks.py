"""Plots that check a Cox model: drift with time, form, influence, adjusted curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go

from core.figures.theme import AXIS, BLUE, GREY, SERIES, VERMILION, safe, styled
from core.results.cox_study import AdjustedCurves, CoxResiduals, FunctionalForm, LogMinusLog
from core.results.survival import Curve, FloatArray
from core.text.catalogue import Language, text
from core.text.numbers import number, percent

LevelName = Callable[[str], str]
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
HEIGHT = 380


def _points(x: Sequence[float] | FloatArray, y: FloatArray, hover: Sequence[str]) -> go.Scatter:
    return go.Scatter(
        x=list(x),
        y=list(y),
        mode="markers",
        marker={"size": 8, "color": BLUE, "opacity": 0.75},
        text=list(hover),
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _smooth(at: FloatArray, line: FloatArray) -> go.Scatter:
    return go.Scatter(
        x=list(at),
        y=list(line),
        mode="lines",
        line={"color": VERMILION, "width": 2.5},
        hoverinfo="skip",
        showlegend=False,
    )


def schoenfeld_figure(
    residuals: CoxResiduals,
    column: int,
    b: float,
    smooth: tuple[FloatArray, FloatArray],
    patients: Sequence[str],
    language: Language,
) -> go.Figure:
    """Scaled Schoenfeld residuals of one term against time; a level line is no drift.

    Args:
        smooth: places and values of the local regression, both empty with too few events.
        patients: id of each death's patient, in the order of the residuals' events.
    """
    shown = go.Figure()
    values = residuals.scaled[:, column]
    hover = [
        text(
            "figures.schoenfeld_hover",
            language,
            patient=safe(patient),
            months=number(float(at)),
            value=number(float(value), 2),
        )
        for patient, at, value in zip(patients, residuals.event_time, values, strict=True)
    ]
    shown.add_trace(_points(residuals.event_time, values, hover))
    if smooth[0].size:
        shown.add_trace(_smooth(*smooth))
    styled(shown, height=HEIGHT, legend=False)
    shown.add_hline(y=b, line={"color": AXIS, "dash": "dash", "width": 1.5})
    shown.update_xaxes(title=text("figures.months_axis", language), rangemode="tozero")
    shown.update_yaxes(title=text("figures.schoenfeld_axis", language))
    return shown


def log_minus_log_figure(lines: LogMinusLog, name: LevelName, language: Language) -> go.Figure:
    """log(-log S(t)) against log time; parallel steps mean proportional hazards."""
    shown = go.Figure()
    for index, (level, curve) in enumerate(lines.curves):
        at, value = _log_minus_log(curve)
        shown.add_trace(
            go.Scatter(
                x=list(at),
                y=list(value),
                mode="lines+markers",
                line={
                    "shape": "hv",
                    "color": SERIES[index % len(SERIES)],
                    "dash": DASHES[index % len(DASHES)],
                    "width": 2,
                },
                marker={"size": 5},
                name=safe(name(level)),
                hovertemplate="%{x:.1f}: %{y:.2f}<extra></extra>",
            )
        )
    styled(shown, height=HEIGHT)
    shown.update_xaxes(type="log", title=text("figures.log_months_axis", language))
    shown.update_yaxes(title=text("figures.log_minus_log_axis", language))
    return shown


def _log_minus_log(curve: Curve) -> tuple[FloatArray, FloatArray]:
    inside = (curve.survival > 0) & (curve.survival < 1) & (curve.n_event > 0) & (curve.time > 0)
    return curve.time[inside], np.log(-np.log(curve.survival[inside]))


def form_figure(form: FunctionalForm, axis: str, language: Language) -> go.Figure:
    """Martingale residuals against the number behind a factor, its cuts as dashed lines."""
    shown = go.Figure()
    hover = [
        text(
            "figures.form_hover",
            language,
            patient=safe(patient),
            value=number(float(value), 1),
            residual=number(float(residual), 2),
        )
        for patient, value, residual in zip(form.patients, form.value, form.residual, strict=True)
    ]
    shown.add_trace(_points(form.value, form.residual, hover))
    if form.smooth_at.size:
        shown.add_trace(_smooth(form.smooth_at, form.smooth))
    styled(shown, height=HEIGHT, legend=False)
    for limit in form.limits:
        shown.add_vline(x=limit, line={"color": AXIS, "dash": "dash", "width": 1.5})
    shown.update_xaxes(title=safe(axis))
    shown.update_yaxes(title=text("figures.martingale_axis", language))
    return shown


def influence_figure(
    residuals: CoxResiduals, column: int, patients: Sequence[str], se: float, language: Language
) -> go.Figure:
    """Change of one coefficient, in its standard errors, if each patient were left out."""
    shown = go.Figure()
    change = -residuals.dfbeta[:, column] / se
    largest = np.argsort(-np.abs(change))[:3]
    colours = [VERMILION if i in largest else GREY for i in range(change.size)]
    shown.add_trace(
        go.Bar(
            x=[safe(patient) for patient in patients],
            y=list(change),
            marker={"color": colours},
            hovertemplate="%{x}: %{y:.2f}<extra></extra>",
            showlegend=False,
        )
    )
    styled(shown, height=HEIGHT, legend=False)
    shown.update_xaxes(type="category", tickangle=-60 if change.size > 12 else 0, nticks=40)
    shown.update_yaxes(title=text("figures.influence_axis", language))
    return shown


def adjusted_figure(
    adjusted: AdjustedCurves,
    observed: Sequence[tuple[str, Curve]],
    name: LevelName,
    language: Language,
) -> go.Figure:
    """Adjusted curves in full lines, the observed Kaplan-Meier curves thin and dotted."""
    shown = go.Figure()
    raw = dict(observed)
    for index, one in enumerate(adjusted.curves):
        colour = SERIES[index % len(SERIES)]
        label = safe(name(one.level))
        shown.add_trace(
            _curve(one.time, one.survival, colour, "solid", 2.5,
                   text("figures.adjusted", language, level=label))
        )  # fmt: skip
        if one.level in raw:
            curve = raw[one.level]
            shown.add_trace(
                _curve(curve.time, curve.survival, colour, "dot", 1.5,
                       text("figures.observed", language, level=label))
            )  # fmt: skip
    styled(shown, height=HEIGHT + 40)
    shown.update_layout(legend={"y": 1.06})
    shown.update_xaxes(title=text("figures.months_axis", language), rangemode="tozero")
    shown.update_yaxes(
        title=text("figures.survival_axis", language), range=[0, 1.02], tickformat=".0%"
    )
    return shown


def _curve(
    time: FloatArray, survival: FloatArray, colour: str, dash: str, width: float, label: str
) -> go.Scatter:
    hover = [
        f"{number(float(at))}: {percent(float(s))}" for at, s in zip(time, survival, strict=True)
    ]
    return go.Scatter(
        x=[0.0, *time],
        y=[1.0, *survival],
        mode="lines",
        line={"shape": "hv", "color": colour, "dash": dash, "width": width},
        name=label,
        text=["", *hover],
        hovertemplate="%{text}<extra></extra>",
    )
