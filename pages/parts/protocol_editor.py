"""Editing the criteria of a study: limits, units, windows, switches, wording, settings."""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from core.analysis.eligibility.criteria import DIPSTICK_LEVELS, Operator
from core.analysis.eligibility.edit import (
    OWN_PREFIX,
    ProtocolRefused,
    change_criterion,
    change_settings,
    remove_criterion,
)
from core.analysis.eligibility.versions import shown_criterion
from core.exports.tables.protocol import rule_limit, unit_word
from core.exports.tables.table import inert_text
from core.rules.units import accepted_units
from core.text.catalogue import label_text, say
from pages.parts import state
from pages.parts.criteria import Criteria, control_round, set_draft
from pages.parts.widgets import named, t

OPERATORS: tuple[str, ...] = get_args(Operator)
_LEVELS = tuple(level for level in DIPSTICK_LEVELS if level != "NEG")


def refusal(error: ProtocolRefused) -> None:
    """Why a change was refused."""
    reasons = [say(reason, state.language()) for reason in error.reasons]
    st.error(inert_text(" ".join([t("error.protocol_refused"), *reasons])), icon=":material/block:")


def edit_criterion(criteria: Criteria) -> Criteria:
    """The controls of one criterion; the draft changes at once, or the reason is said."""
    language = state.language()
    rules = {rule.id: rule for rule in criteria.shown.criteria}

    off = f" ({t('protocol_screen.off')})"
    names = {
        name: f"{name}  {label_text(rule.own_label, language)}{'' if rule.enabled else off}"
        for name, rule in rules.items()
    }

    options = list(rules)
    start = options.index("C5a") if "C5a" in options else 0
    chosen = st.selectbox(
        t("tables.eligibility_column.criterion"),
        options,
        index=start,
        format_func=names.__getitem__,
        key=f"protocol_criterion_{criteria.purpose}",
    )
    if chosen is None:
        return criteria
    rule = rules[chosen]
    st.caption(inert_text(label_text(rule.sentence, language)))
    published = next(
        (one for one in criteria.versions[0].protocol.criteria if one.id == chosen), None
    )
    if published is not None:
        first = rule_limit(shown_criterion(published), language)
        if first != rule_limit(shown_criterion(rule), language):
            st.caption(inert_text(t("protocol_screen.published", limit=first)))
    changes = _controls(rule, f"{criteria.purpose}_{chosen}_{control_round()}")
    wanted = {entry: value for entry, value in changes.items() if getattr(rule, entry) != value}
    if wanted:
        try:
            criteria = set_draft(criteria, change_criterion(criteria.shown, chosen, **wanted))
        except ProtocolRefused as error:
            refusal(error)
    if chosen.startswith(OWN_PREFIX) and st.button(
        t("protocol_screen.remove"), key=f"protocol_remove_{chosen}", icon=":material/delete:"
    ):
        set_draft(criteria, remove_criterion(criteria.shown, chosen))
        st.rerun()
    return criteria


