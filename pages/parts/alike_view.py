"""The cohort beside one patient: who shares chosen factors, and how they fared."""

from __future__ import annotations

import streamlit as st

from core.analysis.patient.alike import FEWEST, alike, levels_of
from core.errors import ArteriaError
from core.exports.tables.table import labelled
from core.figures import km
from core.options import CurveQuestion
from core.results.comparators import Measure
from core.results.survival_study import StudyCurves
from core.rules.comparators import published_comparators
from core.text.numbers import interval, percent, quantile_interval
from pages.parts import cached, cached_survival, state
from pages.parts.comparators_view import own_figures, show_beside
from pages.parts.controls import survival_options
from pages.parts.names import level_label
from pages.parts.patient_view import ShownPatient
from pages.parts.widgets import metrics, t

FIRST_ASKED = ("ras_braf_status", "extrahepatic_mets")
CURVES = ("pfs", "os")
COMPARED: tuple[Measure, ...] = ("pfs", "os", "orr", "dcr")


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
        key=f"{shown.slot}_alike_{shown.name}",
        select_all=False,
    )
    found = alike(factors, shown.patient_id, chosen)
    if not found:
        st.info(t("alike.nobody"))
        return
    if len(found) < FEWEST:
        st.warning(t("alike.few", n=len(found)))
    _numbers(shown, found)
    # A room reads one curve across the whole width.
    cells = st.columns(2) if shown.room_px is None else [st.container() for _ in CURVES]
    for cell, code in zip(cells, CURVES, strict=True):
        with cell:
            _curve(shown, found, code)
    st.caption(t("alike.no_prediction"))
    if st.toggle(t("alike.published"), key=f"{shown.slot}_alike_published"):
        _published(shown, found)


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


def _published(shown: ShownPatient, found: tuple[str, ...]) -> None:
    """What other series reported, beside these patients."""
    curves = {code: one for code in CURVES if (one := _curves_of(shown, found, code)) is not None}
    response = cached.response((*shown.key[:3], found), shown.options)
    own = own_figures(curves, response, "@alike.these")
    others = [*published_comparators(), *state.desk().comparators(shown.key[0]).figures]
    show_beside(own, others, COMPARED, f"{shown.slot}_alike_beside", shown.room_px)
    st.caption(t("alike.published_note"))


def _curves_of(shown: ShownPatient, found: tuple[str, ...], code: str) -> StudyCurves | None:
    """The patients' curve of an endpoint; None where the data don't hold it."""
    key, question = (*shown.key[:3], found), CurveQuestion(endpoint=code)
    try:
        curves = cached_survival.curves(key, question, survival_options(), shown.options)
    except ArteriaError:
        return None
    return curves if curves.groups else None


def _curve(shown: ShownPatient, found: tuple[str, ...], code: str) -> None:
    st.markdown(f"**{t(f'controls.{code}')}**")
    curves = _curves_of(shown, found, code)
    if curves is None:
        st.caption(t("cohort.no_endpoint"))
        return
    curve = curves.groups[0].curve
    shown.draw(
        km.figure,
        [km.LabelledCurve(t("tables.all_curve"), curve)],
        state.language(),
        key=f"alike_{code}",
        alt=t("alike.alt", endpoint=f"@controls.{code}"),
    )
    median = quantile_interval(curve.median.estimate, curve.median.low, curve.median.high)
    st.caption(t("alike.median", median=median, events=curve.events, n=curve.n))
