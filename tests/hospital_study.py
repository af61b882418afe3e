"""The example's patients as a hospital's own study, looked at by one person, for screen tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.example import example_files
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.people import Person
from core.storage.studies import Store, VersionInfo, open_store
from core.studies import save_intake
from pages.parts import state


@contextmanager
def own_study(folder: Path, person: Person) -> Iterator[tuple[Store, VersionInfo]]:
    """A study in a data folder of its own; screens are drawn for ``person``, without a role."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTERIA_DATA", str(folder))
        patch.setattr(state, "person", lambda: person)
        state.store.cache_clear()
        store = open_store()
        files = [UploadedFile(name, content) for name, content in example_files()]
        made = store.create_study("own")
        yield store, save_intake(store, made.id, read_study(files), files, based_on=None)
    state.store.cache_clear()
