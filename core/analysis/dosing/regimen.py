"""Regimens and dose limits as validated data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import NotComputable, RuleFileInvalid
from core.rules.toml_file import FOLDER, read_toml

FILE = FOLDER / "regimens.toml"
Drug = Literal["oxaliplatin", "levoleucovorin", "leucovorin", "fluorouracil"]


class _Checked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DrugRule(_Checked):
    """One drug of a regimen; the dose is for the whole infusion.

    Attributes:
        form: levo or racemic, for leucovorin; a leucovorin without it is blocked.
        product_mg_ml: concentration of the product, where its volume is wanted.
        diluted_mg_ml: allowed concentration after dilution.
    """

    drug: Drug
    form: Literal["levo", "racemic"] | None = None
    dose_mg_m2: float = Field(gt=0, le=10_000)
    hours: float = Field(gt=0, le=240)
    vial_mg: float = Field(gt=0, le=10_000)
    product_mg_ml: float | None = Field(default=None, gt=0)
    diluted_mg_ml: tuple[float, float] | None = None


class Regimen(_Checked):
    """Drugs, infusion times, vial sizes and interval of one regimen."""

    id: str
    version: str
    interval_days: tuple[int, int]
    drugs: tuple[DrugRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> Regimen:
        low, high = self.interval_days
        if not 0 < low <= high or len({rule.drug for rule in self.drugs}) < len(self.drugs):
            raise ValueError("interval or drugs are not consistent")
        return self


class DoseLimits(_Checked):
    """Doses that are blocked: below the minimum (wrong unit) or above a maximum."""

    minimum_mg_m2: float = Field(gt=0)
    maximum_mg_m2: float = Field(gt=0)
    maximum_single_mg: float | None = Field(default=None, gt=0)
    cumulative_mg_m2: float | None = Field(default=None, gt=0)


class SurfaceLimits(_Checked):
    """When body surface, BMI or weight deserve a second look."""

    low_m2: float
    high_m2: float
    cap_notice_m2: float
    bmi_low: float
    bmi_high: float
    jin_weight_kg: float


class RegimenFile(_Checked):
    """The whole rule file."""

    regimens: tuple[Regimen, ...] = Field(min_length=1)
    limits: Mapping[Drug, DoseLimits]
    surface: SurfaceLimits

    def regimen(self, regimen_id: str) -> Regimen:
        """The regimen of that id.

        Raises:
            NotComputable: the file has no such regimen.
        """
        for regimen in self.regimens:
            if regimen.id == regimen_id:
                return regimen
        raise NotComputable("regimen_unknown", regimen=regimen_id)


def read_regimens(path: Path) -> RegimenFile:
    """The regimens of a rule file.

    Raises:
        RuleFileInvalid: not TOML, or an entry is incomplete or out of range.
    """
    content = read_toml(path)
    try:
        return RegimenFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise RuleFileInvalid(
            "rule_file_invalid", file=path.name, line=1, problem=f"{place}: {first['msg']}"
        ) from error


@cache
def dose_rules() -> RegimenFile:
    """Regimens and limits as shipped.

    >>> [rule.drug for rule in dose_rules().regimen("mfolfox7_haic").drugs]
    ['oxaliplatin', 'levoleucovorin', 'fluorouracil']
    """
    return read_regimens(FILE)


def default_regimen() -> Regimen:
    """Modified FOLFOX7 by hepatic arterial infusion, as published."""
    return dose_rules().regimen("mfolfox7_haic")
