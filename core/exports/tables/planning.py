"""Two-stage designs as printed."""

from __future__ import annotations

from core.exports.tables.table import Table, framed
from core.results.planning import TwoStageDesign
from core.text.catalogue import Language, text
from core.text.numbers import number, percent


def two_stage_table(optimal: TwoStageDesign, minimax: TwoStageDesign, language: Language) -> Table:
    """The optimal and the minimax design side by side."""
    columns = ("design", "stage_1", "whole", "expected_n", "early_stop", "alpha", "power")
    headers = [text(f"planning.{name}", language) for name in columns]
    rows = [
        [
            text(f"planning.{name}", language),
            text("planning.stop_rule", language, r=one.r1, n=one.n1),
            text("planning.stop_rule", language, r=one.r, n=one.n),
            number(one.expected_n, 1),
            percent(one.early_stop),
            number(one.alpha, 3),
            number(one.power, 3),
        ]
        for name, one in (("optimal", optimal), ("minimax", minimax))
    ]
    note = text("planning.note", language)
    return Table("two_stage", text("planning.title", language), framed(rows, headers), (note,))
