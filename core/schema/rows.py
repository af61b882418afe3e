"""The linked tables of a study: which columns, of which type, unit and range.

One pydantic model a table checks one row. The same models feed the recognition of columns,
the upload template, the data dictionary and the typed frames. A limit here says what is
*physically possible*; whether a patient may be treated is an eligibility result, never a
validation error.

Source: docs/glossary.md (terms); CDISC SDTM/ADaM names in ``rules/columns.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NEVER = "NEVER"
"""Stands in a ``date or never`` column for a treatment that was never given."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
PatientId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
DateOrNever = date | Literal["NEVER"]
Sex = Literal["M", "F"]
MutationStatus = Literal["WILD", "MUTANT", "UNKNOWN"]
Response = Literal["CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD"]
LesionRole = Literal["TARGET", "NON-TARGET", "NEW"]
LesionStatus = Literal["MEASURED", "TSTM", "ABSENT", "PRESENT", "UNEQUIVOCAL_PD", "NE", "MERGED"]
NewLesion = Literal["NO", "EQUIVOCAL", "UNEQUIVOCAL"]
VitalStatus = Literal["ALIVE", "DEAD"]
ProgressionSite = Literal["INTRAHEPATIC", "EXTRAHEPATIC", "BOTH", "UNKNOWN"]
Related = Literal["RELATED", "NOT_RELATED", "UNKNOWN"]


def unit(name: str, **limits: Any) -> Any:
    """An optional column with its unit and the range of what is physically possible."""
    return Field(default=None, json_schema_extra={"unit": name}, **limits)


class Row(BaseModel):
    """One row of a table; ``None`` = not recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patient_id: PatientId


class Patient(Row):
    """Baseline of one patient; the only table that a study must have."""

    sex: Sex | None = None
    age: float | None = unit("years", ge=0, le=120)
    birth_date: date | None = None
    height_cm: float | None = unit("cm", ge=100, le=230)
    weight_kg: float | None = unit("kg", ge=20, le=250)
    bsa_m2: float | None = unit("m2", ge=0.5, le=3.5)
    ecog: int | None = Field(default=None, ge=0, le=4)
    ecog_date: date | None = None
    prior_lines: int | None = unit("lines", ge=0, le=20)
    prior_lines_cat: Literal["2", ">=3"] | None = None
    prior_cetuximab: bool | None = None
    prior_bevacizumab: bool | None = None
    ras_braf_status: MutationStatus | None = None
    kras_status: MutationStatus | None = None
    nras_status: MutationStatus | None = None
    braf_status: MutationStatus | None = None
    msi_status: Text | None = None
    primary_site: Text | None = None
    histology: Text | None = None
    liver_met_timing: Text | None = None
    tumor_number: int | None = Field(default=None, ge=0, le=500)
    tumor_number_cat: Literal["<5", ">=5"] | None = None
    max_tumor_diameter_cm: float | None = unit("cm", gt=0, le=30)
    max_tumor_diameter_cat: Literal["<5", ">=5"] | None = None
    extrahepatic_mets: bool | None = None
    extrahepatic_sites: Text | None = None
    primary_crc_liver_mets: bool | None = None
    pathology_confirmed: bool | None = None
    mdt_unresectable: bool | None = None
    n_measurable_lesions: int | None = Field(default=None, ge=0, le=500)
    life_expectancy_weeks: float | None = unit("weeks", ge=0, le=1000)
    max_residual_ae_grade: int | None = Field(default=None, ge=0, le=5)
    last_cytotoxic_date: DateOrNever | None = None
    last_bevacizumab_date: DateOrNever | None = None
    last_radiotherapy_date: DateOrNever | None = None
    last_surgery_date: DateOrNever | None = None
    last_egfr_tki_date: DateOrNever | None = None
    last_cetuximab_date: DateOrNever | None = None
    diagnosis_date: date | None = None
    enrol_date: date | None = None
    first_haic_date: date | None = None
    n_haic_sessions: int | None = Field(default=None, ge=0, le=50)
    best_response: Response | None = None
    best_response_liver: Response | None = None


class HaicSession(Row):
    """One hepatic arterial infusion. The first session's date is time zero."""

    session_no: int | None = Field(default=None, ge=1, le=50)
    session_date: date
    regimen: Text | None = None
    catheter_position: Text | None = None
    weight_kg: float | None = unit("kg", ge=20, le=250)
    bsa_m2: float | None = unit("m2", ge=0.5, le=3.5)
    bsa_formula: Text | None = None
    oxaliplatin_mg: float | None = unit("mg", ge=0, le=1000)
    leucovorin_mg: float | None = unit("mg", ge=0, le=2000)
    leucovorin_form: Literal["LEVO", "RACEMIC"] | None = None
    fluorouracil_mg: float | None = unit("mg", ge=0, le=20000)
    infusion_hours: float | None = unit("h", ge=0, le=240)
    dose_modified: bool | None = None
    dose_modification_reason: Text | None = None
    infusion_interrupted: bool | None = None
    lidocaine_given: bool | None = None
    complication_text: Text | None = None
    complication_cirse: int | None = Field(default=None, ge=1, le=6)


