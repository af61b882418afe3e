"""The figures of the Response screen: waterfall, spider and swimmer, coloured by any factor."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.exports.course_figures import (
    change_limits,
    groups_by_response,
    spider_lines,
    waterfall_bars,
)
from core.figures import spider, swimmer, waterfall
from core.figures.shades import Shade, level_shades, response_shades
from core.results.baseline import FactorFrame
from core.results.response import CohortResponse, Compartment
from pages.parts import cached, state
from pages.parts.controls import choose_factor
from pages.parts.drawn import drawn
from pages.parts.names import level_label
from pages.parts.selection import selectable_chart, selecting
from pages.parts.widgets import choose, t

FIGURES = ("waterfall", "spider", "swimmer")
COMPARTMENTS: tuple[Compartment, ...] = ("overall", "liver")


def show(cohort: CohortResponse, key: cached.Key) -> None:
    """The chosen figure with its choices above it."""
    left, middle, right = st.columns([2, 1.6, 2], vertical_alignment="bottom")
    with left:
        name = choose(
            t("response_screen.figure"), FIGURES, "response_screen.figure_{}", key="response_figure"
        )
    with middle:
        compartment: Compartment = choose(
            t("response_screen.waterfall_of"),
            COMPARTMENTS,
            "tables.compartment.{}",
            key="response_waterfall_of",
        )
    factors = cached.factors(key)
    with right:
        factor = choose_factor(
            factors,
            "response_screen.colour_by",
            table="table_1",
            key="response_colour",
            together="response_screen.by_response",
        )
    groups, shades = _groups(cohort, compartment, factors, factor)
    if name == "waterfall":
        is_drawn = _waterfall(cohort, compartment, groups, shades)
    elif name == "spider":
        is_drawn = _spider(cohort, compartment, groups, shades)
    else:
        is_drawn = _swimmer(cohort, key, groups, shades)
    if is_drawn:
        st.caption(t("response_screen.how_to_select"))


def _groups(
    cohort: CohortResponse, compartment: Compartment, factors: FactorFrame, factor: str | None
) -> tuple[Mapping[str, str], tuple[Shade, ...]]:
    """Patient -> code of its shade, and the shades."""
    language = state.language()
    if factor is None:
        return groups_by_response(cohort, compartment), response_shades(language)
    definition = factors.factor(factor)
    levels = factors.table[factor]
    groups = {}
    for one in cohort.patients:
        level = levels.get(one.patient_id)
        groups[one.patient_id] = level if level in definition.codes else ""
    names = [(code, level_label(definition, code, language)) for code in definition.codes]
    return groups, level_shades(names, language)


def _waterfall(
    cohort: CohortResponse,
    compartment: Compartment,
    groups: Mapping[str, str],
    shades: tuple[Shade, ...],
) -> bool:
    """Whether the waterfall could be drawn."""
    language = state.language()
    bars = waterfall_bars(cohort, compartment, groups, language)
    if not bars:
        st.caption(t("response_screen.no_waterfall"))
        return False
    selectable_chart(
        drawn(
            selecting,
            waterfall.figure,
            bars,
            shades,
            language,
            limits=change_limits(cohort.options),
            clickable=True,
        ),
        key="response_waterfall",
        alt=t("response_screen.figure_waterfall"),
    )
    without = len(cohort.patients) - len(bars)
    if without:
        st.caption(t("response_screen.without_change", n=without))
    return True


def _spider(
    cohort: CohortResponse,
    compartment: Compartment,
    groups: Mapping[str, str],
    shades: tuple[Shade, ...],
) -> bool:
    """Whether the spider could be drawn."""
    language = state.language()
    lines = spider_lines(cohort, compartment, groups, language)
    if not lines:
        st.caption(t("response_screen.no_waterfall"))
        return False
    selectable_chart(
        drawn(
            selecting,
            spider.figure,
            lines,
            shades,
            language,
            limits=change_limits(cohort.options),
            clickable=True,
        ),
        key="response_spider",
        alt=t("response_screen.figure_spider"),
    )
    without = len(cohort.patients) - len(lines)
    if without:
        st.caption(t("response_screen.without_change", n=without))
    return True


def _swimmer(
    cohort: CohortResponse,
    key: cached.Key,
    groups: Mapping[str, str],
    shades: tuple[Shade, ...],
) -> bool:
    """Whether the swimmer could be drawn."""
    lanes = cached.lanes(key, cohort.options)
    if not lanes:
        st.caption(t("response_screen.no_swimmer"))
        return False
    selectable_chart(
        drawn(selecting, swimmer.figure, lanes, groups, shades, state.language()),
        key="response_swimmer",
        alt=t("response_screen.figure_swimmer"),
    )
    without = len(cohort.patients) - len(lanes)
    if without:
        st.caption(t("response_screen.without_lane", n=without))
    return True
