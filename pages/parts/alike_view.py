"""The cohort beside one patient: who shares chosen factors, and how they fared."""

from __future__ import annotations

import streamlit as st

from core.analysis.patient.alike import FEWEST, alike, levels_of
from core.errors import ArteriaError
from core.exports.tables.table import labelled
from core.figures import km
from core.options import CurveQuestion
from core.text.numbers import interval, percent, quantile_interval
from pages.parts import cached, cached_survival, state
from pages.parts.controls import survival_options
from pages.parts.drawn import drawn
from pages.parts.names import level_label
from pages.parts.patient_view import ShownPatient
from pages.parts.widgets import chart, metrics, t

FIRST_ASKED = ("ras_braf_status", "extrahepatic_mets")
CURVES = ("pfs", "os")


def show(shown: ShownPatient) -> None:
    """Chosen factors, number, response and curves with intervals; few patients are named so."""
    language = state.language()
    factors = cached.factors(shown.key)
    own = levels_of(factors, shown.patient_id)
    st.subheader(t("alike.title"))

    def named(name: str) -> str:
        factor = factors.factor(name)
        level = level_label(factor, own[name], language)
        return t("alike.factor", factor=labelled(factor.label, language), level=level)

    chosen = st.multiselect(
        t("alike.choose"),
        list(own),
        default=[name for name in FIRST_ASKED if name in own],
        format_func=named,
        placeholder=t("alike.all"),
        key=f"{shown.slot}_alike_{shown.patient_id}",
    )
    found = alike(factors, shown.patient_id, chosen)
    if not found:
        st.info(t("alike.nobody"))
        return
    if len(found) < FEWEST:
        st.warning(t("alike.few", n=len(found)))
    _numbers(shown, found)
    for cell, code in zip(st.columns(2), CURVES, strict=True):
        with cell:
            _curve(shown, found, code)
    st.caption(t("alike.no_prediction"))


def _numbers(shown: ShownPatient, found: tuple[str, ...]) -> None:
    overall = cached.response((*shown.key[:3], found), shown.options).overall
    items = [(t("alike.patients"), str(len(found)), "")]
    for name in ("orr", "dcr"):
        if overall is None:
            continue
        rate = getattr(overall, name)
        limits = ""
        if rate.low is not None:
            limits = interval(100 * rate.low, 100 * rate.high)
        below = t("response_screen.of", n=rate.count, total=rate.total, interval=limits)
        items.append((t(f"response_screen.{name}"), percent(rate.estimate), below))
    metrics(items)


def _curve(shown: ShownPatient, found: tuple[str, ...], code: str) -> None:
    key = (*shown.key[:3], found)
    st.markdown(f"**{t(f'controls.{code}')}**")
    question = CurveQuestion(endpoint=code)
    try:
        curves = cached_survival.curves(key, question, survival_options(), shown.options)
    except ArteriaError:
        st.caption(t("cohort.no_endpoint"))
        return
    if not curves.groups:
        st.caption(t("cohort.no_endpoint"))
        return
    curve = curves.groups[0].curve
    labelled_curve = km.LabelledCurve(t("tables.all_curve"), curve)
    figure = drawn(km.figure, [labelled_curve], state.language())
    chart(
        figure, key=f"{shown.slot}_alike_{code}", alt=t("alike.alt", endpoint=f"@controls.{code}")
    )
    median = quantile_interval(curve.median.estimate, curve.median.low, curve.median.high)
    st.caption(t("alike.median", median=median, events=curve.events, n=curve.n))
