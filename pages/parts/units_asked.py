"""One question per column whose unit its values contradict, the readings side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from core.results.decisions import Decisions, UnitAnswer
from core.results.intake import FittingUnit, Intake, UnitQuestion
from core.text.units import shown_unit
from pages.parts import state
from pages.parts.widgets import t

READINGS = 3
"""Readings shown beside each other; all units can be chosen."""


def ask_units(intake: Intake, decisions: Decisions, decide: Callable[[Decisions], object]) -> None:
    """The questions about units, those already answered included.

    Args:
        decide: checks the upload again with other decisions.
    """
    questions = intake.unit_questions
    if not questions:
        return
    waiting = sum(not one.answer for one in questions)
    with st.expander(t("units_asked.title", n=waiting), expanded=bool(waiting)):
        st.caption(t("units_asked.lead"))
        answers = [_question(one, at) for at, one in enumerate(questions)]
        changed = any(
            (unit or "") != one.answer for unit, one in zip(answers, questions, strict=True)
        )
        if st.button(
            t("units_asked.apply"), key="units_apply", icon=":material/done:", disabled=not changed
        ):
            decide(replace(decisions, units=_answered(decisions, questions, answers)))


def _answered(
    decisions: Decisions, questions: Sequence[UnitQuestion], answers: Sequence[str | None]
) -> tuple[UnitAnswer, ...]:
    asked = {(one.sheet, one.column) for one in questions}
    kept = [one for one in decisions.units if (one.sheet, one.column) not in asked]
    new = [
        UnitAnswer(one.sheet, one.column, unit)
        for one, unit in zip(questions, answers, strict=True)
        if unit
    ]
    return (*kept, *new)


def _readings(one: UnitQuestion) -> list[FittingUnit]:
    """The units worth showing: those that fit, and the one assumed."""
    fitting = [unit for unit in one.units if unit.n_usual or unit.unit == one.assumed]
    assumed = [unit for unit in fitting if unit.unit == one.assumed]
    others = [unit for unit in fitting if unit.unit != one.assumed]
    return [*others[: READINGS - len(assumed)], *assumed]


def _reading(one: UnitQuestion, unit: FittingUnit) -> str:
    value = f"{one.samples[0]:g}"
    if unit.factor == 1.0:
        return t("units_asked.plain", value=value, unit=shown_unit(unit.unit))
    return t(
        "units_asked.converted",
        value=value,
        unit=shown_unit(unit.unit),
        to=f"{one.samples[0] * unit.factor:.4g}",
        to_unit=shown_unit(one.canonical),
    )


def _question(one: UnitQuestion, at: int) -> str | None:
    """The unit chosen for a column; None = not answered."""
    name, *cells, answer = st.columns([2, 2, 2, 2, 1.8], vertical_alignment="center")
    with name:
        st.text(one.column)
        st.caption(f"{one.sheet} · {t('units_asked.n', n=one.n)}")
    for cell, unit in zip(cells, _readings(one), strict=False):
        with cell:
            st.text(_reading(one, unit))
            usual = t("units_asked.usual", n_usual=unit.n_usual, n=one.n)
            stated = "units_asked.declared" if one.is_declared else "units_asked.assumed"
            st.caption(f"{usual} · {t(stated)}" if unit.unit == one.assumed else usual)
    options = [unit.unit for unit in one.units]
    with answer:
        chosen: str | None = st.selectbox(
            t("units_asked.unit", column=one.column),
            options,
            index=options.index(one.answer) if one.answer in options else None,
            placeholder=t("units_asked.open"),
            format_func=shown_unit,
            label_visibility="collapsed",
            key=f"unit_{state.upload_round()}_{at}",
        )
    return chosen
