"""The printed figures of the published series of 24 patients, as a flat list of items.

``published.json`` holds them as printed; a figure keeps the decimals that it is printed with.
``published_remarks.toml`` holds what is known about figures that don't match.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import RuleFileInvalid
from core.results.validation import PublishedItem, Verdict
from core.rules.factors import FactorRule, factor_rules

FILE = Path(__file__).with_name("published.json")
REMARKS = Path(__file__).with_name("published_remarks.toml")

COX_COLUMNS = ("b", "se", "wald", "df", "p", "hr", "low", "high")
BANDS = ("any", "grade_1_2", "grade_3_4")
P_PRINTED_AS_ZERO = Decimal("0.0005")
RANGES = ("pfs_range_months", "os_range_months")
SURVIVAL = {"half_year_survival": "half_year", "one_year_survival": "one_year"}


class Remark(BaseModel):
    """An explanation of figures whose keys match a pattern.

    Attributes:
        keys: patterns with ``*`` over the items' dotted keys.
        message: catalogue key of the sentence.
        verdicts: only with these verdicts; empty = always.
        example_only: true of the synthetic example cohort only.
        makes_impossible: a difference here shows that the printed figure can't be right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    keys: tuple[str, ...]
    message: str
    verdicts: tuple[Verdict, ...] = ()
    example_only: bool = False
    makes_impossible: bool = False

    def is_about(self, key: str) -> bool:
        """Whether one of the patterns fits the item's key."""
        return any(fnmatchcase(key, pattern) for pattern in self.keys)


@cache
def published_remarks(path: Path = REMARKS) -> tuple[Remark, ...]:
    """The explanations, in the order in which they are given.

    Raises:
        RuleFileInvalid: names file and line of the first bad entry.
    """
    source = path.read_text(encoding="utf-8")
    headings = [n for n, line in enumerate(source.splitlines(), 1) if line.strip() == "[[remark]]"]
    remarks: list[Remark] = []
    for line, entry in zip(headings, tomllib.loads(source)["remark"], strict=True):
        try:
            remarks.append(Remark.model_validate(entry))
        except ValidationError as error:
            problem = str(error.errors()[0]["msg"])
            raise RuleFileInvalid(
                "rule_file_invalid", file=path.name, line=line, problem=problem
            ) from error
    return tuple(remarks)


def _item(
    key: str, row: str, column: str, printed: Any, *, level: str = "", upper: bool = False
) -> PublishedItem:
    value = None if printed is None else Decimal(str(printed))
    exponent = 0 if value is None else value.as_tuple().exponent
    return PublishedItem(
        key=key,
        table=key.split(".", 1)[0],
        row=row,
        level=level,
        column=column if column.startswith("@") else f"@validation.column.{column}",
        value=None if value is None else float(value),
        decimals=max(0, -exponent) if isinstance(exponent, int) else 0,
        is_upper_limit=upper,
    )


def _baseline(
    content: Mapping[str, Any], rules: Mapping[str, FactorRule]
) -> Iterator[PublishedItem]:
    counts = content["table_1_baseline_counts"]
    yield _item("table_1.n", "@validation.row.patients", "n", counts["n"])
    for name, rule in rules.items():
        for code, n in counts[name].items():
            yield _item(
                f"table_1.{rule.name}.{code}",
                f"@factors.{rule.name}.name",
                "n",
                n,
                level=f"@factors.{rule.name}.{code}",
            )
    sessions = content["sessions"]
    row = "@validation.row.sessions"
    yield _item("sessions.total", row, "total", sessions["total"])
    for number, n in sessions["patients_by_number_of_sessions"].items():
        yield _item(f"sessions.{number}", row, "n", n, level=number)


def _response(content: Mapping[str, Any]) -> Iterator[PublishedItem]:
    counts = content["table_2_best_response"]
    for category in ("CR", "PR", "SD", "PD"):
        yield _item(f"table_2.{category}", category, "n", counts[category])
    for rate in ("ORR", "DCR"):
        yield _item(f"table_2.{rate}.n", rate, "n", counts[rate]["n"])
        yield _item(f"table_2.{rate}.percent", rate, "percent", counts[rate]["percent"])
        for limit in ("low", "high"):
            yield _item(f"table_2.{rate}.{limit}", rate, f"percent_{limit}", None)
    # Printed in the text only: "3 patients ... smaller intrahepatic lesions".
    shrinkage = int(counts["note"].split()[0])
    row = "@validation.row.intrahepatic_control"
    yield _item("table_2.intrahepatic_control.n", row, "n", shrinkage)


