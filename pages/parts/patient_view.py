"""What is shown of one patient: on the Patient screen and, case by case, at the board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.analysis.patient.deidentified import without_words
from core.exports.course_figures import change_limits, spider_points
from core.exports.tables.eligibility_reasons import fitness_table, reasons_table
from core.exports.tables.protocol import protocol_name
from core.exports.tables.response_visits import course_table
from core.figures import lesion_map, patient_timeline, spider
from core.figures.patient_timeline import TimelineLook
from core.figures.shades import response_shades
from core.figures.theme import for_a_room
from core.options import ResponseOptions
from core.results.eligibility import CriterionResult, PatientEligibility, Status
from core.results.patient import PatientCourse
from core.results.response import NOT_APPLICABLE, PatientResponse
from core.text.catalogue import analyte_name, label_text, say
from pages.parts import cached, patient_headline, state
from pages.parts.criteria import read_criteria
from pages.parts.drawn import drawn
from pages.parts.widgets import chart, messages, named, show_table, t

USUAL_TESTS = ("BILI", "PLAT", "NEUT", "ALT")
"""Asked for first before the next infusion."""
SPANS = ("span_all", "span_haic")


@dataclass(frozen=True, slots=True)
class ShownPatient:
    """One patient of a study version, and how it is shown.

    Attributes:
        key: of the whole version.
        name: as shown; not the id where the display is de-identified.
        slot: prefix of the controls' keys.
        with_dates: dates on the axis and in the tables.
        with_words: free text of the data, which can name anybody.
        room_px: least size of the words in figures for a room, dark on light; None = the look
            of a single reader's browser.
    """

    key: cached.Key
    patient_id: str
    options: ResponseOptions
    name: str
    slot: str
    with_dates: bool = True
    with_words: bool = True
    room_px: int | None = None

    @property
    def course(self) -> PatientCourse:
        """The whole course."""
        found = cached.course_of(self.key, self.options, self.patient_id)
        return found if self.with_words else without_words(found)

    def draw(
        self, build: Callable[..., go.Figure], *args: Any, key: str, alt: str, **kwargs: Any
    ) -> None:
        """Show the figure that ``build`` makes of these arguments, for a reader or a room."""
        made = (build, *args) if self.room_px is None else (for_a_room, build, self.room_px, *args)
        figure = drawn(*made, **kwargs)
        chart(figure, key=f"{self.slot}_{key}", alt=alt, is_themed=self.room_px is None)

    @property
    def response(self) -> PatientResponse | None:
        """Response of this patient."""
        return cached.response(self.key, self.options).patient(self.patient_id)


def show_headline(shown: ShownPatient) -> None:
    """Age, sex, lines, mutation, ECOG, burden, sessions, best response, status."""
    patient_headline.show(shown.course, shown.response, with_dates=shown.with_dates)


def choose_look(shown: ShownPatient, remembered: dict[str, str] | None = None) -> TimelineLook:
    """Which laboratory value, and from when on; side by side above the timeline.

    Args:
        remembered: choices to begin with; those made now are put into it.
    """
    measured = [series.analyte for series in shown.course.labs]
    language, before = state.language(), remembered or {}
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    analyte = None
    if measured:
        wanted = (before.get("analyte", ""), *USUAL_TESTS)
        usual = next((one for one in wanted if one in measured), measured[0])
        analyte = left.selectbox(
            t("patient.analyte"),
            measured,
            index=measured.index(usual),
            format_func=lambda code: analyte_name(code, language),
            key=f"{shown.slot}_analyte",
        )
    with right if measured else left:
        span = st.segmented_control(
            t("patient.span"),
            SPANS,
            format_func=named(SPANS, "patient.{}"),
            default=before.get("span", SPANS[0]),
            required=True,
            key=f"{shown.slot}_span",
        )
    if remembered is not None:
        remembered.update({"analyte": analyte or "", "span": span or SPANS[0]})
    return TimelineLook(analyte or "", shown.with_dates, span == SPANS[1])


def show_timeline(shown: ShownPatient, look: TimelineLook) -> None:
    """All that is dated, on one axis."""
    course = shown.course
    if course.first is None:
        st.info(t("patient.nothing_dated"))
        return
    shown.draw(
        patient_timeline.figure,
        course,
        look,
        state.language(),
        key="timeline",
        alt=t("patient.alt", patient=shown.name),
    )
    st.caption(t("patient.reading"))
    if course.undated_events:
        st.caption(t("patient.undated", n=course.undated_events))


def show_eligibility(shown: ShownPatient) -> None:
    """Which criteria are not met or not known; all of them folded away."""
    cohort = cached.eligibility(shown.key)
    patient = cohort.patient(shown.patient_id)
    st.subheader(
        t("patient.eligibility", protocol=protocol_name(cohort.protocol_id, state.language()))
    )
    _doubtful(patient, with_reasons=shown.with_dates)
    if shown.with_dates:
        with st.expander(t("patient.eligibility_all")):
            show_table(
                reasons_table(cohort, shown.patient_id, state.language()),
                key=f"{shown.slot}_reasons",
                heading=False,
            )


def show_fitness(shown: ShownPatient) -> None:
    """Whether the patient was fit before each session, and is now for the next one."""
    fitness = read_criteria(shown.key, "next_cycle").fitness()
    own = tuple(one for one in fitness.cycles if one.judged.patient_id == shown.patient_id)
    if own:
        printed = fitness_table(replace(fitness, cycles=own), state.language())
        show_table(printed, key=f"{shown.slot}_fitness", rows_of_data=True)


def _doubtful(patient: PatientEligibility, *, with_reasons: bool) -> None:
    language = state.language()
    doubtful = [one for one in patient.criteria if one.status is not Status.PASS]
    if not doubtful:
        st.success(t("patient.eligibility_met", n=len(patient.criteria)))

    def line(one: CriterionResult) -> str:
        label = label_text(one.label, language)
        # A reason may quote dates, which the de-identified display keeps back.
        if not with_reasons:
            return label
        return t("patient.criterion_reason", criterion=label, reason=say(one.reason, language))

    failed = [one for one in doubtful if one.status is Status.FAIL]
    unknown = [one for one in doubtful if one.status is not Status.FAIL]
    for one in failed:
        st.error(line(one), icon=":material/close:")
    if unknown:
        heading = t("patient.eligibility_unknown", n=len(unknown))
        listed = "\n".join(f"- {line(one)}" for one in unknown)
        st.warning(f"{heading}\n\n{listed}", icon=":material/question_mark:")


def show_response(shown: ShownPatient) -> None:
    """Each compartment's visits with the sentence that explains each category."""
    response = shown.response
    st.subheader(t("patient.response"))
    if response is None or not response.overall.assessments:
        st.caption(t("response_screen.no_visits"))
    for course in (response.overall, response.liver, response.extrahepatic) if response else ():
        if any(visit.overall != NOT_APPLICABLE for visit in course.assessments):
            st.markdown(f"**{t(f'tables.compartment.{course.compartment}')}**")
            show_table(
                course_table(course, state.language()),
                key=f"{shown.slot}_course_{course.compartment}",
                heading=False,
            )
    if response is not None:
        messages(response.messages)


