"""Numbers as measured in Cox models, against lifelines."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from core.analysis.cohort import analyse_study
from core.analysis.cox_study import analyse_cox, gather_cohort
from core.analysis.measured_study import analyse_measured
from core.example import example_files
from core.exports.tables.measured import measured_table
from core.exports.tables.names import factor_names
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import AnalysisOptions, CoxQuestion
from core.rules.measured import Step


@pytest.fixture(scope="module")
def example():
    data = read_study([UploadedFile(name, content) for name, content in example_files()]).data
    found = analyse_study(data, AnalysisOptions())
    question = CoxQuestion(factors=("age", "ecog", "max_tumor_diameter_cm"))
    study = analyse_cox(found.endpoints, found.factors, question, AnalysisOptions().survival)
    return data, found.factors, study, gather_cohort(found.endpoints, found.factors, question)


def lifelines_fit(frame):
    from lifelines import CoxPHFitter

    return CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-11})


def frame_of(example, **columns):
    data, _, _, cohort = example
    patients = data.table("patients").set_index("patient_id").reindex(cohort.patients)
    frame = pd.DataFrame({name: make(patients) for name, make in columns.items()})
    return frame.assign(time=cohort.time, event=cohort.is_event).dropna()


def number(name, per=1.0):
    return lambda patients: patients[name].astype(float).to_numpy() / per


def test_number_alone_per_step_and_per_doubling_equals_lifelines(example):
    data, factors, study, cohort = example
    steps = {"age": Step(per=10), "max_tumor_diameter_cm": Step(log2=True)}
    found = analyse_measured(study, cohort, data, factors, steps)
    alone = {term.factor: term for term in found.terms if not term.is_joint}
    for name, make in (
        ("age", number("age", 10)),
        ("max_tumor_diameter_cm", lambda p: np.log2(number("max_tumor_diameter_cm")(p))),
    ):
        fitted = lifelines_fit(frame_of(example, x=make))
        assert alone[name].cox.b == pytest.approx(fitted.params_["x"], abs=1e-6)
        assert alone[name].cox.se == pytest.approx(fitted.standard_errors_["x"], abs=1e-6)


def test_numbers_together_with_levels_equal_lifelines(example):
    data, factors, study, cohort = example
    found = analyse_measured(study, cohort, data, factors, {"age": Step(per=10)})
    joint = {term.factor: term for term in found.terms if term.is_joint}
    level = cohort.levels["ecog"][1]
    codes = cohort.table["ecog"].to_numpy()
    frame = frame_of(
        example,
        age=number("age", 10),
        size=number("max_tumor_diameter_cm"),
        ecog=lambda _: (codes == level).astype(float),
    )
    fitted = lifelines_fit(frame)
    assert joint["age"].cox.b == pytest.approx(fitted.params_["age"], abs=1e-6)
    assert joint["max_tumor_diameter_cm"].cox.b == pytest.approx(fitted.params_["size"], abs=1e-6)
    assert found.adjusted_for == ("ecog",)


def test_linearity_test_is_the_likelihood_ratio_of_the_spline_by_lifelines(example):
    from core.analysis.survival.spline import curved_part

    data, factors, study, cohort = example
    found = analyse_measured(study, cohort, data, factors, {})
    term = next(one for one in found.terms if one.factor == "age" and not one.is_joint)
    straight = frame_of(example, x=number("age"))
    wider = straight.assign(curved=curved_part(straight["x"].to_numpy()))
    twice = 2 * (lifelines_fit(wider).log_likelihood_ - lifelines_fit(straight).log_likelihood_)
    assert term.linearity_p == pytest.approx(chi2.sf(twice, 1), abs=1e-5)


def test_hazard_ratio_per_ten_is_the_tenth_power_of_that_per_one(example):
    data, factors, study, cohort = example
    ten = analyse_measured(study, cohort, data, factors, {"age": Step(per=10)})
    one = analyse_measured(study, cohort, data, factors, {})
    for many, single in zip(ten.terms, one.terms, strict=True):
        if many.factor == "age":
            assert many.cox.hr == pytest.approx(single.cox.hr**10, rel=1e-8)
            assert many.firth.hr == pytest.approx(single.firth.hr**10, rel=1e-6)
            assert many.cox.p == pytest.approx(single.cox.p, rel=1e-8)
            assert many.ph_p == pytest.approx(single.ph_p, rel=1e-8)


@pytest.mark.parametrize(("language", "step"), [("zh", "每增加 10 岁"), ("en", "10 years more")])
def test_table_prints_the_step_of_the_hazard_ratio_and_the_bands(example, language, step):
    data, factors, study, cohort = example
    found = analyse_measured(study, cohort, data, factors, {"age": Step(per=10)})
    names = factor_names(factors, language)
    frame = measured_table(found, study, {"age": "years"}, names, language).frame
    assert step in frame.iloc[0, 1]
    assert (frame.iloc[:, 0] == "").sum() > len(found.terms) / 2
