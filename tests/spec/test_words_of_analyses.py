"""What the paragraphs may claim: both sides of each limit, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.cohort import analyse_factors, analyse_study
from core.analysis.factor_cuts import compare_recut
from core.analysis.survival_study import answer
from core.example import example_files
from core.exports.tables.names import factor_names
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import AnalysisOptions, CurveQuestion, SurvivalOptions
from core.results.comparators import Comparator
from core.rules.comparators import published_comparators
from core.text.catalogue import LANGUAGES, text
from core.text.claims import bare, direction_of, level_against, stated_p
from core.text.comparator_words import comparators_paragraph
from core.text.factor_words import factors_paragraph
from core.text.measured_words import measured_paragraph
from core.text.survival_words import survival_paragraph


@pytest.fixture(scope="module")
def study():
    data = read_study([UploadedFile(name, content) for name, content in example_files()]).data
    return data, analyse_study(data, AnalysisOptions())


def plain(factor, level):
    return level or factor


def of_factor(study, name, **changes):
    """One factor's comparison, its compared level and its P changed."""
    _, analysis = study
    item = next(one for one in analysis.prognosis.comparisons if one.factor == name)
    p = changes.pop("p", item.logrank.p)
    levels = tuple(
        level if level.is_reference else replace(level, **changes) for level in item.levels
    )
    return replace(item, levels=levels, logrank=replace(item.logrank, p=p))


def said_of(study, item, language="en"):
    return " ".join(factors_paragraph([item], study[1].prognosis.endpoint, plain, language))


@pytest.mark.parametrize(
    ("numbers", "direction"),
    [
        ((2.0, 1.01, 4.0, 0.049), "higher"),
        ((2.0, 1.0, 4.0, 0.049), "none"),
        ((2.0, 1.01, 4.0, 0.05), "none"),
        ((0.5, 0.2, 0.99, 0.049), "lower"),
        ((0.5, 0.2, 1.0, 0.049), "none"),
        ((2.0, None, None, 0.01), "higher"),
        ((None, None, None, 0.01), "unknown"),
        ((2.0, 1.5, 3.0, None), "unknown"),
    ],
)
def test_direction_needs_estimate_interval_and_p(numbers, direction):
    assert direction_of(*numbers) == direction


@pytest.mark.parametrize(
    ("p", "printed"),
    [(0.05, "P = 0.050"), (0.04996, "P = 0.0500"), (0.0496, "P = 0.0496"), (0.0494, "P = 0.049")],
)
def test_p_beside_the_limit_shows_its_side(p, printed):
    assert stated_p(p) == printed


def test_unit_of_a_factor_stays_unless_its_levels_carry_it():
    assert bare("年龄（岁）", "<50 岁", "≥50 岁") == "年龄"
    assert bare("CEA (ng/mL)", "≤ 20", "> 20") == "CEA (ng/mL)"
    assert bare("Stage (I)", "II") == "Stage"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hr": 3.0, "hr_low": 1.1, "hr_high": 9.0, "p": 0.01}, "went with a higher risk"),
        ({"hr": 0.3, "hr_low": 0.1, "hr_high": 0.9, "p": 0.01}, "went with a lower risk"),
        ({"hr": 3.0, "hr_low": 0.9, "hr_high": 9.0, "p": 0.01}, "bears out a direction"),
        ({"hr": None, "hr_low": None, "hr_high": None, "p": 0.01}, "no direction is given"),
        ({"hr": 3.0, "hr_low": 1.1, "hr_high": 9.0, "p": 0.05}, "No difference was shown"),
        ({"p": None}, "could not be tested"),
    ],
)
def test_factor_is_given_a_direction_only_where_the_interval_bears_it_out(study, changes, expected):
    said = said_of(study, of_factor(study, "sex", **changes))
    assert expected in said
    claimed = [words for words in ("a higher risk", "a lower risk") if words in said]
    assert len(claimed) == ("went with" in expected)
    assert "not effects" in said


def test_factor_with_three_levels_is_given_no_direction(study):
    _, analysis = study
    options = SurvivalOptions()
    alone = analyse_factors(analysis.endpoints, "os", analysis.factors, options, joint_model=False)
    item = next(one for one in alone.comparisons if one.factor == "sex")
    third = replace(item.levels[1], level="other")
    item = replace(item, levels=(*item.levels, third), logrank=replace(item.logrank, p=0.001))
    assert "The levels of sex differed" in said_of(study, item)


