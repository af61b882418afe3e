"""The multivariable analysis where there is little or nothing to analyse, and its choices."""

import numpy as np
import pytest

from core.analysis.cox_study import (
    adjusted_curves,
    analyse_cox,
    check_cox_study,
    gather_cohort,
    validate_model,
)
from core.analysis.survival.cox import fit_cox
from core.errors import NotComputable
from core.options import CoxQuestion, SurvivalOptions
from core.text.catalogue import LANGUAGES, say, say_error
from core.text.prognosis_words import claims, prognosis_paragraph
from tests.properties.test_cox_study_laws import plain, study_of

OPTIONS = SurvivalOptions()


def analysed(rows, **question):
    endpoints, factors = study_of(rows)
    asked = CoxQuestion(**question)
    return analyse_cox(endpoints, factors, asked, OPTIONS), gather_cohort(endpoints, factors, asked)


def said(study):
    messages = [*study.messages, *(study.model.messages if study.model else ())]
    assert all(say(message, language) for message in messages for language in LANGUAGES)
    return {message.code.split(".")[1] for message in messages}


def cohort(n=24, **changes):
    random = np.random.default_rng(3)
    rows = []
    for i in range(n):
        row = {"time": i + 1, "event": i % 4 != 0, "a": str(i % 2), "b": str(i % 3)}
        row["c"] = str(int(random.integers(0, 2)))
        row |= {name: change(i) for name, change in changes.items()}
        rows.append((row["time"], row["event"], row["a"], row["b"], row["c"]))
    return rows


DEGENERATE = {
    "one_level": (cohort(a=lambda i: "0"), ()),
    "all_censored": (cohort(event=lambda i: False), ("no_events",)),
    "single_event": (cohort(event=lambda i: i == 5), ("few_events_per_variable",)),
    "separation": (
        cohort(a=lambda i: "1" if i < 12 else "0", event=lambda i: i < 12),
        ("level_no_events_without",),
    ),
    "ties_everywhere": (cohort(time=lambda i: 5), ("zph_one_time",)),
    "times_of_zero": (cohort(time=lambda i: 0), ("zph_one_time",)),
    "missing": (cohort(a=lambda i: None if i < 10 else str(i % 2)), ("missing_left_out",)),
    "nothing_known": (cohort(a=lambda i: None), ()),
    "repeats": (cohort(a=lambda i: str(i % 2), c=lambda i: str(i % 2)), ("level_repeats_others",)),
}


@pytest.mark.parametrize("entry", ["enter", "univariable", "forward", "backward"])
@pytest.mark.parametrize("name", sorted(DEGENERATE))
def test_degenerate_cohort_gives_sentences(name, entry):
    rows, codes = DEGENERATE[name]
    study, people = analysed(rows, entry=entry)
    found = said(study)
    if entry == "enter":
        assert found.issuperset(codes)
    if study.model is None:
        assert found
        return
    for language in LANGUAGES:
        assert all(prognosis_paragraph(study, None, plain, language))
    for factor in study.model.factors:
        curves = adjusted_curves(study, people, factor)
        assert curves.curves or curves.messages


def test_nobody_with_the_endpoint_is_said():
    study, _ = analysed([])
    assert said(study) == {"no_endpoint"}


def test_separated_factor_is_estimated_by_firth_and_said():
    rows, _ = DEGENERATE["separation"]
    study, _ = analysed(rows)
    assert study.separated == ("a",)
    claim = claims(study)[0]
    assert claim.direction == "higher"
    assert np.isfinite(claim.hr)
    words = " ".join(prognosis_paragraph(study, None, plain, "en"))
    assert "perfectly" in words
    assert "exploratory" in words


def test_other_reference_turns_the_hazard_ratio_over():
    study, _ = analysed(cohort(), factors=("a",))
    other, _ = analysed(cohort(), factors=("a",), references=(("a", "1"),))
    assert other.model.terms[0].level == "0"
    assert study.model.terms[0].hr * other.model.terms[0].hr == pytest.approx(1)


def test_candidates_are_those_chosen():
    study, _ = analysed(cohort(), factors=("c", "a"))
    assert study.model.factors == ("a", "c")


def test_univariable_entry_keeps_what_is_below_the_limit():
    study, _ = analysed(cohort(), entry="univariable", univariable_p=0.2)
    for step in study.selection.steps:
        assert (step.action == "kept") == (step.p < 0.2)
    assert "selection_caveat" in said(study)


def test_second_engine_agrees_with_joint_and_single_models():
    study, people = analysed(cohort())
    found = check_cox_study(study, people)
    assert {one.agrees for one in found} == {True}
    assert any(one.quantity.startswith("a: b:") for one in found)


def test_optimism_is_the_same_for_the_same_seed_and_repeats_the_selection():
    study, people = analysed(cohort(), entry="backward", removal_p=0.9)
    first, second = (validate_model(study, people) for _ in range(2))
    assert first == second
    assert first.repeats_selection
    assert first.used <= first.resamples


def test_exact_likelihood_of_too_many_ties_is_refused_with_a_sentence():
    time, x = np.ones(5000), np.arange(5000.0)[:, None] % 3
    with pytest.raises(NotComputable) as refused:
        fit_cox(x, time, time == 1, ["x"], ties="exact")
    assert refused.value.code == "cox_exact_too_large"
    assert all(say_error(refused.value, language) for language in LANGUAGES)


def test_exact_likelihood_without_ties_is_efrons():
    x = np.array([[0.0], [1], [0], [1], [1]])
    time, event = np.array([4.0, 1, 3, 5, 2]), np.array([1, 1, 1, 0, 1])
    exact = fit_cox(x, time, event, ["x"], ties="exact").terms[0]
    efron = fit_cox(x, time, event, ["x"]).terms[0]
    assert exact.b == pytest.approx(efron.b, abs=1e-10)
    assert exact.se == pytest.approx(efron.se, abs=1e-10)
