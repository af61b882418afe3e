"""Figures for programs, each drawn as far as the asking person's role goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from core.access.desk import Desk
from core.access.roles import Permission
from core.analysis.cohort import analyse_study, curves_of_all, effective_options
from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.response.lanes import patient_lanes
from core.exports.study_figures import (
    CURVES,
    StudyFigure,
    protected_figures,
    study_figures,
)
from core.options import AnalysisOptions, Convention
from core.own_terms import own_terms
from core.results.cohort import EndpointCurves, StudyAnalysis
from core.schema import StudyData
from core.storage.studies import Store, VersionInfo
from core.text.catalogue import Language


class HashedVersion:
    """A version's tables as a key of the cache: equal if their contents' hash is."""

    def __init__(self, data: StudyData, info: VersionInfo) -> None:
        self.data = data
        self._hash = info.content_hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HashedVersion) and other._hash == self._hash

    def __hash__(self) -> int:
        return hash(self._hash)


Terms = tuple[tuple[str, str], ...]
"""(recorded name of an adverse event, CTCAE term) pairs that a person has confirmed."""


def analyse_version(version: HashedVersion, convention: Convention, terms: Terms) -> StudyAnalysis:
    """Everything of a version by one convention, with the study's confirmed terms."""
    return analyse_study(version.data, AnalysisOptions.following(convention, None, terms))


def _curves(version: HashedVersion, convention: Convention) -> dict[str, EndpointCurves]:
    used = effective_options(version.data, AnalysisOptions.following(convention, None))
    response = evaluate_cohort(version.data, used.response)
    endpoints = derive_endpoints(version.data, response, used.response)
    return curves_of_all(endpoints, used.survival)


class Gallery:
    """The figures of all versions.

    Args:
        analyse: the whole analysis, kept for the requests that follow.
    """

    def __init__(
        self, store: Store, analyse: Callable[[HashedVersion, Convention, Terms], StudyAnalysis]
    ) -> None:
        self._store = store
        self._analyse = analyse
        self._curves = lru_cache(maxsize=4)(_curves)

    def drawn(
        self, desk: Desk, study_id: str, number: int, convention: Convention, language: Language
    ) -> Iterator[StudyFigure]:
        """All figures that the person may see and the study has data for.

        Raises:
            StudyNotFound: no such version, or the person has no role in the study.
        """
        desk.require(study_id, Permission.READ_AGGREGATES)
        # Whoever sees no patients gets curves that were cut before they leave this module.
        version = HashedVersion(*self._store.load_version(study_id, number))
        if desk.may(study_id, Permission.EXPORT_PATIENTS):
            analysis = self._analyse(version, convention, own_terms(desk, study_id))
            evaluated = analysis.response
            lanes = patient_lanes(version.data, evaluated, evaluated.options)
            return study_figures(analysis, lanes, language)
        patients = len(version.data.table("patients"))
        return protected_figures(self._curves(version, convention), patients, language)

    def figure(
        self,
        desk: Desk,
        name: str,
        study_id: str,
        number: int,
        convention: Convention,
        language: Language,
    ) -> StudyFigure | None:
        """One figure by its name; None = the study has no data for it.

        Raises:
            StudyNotFound: as ``drawn``.
            ArteriaError: ``not_allowed``: the figure shows single patients or small counts.
        """
        if name not in CURVES.values():
            desk.require(study_id, Permission.EXPORT_PATIENTS)
        figures = self.drawn(desk, study_id, number, convention, language)
        found = next((one for one in figures if one.name == name), None)
        if found is not None:
            desk.exported(study_id, number, f"api: figure {name}")
        return found
