"""The screening form of one patient: checked for what is physically possible, nothing more.

An ineligible patient must still load, so no limit of a protocol stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.analysis.eligibility.compare import Prefix
from core.analysis.eligibility.facts import NOT_DONE, DateOrNever, Facts, Measurement
from core.analysis.eligibility.outcome import warn
from core.results.eligibility import ScreeningWarning
from core.schema import NEVER

TRANSFUSION_DAYS = 14
"""A transfusion within these days before HAIC is remarked on beside haemoglobin."""

_NEVER_WORDS = frozenset({"never", "无", "未行", "否", "从未"})


def _date_or_never(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.casefold() in _NEVER_WORDS:
        return NEVER
    return text or None


_DateOrNever = Annotated[DateOrNever | None, BeforeValidator(_date_or_never)]
_NotNegative = Annotated[float, Field(ge=0)]


class LabEntry(BaseModel):
    """One laboratory value with its unit and the limits of normal of that laboratory."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    value: _NotNegative | None = None
    unit: str | None = ""
    lln: _NotNegative | None = None
    uln: _NotNegative | None = None
    day: date | None = Field(default=None, alias="date")
    prefix: Prefix = ""

    def measurement(self) -> Measurement:
        """The value as the criteria read it."""
        unit = (self.unit or "").strip()
        return Measurement(self.value, unit, self.lln, self.uln, self.day, prefix=self.prefix)


class Coagulation(BaseModel):
    """Clotting tests; ``fibrinogen`` and ``tt`` (thrombin time) are judged only if given."""

    model_config = ConfigDict(frozen=True)

    inr: LabEntry | None = None
    pt: LabEntry | None = None
    aptt: LabEntry | None = None
    fibrinogen: LabEntry | None = None
    tt: LabEntry | None = None


class ScreeningForm(BaseModel):
    """Everything that the default protocol asks about one patient; None = not recorded.

    Raises:
        ValidationError: a value that is physically impossible (age above 120, weight outside
            20 to 250 kg, a negative laboratory value).

    >>> ScreeningForm(hb={"value": 60, "unit": "g/L"}).facts().number("hb").value
    60.0
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    patient_id: str = ""
    primary_crc_liver_mets: bool | None = None
    pathology_confirmed: bool | None = None
    mdt_unresectable: bool | None = None
    prior_lines_failed: int | None = Field(default=None, ge=0, le=20)
    n_measurable_lesions: int | None = Field(default=None, ge=0, le=500)
    life_expectancy_weeks: float | None = Field(default=None, ge=0, le=1000)
    max_residual_ae_grade: int | None = Field(default=None, ge=0, le=5)
    haic_start_date: date | None = None
    enrol_date: date | None = None
    last_cytotoxic_date: _DateOrNever = None
    last_bevacizumab_date: _DateOrNever = None
    last_radiotherapy_date: _DateOrNever = None
    last_surgery_date: _DateOrNever = None
    last_egfr_tki_date: _DateOrNever = None
    last_cetuximab_date: _DateOrNever = None
    age: float | None = Field(default=None, ge=0, le=120)
    sex: Literal["M", "F"] | None = None
    weight_kg: float | None = Field(default=None, ge=20, le=250)
    hb: LabEntry | None = None
    anc: LabEntry | None = None
    plt: LabEntry | None = None
    bun: LabEntry | None = None
    creat: LabEntry | None = None
    crcl_ml_min: _NotNegative | None = None
    coag: Coagulation | None = None
    urine_dipstick: str | None = None
    urine_protein_24h_g: _NotNegative | None = None
    ecog: int | None = Field(default=None, ge=0, le=5)
    ecog_date: date | None = None
    last_transfusion_date: _DateOrNever = None
    on_anticoagulant: bool | None = None

    def facts(self) -> Facts:
        """The form as the criteria read it."""
        entries: dict[str, LabEntry | None] = {
            name: getattr(self, name) for name in ("hb", "anc", "plt", "bun", "creat")
        }
        coagulation = self.coag or Coagulation()
        for name in ("inr", "pt", "aptt", "fibrinogen", "tt"):
            entries[name] = getattr(coagulation, name)
        numbers: dict[str, Measurement] = {
            name: entry.measurement() if entry else NOT_DONE for name, entry in entries.items()
        }
        for name in (
            "prior_lines_failed", "n_measurable_lesions", "life_expectancy_weeks",
            "max_residual_ae_grade", "weight_kg",
        ):  # fmt: skip
            numbers[name] = Measurement(getattr(self, name))
        numbers["crcl"] = Measurement(self.crcl_ml_min, "mL/min")
        numbers["urine_protein_24h"] = Measurement(self.urine_protein_24h_g, "g/24h")
        numbers["urine_dipstick"] = Measurement(text=(self.urine_dipstick or "").strip())
        numbers["ecog"] = Measurement(self.ecog, day=self.ecog_date)
        dates: Mapping[str, DateOrNever | None] = {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name.startswith("last_")
        }
        return Facts(
            patient_id=self.patient_id,
            sex=self.sex,
            age_years=self.age,
            haic_start=self.haic_start_date,
            enrol_date=self.enrol_date,
            statements={
                name: getattr(self, name)
                for name in ("primary_crc_liver_mets", "pathology_confirmed", "mdt_unresectable")
            },
            numbers=numbers,
            dates=dates,
            remarks=self._remarks(),
        )

    def _remarks(self) -> Mapping[str, tuple[ScreeningWarning, ...]]:
        """What the protocol does not regulate but a reader has to know."""
        remarks: dict[str, tuple[ScreeningWarning, ...]] = {}
        given, start = self.last_transfusion_date, self.haic_start_date
        if isinstance(given, date) and start is not None:
            days = (start - given).days
            if 0 <= days <= TRANSFUSION_DAYS:
                remarks["hb"] = (warn("HB_AFTER_TRANSFUSION", "transfusion", days=days),)
        if self.on_anticoagulant:
            note = warn("ON_ANTICOAGULANT", "anticoagulant")
            remarks |= {"inr": (note,), "pt": (note,)}
        return remarks
