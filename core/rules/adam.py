"""CDISC data sets: ``adam.toml`` (recognition, parameters) and ``adam_variables.csv`` (columns).

Source: CDISC ADaMIG, the ADaM structure for time-to-event analyses, SDTMIG.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from core.errors import RuleFileInvalid
from core.rules.columns import STUDY
from core.rules.toml_file import FOLDER, line_of, read_toml
from core.schema import TABLES, column_specs

TOML = FOLDER / "adam.toml"
VARIABLES = FOLDER / "adam_variables.csv"
KEY = "USUBJID"
Parameters = Literal["", "times", "responses", "labs", "diameters"]

_NAME = re.compile(r"[A-Z][A-Z0-9]{0,7}")
_LONGEST_LABEL = 40
_KEYS = {"name", "table", "all", "any", "also_any", "none", "parameters"}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a data set.

    Attributes:
        table, field: the column that it holds; "" = none (parameters, constants).
        is_written: False = read only, a further name of the same column.
    """

    dataset: str
    name: str
    table: str
    field: str
    label: str
    is_written: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """How a data set is recognised and which table it fills; see ``adam.toml``."""

    name: str
    table: str
    all: frozenset[str]
    any: tuple[frozenset[str], ...]
    none: frozenset[str]
    parameters: Parameters
    variables: tuple[Variable, ...]

    def fits(self, names: Iterable[str]) -> bool:
        """Whether the variables are those of this data set."""
        found = frozenset(names)
        return (
            self.all <= found and all(some & found for some in self.any) and not self.none & found
        )

    @property
    def fields(self) -> Mapping[str, str]:
        """Variable -> column, in the order of preference; those of ADSL also of follow-up."""
        return {one.name: one.field for one in self.variables if one.field}

    @property
    def written(self) -> tuple[Variable, ...]:
        """The variables of an export, in order."""
        return tuple(one for one in self.variables if one.is_written)


@dataclass(frozen=True, slots=True)
class AdamRules:
    """The rule files together.

    Attributes:
        times: PARAMCD -> endpoint; responses: PARAMCD -> column of ``response_assessments``;
            diameters: PARAMCDs of lesion diameters; best: of best responses, only written.
        names: PARAMCD -> PARAM of an export.
        written: PARAMCDs that an export uses.
        dates: variables that hold dates.
        left_out: variables that are no data of the study.
    """

    datasets: tuple[Dataset, ...]
    times: Mapping[str, str]
    responses: Mapping[str, str]
    diameters: frozenset[str]
    best: frozenset[str]
    names: Mapping[str, str]
    written: frozenset[str]
    dates: frozenset[str]
    left_out: frozenset[str]
    day_zero: date

    def dataset(self, name: str) -> Dataset:
        """The data set of that name."""
        return next(one for one in self.datasets if one.name == name)


def _has_field(table: str, field: str) -> bool:
    if table == STUDY:
        return field == "data_cutoff"
    return table in TABLES and any(spec.name == field for spec in column_specs(table))


def read_variables(path: Path) -> tuple[Variable, ...]:
    """The variables of all data sets.

    Raises:
        RuleFileInvalid: a name or label longer than the transport format takes, a column that
            the study doesn't have, the same variable twice, or one column written twice.
    """
    found: list[Variable] = []
    seen: set[tuple[str, str]] = set()
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:

            def broken(problem: str, at: int = reader.line_num) -> RuleFileInvalid:
                return RuleFileInvalid(
                    "rule_file_invalid", file=path.name, line=at, problem=problem
                )

            if None in row or None in row.values():
                raise broken("wrong number of cells")
            name, table, field = row["variable"], row["table"], row["field"]
            if not _NAME.fullmatch(name) or not 0 < len(row["label"]) <= _LONGEST_LABEL:
                raise broken(f"{name}: at most 8 capitals, label of at most 40 signs")
            if field and not _has_field(table, field):
                raise broken(f"unknown column {table}.{field}")
            if row["written"] not in ("yes", "no"):
                raise broken("written is yes or no")
            variable = Variable(
                row["dataset"], name, table, field, row["label"], row["written"] == "yes"
            )
            keys = {(variable.dataset, name)}
            if variable.is_written and field:
                keys.add((variable.dataset, f"{table}.{field}"))
            if keys & seen:
                raise broken(f"{variable.dataset}.{name} occurs twice")
            seen |= keys
            found.append(variable)
    return tuple(found)


def _dataset(item: Mapping[str, Any], variables: Iterable[Variable]) -> Dataset:
    some = tuple(frozenset(item[key]) for key in ("any", "also_any") if key in item)
    own = tuple(one for one in variables if one.dataset == item["name"])
    return Dataset(
        item["name"], item["table"], frozenset(item.get("all", ())), some,
        frozenset(item.get("none", ())), item.get("parameters", ""), own,
    )  # fmt: skip


def read_adam_rules(path: Path, variables_path: Path) -> AdamRules:
    """The rules of both files, checked against each other.

    Raises:
        RuleFileInvalid: as ``read_variables``; or a data set without variables, of an unknown
            table, with an unknown key, or without anything to recognise it by.
    """
    rules = read_toml(path)
    variables = read_variables(variables_path)
    datasets = []
    for item in rules["dataset"]:
        name = str(item.get("name", ""))

        def broken(problem: str, at: str = name) -> RuleFileInvalid:
            line = line_of(path, f'"{at}"')
            return RuleFileInvalid("rule_file_invalid", file=path.name, line=line, problem=problem)

        if not item.keys() <= _KEYS or item.get("table") not in TABLES:
            raise broken(f"{name}: unknown key or table")
        made = _dataset(item, variables)
        if not made.variables or not (made.all or made.any):
            raise broken(f"{name} has no variables or nothing to recognise it by")
        datasets.append(made)
    responses = rules["responses"]
    coded = {**rules["times"], **responses}
    kinds = {(spec.table, spec.name): spec.kind for table in TABLES for spec in column_specs(table)}
    dates = {
        one.name
        for one in variables
        if kinds.get((one.table, one.field)) == "date" or one.table == STUDY or one.name == "ADT"
    }
    # --DTC variables hold ISO text, where "2020" is a year.
    dates = {name for name in dates if not name.endswith("DTC")}
    return AdamRules(
        datasets=tuple(datasets),
        times={code: str(item["endpoint"]) for code, item in rules["times"].items()},
        responses={code: str(item["field"]) for code, item in responses.items()},
        diameters=frozenset(rules["diameters"]),
        best=frozenset(rules["best"]),
        names={
            **{code: str(item["name"]) for code, item in coded.items()},
            **rules["best"],
            **rules["diameters"],
        },
        written=frozenset(code for code, item in coded.items() if item.get("written", True)),
        dates=frozenset(dates | set(rules["other_dates"])),
        left_out=frozenset(rules["left_out"]),
        day_zero=rules["day_zero"],
    )


@cache
def adam_rules() -> AdamRules:
    """The rules that ship with the product."""
    return read_adam_rules(TOML, VARIABLES)
