"""Response: ORR and DCR from the lesions, overall and in the liver; why each visit counts so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.errors import ArteriaError
from core.exports.tables.response import (
    best_response_table,
    further_rules,
    patient_table,
)
from core.exports.tables.response_groups import comparison_table, group_table, sites_table
from core.exports.tables.response_times import patient_times_table, times_table
from core.exports.tables.response_visits import course_table, differences_table, visits_table
from core.figures import lesion_map
from core.results.response import NOT_APPLICABLE, CohortResponse, Compartment
from core.text.numbers import day, interval, percent
from pages.parts import cached, response_cross, response_figures, state
from pages.parts.controls import choose_factor, choose_response_options, survival_options
from pages.parts.drawn import drawn
from pages.parts.names import level_label
from pages.parts.selection import patient_link
from pages.parts.widgets import (
    chart,
    choose,
    messages,
    metrics,
    require_study,
    show_table,
    t,
    title,
)

VIEWS = ("figures", "rates", "groups", "times", "patients", "visits")
NEEDED_COLUMNS = {"mrecist": "viable_mm", "choi": "density_hu"}
TIMES = ("pfs", "hepatic_pfs", "os", "ttp", "dor", "ttr", "cr_duration")


def render() -> None:
    """Rates on top, one view below them, and the patient looked at."""
    title("response_screen.title", lead="response_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    cohort = cached.response(key, choose_response_options())
    if cohort.overall is None:
        messages(cohort.messages, level="warning")
        return
    if cohort.options.criteria != "recist":
        st.warning(t(f"response_tables.exploratory.{cohort.options.criteria}"))
        column = NEEDED_COLUMNS.get(cohort.options.criteria)
        if column and not cached.data(key).has("lesion_measurements", column):
            st.warning(t(f"response_screen.needed_{cohort.options.criteria}"))
    _numbers(cohort)
    view = choose(t("response_screen.view"), VIEWS, "response_screen.view_{}", key="response_view")
    draw: Mapping[str, Callable[[CohortResponse, cached.Key], None]] = {
        "figures": response_figures.show,
        "rates": _rates,
        "groups": _groups,
        "times": _times,
        "patients": _patients,
        "visits": _visits,
    }
    draw[view](cohort, key)
    _patient(cohort, key)
    _checked(cohort, key)


def _checked(cohort: CohortResponse, key: cached.Key) -> None:
    """The quiet mark that a second engine reads every visit the same."""
    check = cached.response_check(key, cohort.options)
    if check.differing:
        st.error(t("response_screen.engines_differ", patients=", ".join(check.differing)))
    elif check.visits:
        st.caption(t("response_screen.engines_agree", visits=check.visits, best=check.best))


def _numbers(cohort: CohortResponse) -> None:
    assert cohort.overall is not None
    shown = [("orr", cohort.overall.orr), ("dcr", cohort.overall.dcr)]
    if cohort.liver is not None:
        shown += [("liver_orr", cohort.liver.orr), ("liver_dcr", cohort.liver.dcr)]
    if cohort.overall.benefit is not None:
        shown.append(("benefit", cohort.overall.benefit))
    items = []
    for name, rate in shown:
        limits = ""
        if rate.low is not None and rate.high is not None:
            limits = interval(100 * rate.low, 100 * rate.high)
        below = t("response_screen.of", n=rate.count, total=rate.total, interval=limits)
        items.append((t(f"response_screen.{name}"), percent(rate.estimate), below))
    metrics(items)
    under = t(
        "response_screen.under_numbers",
        days=cohort.options.sd_min_days,
        denominator=f"@tables.denominator.{cohort.options.denominator}",
        benefit=cohort.options.benefit_days,
    )
    said = [under, *further_rules(cohort.options, state.language())]
    if cohort.options.cutoff is not None:
        said.append(t("response_screen.cutoff", day=day(cohort.options.cutoff)))
    st.caption(" ".join(said))


def _rates(cohort: CohortResponse, key: cached.Key) -> None:
    language = state.language()
    show_table(best_response_table(cohort, language), key="response_table")
    if cohort.cross_table and cohort.liver is not None:
        response_cross.show(cohort)
    if any(one.progression_site for one in cohort.patients):
        show_table(sites_table(cohort, language), key="response_sites")


def _groups(cohort: CohortResponse, key: cached.Key) -> None:
    language = state.language()
    factors = cached.factors(key)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        name = choose_factor(
            factors,
            "response_screen.group_by",
            table="table_1",
            key="response_group",
            together="response_screen.choose_factor",
        )
    with right:
        compartment: Compartment = choose(
            t("response_screen.waterfall_of"),
            response_figures.COMPARTMENTS,
            "tables.compartment.{}",
            key="response_group_of",
        )
    if name is None:
        st.caption(t("response_screen.no_factor"))
        return
    grouped = cached.response_groups(key, cohort.options, name, compartment)

    def called(level: str) -> str:
        return level_label(grouped.factor, level, language)

    show_table(group_table(grouped, called, language), key="response_by_group")
    if grouped.comparisons:
        show_table(comparison_table(grouped, called, language), key="response_compared")


def _times(cohort: CohortResponse, key: cached.Key) -> None:
    language = state.language()
    endpoints = cached.endpoints(key, cohort.options)
    curves = []
    for code in TIMES:
        if not endpoints.get(code).times:
            continue
        try:
            curves.append(cached.endpoint_curves(key, code, survival_options(), cohort.options))
        except ArteriaError:
            # An endpoint that can't be estimated is still listed patient by patient below.
            continue
    if curves:
        show_table(times_table(curves, cohort.options, language), key="response_times")
    code = choose(t("controls.endpoint"), TIMES, "endpoints.{}.label", key="response_endpoint")
    endpoint = endpoints.get(code)
    printed = patient_times_table(endpoint, cohort.options, language)
    show_table(printed, key="response_patient_times", rows_of_data=True)
    messages([one.message for one in endpoints.differences])


def _patients(cohort: CohortResponse, key: cached.Key) -> None:
    language = state.language()
    show_table(
        patient_table(cohort, language), key="response_patients", rows_of_data=True, with_csv=True
    )
    differing = differences_table(cohort, language)
    show_table(differing, key="response_differences", with_csv=True)


def _visits(cohort: CohortResponse, key: cached.Key) -> None:
    show_table(
        visits_table(cohort, state.language()),
        key="response_visits",
        rows_of_data=True,
        height=560,
        with_csv=True,
    )


def _patient(cohort: CohortResponse, key: cached.Key) -> None:
    """The patient looked at: lesions over time, and why every visit counts so."""
    ids = [one.patient_id for one in cohort.patients]
    looked_at = state.selected_patient()
    st.subheader(t("response_screen.one_patient"))

    def take() -> None:
        state.select_another(st.session_state[slot], looked_at)

    slot = f"response_patient_{looked_at}"
    name, link = st.columns([2, 3], vertical_alignment="bottom")
    with name:
        chosen = st.selectbox(
            t("common.patient"),
            ids,
            index=ids.index(looked_at) if looked_at in ids else None,
            placeholder=t("response_screen.choose_patient"),
            key=slot,
            on_change=take,
        )
    patient = cohort.patient(chosen) if chosen else None
    if patient is None:
        return
    with link:
        patient_link()
    lesions = cached.lesions_of(key, cohort.options, patient.patient_id)
    if lesions is not None:
        chart(
            drawn(lesion_map.figure, lesions, state.language()),
            key="response_lesion_map",
            alt=t("response_screen.lesion_map"),
        )
        st.caption(t("response_screen.lesion_map_note"))
    for course in (patient.overall, patient.liver, patient.extrahepatic):
        if any(visit.overall != NOT_APPLICABLE for visit in course.assessments):
            st.markdown(f"**{t(f'tables.compartment.{course.compartment}')}**")
            show_table(
                course_table(course, state.language()),
                key=f"response_course_{course.compartment}",
                heading=False,
            )
    if not patient.overall.assessments:
        st.caption(t("response_screen.no_visits"))
    messages(patient.messages)
