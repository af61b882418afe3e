"""Waterfall of the best change from baseline, one bar a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.figures.shades import Shade
from core.figures.theme import AXIS, PURPLE, YELLOW, safe, styled
from core.text.catalogue import Language, text
from core.text.numbers import number

MOST_NAMED_BARS = 60
"""Above it names and patterns on the bars would be a blur."""
_SHALLOW = 0.6
_EASILY_HIT = 4.0


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """One patient.

    Attributes:
        group: code of the shade.
        category, reason: best response, and the sentence that explains it.
        has_new_lesion, is_outside_liver: signs at the bar's end.
    """

    patient_id: str
    change_percent: float
    group: str
    category: str
    reason: str
    has_new_lesion: bool = False
    is_outside_liver: bool = False


def signed(value: float) -> str:
    """A percentage with its sign."""
    return ("+" if value > 0 else "") + number(value)


def add_limits(figure: go.Figure, limits: Sequence[float]) -> None:
    """Dashed lines with their percentage at the right margin."""
    for limit in limits:
        figure.add_hline(y=limit, line={"color": AXIS, "dash": "dash", "width": 1.2})
        figure.add_annotation(
            x=1.005,
            xref="paper",
            y=limit,
            xanchor="left",
            text=f"{'+' if limit > 0 else '−'}{abs(limit):g} %",
            showarrow=False,
            font={"size": 12},
        )


def figure(
    bars: Sequence[WaterfallBar],
    shades: Sequence[Shade],
    language: Language,
    *,
    limits: Sequence[float],
    clickable: bool = False,
) -> go.Figure:
    """Bars from the largest growth to the deepest shrinkage with the limits of the criteria.

    Args:
        clickable: a shallow bar can be hit a little above and below it too.
    """
    ordered = sorted(bars, key=lambda bar: (-bar.change_percent, bar.patient_id))
    position = {bar.patient_id: index for index, bar in enumerate(ordered)}
    named = len(ordered) <= MOST_NAMED_BARS
    shown = go.Figure()
    for shade in shades:
        part = [bar for bar in ordered if bar.group == shade.code]
        if not part:
            continue
        shown.add_trace(
            go.Bar(
                x=[position[bar.patient_id] for bar in part],
                # A bar of exactly 0 % would be invisible: it's drawn as a thin line.
                y=[bar.change_percent or _SHALLOW for bar in part],
                name=shade.label,
                width=0.85 if named else 1.0,
                marker={"color": shade.colour, "line": {"width": 0}},
                customdata=[[bar.patient_id] for bar in part],
                hovertext=[_hover(bar, language) for bar in part],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    shallow = [bar for bar in ordered if abs(bar.change_percent) < _EASILY_HIT]
    if clickable and shallow:
        shown.add_trace(_hits(shallow, position, language))
    if named:
        _add_tags(shown, ordered, shades)
    _add_signs(shown, ordered, language)
    styled(shown, height=430)
    shown.update_layout(margin={"r": 64}, barmode="overlay")
    add_limits(shown, limits)
    labels = [safe(bar.patient_id) for bar in ordered]
    shown.update_xaxes(
        tickvals=list(range(len(ordered))) if named else [],
        ticktext=labels if named else [],
        tickangle=-60 if len(ordered) > 16 else 0,
        title=text("figures.waterfall_x", language, n=len(ordered)),
        showgrid=False,
    )
    shown.update_yaxes(title=text("figures.waterfall_y", language), ticksuffix=" %")
    return shown


def _hits(bars: Sequence[WaterfallBar], position: Mapping[str, int], language: Language) -> go.Bar:
    """Unseen bars over those that are too shallow for a pointer."""
    return go.Bar(
        x=[position[bar.patient_id] for bar in bars],
        y=[2 * _EASILY_HIT] * len(bars),
        base=-_EASILY_HIT,
        width=1.0,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        showlegend=False,
        customdata=[[bar.patient_id] for bar in bars],
        hovertext=[_hover(bar, language) for bar in bars],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _add_tags(shown: go.Figure, ordered: Sequence[WaterfallBar], shades: Sequence[Shade]) -> None:
    """The group's letter on the other side of the zero line, where no bar covers it."""
    tags = {shade.code: shade.tag for shade in shades}
    shown.add_trace(
        go.Scatter(
            x=list(range(len(ordered))),
            y=[0] * len(ordered),
            mode="text",
            text=[tags.get(bar.group, "") for bar in ordered],
            textposition=[
                f"{'bottom' if bar.change_percent > 0 else 'top'} center" for bar in ordered
            ],
            textfont={"size": 11 if len(ordered) <= MOST_NAMED_BARS // 2 else 8},
            hoverinfo="skip",
            showlegend=False,
        )
    )


def _hover(bar: WaterfallBar, language: Language) -> str:
    words = text(
        "figures.waterfall_hover",
        language,
        patient=safe(bar.patient_id),
        change=signed(bar.change_percent),
        category=f"@tables.category.{bar.category}",
        reason=safe(bar.reason),
    )
    if bar.has_new_lesion:
        words += "<br>" + text("figures.new_lesion", language)
    if bar.is_outside_liver:
        words += "<br>" + text("figures.outside_liver", language)
    return words


def _add_signs(shown: go.Figure, ordered: Sequence[WaterfallBar], language: Language) -> None:
    size = 11 if len(ordered) <= MOST_NAMED_BARS else 6
    for name, symbol, colour in (
        ("new_lesion", "star", YELLOW),
        ("outside_liver", "diamond", PURPLE),
    ):
        xs, ys, ids = [], [], []
        for index, bar in enumerate(ordered):
            first = name == "new_lesion"
            if not (bar.has_new_lesion if first else bar.is_outside_liver):
                continue
            step = 5 if first or not bar.has_new_lesion else 11
            xs.append(index)
            ys.append(bar.change_percent + (step if bar.change_percent >= 0 else -step))
            ids.append([bar.patient_id])
        if xs:
            shown.add_trace(
                go.Scatter(
                    x=xs,
                    y=ys,
                    mode="markers",
                    marker={
                        "symbol": symbol,
                        "size": size,
                        "color": colour,
                        "line": {"color": AXIS, "width": 1},
                    },
                    customdata=ids,
                    hoverinfo="skip",
                    name=text(f"figures.{name}", language),
                )
            )
