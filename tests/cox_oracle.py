"""R's Cox models of the oracle, read as the tests of the kernel need them."""

import csv
import json
import os
from pathlib import Path

import numpy as np

FOLDER = Path(os.environ.get("ARTERIA_ORACLE", Path(__file__).parent / "oracle"))
SETS = sorted(
    path.stem
    for path in FOLDER.glob("*.json")
    if path.with_suffix(".csv").exists() and "cox" in json.loads(path.read_text("utf-8"))
)
TIES = ("efron", "breslow")
EXACT_TOO = (*TIES, "exact")


def number(text):
    return float(text) if text not in ("", "NA") else np.nan


def numbers(columns, name):
    try:
        return np.array([number(value) for value in columns[name]])
    except ValueError:
        levels = sorted(set(columns[name]) - {""})
        return np.array([levels.index(v) if v else np.nan for v in columns[name]], float)


def load(name):
    reference = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return reference, {column: [row[column] for row in rows] for column in rows[0]}


def formula_names(formula):
    right = formula.split("~")[1].replace(" ", "").split("+")
    strata = [part[7:-1] for part in right if part.startswith("strata(")]
    return [part for part in right if not part.startswith("strata(")], strata


def complete_rows(reference, columns):
    """The rows that R used: complete over all covariates of the set and its stratum."""
    used = set()
    for kind in ("cox", "cox_stratified"):
        for model in (reference.get(kind) or {}).values():
            names, strata = formula_names(model["formula"])
            used |= {*names, *strata}
    arrays = [numbers(columns, name) for name in used]
    return np.all([np.isfinite(array) for array in arrays], axis=0)


def fit_of(columns, rows, formula, ties):
    names, strata = formula_names(formula)
    x = np.column_stack([numbers(columns, name)[rows] for name in names])
    time = numbers(columns, "time")[rows]
    event = numbers(columns, "event")[rows] == 1
    layer = np.array(columns[strata[0]])[rows] if strata else None
    return x, time, event, names, {"ties": ties, "strata": layer}


def all_models():
    for name in SETS:
        reference = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
        for kind in ("cox", "cox_stratified"):
            for ties in EXACT_TOO:
                if ties in (reference.get(kind) or {}):
                    yield name, kind, ties, reference[kind][ties]


def away(fit):
    """Coefficients that grew in R until it gave up: large, with an error that dwarfs them."""
    pairs = zip(fit["coef"], fit["se"], strict=True)
    return [b is not None and se is not None and abs(b) > 8 and se > 20 * abs(b) for b, se in pairs]


def models():
    """Fits with a maximum."""
    for name, kind, ties, fit in all_models():
        if not any(away(fit)):
            yield name, kind, ties


def without_maximum():
    for name, kind, ties, fit in all_models():
        if any(away(fit)):
            yield name, kind, ties


def univariable(reference, ties):
    """(factor, fit) of those with a maximum."""
    fits = ((reference.get("cox_univariate") or {}).get(ties) or {}).items()
    return [(factor, fit) for factor, fit in fits if not any(away(fit))]


def near(actual, expected, tolerance):
    if expected is None:
        return actual is None
    return actual is not None and abs(actual - expected) <= tolerance * max(1.0, abs(expected))
