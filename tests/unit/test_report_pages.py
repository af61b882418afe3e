"""Which parts of a printed report stand on pages turned on their side."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import pytest

from core.exports.report.figure_data import FigureData
from core.exports.report.model import Block, Report, ReportFigure, Section
from core.exports.report.pages import (
    HIGHEST_MM,
    TALL_MM,
    USUAL_MM,
    WIDE,
    Turned,
    figure_height,
    turned_pages,
)
from core.exports.tables.table import Table


def table(columns: int) -> Table:
    frame = pd.DataFrame([["1"] * columns], columns=[f"c{i}" for i in range(columns)])
    return Table("t", "Title", frame)


NARROW, BROAD = table(WIDE), table(WIDE + 1)
FIGURE = ReportFigure("f", "Figure", go.Figure(), FigureData((), ()))


def turned(*sections: tuple[Block, ...]) -> list[Turned]:
    made = tuple(Section(str(i), "Title", (), blocks) for i, blocks in enumerate(sections))
    return list(turned_pages(Report("en", "Title", (), made, {})))


def test_only_a_table_of_more_columns_than_the_limit_turns_its_page() -> None:
    assert turned((NARROW, FIGURE)) == [Turned(False, (False, False))]
    assert turned((FIGURE, BROAD)) == [Turned(False, (False, True))]


def test_narrow_tables_in_front_of_a_wide_one_go_with_it_and_figures_never() -> None:
    assert turned((FIGURE, NARROW, NARROW, BROAD, NARROW)) == [
        Turned(False, (False, True, True, True, False))
    ]


def test_a_heading_between_two_wide_tables_stays_on_the_turned_page() -> None:
    assert turned((BROAD,), (BROAD, FIGURE)) == [
        Turned(False, (True,)),
        Turned(True, (True, False)),
    ]
    assert turned((BROAD,), (FIGURE, BROAD))[1].heading is False
    assert turned((BROAD,), ())[1].heading is False


@pytest.mark.parametrize(
    ("natural", "high"),
    [(50, 50), (USUAL_MM, USUAL_MM), (TALL_MM, USUAL_MM), (200, 160), (1000, HIGHEST_MM)],
)
def test_figures_are_no_higher_than_two_a_page_unless_they_have_many_rows(
    natural: float, high: float
) -> None:
    assert figure_height(100, natural / 100) == pytest.approx(high)
