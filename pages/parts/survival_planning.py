"""A two-stage trial planned against a comparator's response rate."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from core.analysis.planning.simon import two_stage_designs
from core.errors import NotComputable
from core.exports.tables.planning import two_stage_table
from core.results.planning import TwoStageDesign
from core.text.catalogue import say_error
from pages.parts import state
from pages.parts.widgets import show_table, t

ASKED = (
    ("p0", 10.0, 100.0),
    ("p1", 30.0, 100.0),
    ("alpha_asked", 0.05, 0.5),
    ("beta_asked", 0.2, 0.5),
)


@lru_cache(maxsize=64)
def _designs(
    p0: float, p1: float, alpha: float, beta: float
) -> tuple[TwoStageDesign, TwoStageDesign]:
    return two_stage_designs(p0, p1, alpha=alpha, beta=beta)


def plan_trial() -> None:
    """Rates and errors in, both designs out; computed only when asked for."""
    with st.expander(t("planning.title")):
        values = {}
        for cell, (name, start, most) in zip(st.columns(len(ASKED)), ASKED, strict=True):
            with cell:
                values[name] = st.number_input(
                    t(f"planning.{name}"),
                    min_value=0.0,
                    max_value=most,
                    value=start,
                    step=1.0 if most > 1 else 0.01,
                    key=f"survival_plan_{name}",
                    persist_state="page",
                )
        if not st.toggle(t("planning.compute"), key="survival_plan", persist_state="page"):
            return
        try:
            optimal, minimax = _designs(
                values["p0"] / 100,
                values["p1"] / 100,
                values["alpha_asked"],
                values["beta_asked"],
            )
        except NotComputable as error:
            st.info(say_error(error, state.language()))
            return
        printed = two_stage_table(optimal, minimax, state.language())
        show_table(printed, key="survival_two_stage", heading=False)
