"""The criteria that a visitor looks at: those in force, or a draft that nobody has saved."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import enrolment
from core.analysis.eligibility.edit import content_of, protocol_from, same_criteria
from core.analysis.eligibility.protocol import Protocol
from core.analysis.eligibility.versions import ProtocolVersion
from core.results.eligibility import CohortEligibility, CohortFitness, Waiver
from pages.parts import cached, state

_DRAFT = "arteria_criteria_draft"
_ROUND = "arteria_criteria_round"


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria of one study for one purpose.

    Attributes:
        versions: the shipped one first, the one in force last.
        shown: what the screen applies: the draft, or the version in force.
        waivers: all that are in force.
    """

    key: cached.Key
    purpose: enrolment.Purpose
    versions: tuple[ProtocolVersion, ...]
    shown: Protocol
    waivers: tuple[Waiver, ...]

    @property
    def current(self) -> ProtocolVersion:
        """The version in force."""
        return self.versions[-1]

    @property
    def is_draft(self) -> bool:
        """Whether the shown criteria differ from those in force."""
        return not same_criteria(self.shown, self.current.protocol)

    def cohort(self) -> CohortEligibility:
        """All patients by the shown criteria."""
        return cached.screened(self.key, content_of(self.shown), self.waivers)

    def cohort_in_force(self) -> CohortEligibility:
        """All patients by the saved criteria."""
        return cached.screened(self.key, content_of(self.current.protocol), self.waivers)

    def fitness(self) -> CohortFitness:
        """All sessions by the shown criteria of a cycle."""
        return cached.fitness(self.key, content_of(self.shown))


def read_criteria(key: cached.Key, purpose: enrolment.Purpose) -> Criteria:
    """The criteria of the opened study, with the visitor's draft if there is one."""
    versions = enrolment.protocol_versions(state.desk(), key[0], purpose)
    waivers = enrolment.waivers_in_force(state.desk(), key[0])
    draft = st.session_state.get(_DRAFT, {}).get((key[0], purpose, versions[-1].number))
    shown = versions[-1].protocol if draft is None else protocol_from(draft)
    return Criteria(key, purpose, versions, shown, waivers)


def set_draft(criteria: Criteria, protocol: Protocol) -> Criteria:
    """Keep an edited protocol for this visitor; the version in force stays."""
    drafts = st.session_state.setdefault(_DRAFT, {})
    place = (criteria.key[0], criteria.purpose, criteria.current.number)
    drafts[place] = content_of(protocol)
    return read_criteria(criteria.key, criteria.purpose)


def drop_draft(criteria: Criteria) -> None:
    """Back to the version in force; the controls start afresh."""
    st.session_state.get(_DRAFT, {}).pop(
        (criteria.key[0], criteria.purpose, criteria.current.number), None
    )
    st.session_state[_ROUND] = control_round() + 1


def control_round() -> int:
    """Part of the keys of the editing controls."""
    return int(st.session_state.get(_ROUND, 0))
