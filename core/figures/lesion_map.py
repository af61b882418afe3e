"""Lesion map of one patient: every lesion at every visit, coloured by its own change."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go

from core.figures.theme import AXIS, BLUE, VERMILION, safe, styled
from core.results.courses import LesionCell, LesionLine, LesionMap
from core.text.catalogue import Language, text
from core.text.numbers import compact
from core.text.terms import organ_name

_SCALE = [[0.0, BLUE], [0.5, "#EDEDED"], [1.0, VERMILION]]
_WIDEST_CHANGE = 60.0


def figure(
    shown_map: LesionMap, language: Language, *, with_dates: bool = True, only_days: bool = False
) -> go.Figure:
    """One row a lesion, one column a visit; blue shrank, orange-red grew, the number is mm.

    Args:
        with_dates: False names a visit by its day only, or by its number without one, a lesion
            by its number, and no organ in the team's own words.
        only_days: the axis has the days' numbers alone, where letters are large.
    """
    lines = list(reversed(shown_map.lines if with_dates else _numbered(shown_map, language)))
    columns = list(range(len(shown_map.dates)))
    names = [_visit(shown_map, at, with_dates, language) for at in columns]
    drawn = go.Figure(
        go.Heatmap(
            x=columns,
            y=list(range(len(lines))),
            z=[[_shade(cell) for cell in line.cells] for line in lines],
            text=[[_cell_text(cell, language) for cell in line.cells] for line in lines],
            customdata=[
                [_hover(line, at, names[at], language) for at in columns] for line in lines
            ],
            texttemplate="%{text}",
            textfont={"size": 13},
            hovertemplate="%{customdata}<extra></extra>",
            colorscale=_SCALE,
            zmin=-_WIDEST_CHANGE,
            zmax=_WIDEST_CHANGE,
            xgap=3,
            ygap=3,
            hoverongaps=False,
            colorbar={"ticksuffix": " %", "thickness": 12, "nticks": 5},
        )
    )
    styled(drawn, height=110 + 34 * max(len(lines), 2), legend=False)
    drawn.update_layout(margin={"l": 190, "b": 48, "t": 12})
    drawn.update_xaxes(tickvals=columns, showgrid=False, linecolor=AXIS)
    if only_days and None not in shown_map.days:
        drawn.update_xaxes(
            ticktext=[str(one) for one in shown_map.days],
            title=text("figures.days_since_haic", language),
        )
    else:
        drawn.update_xaxes(
            ticktext=[
                name + (f"<br>{_day(day, language)}" if with_dates and day is not None else "")
                for name, day in zip(names, shown_map.days, strict=True)
            ]
        )
    drawn.update_yaxes(
        tickvals=list(range(len(lines))),
        ticktext=[_line_name(line, language) for line in lines],
        showgrid=False,
    )
    return drawn


def _numbered(shown: LesionMap, language: Language) -> list[LesionLine]:
    return [
        replace(
            line,
            lesion_id=str(number),
            organ=organ_name(line.organ, language, with_words=False),
        )
        for number, line in enumerate(shown.lines, start=1)
    ]


def _visit(shown: LesionMap, at: int, with_dates: bool, language: Language) -> str:
    if with_dates:
        return f"{shown.dates[at]:%Y-%m-%d}"
    day = shown.days[at]
    return str(at + 1) if day is None else _day(day, language)


def _day(day: int, language: Language) -> str:
    return text("figures.day_number", language, day=day)


def _line_name(line: LesionLine, language: Language) -> str:
    role = text(f"figures.role.{line.role}", language) if line.role else ""
    return text(
        "figures.lesion_name",
        language,
        lesion=safe(line.lesion_id),
        role=role,
        organ=safe(organ_name(line.organ, language)),
    )


def _shade(cell: LesionCell | None) -> float | None:
    if cell is None:
        return None
    if cell.change_percent is None:
        return 0.0
    return max(-_WIDEST_CHANGE, min(_WIDEST_CHANGE, cell.change_percent))


def _cell_text(cell: LesionCell | None, language: Language) -> str:
    if cell is None:
        return ""
    if cell.diameter_mm is not None:
        return compact(round(cell.diameter_mm, 1))
    return text(f"figures.lesion_status.{cell.status or 'NE'}", language)


def _hover(line: LesionLine, at: int, visit: str, language: Language) -> str:
    cell = line.cells[at]
    if cell is None:
        return ""
    change = ""
    if cell.change_percent is not None:
        sign = "+" if cell.change_percent > 0 else ""
        change = f"{sign}{compact(round(cell.change_percent, 1))} %"
    return text(
        "figures.lesion_hover",
        language,
        lesion=_line_name(line, language),
        date=visit,
        size=_cell_text(cell, language),
        change=change,
    )
