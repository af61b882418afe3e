"""Numbers as measured in Cox models, against lifelines."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from core.analysis.cohort import analyse_study
from core.analysis.cox_study import analyse_cox, gather_cohort
from core.analysis.measured_numbers import measured_numbers
from core.analysis.measured_study import (
    analyse_measured,
    check_measured,
    customary_steps,
    fit_measured,
)
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
    people = gather_cohort(found.endpoints, found.factors, question)
    return data, found.factors, study, people


def asked(example, *names):
    data, factors, study, _ = example
    wanted = names or tuple(item.factor for item in study.comparisons)
    return tuple(one for one in measured_numbers(data, factors) if one.name in wanted)


def analysed(example, steps, *names, joined=()):
    _, _, study, cohort = example
    models = fit_measured(study, cohort, asked(example, *names), steps, joined=joined)
    return analyse_measured(study, models, steps)


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
    steps = {"age": Step(per=10), "max_tumor_diameter_cm": Step(log2=True)}
    found = analysed(example, steps)
    alone = {term.name: term for term in found.terms if not term.is_joint}
    for name, make in (
        ("age", number("age", 10)),
        ("max_tumor_diameter_cm", lambda p: np.log2(number("max_tumor_diameter_cm")(p))),
    ):
        fitted = lifelines_fit(frame_of(example, x=make))
        assert alone[name].cox.b == pytest.approx(fitted.params_["x"], abs=1e-6)
        assert alone[name].cox.se == pytest.approx(fitted.standard_errors_["x"], abs=1e-6)


def test_numbers_together_with_levels_equal_lifelines(example):
    cohort = example[-1]
    found = analysed(example, {"age": Step(per=10)})
    joint = {term.name: term for term in found.terms if term.is_joint}
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

    found = analysed(example, {})
    term = next(one for one in found.terms if one.name == "age" and not one.is_joint)
    straight = frame_of(example, x=number("age"))
    wider = straight.assign(curved=curved_part(straight["x"].to_numpy()))
    twice = 2 * (lifelines_fit(wider).log_likelihood_ - lifelines_fit(straight).log_likelihood_)
    assert term.linearity_p == pytest.approx(chi2.sf(twice, 1), abs=1e-5)


def test_hazard_ratio_per_ten_is_the_tenth_power_of_that_per_one(example):
    ten = analysed(example, {"age": Step(per=10)})
    one = analysed(example, {})
    for many, single in zip(ten.terms, one.terms, strict=True):
        if many.name == "age":
            assert many.cox.hr == pytest.approx(single.cox.hr**10, rel=1e-8)
            assert many.firth.hr == pytest.approx(single.firth.hr**10, rel=1e-6)
            assert many.cox.p == pytest.approx(single.cox.p, rel=1e-8)
            assert many.ph_p == pytest.approx(single.ph_p, rel=1e-8)


@pytest.mark.parametrize(
    ("language", "name", "step", "printed"),
    [
        ("en", "age", Step(per=10), "per 10 years of age"),
        ("en", "age", Step(), "per year of age"),
        ("zh", "age", Step(per=10), "每增加 10 岁"),
        ("en", "max_tumor_diameter_cm", Step(), "per 1 cm increase"),
        ("zh", "max_tumor_diameter_cm", Step(), "每增加 1 cm"),
        ("en", "tumor_number", Step(), "per additional lesion"),
        ("en", "tumor_number", Step(per=5), "per 5 additional lesions"),
        ("en", "prior_lines", Step(), "per additional line"),
        ("zh", "prior_lines", Step(), "每增加 1 线"),
        ("en", "ALB", Step(per=10), "per 10 g/L increase"),
        ("zh", "BILI", Step(per=10), "每增加 10 μmol/L"),
        ("en", "albi", Step(), "per point"),
        ("zh", "CEA", Step(log2=True), "每增加 1 倍"),
    ],
)
def test_table_prints_what_the_hazard_ratio_is_for(example, language, name, step, printed):
    _, factors, study, _ = example
    found = analysed(example, {name: step}, name)
    frame = measured_table(found, study, factor_names(factors, language), language).frame
    assert frame.iloc[0, 1] == printed


def test_bands_of_a_factor_stand_under_its_number(example):
    _, factors, study, _ = example
    found = analysed(example, {}, "age", "ALB")
    frame = measured_table(found, study, factor_names(factors, "en"), "en").frame
    assert frame.iloc[:, 0].tolist() == ["Age (years)", "", "", "", "Albumin"]
    assert all(" against " in cell for cell in frame.iloc[2:4, 1])


def test_baseline_laboratory_value_is_the_last_before_the_first_session(example):
    data, _, _, _ = example
    labs = data.table("labs")
    number = next(one for one in asked(example, "ALB"))
    first = data.table("haic_sessions").groupby("patient_id")["session_date"].min()
    for patient, value in zip(number.patients, number.values, strict=True):
        own = labs[(labs["patient_id"] == patient) & (labs["lab_test"] == "ALB")]
        early = own[own["lab_date"] <= first[patient]].sort_values("lab_date")
        assert value == early["lab_value"].iloc[-1]


def test_laboratory_values_alone_equal_lifelines_and_join_the_model_on_request(example):
    cohort = example[-1]
    cea = asked(example, "CEA")[0]
    values = pd.Series(cea.values, index=list(cea.patients)).reindex(list(cohort.patients))
    frame = frame_of(example, x=lambda _: np.log2(values.to_numpy()))
    found = analysed(example, {"CEA": Step(log2=True)}, "age", "CEA", joined=("CEA",))
    alone, joint = (one for one in found.terms if one.name == "CEA")
    assert alone.cox.b == pytest.approx(lifelines_fit(frame).params_["x"], abs=1e-6)
    assert joint.is_joint
    assert set(found.adjusted_for) == {"ecog", "max_tumor_diameter_cm"}


def test_second_engine_confirms_every_number(example):
    _, _, study, cohort = example
    numbers = asked(example, "age", "max_tumor_diameter_cm", "CEA", "albi", "nlr")
    steps = customary_steps(numbers)
    checked = check_measured(fit_measured(study, cohort, numbers, steps, joined=("CEA",)))
    assert len(checked) == 2 * (5 + 3 + 1)
    assert all(one.agrees for one in checked)
