"""Regimens and dose limits as validated data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from core.errors import Fact, NotComputable, RuleFileInvalid
from core.results.common import Message, Words
from core.results.dosing import ShownRegimen
from core.rules.toml_file import FOLDER, read_toml

FILE = FOLDER / "regimens.toml"
LONGEST_INTERVAL_DAYS = 84
KnownDrug = Literal["oxaliplatin", "levoleucovorin", "leucovorin", "fluorouracil"]
KNOWN_DRUGS: tuple[KnownDrug, ...] = get_args(KnownDrug)
"""Drugs with limits and a name in both languages; a study's regimen may name others."""
Drug = Annotated[str, Field(pattern=r"^[^<>{}@\n]{2,60}$")]


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
    name_en: str = Field(default="", max_length=100)
    name_zh: str = Field(default="", max_length=100)
    interval_days: tuple[int, int]
    drugs: tuple[DrugRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> Regimen:
        low, high = self.interval_days
        if not 0 < low <= high <= LONGEST_INTERVAL_DAYS:
            raise PydanticCustomError(
                "interval", "interval", {"low": low, "high": high, "most": LONGEST_INTERVAL_DAYS}
            )
        if len({rule.drug for rule in self.drugs}) < len(self.drugs):
            raise PydanticCustomError("drug_twice", "drug_twice")
        return self

    def label(self) -> str | Words:
        """Its name: a catalogue key, or words of a study's own regimen."""
        if self.name_en and self.name_zh:
            return Words(self.name_en, self.name_zh)
        return f"dosing.regimen.{self.id}"

    def shown(self) -> ShownRegimen:
        """The regimen as it is printed."""
        drugs = tuple((one.drug, one.dose_mg_m2, one.hours, one.vial_mg) for one in self.drugs)
        return ShownRegimen(self.label(), self.interval_days, drugs)


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


class ClinicalLimits(_Checked):
    """What on the day of treatment calls for a second look; terms are CTCAE names."""

    anc: float
    plt_label: float
    plt_entry: float
    crcl_entry: float
    crcl_label: float
    weight_change: float
    neuropathy: tuple[str, ...]
    gastrointestinal: tuple[str, ...]
    febrile_neutropenia: tuple[str, ...]
    neutropenia: tuple[str, ...]


class RegimenFile(_Checked):
    """The whole rule file."""

    regimens: tuple[Regimen, ...] = Field(min_length=1)
    limits: Mapping[KnownDrug, DoseLimits]
    surface: SurfaceLimits
    clinical: ClinicalLimits

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


class RegimenRefused(NotComputable):
    """The regimen makes no sense; ``reasons`` say why."""

    def __init__(self, reasons: tuple[Message, ...]) -> None:
        super().__init__("regimen_refused")
        self.reasons = reasons


def checked_regimen(content: Mapping[str, Any]) -> Regimen:
    """A study's own regimen.

    Raises:
        RegimenRefused: a dose, time, vial or interval that can't be, a drug twice, no name in
            both languages.
    """
    try:
        found = Regimen.model_validate(content)
    except ValidationError as error:
        reasons = []
        for detail in error.errors():
            if detail["type"] in ("interval", "drug_twice"):
                facts: dict[str, Fact] = dict(detail.get("ctx", {}))
                reasons.append(Message.of(f"dosing.refused.{detail['type']}", **facts))
            else:
                place = ".".join(map(str, detail["loc"]))
                reasons.append(Message.of("dosing.refused.not_valid", place=place))
        raise RegimenRefused(tuple(dict.fromkeys(reasons))) from error
    if not found.name_en.strip() or not found.name_zh.strip():
        raise RegimenRefused((Message.of("dosing.refused.name_missing"),))
    return found
