"""Competing-risk cases of the oracle: ``<name>_competing.json`` beside its CSV file.

The form names the contents only (Aalen-Johansen, Gray, crr), so a case is read by what stands in
it: curves have times and estimates, tests a statistic with its P, models coefficients. Causes,
groups and levels may be keys on the way or fields beside the numbers.
"""

import csv
import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

OWN = Path(__file__).parent / "oracle"
FOLDERS = tuple(dict.fromkeys((OWN, Path(os.environ.get("ARTERIA_ORACLE", OWN)))))
CURVE, GRAY, MODEL = "curve", "gray", "model"
TIMES = ("time", "times", "t")
ESTIMATE = re.compile(r"^(?:est(?:imate)?|cif|ci|aj|prob|pstate|incidence)?_?(?:cause_?)?([12])?$")
CAUSE_KEY = re.compile(r"^(?:cause|event|state|cif|failcode|s)?[_ =]?([12])$")
STATISTICS = ("chisq", "chi2", "stat", "statistic")
P_VALUES = ("p", "pv", "p_value", "pvalue")


@dataclass(frozen=True)
class Place:
    """Where in a case a number stands."""

    path: tuple[str, ...] = ()
    group: str | None = None
    level: str | None = None
    cause: int | None = None


@dataclass(frozen=True)
class Case:
    """Numbers of one kind: of a curve, a Gray test, or a model."""

    kind: str
    place: Place
    values: dict

    def __str__(self):
        return "-".join((self.kind, *self.place.path))


def case_files():
    return [path for folder in FOLDERS for path in sorted(folder.glob("*_competing.json"))]


def columns_of(path):
    """The CSV of the same name, or of the data set's name without ``_competing``."""
    own = path.with_suffix(".csv")
    if not own.exists():
        own = path.with_name(path.stem.removesuffix("_competing") + ".csv")
    with own.open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    return {name: [row[name] for row in rows] for name in rows[0]}


def numbers(values):
    """Floats, empty and NA as NaN; the levels of a text column as 0, 1, ..."""
    known = [value not in ("", "NA") for value in values]
    try:
        return np.array([float(v) if k else np.nan for v, k in zip(values, known, strict=True)])
    except ValueError:
        levels = sorted({v for v, k in zip(values, known, strict=True) if k})
        found = [levels.index(v) if k else np.nan for v, k in zip(values, known, strict=True)]
        return np.array(found, float)


def outcome(columns):
    return numbers(columns["time"]), numbers(columns["event"]).astype(int)


def read_case(path):
    """All that the file holds, and the columns of its CSV."""
    columns = columns_of(path)
    reference = json.loads(path.read_text("utf-8"))
    return list(_walk(reference, Place(), columns)), columns, reference.get("tolerance", {})


def _walk(node, place, columns):
    if isinstance(node, dict):
        place = _beside(node, place)
        yield from _leaves(node, place)
        for key, child in node.items():
            yield from _walk(child, _step(place, str(key), columns), columns)
    elif isinstance(node, list):
        if _is_gray(place) and len(node) == 3 and all(_is_number(value) for value in node):
            yield _three(node, place)
            return
        for i, child in enumerate(node):
            below = replace(place, path=(*place.path, str(i + 1)))
            if _is_gray(place) and isinstance(child, list) and place.cause is None:
                below = replace(below, cause=i + 1)
            if isinstance(child, dict | list):
                yield from _walk(child, below, columns)


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_gray(place):
    return any("gray" in part.lower() for part in place.path)


def _three(node, place):
    """[statistic, df, P] as elsewhere in the oracle, or [statistic, P, df] as cmprsk prints."""
    second_is_df = float(node[1]).is_integer() and node[1] >= 1
    df, p = (node[1], node[2]) if second_is_df else (node[2], node[1])
    return Case(GRAY, place, {"chisq": node[0], "df": df, "p": p})


def _beside(node, place):
    """Group, level and cause where they stand as fields beside the numbers."""
    for key in ("group", "variable"):
        if isinstance(node.get(key), str):
            place = replace(place, group=node[key])
    if isinstance(node.get("level"), str | int):
        place = replace(place, level=str(node["level"]))
    for key in ("cause", "failcode", "of_interest", "code"):
        if _is_number(node.get(key)):
            place = replace(place, cause=int(node[key]))
    return place


def _step(place, key, columns):
    below = replace(place, path=(*place.path, key))
    if key in columns and key not in ("time", "event"):
        return replace(below, group=key)
    if place.level is None and place.group is not None and key in columns[place.group]:
        return replace(below, level=key)
    cause = CAUSE_KEY.match(key)
    if cause:
        return replace(below, cause=int(cause[1]))
    # cmprsk calls its curves "level cause".
    level, _, cause_text = key.rpartition(" ")
    if level and cause_text in ("1", "2"):
        group = place.group or next((n for n, values in columns.items() if level in values), None)
        known = group is not None and level in columns[group]
        return replace(below, group=group, level=level if known else None, cause=int(cause_text))
    return below


def _leaves(node, place):
    times = next((node[key] for key in TIMES if key in node), None)
    if times is not None:
        yield from _curves(node, np.atleast_1d(np.array(times, float)), place)
    elif "coef" in node and ("se" in node or "var" in node):
        yield Case(MODEL, place, node)
    elif _is_gray(place):
        statistic = next((node[key] for key in STATISTICS if key in node), None)
        p = next((node[key] for key in P_VALUES if key in node), None)
        if statistic is None:
            return
        many = statistic if isinstance(statistic, list) else [statistic]
        for i, value in enumerate(many):

            def of(given, i=i):
                return given[i] if isinstance(given, list) else given

            cause = i + 1 if isinstance(statistic, list) else place.cause
            values = {"chisq": value, "p": of(p), "df": of(node.get("df")), "rho": node.get("rho")}
            yield Case(GRAY, replace(place, cause=cause), values)


def _curves(node, times, place):
    for key, given in node.items():
        matched = ESTIMATE.match(key)
        if not matched or key in TIMES or key == "" or given is None:
            continue
        if isinstance(given, dict):
            parts = [
                (int(CAUSE_KEY.match(k)[1]), v) for k, v in given.items() if CAUSE_KEY.match(k)
            ]
        else:
            values = np.array(given, float)
            if values.ndim == 2:
                values = values.T if values.shape[0] == times.size else values
                # The state without any event stands first, where it is given.
                parts = list(enumerate(values[-2:], start=1))
            else:
                parts = [(int(matched[1]) if matched[1] else place.cause or 1, values)]
        for cause, values in parts:
            error = _error(node, cause, matched[1] is not None)
            own = {"time": times, "estimate": np.atleast_1d(np.array(values, float)), "se": error}
            if own["estimate"].size == times.size:
                yield Case(CURVE, replace(place, cause=cause), own)


def _error(node, cause, by_cause):
    end = rf"_?{cause}" if by_cause else ""
    for key, given in node.items():
        if re.fullmatch(rf"(?:se|std_err|var|variance){end}", key) and given is not None:
            try:
                values = np.atleast_1d(np.array(given, float))
            except (TypeError, ValueError):
                return None
            if values.ndim == 1:
                return np.sqrt(values) if key.startswith("var") else values
    return None
