"""Table 1 by outcome and by a chosen subgroup, its tests beside each other, and its words."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.baseline.derive import derive_factors
from core.analysis.baseline.table import tabulate_baseline
from core.analysis.baseline_groups import CHOSEN, outcome_groups, with_outcome_groups
from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.exports.tables.baseline import baseline_table, baseline_tests_table
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import Convention, ResponseOptions
from core.results.baseline import NumericRow
from core.results.common import Message
from core.text.baseline_words import baseline_paragraph, higher_group
from core.text.catalogue import LANGUAGES

FLAT = Path(__file__).parents[2] / "examples" / "crlm_haic_24" / "crlm_haic_24_flat.csv"


@pytest.fixture(scope="module")
def example():
    data = read_study([UploadedFile("flat.csv", FLAT.read_bytes())]).data
    response = evaluate_cohort(data, ResponseOptions())
    endpoints = derive_endpoints(data, response, ResponseOptions())
    return data, response, endpoints


def grouped(example, chosen=()):
    data, response, endpoints = example
    return with_outcome_groups(derive_factors(data), response, endpoints, chosen)


def test_responders_are_those_with_complete_or_partial_response(example):
    factors = grouped(example)
    table = tabulate_baseline(example[0], factors, group="group_response")
    assert table.group_totals == (4, 20)
    assert table.group_missing == 0
    controlled = tabulate_baseline(example[0], factors, group="group_control")
    assert controlled.group_totals[0] == example[1].overall.dcr.count


def test_deaths_are_the_events_of_overall_survival(example):
    table = tabulate_baseline(example[0], grouped(example), group="group_death")
    assert table.group_totals == (23, 1)


def test_chosen_patients_stand_against_all_others(example):
    ids = example[0].table("patients")["patient_id"].tolist()
    factors = grouped(example, ids[:5])
    table = tabulate_baseline(example[0], factors, group=CHOSEN)
    assert table.group_totals == (5, len(ids) - 5)
    assert CHOSEN in [one.name for one in outcome_groups(factors)]
    assert CHOSEN not in [one.name for one in outcome_groups(grouped(example))]


def test_outcomes_are_columns_and_never_rows(example):
    table = tabulate_baseline(example[0], grouped(example), group="sex")
    assert not [row.name for row in table.categorical if row.name.startswith("group_")]


@pytest.mark.parametrize("convention", list(Convention))
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_tests_are_printed_with_the_chosen_one_marked(example, language, convention):
    table = tabulate_baseline(
        example[0], grouped(example), group="group_response", convention=convention
    )
    printed = baseline_tests_table(table, language).frame
    marked = (printed.iloc[:, -1] == "✓").sum()
    assert marked == len(table.categorical) + len(table.numeric)
    notes = " ".join(baseline_table(table, language).notes)
    assert "Levene" in notes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", [None, "sex", "group_response", "ecog"])
def test_paragraph_says_who_was_treated_and_what_it_cannot_show(example, group, language):
    table = tabulate_baseline(example[0], grouped(example), group=group)
    words = baseline_paragraph(table, language)
    assert "24" in words[0]
    assert all(words)
    caveat = {"en": "describes and does not predict", "zh": "不能用于预测"}[language]
    assert any(caveat in one for one in words) == (group == "group_response")


VALUES = st.lists(st.integers(0, 20), min_size=1, max_size=12)


@given(VALUES, VALUES)
def test_higher_group_has_the_higher_mean_and_median(first, second):
    from core.analysis.baseline.summaries import summarise_number

    groups = tuple(summarise_number(np.array(one, dtype=float), 7) for one in (first, second))
    row = NumericRow("x", "x", "", groups[0], "mean_sd", Message.of("x"), 7, groups)
    higher = higher_group(row)
    if higher is not None:
        assert np.mean((first, second)[higher]) > np.mean((first, second)[1 - higher])
        assert np.median((first, second)[higher]) > np.median((first, second)[1 - higher])