def _controls(rule: Any, key: str) -> dict[str, Any]:
    """Widgets for what this kind of criterion has, with the values that they show."""
    found: dict[str, Any] = {}
    switch, operator, limit, high, unit, window = st.columns([1.1, 0.9, 1.2, 1.2, 1.2, 1.2])
    with switch:
        found["enabled"] = st.toggle(
            t("protocol_screen.enabled"), value=rule.enabled, key=f"protocol_on_{key}"
        )
    if not hasattr(rule, "limit"):
        return found
    choices = OPERATORS if hasattr(rule, "limit_high") else OPERATORS[:-1]
    with operator:
        found["operator"] = st.selectbox(
            t("protocol_screen.operator"),
            choices,
            index=choices.index(rule.operator),
            format_func=named(choices, "protocol_screen.operator_{}"),
            key=f"protocol_operator_{key}",
        )
    with limit:
        if isinstance(rule.limit, str):
            found["limit"] = st.selectbox(
                t("protocol_screen.limit"),
                _LEVELS,
                index=_LEVELS.index(rule.limit),
                key=f"protocol_limit_{key}",
            )
        else:
            found["limit"] = st.number_input(
                t("protocol_screen.limit"),
                value=float(rule.limit),
                format="%g",
                step=1.0 if rule.limit >= 10 else 0.1,
                key=f"protocol_limit_{key}",
            )
    if hasattr(rule, "limit_high"):
        with high:
            typed = st.number_input(
                t("protocol_screen.limit_high"),
                value=rule.limit_high,
                format="%g",
                disabled=found["operator"] != "between",
                key=f"protocol_high_{key}",
            )
        found["limit_high"] = typed if found["operator"] == "between" else None
        if found["operator"] == "between" and typed is None:
            # The range is complete only with its upper end.
            found |= {"operator": rule.operator, "limit_high": rule.limit_high}
    units = (
        accepted_units(getattr(rule, "analyte", "")) if rule.kind in ("lab", "clearance") else ()
    )
    if units:
        with unit:
            found["unit"] = st.selectbox(
                t("protocol_screen.unit"),
                units,
                index=units.index(rule.scale.unit) if hasattr(rule, "scale") else 0,
                format_func={code: unit_word(code, state.language()) for code in units}.__getitem__,
                key=f"protocol_unit_{key}",
            )
    if hasattr(rule, "window_days"):
        with window:
            days = st.number_input(
                t("protocol_screen.window"),
                value=rule.window_days,
                step=1,
                key=f"protocol_window_{key}",
                help=t("protocol_screen.window_help"),
            )
        found["window_days"] = None if days is None else int(days)
    return found


def edit_wording(criteria: Criteria) -> Criteria:
    """The sentence of the chosen criterion in both languages."""
    chosen = st.session_state.get(f"protocol_criterion_{criteria.purpose}")
    if chosen is None:
        return criteria
    rule = criteria.shown.rule(chosen)
    key = f"{criteria.purpose}_{chosen}_{control_round()}"
    words = {}
    for language in ("zh", "en"):
        words[language] = st.text_area(
            t(f"protocol_screen.sentence_{language}"),
            value=label_text(rule.sentence, language),
            key=f"protocol_sentence_{language}_{key}",
            max_chars=500,
        )
    before = {language: label_text(rule.sentence, language) for language in ("zh", "en")}
    if words != before:
        try:
            return set_draft(
                criteria, change_criterion(criteria.shown, chosen, sentence_words=words)
            )
        except ProtocolRefused as error:
            refusal(error)
    return criteria


def edit_settings(criteria: Criteria) -> Criteria:
    """Windows that only warn, size of a measurable lesion, exempt toxicity."""
    settings = criteria.shown.settings
    key = f"{criteria.purpose}_{control_round()}"
    found: dict[str, Any] = {}
    names = ("lab_window_days", "scan_window_days", "measurable_long_mm", "measurable_node_mm")
    for cell, name in zip(st.columns(len(names)), names, strict=True):
        with cell:
            value = getattr(settings, name)
            typed = st.number_input(
                t(f"eligibility.setting.{name}"),
                value=value,
                step=type(value)(1),
                format="%d" if isinstance(value, int) else "%g",
                key=f"protocol_setting_{name}_{key}",
            )
            found[name] = value if typed is None else type(value)(typed)
    for name in criteria.shown.exemptible:
        is_exempt = st.toggle(
            t("protocol_screen.exempt", toxicity=t(f"eligibility.exempt.{name}")),
            value=name in settings.exempt,
            key=f"protocol_exempt_{name}_{key}",
            help=t("protocol_screen.exempt_help"),
        )
        kept = tuple(one for one in found.get("exempt", settings.exempt) if one != name)
        found["exempt"] = (*kept, name) if is_exempt else kept
    return _with_settings(criteria, found)


def _with_settings(criteria: Criteria, found: dict[str, Any]) -> Criteria:
    settings = criteria.shown.settings
    wanted = {name: value for name, value in found.items() if getattr(settings, name) != value}
    if not wanted:
        return criteria
    try:
        return set_draft(criteria, change_settings(criteria.shown, **wanted))
    except ProtocolRefused as error:
        refusal(error)
        return criteria