def _follow_up(content: Mapping[str, Any]) -> Iterator[PublishedItem]:
    printed = content["follow_up"]
    for name in ("median_pfs_months", "median_os_months"):
        row = f"@validation.row.{name}"
        yield _item(f"follow_up.{name}", row, "months_midpoint", printed[name])
    row = "@validation.row.median_os_months"
    first = printed["median_os_months"]
    yield _item("follow_up.median_os_months.first", row, "months_first", first)
    for name in RANGES:
        for limit, value in zip(("low", "high"), printed[name], strict=True):
            row = f"@validation.row.{name}"
            yield _item(f"follow_up.{name}.{limit}", row, f"months_{limit}", value)
    for name, short in SURVIVAL.items():
        for column in ("n", "percent"):
            row = f"@validation.row.{short}"
            yield _item(f"follow_up.{short}.{column}", row, column, printed[name][column])
    alive = printed["alive_at_data_cutoff"]
    yield _item("follow_up.alive_at_data_cutoff", "@validation.row.alive", "n", alive)
    for name, n in printed["subsequent_treatment"].items():
        row = f"@validation.row.{name}"
        yield _item(f"follow_up.subsequent_treatment.{name}", row, "n", n)


def _harm(content: Mapping[str, Any]) -> Iterator[PublishedItem]:
    table = content["table_3_adverse_events"]
    for band in BANDS:
        key = f"table_3.overall.{band}"
        yield _item(key, "@validation.row.any_event", band, table["overall"][band])
    for term, counts in table["terms"].items():
        for band, n in zip(BANDS, counts, strict=True):
            yield _item(f"table_3.{term}.{band}", f"@validation.term.{term}", band, n)


def _one_by_one(
    content: Mapping[str, Any], rules: Mapping[str, FactorRule]
) -> Iterator[PublishedItem]:
    for name, rule in rules.items():
        if "table_4" not in rule.tables:
            continue
        row = f"@factors.{rule.name}.name"
        for code, printed in content["table_4_univariate"][name].items():
            if code == "p":
                below = isinstance(printed, str)
                value = P_PRINTED_AS_ZERO if below else printed
                yield _item(f"table_4.{rule.name}.p", row, "logrank_p", value, upper=below)
                continue
            level = f"@factors.{rule.name}.{code}"
            key = f"table_4.{rule.name}.{code}"
            yield _item(f"{key}.n", row, "n", printed[0], level=level)
            yield _item(f"{key}.mean", row, "months_mean", printed[1], level=level)


def _cox(content: Mapping[str, Any], rules: Mapping[str, FactorRule]) -> Iterator[PublishedItem]:
    for name, printed in content["table_5_multivariate_cox"].items():
        if name == "columns":
            continue
        published, _, code = name.partition(" ")
        rule = rules[published]
        # A factor printed without its level is the one that isn't the reference.
        code = code or next(level.code for level in rule.levels if level.code != rule.reference)
        for column, value in zip(COX_COLUMNS, printed, strict=True):
            yield _item(
                f"table_5.{rule.name}={code}.{column}",
                f"@factors.{rule.name}.name",
                f"cox_{column}",
                value,
                level=f"@factors.{rule.name}.{code}",
            )


@cache
def published_items(path: Path = FILE) -> tuple[PublishedItem, ...]:
    """Every printed figure with the key under which its computed counterpart is looked up.

    >>> items = {item.key: item for item in published_items()}
    >>> items["table_5.ecog=1.b"].value, items["table_5.ecog=1.b"].decimals
    (2.86, 3)
    """
    # Decimals keep the digits as printed: 2.860 has three.
    content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    rules = {rule.published: rule for rule in factor_rules() if rule.published}
    return (
        *_baseline(content, rules),
        *_response(content),
        *_follow_up(content),
        *_harm(content),
        *_one_by_one(content, rules),
        *_cox(content, rules),
    )
