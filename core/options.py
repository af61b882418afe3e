"""The choices that move numbers, frozen, stored with every result.

One switch, the convention, sets the statistical options together; each can also be set alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

DAYS_PER_MONTH = 30.4375
"""Mean length of a month in days (365.25 / 12); months = days / 30.4375."""


class Convention(StrEnum):
    """Whose defaults the numbers follow; printed under every table."""

    RECOMMENDED = "recommended"
    R = "r"
    SPSS = "spss"


IntervalMethod = Literal["plain", "log", "loglog"]
MedianRule = Literal["midpoint", "first"]
Ties = Literal["efron", "breslow", "exact"]
TimeUnit = Literal["months", "weeks", "days", "years"]


DAYS_PER_UNIT: Mapping[TimeUnit, float] = {
    "days": 1.0,
    "weeks": 7.0,
    "months": DAYS_PER_MONTH,
    "years": 12 * DAYS_PER_MONTH,
}


def unit_word(unit: TimeUnit) -> str:
    """The fact that stands for a counted unit of time in either language."""
    return f"@survival.time_unit.{unit}"


def unit_name(unit: TimeUnit) -> str:
    """The fact that names a unit of time in a heading in either language."""
    return f"@survival.time_unit_name.{unit}"


@dataclass(frozen=True, slots=True)
class SurvivalOptions:
    """Options of curves, log-rank tests and Cox models.

    Attributes:
        interval: scale of the pointwise interval of S(t).
        median_rule: on a flat step at exactly 0.5, ``midpoint`` of the step (R) or the
            ``first`` time with S(t) <= 0.5 (SPSS, lifelines).
        ties: handling of tied deaths in the Cox partial likelihood.
        level: two-sided confidence level.
        landmark_months: times at which S(t) is reported, in months unless ``time_unit`` says
            otherwise.
        minimum_events_per_variable: below it the Cox table warns and shows Firth's estimate.
        time_unit: unit of the times that are passed in; only names it in words.
    """

    convention: Convention = Convention.RECOMMENDED
    interval: IntervalMethod = "loglog"
    median_rule: MedianRule = "midpoint"
    ties: Ties = "efron"
    level: float = 0.95
    landmark_months: tuple[float, ...] = (6.0, 12.0)
    minimum_events_per_variable: float = 10.0
    time_unit: TimeUnit = "months"

    @classmethod
    def following(cls, convention: Convention) -> SurvivalOptions:
        """Options as the convention sets them.

        >>> SurvivalOptions.following(Convention.SPSS).ties
        'breslow'
        """
        base = cls(convention=convention)
        if convention is Convention.R:
            return replace(base, interval="log")
        if convention is Convention.SPSS:
            # SPSS prints only the standard error of S(t); its interval is the plain one.
            return replace(base, interval="plain", median_rule="first", ties="breslow")
        return base


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """Options of RECIST 1.1 best response, rates and the endpoints derived from them.

    Attributes:
        sd_min_days: SD counts only from this day after the first HAIC on (RECIST 1.1 s4.4.3).
        confirmed: report confirmed best response as the main one.
        confirm_min_days, max_intervening_ne, accept_intervening_sd: rules of confirmation.
        denominator: ``treated`` (all patients) or ``evaluable`` (CR+PR+SD+PD).
        interval: exact (Clopper-Pearson) or Wilson; never Wald.
        criteria: set of ``rules/response_criteria.toml``; everything but ``recist`` is
            exploratory.
        benefit_days: SD makes clinical benefit only if disease was still controlled this many
            days after the first HAIC.
        missed_visit_days: planned days between scans; an event after more than two of them
            without an evaluable assessment is censored there. None = never.
        new_therapy: PFS ignores a new therapy before PD, or is censored at the last
            assessment before it.
        marker_required_for_cr: CR needs a normal CEA where it was above normal at the start.
        lenient_nontargets: one non-target lesion not assessed lets NON-CR/NON-PD stand.
        cutoff: data after this date are not used; None = all.
    """

    sd_min_days: int = 42
    confirmed: bool = False
    confirm_min_days: int = 28
    max_intervening_ne: int = 1
    accept_intervening_sd: bool = False
    missing_as_ne: bool = False
    denominator: Literal["treated", "evaluable"] = "treated"
    interval: Literal["clopper-pearson", "wilson"] = "clopper-pearson"
    level: float = 0.95
    new_therapy: Literal["ignore", "censor"] = "ignore"
    criteria: Literal["recist", "liver5", "mrecist", "choi"] = "recist"
    benefit_days: int = 168
    missed_visit_days: int | None = None
    marker_required_for_cr: bool = False
    lenient_nontargets: bool = False
    cutoff: date | None = None


@dataclass(frozen=True, slots=True)
class ToxicityOptions:
    """Options of the adverse-event tables.

    Attributes:
        overall_rule: overall row by ``worst`` grade per patient (each patient once) or by
            ``bands`` (a patient counts in each band in which one of his terms falls).
        source: events as ``reported``, graded from the laboratory (``lab``) or ``both``.
        treatment_emergent: only events that began or got worse after the first HAIC started,
            against the grade at baseline; an event without a date counts.
        related_only: leave out events recorded as not related; an unknown relation counts.
        own_terms: (recorded name, CTCAE term) pairs that a person has confirmed; the term is
            "" where the person has confirmed that CTCAE has none.
    """

    overall_rule: Literal["worst", "bands"] = "worst"
    source: Literal["reported", "lab", "both"] = "reported"
    ctcae_version: str = "5.0"
    treatment_emergent: bool = False
    related_only: bool = False
    own_terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """All options of one analysis of a study."""

    survival: SurvivalOptions = SurvivalOptions()
    response: ResponseOptions = ResponseOptions()
    toxicity: ToxicityOptions = ToxicityOptions()

    @classmethod
    def following(
        cls,
        convention: Convention,
        cutoff: date | None = None,
        own_terms: tuple[tuple[str, str], ...] = (),
    ) -> AnalysisOptions:
        """Options by one convention and one data cut-off, with the terms that people confirmed."""
        return cls(
            survival=SurvivalOptions.following(convention),
            response=ResponseOptions(cutoff=cutoff),
            toxicity=ToxicityOptions(own_terms=own_terms),
        )


CutRule = Literal["published", "median", "search", "value"]


@dataclass(frozen=True, slots=True)
class CurveQuestion:
    """What the curves are of, and whom they compare.

    Attributes:
        endpoint: code of an endpoint, or ``own`` for a pair of the study's own columns.
        own_time, own_event, own_unit: those columns and the unit of the time.
        factor, second: grouping; None = all patients together.
        cut: how a number is cut: at its published limits, its median, the cut that separates
            most, or ``cut_value``.
        landmark: time from which the clock starts; truncation, tau: where follow-up is cut
            and up to where the restricted mean goes; all in the unit of the options.
    """

    endpoint: str = "os"
    own_time: str = ""
    own_event: str = ""
    own_unit: TimeUnit = "months"
    factor: str | None = None
    second: str | None = None
    cut: CutRule = "published"
    cut_value: float | None = None
    landmark: float = 0.0
    truncation: float | None = None
    tau: float | None = None


EntryMethod = Literal["enter", "univariable", "forward", "backward"]


@dataclass(frozen=True, slots=True)
class CoxQuestion:
    """Which factors the multivariable Cox model holds, and how they got there.

    Attributes:
        endpoint: code of an endpoint.
        factors: candidates in printing order; empty = those of Table 5.
        entry: all of them (``enter``), those below ``univariable_p`` alone, or stepwise by
            the likelihood ratio with SPSS's limits ``entry_p`` and ``removal_p``.
        references: (factor, level) where another level than the rule file's is the reference.
    """

    endpoint: str = "os"
    factors: tuple[str, ...] = ()
    entry: EntryMethod = "enter"
    univariable_p: float = 0.10
    entry_p: float = 0.05
    removal_p: float = 0.10
    references: tuple[tuple[str, str], ...] = ()
