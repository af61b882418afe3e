"""Figures and tables kept ready: found by their whole content, and unchangeable."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from plotly.basedatatypes import BaseFigure
from plotly.graph_objects import Bar, Figure

from core.exports.tables.table import Table, framed
from pages.parts.drawn import cells, digest, drawn, drawn_as, printed


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


def test_figure_is_found_by_what_identifies_it() -> None:
    MADE.clear()
    first = drawn_as(("bars", 1, "en"), lambda: bars(Counts((1,))))
    assert drawn_as(("bars", 1, "en"), lambda: bars(Counts((1,)))) is first
    assert drawn_as(("bars", 2, "en"), lambda: bars(Counts((2,)))).to_dict()["data"][0]["y"] == [2]
    assert len(MADE) == 2


@pytest.mark.parametrize(
    ("is_markdown", "shown"), [(True, "\\*5\\*"), (False, "*5*")], ids=["table", "grid"]
)
def test_cells_for_a_place_that_reads_markdown_are_inert(is_markdown, shown) -> None:
    table = Table("lines", "Lines", framed([["*5*"]], ["n"]))
    sent = cells(table, digest(table), is_markdown=is_markdown)
    assert sent.to_pylist() == [{"n": shown}]
    assert cells(table, digest(table), is_markdown=is_markdown) is sent


def test_digest_tells_cells_titles_and_notes_apart() -> None:
    frame = framed([["5"]], ["n"])
    tables = [
        Table("lines", "Lines", frame),
        Table("lines", "Other", frame),
        Table("lines", "Lines", frame, ("A note.",)),
        Table("lines", "Lines", framed([["6"]], ["n"])),
        Table("lines", "Lines", framed([["5"]], ["m"])),
    ]
    assert len({digest(one) for one in tables}) == len(tables)