class Lesion(Row):
    """One lesion with the role that it keeps from baseline on."""

    lesion_id: Text
    lesion_role: LesionRole
    organ: Text
    is_lymph_node: bool | None = None
    intrahepatic: bool | None = None
    treated: bool | None = None
    prior_local_therapy: bool | None = None
    progressed_since: bool | None = None
    slice_mm: float | None = unit("mm", gt=0, le=50)


class LesionMeasurement(Row):
    """One lesion at one scan: a diameter in mm (short axis for nodes) or a status.

    A diameter of 0 means gone; an empty cell means not evaluated, never 0.
    """

    lesion_id: Text
    assessment_date: date
    diameter_mm: float | None = unit("mm", ge=0, le=500)
    status: LesionStatus | None = None
    method: Text | None = None
    evaluator: Text | None = None
    visit: Text | None = None
    viable_mm: float | None = unit("mm", ge=0, le=500)
    density_hu: float | None = unit("HU", ge=-200, le=600)


class ResponseAssessment(Row):
    """A reader's recorded response at one visit (kept beside the computed one)."""

    assessment_date: date
    target_response: Response | None = None
    nontarget_response: Response | None = None
    sum_diameters_mm: float | None = unit("mm", ge=0, le=2500)
    new_lesion: NewLesion | None = None
    new_lesion_site: Text | None = None
    confirmed_as_new_on: date | None = None
    overall_response: Response | None = None
    intrahepatic_response: Response | None = None
    extrahepatic_response: Response | None = None
    criteria: Text | None = None
    evaluator: Text | None = None
    visit: Text | None = None


class Lab(Row):
    """One laboratory result in the unit in which it was reported."""

    lab_date: date | None = None
    lab_test: Text
    lab_value: float | None = None
    lab_text: Text | None = None
    value_prefix: Literal["<", ">", "<=", ">="] | None = None
    lab_unit: Text | None = None
    lln: float | None = None
    uln: float | None = None
    visit: Text | None = None
    is_baseline: bool | None = None


class AdverseEvent(Row):
    """One adverse event with its CTCAE grade as recorded by a clinician."""

    ae_term: Text
    ctcae_term: Text | None = None
    soc: Text | None = None
    ae_grade: int | None = Field(default=None, ge=1, le=5)
    ae_start: date | None = None
    ae_end: date | None = None
    ae_related: Related | None = None
    ae_serious: bool | None = None
    ae_action: Text | None = None
    ae_outcome: Text | None = None
    session_no: int | None = Field(default=None, ge=1, le=50)
    ctcae_version: Text | None = None


class FollowUp(Row):
    """Progression, death, last contact and later treatment of one patient.

    The coded times are used only where the dates that would give them are missing.
    """

    progression_date: date | None = None
    progression_site: ProgressionSite | None = None
    death_date: date | None = None
    death_cause: Text | None = None
    last_followup_date: date | None = None
    vital_status: VitalStatus | None = None
    subsequent_therapy: Text | None = None
    subsequent_therapy_date: date | None = None
    pfs_months: float | None = unit("months", ge=0, le=600)
    pfs_event: bool | None = None
    hepatic_pfs_months: float | None = unit("months", ge=0, le=600)
    hepatic_pfs_event: bool | None = None
    os_months: float | None = unit("months", ge=0, le=600)
    os_event: bool | None = None


TABLES: Mapping[str, type[Row]] = {
    "patients": Patient,
    "haic_sessions": HaicSession,
    "lesions": Lesion,
    "lesion_measurements": LesionMeasurement,
    "response_assessments": ResponseAssessment,
    "labs": Lab,
    "adverse_events": AdverseEvent,
    "follow_up": FollowUp,
}

ROW_KEYS: Mapping[str, tuple[str, ...]] = {
    "patients": ("patient_id",),
    "haic_sessions": ("patient_id", "session_date"),
    "lesions": ("patient_id", "lesion_id"),
    "lesion_measurements": ("patient_id", "lesion_id", "assessment_date", "evaluator"),
    "response_assessments": ("patient_id", "assessment_date", "evaluator"),
    "follow_up": ("patient_id",),
}
"""Columns that may not occur twice together, for the tables that have such a key."""
