"""Competing-risk cases are read in the spellings that R's packages and people use."""

import json

import pytest

from tests.competing_oracle import CURVE, GRAY, MODEL, read_case

ROWS = "time,event,arm,age\n1,1,A,50\n2,2,B,60\n3,1,B,\n4,0,A,70\n"
FORMS = {
    "as cmprsk prints": (
        {
            "cuminc": {"A 1": {"time": [0, 1], "est": [0, 0.5], "var": [0, 0.1]}},
            "gray": {"group": "arm", "tests": [[2.5, 0.1, 1], [1.5, 0.2, 1]]},
            "crr": {"1": {"coef": {"age": 0.1}, "se": {"age": 0.2}}},
        },
        ("arm", "A", 1, 2.5, 0.1),
    ),
    "as the other files of the oracle": (
        {
            "aj_groups": {"arm": {"A": {"time": [1], "cif": {"1": [0.5], "2": [0.0]}}}},
            "gray": {"arm": {"1": [2.5, 1, 0.1], "2": [1.5, 1, 0.2]}},
            "crr": [{"cause": 1, "names": "age", "coef": [0.1], "se": [0.2]}],
        },
        ("arm", "A", 1, 2.5, 0.1),
    ),
    "with lists over the causes": (
        {
            "aj_overall": {"time": [1, 2], "pstate": [[0.75, 0.25, 0], [0.5, 0.25, 0.25]]},
            "gray": [{"group": "arm", "stat": [2.5, 1.5], "pv": [0.1, 0.2], "df": [1, 1]}],
            "crr": {"cause1": {"formula": "crr ~ age", "coef": [0.1], "se": [0.2]}},
        },
        (None, None, 1, 2.5, 0.1),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_competing_case_in_each_spelling_is_read_whole(form, tmp_path):
    content, (group, level, cause, chi2, p) = FORMS[form]
    (tmp_path / "some.csv").write_text(ROWS, encoding="utf-8")
    path = tmp_path / "some_competing.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    cases, columns, _ = read_case(path)
    curve, gray, model = (
        [case for case in cases if case.kind == kind] for kind in (CURVE, GRAY, MODEL)
    )
    place = curve[0].place
    assert (place.group, place.level, place.cause) == (group, level, cause)
    assert set(columns) == {"time", "event", "arm", "age"}
    assert [case.place.cause for case in gray] == [1, 2]
    assert (gray[0].values["chisq"], gray[0].values["p"], gray[0].place.group) == (chi2, p, "arm")
    assert len(model) == 1
    assert (model[0].place.cause or 1) == 1
