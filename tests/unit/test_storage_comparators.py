"""A study's own comparators in the store and through the desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import StaleVersion, StudyNotFound
from core.results.comparators import NO_COMPARATORS, Comparator, DigitisedCurve, OwnComparators
from core.results.survival import ReconstructedCurve
from core.storage.studies import Store

FIGURE = Comparator("Pump", "os", 14.0, None, 20.5, 23, "own files", False)
REBUILT = ReconstructedCurve(np.array([1.0, 2.5]), np.array([True, False]), 2, 1, 0.01)
OWN = OwnComparators((FIGURE,), (DigitisedCurve("Printed", REBUILT),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


def test_comparators_come_back_as_they_were_kept(store):
    study = store.create_study("A").id
    assert store.comparators.load(study) is NO_COMPARATORS
    kept = store.comparators.keep(study, OWN, "li")
    found = store.comparators.load(study)
    assert kept.revision == found.revision == 1
    assert found.figures == (FIGURE,)
    assert found.curves[0].name == "Printed"
    assert found.curves[0].curve.time.tolist() == [1.0, 2.5]
    assert found.curves[0].curve.is_event.tolist() == [True, False]
    assert store.comparators.load(store.create_study("B").id) is NO_COMPARATORS


def test_comparators_changed_meanwhile_are_not_overwritten(store):
    study = store.create_study("A").id
    first = store.comparators.keep(study, OWN, "li")
    store.comparators.keep(study, replace(first, figures=()), "li")
    with pytest.raises(StaleVersion):
        store.comparators.keep(study, first, "wang")
    assert store.comparators.load(study).figures == ()


def test_comparators_of_an_unknown_study_are_refused(store):
    with pytest.raises(StudyNotFound):
        store.comparators.keep("nothing", OWN, "li")
