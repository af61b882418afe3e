"""Response by RECIST 1.1: per scan, per patient and for the cohort.

Diameters are millimetres, percentages are percent, days count from the first HAIC
(date difference, the day of the infusion is day 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.options import ResponseOptions
from core.results.common import Message, Rate
from core.results.response_reasons import explain

Compartment = Literal["overall", "liver", "extrahepatic"]
ResponseSource = Literal["lesions", "assessments", "recorded", "none"]

NOT_APPLICABLE = "NOT APPLICABLE"
"""Extrahepatic response of a patient who never had disease outside the liver."""

MISSING = "MISSING"
"""Best response of a patient without any assessment."""

CATEGORIES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", MISSING)
"""Best responses from best to worst, the order of every table and figure."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one visit says about one compartment, and why.

    Attributes:
        day: days from the first HAIC; ``date`` is the earliest scan of the visit for PD,
            otherwise the latest.
        sum_mm: sum of the diameters measured; None if no target was measured.
        complete: every target lesion was assessed.
        baseline_mm, nadir_before_mm: reference sums; the nadir includes baseline and
            comes only from complete sums before this visit.
        percent_from_baseline: only for complete sums.
        percent_from_nadir: None when the nadir is 0 or unknown.
        target, nontarget: response category; None where there is no such disease.
        overall: category of this visit as read at that time.
        progression_backdated: an equivocal new lesion seen here was confirmed later, so
            progression is dated here although ``overall`` is not PD.
        rules: ids of the rules that fired, e.g. ``("T-PD", "O-TARGET-PD")``.
    """

    day: int
    date: date
    visit: str
    sum_mm: float | None
    complete: bool
    baseline_mm: float | None
    nadir_before_mm: float | None
    percent_from_baseline: float | None
    percent_from_nadir: float | None
    difference_mm: float | None
    target: str | None
    nontarget: str | None
    new_lesion: str
    overall: str
    progression_backdated: bool
    rules: tuple[str, ...]

    @property
    def reason(self) -> Message:
        """The sentence that explains the category; made only for what is looked at."""
        return explain(
            self.rules,
            self.overall,
            sum_mm=self.sum_mm,
            baseline_mm=self.baseline_mm,
            nadir_mm=self.nadir_before_mm,
        )

    @property
    def dated_response(self) -> str:
        """The category that best response and progression dates use."""
        return "PD" if self.progression_backdated else self.overall


@dataclass(frozen=True, slots=True)
class BestResponse:
    """Best overall response over one course of assessments.

    Attributes:
        unconfirmed, confirmed: one of ``CATEGORIES``; ``confirmed`` is None where there
            are no dated assessments to confirm it with.
        onset_day: first CR or PR that counts; None without response.
        confirmed_onset_day: first CR or PR that was confirmed later.
        cr_onset_day: first CR that counts.
        flags: ``CR_THEN_LESSER`` = a lesser response follows CR, a reader has to look.
    """

    unconfirmed: str
    confirmed: str | None
    onset_day: int | None = None
    confirmed_onset_day: int | None = None
    cr_onset_day: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """All assessments of one compartment of one patient, in time order.

    Attributes:
        best_change_percent: smallest change of a complete sum from baseline up to the
            first PD and before any new therapy; None if there is no complete sum.
        first_pd_day, first_pd_date: first progression; None if there was none.
        last_evaluable_day, last_evaluable_date: last assessment that is not NE.
        control_until_day: last assessment with CR, PR, SD or NON-CR/NON-PD before the first
            PD and before a new therapy; None if there was none.
        displayed: categories with PR carried forward until PD, for display only.
    """

    compartment: Compartment
    assessments: tuple[Assessment, ...]
    best: BestResponse
    best_change_percent: float | None
    first_pd_day: int | None
    first_pd_date: date | None
    last_evaluable_day: int | None
    last_evaluable_date: date | None
    control_until_day: int | None = None
    displayed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientResponse:
    """Response of one patient.

    Attributes:
        start_date: first HAIC; None if not recorded.
        source: ``lesions`` computed from diameters, ``assessments`` from the reader's
            category per visit, ``recorded`` from the best response in ``patients``.
        liver_source: the same for the liver.
        best, best_liver: the main best response by the options (confirmed or not).
        recorded_best, recorded_best_liver: as written by the team in ``patients``.
        progression_site: INTRAHEPATIC, EXTRAHEPATIC, BOTH or UNKNOWN; None without PD.
        liver_progression: NEW (a new liver lesion), TARGET or NONTARGET at the liver's first
            progression; None without one or where only the reader's category is known.
        response_onset_day: first CR or PR by the options.
        messages: where recorded and computed values differ, and what was not computable.
    """

    patient_id: str
    start_date: date | None
    source: ResponseSource
    liver_source: ResponseSource
    overall: Course
    liver: Course
    extrahepatic: Course
    best: str
    best_unconfirmed: str
    best_confirmed: str | None
    best_liver: str
    best_liver_unconfirmed: str
    best_liver_confirmed: str | None
    recorded_best: str | None
    recorded_best_liver: str | None
    best_change_percent: float | None
    best_change_liver_percent: float | None
    first_pd_day: int | None
    first_pd_date: date | None
    first_liver_pd_day: int | None
    first_liver_pd_date: date | None
    progression_site: str | None
    liver_progression: str | None
    response_onset_day: int | None
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ResponseSummary:
    """Counts of best response with ORR and DCR; ``confirmed`` says by which rule.

    Attributes:
        counts: category of ``CATEGORIES`` -> number of patients.
        orr: CR + PR; dcr: CR + PR + SD (and NON-CR/NON-PD).
        benefit: CR + PR + lasting SD; None where a stable disease has no dates.
    """

    compartment: Compartment
    confirmed: bool
    counts: Mapping[str, int]
    orr: Rate
    dcr: Rate
    benefit: Rate | None = None


@dataclass(frozen=True, slots=True)
class CrossCell:
    """Patients with this overall and this intrahepatic best response."""

    overall: str
    liver: str
    patient_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CohortResponse:
    """Response of the cohort.

    Attributes:
        overall: all disease, by the options; liver: liver lesions only. None when no
            column says anything about that compartment.
        overall_confirmed, liver_confirmed: by the confirmation rule; None when no
            patient has dated assessments.
        cross_table: occurring combinations of overall and liver best response.
        better_in_liver: patients with liver CR, PR or SD but a worse overall response.
        messages: what could not be computed and which column would unlock it.
    """

    patients: tuple[PatientResponse, ...]
    overall: ResponseSummary | None
    liver: ResponseSummary | None
    overall_confirmed: ResponseSummary | None
    liver_confirmed: ResponseSummary | None
    cross_table: tuple[CrossCell, ...]
    better_in_liver: tuple[str, ...]
    options: ResponseOptions
    messages: tuple[Message, ...]

    def patient(self, patient_id: str) -> PatientResponse | None:
        """The response of one patient; None if the study has no such patient."""
        return next((one for one in self.patients if one.patient_id == patient_id), None)


@dataclass(frozen=True, slots=True)
class ResponseCheck:
    """What the second engine computed again: visits and best responses, and who differs."""

    visits: int
    best: int
    differing: tuple[str, ...]
