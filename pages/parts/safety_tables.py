"""Table 3, groups, rates and consequences on the Safety screen."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from core.exports.tables.safety import adverse_event_table, set_aside_table
from core.exports.tables.safety_groups import (
    complication_table,
    consequence_table,
    described_table,
    exposure_table,
    grouped_table,
    session_table,
)
from core.figures import (
    adverse_event_butterfly,
    adverse_event_heatmap,
    adverse_event_onset,
    adverse_event_sessions,
    adverse_events,
)
from core.options import ToxicityOptions
from core.results.safety import GradeBand, GroupedEvents
from pages.parts import cached, cached_safety, state
from pages.parts.controls import choose_factor
from pages.parts.drawn import printed
from pages.parts.names import level_label
from pages.parts.safety_patients import chart_of_patients, rows_of_patients, show_patients
from pages.parts.widgets import choose, show_table, t

BANDS: tuple[GradeBand, ...] = get_args(GradeBand)
COURSES = ("heatmap", "onset", "sessions")


def events(key: cached.Key, options: ToxicityOptions) -> None:
    """Bars and Table 3, by term or by organ class."""
    table, language = cached.adverse_events(key, options), state.language()
    chosen = chart_of_patients(
        adverse_events.figure, table, language, key="safety_bars", alt=t("safety_screen.alt")
    )
    show_patients(chosen, table, key="safety_bars")
    by_soc = choose(
        t("safety_screen.rows"), (False, True), "safety_screen.by_soc_{}", key="safety_by_soc"
    )
    show_table(
        adverse_event_table(table, language, by_soc=by_soc), key="safety_events", with_csv=True
    )
    if table.set_aside:
        show_table(set_aside_table(table, language), key="safety_set_aside", with_csv=True)


def groups(key: cached.Key, options: ToxicityOptions) -> None:
    """Two or more groups: back to back, and in a table with differences."""
    language, factors = state.language(), cached.factors(key)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        name = choose_factor(
            factors,
            "safety_screen.group_by",
            table="table_1",
            key="safety_group",
            together="safety_screen.choose_factor",
        )
    with right:
        band: GradeBand = choose(
            t("safety_screen.compared"), BANDS, "safety_screen.compared_{}", key="safety_band"
        )
    if name is None:
        st.caption(t("safety_screen.no_factor"))
        return
    grouped = cached_safety.groups(key, options, name, band)
    if len(grouped.levels) < 2:
        st.info(t("safety_screen.one_level"))
        return
    factor = factors.factor(name)

    def called(level: str) -> str:
        return level_label(factor, level, language)

    sides = _sides(grouped, [called(level) for level in grouped.levels])
    names = (called(grouped.levels[sides[0]]), called(grouped.levels[sides[1]]))
    chosen = chart_of_patients(
        adverse_event_butterfly.figure,
        grouped,
        sides,
        names,
        language,
        key="safety_butterfly",
        alt=t("safety_screen.alt_groups"),
    )
    show_patients(chosen, cached.adverse_events(key, options), key="safety_butterfly")
    show_table(grouped_table(grouped, called, language), key="safety_by_group", with_csv=True)


def _sides(grouped: GroupedEvents, names: list[str]) -> tuple[int, int]:
    """The two levels to draw; with more than two the reader chooses the second."""
    if len(names) == 2:
        return 0, 1
    second = st.selectbox(
        t("safety_screen.against", group=names[0]),
        range(1, len(names)),
        format_func=names.__getitem__,
        key=f"safety_against_{grouped.factor}",
    )
    return 0, second or 1


def rates(key: cached.Key, options: ToxicityOptions) -> None:
    """Exposure-adjusted rates, serious events, changes of treatment, complications."""
    language = state.language()
    show_table(
        exposure_table(cached_safety.exposure(key, options), language),
        key="safety_rates",
        with_csv=True,
    )
    show_table(
        consequence_table(cached_safety.consequences(key, options), language),
        key="safety_consequences",
        with_csv=True,
    )
    complications = cached_safety.complications(key)
    if not complications.described:
        st.subheader(t("safety_tables.complications_title"))
        st.caption(t("safety_screen.no_complications", n=complications.n_sessions))
        return
    show_table(complication_table(complications, language), key="safety_cirse", with_csv=True)
    patients = [patient for patient, _, _, _ in complications.described]
    rows = rows_of_patients(
        printed(described_table, complications, language), patients, key="safety_described"
    )
    if rows:
        behind = tuple(dict.fromkeys(patients[at] for at in rows))
        show_patients(behind, cached.adverse_events(key, options), key="safety_described")


def courses(key: cached.Key, options: ToxicityOptions) -> None:
    """Patients by terms, days after the infusion, by session."""
    table, language = cached.adverse_events(key, options), state.language()
    name = choose(t("safety_screen.figure"), COURSES, "safety_screen.{}", key="safety_course")
    key_of, alt = f"safety_{name}", t(f"safety_screen.alt_{name}")
    if name == "heatmap":
        chosen = chart_of_patients(
            adverse_event_heatmap.figure, table, language, key=key_of, alt=alt
        )
    elif name == "onset":
        onset = cached_safety.onset(key, options)
        if not len(onset):
            st.info(t("safety_screen.no_onset"))
            return
        chosen = chart_of_patients(adverse_event_onset.figure, onset, language, key=key_of, alt=alt)
    else:
        sessions = cached_safety.sessions(key, options)
        chosen = chart_of_patients(
            adverse_event_sessions.figure, sessions, language, key=key_of, alt=alt
        )
    if name == "onset":
        st.caption(t("safety_screen.onset_note", n=len(cached_safety.onset(key, options)),
                     total=len(table.events)))  # fmt: skip
    show_patients(chosen, table, key=key_of)
    if name == "sessions":
        show_table(
            session_table(cached_safety.sessions(key, options), language),
            key="safety_sessions",
            with_csv=True,
        )
