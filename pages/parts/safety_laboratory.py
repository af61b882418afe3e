"""Graded laboratory values on the Safety screen: courses, shifts, the liver, disagreements."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.safety import laboratory_grade_table, reconciliation_table
from core.exports.tables.safety_patients import (
    lab_list,
    liver_table,
    shift_grid,
    ungradable_table,
)
from core.figures import hys_law, lab_course, shift_plot
from core.options import ToxicityOptions
from core.results.toxicity import Direction
from core.text.terms import term_name
from pages.parts import cached, cached_safety, state
from pages.parts.drawn import printed
from pages.parts.safety_patients import (
    cells_of_patients,
    chart_of_patients,
    rows_of_patients,
    show_patients,
)
from pages.parts.widgets import choose, messages, show_notes, show_table, t

MINIMUM_GRADES = (3, 2, 1)


def grades(key: cached.Key, options: ToxicityOptions) -> None:
    """One test over time with its bands, and the worst grades of all terms."""
    if _is_missing(key):
        return
    language = state.language()
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        term = _choose_term(key, "safety_lab_term")
    if term is None:
        return
    course = cached_safety.course(key, term)
    people = sorted(set(course.points["patient_id"]))
    with right:
        chosen = st.multiselect(
            t("safety_screen.stand_out"),
            people,
            placeholder=t("safety_screen.all_alike"),
            key="safety_lab_patients",
            select_all=False,
        )
    if not people:
        st.info(t("safety_screen.no_values"))
    else:
        found = chart_of_patients(
            lab_course.figure,
            course,
            language,
            patients=chosen,
            key="safety_lab_course",
            alt=t("safety_screen.alt_laboratory"),
        )
        messages(course.messages)
        if found:
            show_table(
                lab_list(cached.lab_grades(key), found, term[0], language),
                key="safety_lab_list",
                rows_of_data=True,
            )
        show_patients(found, cached.adverse_events(key, options), key="safety_lab_course")
    graded = cached.lab_grades(key)
    show_table(laboratory_grade_table(graded, language), key="safety_laboratory", with_csv=True)
    if graded.ungradable:
        show_table(ungradable_table(graded, language), key="safety_ungradable", with_csv=True)


def shifts(key: cached.Key, options: ToxicityOptions) -> None:
    """Baseline to worst: by grade in a table, by value in a plot; and the liver screen."""
    if _is_missing(key):
        return
    language = state.language()
    term = _choose_term(key, "safety_shift_term")
    if term is None:
        return
    shift = cached_safety.shift(key, term[0], term[2])
    table = cached.adverse_events(key, options)
    grid = printed(shift_grid, shift, language)
    behind = {
        (row, grid.frame.columns[column]): shift.patients.get((base, worst), ())
        for row, base in enumerate(shift.baseline_grades)
        for column, worst in enumerate(shift.worst_grades, start=1)
    }
    found = cells_of_patients(grid, behind, key="safety_shift")
    if found:
        show_patients(found, table, key="safety_shift")
    course = cached_safety.course(key, term)
    if len(course.points):
        found = chart_of_patients(
            shift_plot.figure,
            course,
            language,
            key="safety_shift_plot",
            alt=t("safety_screen.alt_shift"),
        )
        st.caption(t("safety_screen.shift_note"))
        show_patients(found, table, key="safety_shift_plot")


def liver(key: cached.Key, options: ToxicityOptions) -> None:
    """Hy's-law plot and the patients above a line."""
    if _is_missing(key):
        return
    language, screened = state.language(), cached_safety.liver(key)
    if not screened.points:
        st.info(t("safety_screen.no_liver"))
        messages(screened.messages)
        return
    found = chart_of_patients(
        hys_law.figure,
        screened,
        language,
        key="safety_liver",
        alt=t("safety_screen.alt_liver"),
    )
    show_patients(found, cached.adverse_events(key, options), key="safety_liver")
    printed = liver_table(screened, language)
    show_table(printed, key="safety_liver_table", with_csv=True)
    if not len(printed.frame):
        show_notes(printed.notes)


def compared(key: cached.Key, options: ToxicityOptions) -> None:
    """Recorded events against graded values, each row leading to its patient."""
    if _is_missing(key):
        return
    language = state.language()
    minimum = choose(
        t("safety_screen.minimum_grade"),
        MINIMUM_GRADES,
        "safety_screen.minimum_{}",
        key="safety_minimum",
    )
    recorded = ToxicityOptions(own_terms=options.own_terms)
    result = cached_safety.reconciliation(key, recorded, minimum)
    st.caption(t("safety_screen.agreeing", n=result.n_agreeing, m=len(result.discrepancies)))
    patients = [one.patient_id for one in result.discrepancies]
    rows = rows_of_patients(
        printed(reconciliation_table, result, language), patients, key=f"safety_compared_{minimum}"
    )
    if not rows:
        return
    graded = cached.lab_grades(key)
    for term in sorted({result.discrepancies[at].term for at in rows}):
        mine = {patients[at] for at in rows if result.discrepancies[at].term == term}
        show_table(
            lab_list(graded, mine, term, language), key=f"safety_values_{term}", rows_of_data=True
        )
    chosen = tuple(dict.fromkeys(patients[at] for at in rows))
    show_patients(chosen, cached.adverse_events(key, recorded), key="safety_compared")


def _is_missing(key: cached.Key) -> bool:
    if len(cached.lab_grades(key).worst):
        return False
    st.info(t("safety_screen.no_laboratory"))
    return True


def _choose_term(key: cached.Key, slot: str) -> tuple[str, str, Direction] | None:
    """A laboratory term whose values can be drawn; those with findings come first."""
    terms = cached_safety.laboratory_terms(key)
    if not terms:
        st.info(t("safety_screen.no_values"))
        return None
    language = state.language()
    names = {one: f"{term_name(one[0], language)} · {one[1]}" for one in terms}
    return st.selectbox(t("safety_screen.term"), terms, format_func=names.__getitem__, key=slot)