def show_lesions(shown: ShownPatient) -> None:
    """The lesion map, and the line of the sum's change below it."""
    lesions = cached.lesions_of(shown.key, shown.options, shown.patient_id)
    if lesions is not None:
        st.markdown(f"**{t('patient.lesions')}**")
        shown.draw(
            lesion_map.figure,
            lesions,
            state.language(),
            with_dates=shown.with_dates,
            only_days=shown.room_px is not None,
            key="lesions",
            alt=t("response_screen.lesion_map"),
        )
        st.caption(t("response_screen.lesion_map_note"))
    _show_spider(shown)


def _show_spider(shown: ShownPatient) -> None:
    response, language = shown.response, state.language()
    if response is None:
        return
    lines = []
    for course, best in (
        (response.overall, response.best),
        (response.liver, response.best_liver),
    ):
        points = spider_points(course, language, with_reasons=shown.with_dates)
        if points:
            name = t(f"tables.compartment.{course.compartment}")
            lines.append(spider.SpiderLine(name, best, points))
    if not lines:
        return
    limits = change_limits(shown.options)
    st.markdown(f"**{t('patient.spider')}**")
    shown.draw(
        spider.figure,
        lines,
        response_shades(language),
        language,
        limits=limits,
        height=340,
        key="spider",
        alt=t("patient.spider"),
    )
