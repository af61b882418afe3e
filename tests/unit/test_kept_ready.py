"""Figures and tables kept ready: found by their whole content, and unchangeable."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from plotly.basedatatypes import BaseFigure
from plotly.graph_objects import Bar, Figure

from core.exports.tables.table import Table, framed
from pages.parts.drawn import drawn, printed


@dataclass(frozen=True, slots=True)
class Counts:
    values: tuple[int, ...]


MADE: list[Counts] = []


def bars(counts: Counts, *, height: int = 200) -> Figure:
    MADE.append(counts)
    return Figure([Bar(y=list(counts.values))], layout={"height": height})


def lines(counts: Counts) -> Table:
    MADE.append(counts)
    return Table("lines", "Lines", framed([[str(one)] for one in counts.values], ["n"]))


def test_figure_of_equal_content_is_drawn_once() -> None:
    MADE.clear()
    first = drawn(bars, Counts((1, 2)), height=301)
    assert drawn(bars, Counts((1, 2)), height=301) is first
    assert len(MADE) == 1


def test_figure_of_other_content_or_option_is_drawn_anew() -> None:
    first = drawn(bars, Counts((1, 2)))
    assert drawn(bars, Counts((1, 3))) is not first
    assert drawn(bars, Counts((1, 2)), height=999).to_dict()["layout"]["height"] == 999
    assert first.to_dict()["data"][0]["y"] == [1, 2]


def test_picture_handed_out_can_not_be_changed() -> None:
    picture = drawn(bars, Counts((4,)))
    for change in ("update_layout", "add_trace"):
        with pytest.raises(AttributeError):
            getattr(picture, change)(Bar(y=[9]))
    assert isinstance(picture, BaseFigure)
    assert picture.to_dict()["data"][0]["y"] == [4]


def test_figure_of_a_function_made_on_the_spot_is_drawn_each_time() -> None:
    MADE.clear()
    for _ in range(2):
        drawn(lambda: bars(Counts((7,))))
    assert len(MADE) == 2


def test_table_of_equal_content_is_printed_once() -> None:
    MADE.clear()
    first = printed(lines, Counts((1, 2)))
    assert printed(lines, Counts((1, 2))) is first
    assert printed(lines, Counts((2, 2))) is not first
    assert len(MADE) == 2
