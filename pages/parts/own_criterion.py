"""Adding a criterion of the study's own, and limits of normal that no row prints."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.analysis.eligibility.edit import ProtocolRefused, add_criterion, change_settings
from core.analysis.eligibility.own_criteria import LESION_NUMBERS, number_range, patient_columns
from core.exports.fields import analytes, fields
from core.exports.tables.protocol import unit_word
from core.rules.units import accepted_units, default_unit
from core.schema import StudyData
from pages.parts import state
from pages.parts.criteria import Criteria, set_draft
from pages.parts.protocol_editor import OPERATORS, refusal
from pages.parts.widgets import named, t

KINDS = ("lab", "lab_range", "own_number", "own_value", "days")


def _columns(data: StudyData, kind: str) -> dict[str, str]:
    """Field -> name of the columns that this kind of criterion can compare."""
    language = state.language()
    headers = {one.spec.name: one.header for one in fields("patients", language)}
    wanted = {
        "own_number": ("integer", "number"),
        "own_value": ("category", "text", "boolean"),
        "days": ("date", "date_or_never"),
    }[kind]
    found = {f"patients.{spec.name}": headers[spec.name] for spec in patient_columns(*wanted)}
    found.pop("patients.first_haic_date", None)
    if kind == "own_number":
        found |= {name: t(f"eligibility.field.{name}") for name in LESION_NUMBERS}
    if kind == "days":
        return {"lesion.baseline_scan": t("eligibility.field.lesion.baseline_scan"), **found}
    return found | {f"own.{name}": name for name in data.own_variables}


def _tests() -> dict[str, str]:
    """Laboratory tests that have units, by their name."""
    return {
        rule.field: name
        for rule, name in analytes(state.language())
        if default_unit(rule.field) is not None
    }


def _limit_controls(kind: str, field: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    operator, limit, high, unit, window = st.columns(5)
    choices = OPERATORS[:-1] if kind == "lab_range" else OPERATORS
    found["operator"] = operator.selectbox(
        t("protocol_screen.operator"),
        choices,
        format_func=named(choices, "protocol_screen.operator_{}"),
        key="own_operator",
    )
    found["limit"] = limit.number_input(
        t("protocol_screen.limit"), value=1.0, format="%g", key="own_limit"
    )
    if found["operator"] == "between":
        found["limit_high"] = high.number_input(
            t("protocol_screen.limit_high"), value=2.0, format="%g", key="own_high"
        )
    if kind == "lab":
        units = accepted_units(field)
        found["unit"] = unit.selectbox(
            t("protocol_screen.unit"),
            units,
            format_func={code: unit_word(code, state.language()) for code in units}.__getitem__,
            key="own_unit",
        )
    elif kind == "lab_range":
        found["of"] = unit.selectbox(
            t("protocol_screen.relative_to"),
            ("uln", "lln"),
            format_func=named(("uln", "lln"), "eligibility.range.{}"),
            key="own_of",
        )
        match = default_unit(field)
        found["plausible_bound"] = (match.low, match.high) if match else (0.0, 0.0)
    elif kind == "days":
        found["unit"] = "days"
    else:
        fixed = (number_range(field) or (0, 0, ""))[2]
        typed = unit.text_input(
            t("protocol_screen.unit"),
            value=unit_word(fixed, state.language()) if fixed else "",
            disabled=bool(fixed),
            key=f"own_unit_text_{field}",
            max_chars=30,
        )
        found["unit"] = fixed or typed
    if kind in ("lab", "lab_range"):
        days = window.number_input(
            t("protocol_screen.window"),
            value=None,
            step=1,
            key="own_window",
            help=t("protocol_screen.window_help"),
        )
        found["window_days"] = None if days is None else int(days)
    return found


def _value_controls(data: StudyData, field: str) -> dict[str, Any]:
    place, _, name = field.partition(".")
    language = state.language()
    spec = {one.spec.name: one for one in fields("patients", language)}.get(name)
    if place == "patients" and spec is not None and spec.words:
        words = dict(spec.words)
        chosen = st.multiselect(
            t("protocol_screen.values"), list(words), format_func=words.__getitem__,
            key=f"own_values_{field}",
            select_all=False,
        )  # fmt: skip
        return {"values": tuple(chosen)}
    frame = data.table("patients")
    known = sorted({str(one) for one in frame[name].dropna()}) if name in frame.columns else []
    chosen = st.multiselect(
        t("protocol_screen.values"),
        known,
        accept_new_options=True,
        key=f"own_values_{field}",
        select_all=False,
    )
    return {"values": tuple(chosen)}


def add_own_criterion(criteria: Criteria, data: StudyData) -> Criteria:
    """The form of a new criterion on any column of the study."""
    kind_cell, field_cell = st.columns(2)
    kind = kind_cell.selectbox(
        t("protocol_screen.kind"),
        KINDS,
        format_func=named(KINDS, "protocol_screen.kind_{}"),
        key="own_kind",
    )
    choices = _tests() if kind in ("lab", "lab_range") else _columns(data, kind)
    field = field_cell.selectbox(
        t("protocol_screen.field"), list(choices), format_func=choices.__getitem__,
        key=f"own_field_{kind}",
    )  # fmt: skip
    if field is None:
        return criteria
    content: dict[str, Any] = {"kind": kind, "field": field}
    if kind == "own_value":
        content |= _value_controls(data, field)
    else:
        content |= _limit_controls(kind, field)
    if kind in ("lab", "lab_range"):
        content["analyte"] = field
    content["name_words"], content["sentence_words"] = {}, {}
    for cell, language in zip(st.columns(2), ("zh", "en"), strict=True):
        content["name_words"][language] = cell.text_input(
            t(f"protocol_screen.name_{language}"), key=f"own_name_{language}", max_chars=200
        )
        content["sentence_words"][language] = cell.text_input(
            t(f"protocol_screen.sentence_{language}"), key=f"own_sentence_{language}", max_chars=500
        )
    if st.button(t("protocol_screen.add"), key="own_add", icon=":material/add:"):
        try:
            return set_draft(criteria, add_criterion(criteria.shown, **content))
        except ProtocolRefused as error:
            refusal(error)
    return criteria


def edit_ranges(criteria: Criteria) -> Criteria:
    """Limits of normal of the study, for rows that print none."""
    tests = _tests()
    ranges = [entry.model_dump() for entry in criteria.shown.settings.normal_ranges]
    for place, entry in enumerate(ranges):
        line, button = st.columns([5, 1])
        sex = t(f"protocol_screen.sex_{entry['sex'] or 'any'}")
        low, high = (f"{entry[one]:g}" if entry[one] is not None else "" for one in ("lln", "uln"))
        line.text(
            f"{tests.get(entry['analyte'], entry['analyte'])}  {low}–{high} "
            f"{unit_word(entry['unit'], state.language())}  {sex}"
        )
        if button.button(t("protocol_screen.remove"), key=f"range_remove_{place}"):
            kept = tuple(one for at, one in enumerate(ranges) if at != place)
            set_draft(criteria, change_settings(criteria.shown, normal_ranges=kept))
            st.rerun()
    test, unit_cell, sex_cell, low_cell, high_cell = st.columns([2, 1, 1, 1, 1])
    analyte = test.selectbox(
        t("protocol_screen.test"), list(tests), format_func=tests.__getitem__, key="range_test"
    )
    if analyte is None:
        return criteria
    units = accepted_units(analyte)
    sexes = {code: t(f"protocol_screen.sex_{code or 'any'}") for code in (None, "M", "F")}
    new = {
        "analyte": analyte,
        "unit": unit_cell.selectbox(t("protocol_screen.unit"), units, key=f"range_unit_{analyte}"),
        "sex": sex_cell.selectbox(
            t("eligibility.field.sex"), tuple(sexes),
            format_func=sexes.__getitem__, key="range_sex",
        ),
        "lln": low_cell.number_input(
            t("eligibility.range.lln"), value=None, format="%g", key="range_low"
        ),
        "uln": high_cell.number_input(
            t("eligibility.range.uln"), value=None, format="%g", key="range_high"
        ),
    }  # fmt: skip
    if st.button(t("protocol_screen.add_range"), key="range_add", icon=":material/add:"):
        try:
            changed = change_settings(criteria.shown, normal_ranges=(*ranges, new))
            set_draft(criteria, changed)
            st.rerun()
        except ProtocolRefused as error:
            refusal(error)
    return criteria
