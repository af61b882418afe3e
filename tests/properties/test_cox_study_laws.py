"""What must hold of the multivariable analysis of any cohort, and of what is said of it."""

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.cox_study import (
    adjusted_curves,
    analyse_cox,
    gather_cohort,
    validate_model,
)
from core.analysis.survival.smoothing import smooth_points
from core.exports.tables.cox import both_models_table, selection_table
from core.exports.tables.survival import cox_table
from core.options import CoxQuestion, ResponseOptions, SurvivalOptions
from core.results.baseline import Factor, FactorFrame, FactorLevel
from core.results.common import Message
from core.results.endpoints import Endpoint, Endpoints, TimeToEvent
from core.text.catalogue import LANGUAGES, say
from core.text.prognosis_words import claims, prognosis_paragraph

LEVELS = {"a": ("0", "1"), "b": ("0", "1", "2"), "c": ("0", "1")}
PATIENT = st.tuples(
    st.integers(0, 30),
    st.booleans(),
    st.sampled_from(["0", "1", None]),
    st.sampled_from(["0", "1", "2"]),
    st.sampled_from(["0", "1"]),
)
COHORTS = st.lists(PATIENT, min_size=1, max_size=24)
ENTRIES = st.sampled_from(["enter", "univariable", "forward", "backward"])
TIES = st.sampled_from(["efron", "breslow", "exact"])


def study_of(rows):
    """Endpoints and factors of made-up patients: time, event and three levels each."""
    reason = Message.of("endpoints.own.reason", column="t")
    times = tuple(
        TimeToEvent(
            f"P{i}", float(row[0]) * 10, bool(row[1]), date(2020, 1, 1), None, reason, "coded"
        )
        for i, row in enumerate(rows)
    )
    endpoint = Endpoint("os", "endpoints.os.label", "endpoints.os.definition", times, ())
    factors = tuple(
        Factor(
            name,
            name,
            tuple(FactorLevel(code, code) for code in codes),
            codes[0],
            ("table_4", "table_5"),
            "categories",
        )
        for name, codes in LEVELS.items()
    )
    index = pd.Index([one.patient_id for one in times], name="patient_id")
    table = pd.DataFrame([row[2:] for row in rows], columns=list(LEVELS), index=index, dtype=object)
    return Endpoints({"os": endpoint}, (), ResponseOptions()), FactorFrame(table, factors)


def plain(factor, level):
    return f"{factor}{level}"


@settings(max_examples=40, deadline=None)
@given(COHORTS, ENTRIES, TIES)
def test_any_cohort_gives_a_model_or_a_sentence(rows, entry, ties):
    endpoints, factors = study_of(rows)
    question, options = CoxQuestion(entry=entry), SurvivalOptions(ties=ties)
    study = analyse_cox(endpoints, factors, question, options)
    for language in LANGUAGES:
        assert all(say(message, language) for message in study.messages)
        selection_table(study, plain, language)
    if study.model is None:
        assert study.messages
        return
    for language in LANGUAGES:
        assert all(say(message, language) for message in study.model.messages)
        assert len(cox_table(study.model, study.endpoint, plain, language).frame)
        assert len(both_models_table(study, plain, language).frame)
        assert prognosis_paragraph(study, None, plain, language)
    cohort = gather_cohort(endpoints, factors, question)
    for factor in study.model.factors:
        found = adjusted_curves(study, cohort, factor)
        assert found.curves or found.messages
        for one in found.curves:
            assert ((one.survival >= 0) & (one.survival <= 1)).all()
            assert (np.diff(one.survival) <= 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(COHORTS)
def test_paragraph_claims_only_what_estimate_interval_and_p_bear_out(rows):
    endpoints, factors = study_of(rows)
    study = analyse_cox(endpoints, factors, CoxQuestion(), SurvivalOptions())
    for claim in claims(study):
        if claim.direction == "higher":
            assert claim.hr > 1
            assert claim.low is None or claim.low > 1
            assert claim.p < 0.05
        elif claim.direction == "lower":
            assert claim.hr < 1
            assert claim.high is None or claim.high < 1
            assert claim.p < 0.05
        elif claim.direction == "unknown":
            assert claim.hr is None or claim.p is None


@settings(max_examples=30, deadline=None)
@given(COHORTS, st.sampled_from(["forward", "backward"]))
def test_steps_of_a_selection_keep_their_criteria_and_end_in_the_model(rows, entry):
    endpoints, factors = study_of(rows)
    study = analyse_cox(endpoints, factors, CoxQuestion(entry=entry), SurvivalOptions())
    selection = study.selection
    if selection is None:
        return
    for step in selection.steps:
        if step.action == "entered":
            assert step.p < 0.05
            assert step.factor in step.model
        else:
            assert step.p is None or step.p > 0.10
            assert step.factor not in step.model
    if selection.steps:
        assert set(selection.steps[-1].model) == set(selection.chosen)


@settings(max_examples=10, deadline=None)
@given(COHORTS)
def test_optimism_of_any_cohort_is_a_number_or_a_reason(rows):
    endpoints, factors = study_of(rows)
    question = CoxQuestion(factors=("a", "c"))
    study = analyse_cox(endpoints, factors, question, SurvivalOptions())
    found = validate_model(study, gather_cohort(endpoints, factors, question))
    if found is not None and found.corrected is None:
        assert found.messages
    elif found is not None:
        assert 0 <= found.apparent <= 1
        assert abs(found.apparent - found.optimism - found.corrected) < 1e-12


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 5)), max_size=20))
def test_smooth_line_stays_finite(points):
    x = np.array([float(one[0]) for one in points])
    y = np.array([float(one[1]) for one in points])
    at, line = smooth_points(x, y)
    assert at.shape == line.shape
    assert np.isfinite(line).all()