def test_searched_cut_speaks_by_its_corrected_p(study):
    data, analysis = study
    alone, shown = compare_recut(
        data, analysis.endpoints, "os", analysis.factors, "search", SurvivalOptions()
    )
    item = next(one for one in alone.comparisons if one.factor == "max_tumor_diameter_cm")
    assert "No difference was shown" in said_of(study, item)
    clear = replace(item, logrank=replace(item.logrank, p=0.01))
    assert text("survival_words.by_corrected", "en") in said_of(study, clear)
    names = factor_names(shown, "zh")
    assert all(factors_paragraph(alone.comparisons, alone.endpoint, names, "zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_level_is_named_once_with_its_reference(study, language):
    names = factor_names(study[1].factors, language)
    found = level_against(names, "ecog", "1", "0", language)
    assert (
        found
        == {"en": "ECOG performance status (1 vs 0)", "zh": "ECOG 评分（1 分 vs 0 分）"}[language]
    )


def survival_words(study, language="en", options=None, **question):
    data, analysis = study
    chosen = options or SurvivalOptions()
    curves = answer(data, analysis.endpoints, analysis.factors, CurveQuestion(**question), chosen)
    return curves, survival_paragraph(curves, str, language)


@pytest.mark.parametrize(
    ("endpoint", "en", "zh"),
    [
        ("os", "Median overall survival was 13.6 months", "中位总生存期为 13.6 个月"),
        ("pfs", "Progression-free survival at 6 months was 16.7%", "6 个月无进展生存率为 16.7%"),
        ("dor", "The share still in response at 6 months was 50.0%", "6 个月持续缓解率为 50.0%"),
    ],
)
def test_numbers_are_called_by_the_name_of_their_endpoint(study, endpoint, en, zh):
    assert en in " ".join(survival_words(study, "en", endpoint=endpoint)[1])
    assert zh in "".join(survival_words(study, "zh", endpoint=endpoint)[1])


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        (0.5, "nobody had the event by then"),
        (6.0, "95 % CI"),
        (12.0, "everybody followed that far"),
    ],
)
def test_share_without_an_interval_says_why(study, mark, sentence):
    options = SurvivalOptions(landmark_months=(mark,))
    curves, _ = survival_words(study, endpoint="pfs", options=options)
    share = survival_paragraph(curves, str, "en")[2]
    assert sentence in share


def test_more_than_two_groups_are_given_no_order(study):
    curves, said = survival_words(study, factor="max_tumor_diameter_cm", second="extrahepatic_mets")
    assert len(curves.groups) == 4
    assert curves.tests[0].p < 0.05
    assert any("the pairwise tests tell which" in one for one in said)
    assert not any("longer" in one for one in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_factor_with_one_level_is_said(study, language):
    curves, said = survival_words(study, language, endpoint="dor", factor="ecog")
    assert [message.code for message in curves.messages] == ["survival.factor_one_level"]
    assert said


@pytest.mark.parametrize("language", LANGUAGES)
def test_measured_numbers_are_read_with_their_caveats(study, language):
    _, analysis = study
    said = measured_paragraph(analysis.measured, analysis.cox, language)
    assert all(said)
    assert text("prognosis_words.not_causal", language) == said[-1]
    joined = " ".join(said)
    assert text("factor_words.measured_joint_by_firth", language, epv="3.8") in joined
    assert "@" not in joined


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_series_are_set_beside_and_never_compared(language):
    own = [
        Comparator("x", "os", 13.6, 11.2, 16.0, 24, "x", False),
        Comparator("x", "pfs", 3.4, None, None, 24, "x", False),
    ]
    said = comparators_paragraph(own, published_comparators(), ["os", "pfs", "orr"], language)
    joined = " ".join(said)
    assert said[-1] == text("comparator_words.caveat", language)
    assert "6.9–20.0" in joined
    for claim in ("better", "longer", "superior", "优于", "较长"):
        assert claim not in joined
    assert comparators_paragraph([], published_comparators(), ["os"], language) == []
