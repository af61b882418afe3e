"""From an upload to a saved version: intake and store put together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

from core.example import NAME, example_files
from core.example_board import make_example_board
from core.intake.cells import UploadedFile
from core.intake.findings import capped
from core.intake.validate import read_study
from core.results.common import Finding
from core.results.decisions import NO_DECISIONS, Decisions
from core.results.intake import Intake, Personal, SheetMapping
from core.schema import StudyData
from core.storage.studies import NOTHING_PERSONAL, RowCounts, Store, VersionInfo


class Saves(Protocol):
    """Where versions are saved: the store, or a person's desk in front of it."""

    def save_version(
        self,
        study_id: str,
        data: StudyData,
        findings: Sequence[Finding],
        files: Sequence[tuple[str, bytes]],
        counts: RowCounts,
        *,
        based_on: int | None,
        note: str = "",
        personal: Personal = NOTHING_PERSONAL,
        decisions: Decisions = NO_DECISIONS,
        mappings: Sequence[SheetMapping] = (),
    ) -> VersionInfo:
        """See ``Store.save_version``."""


_MAKING = threading.Lock()
"""Two visitors at once must not make the example study twice."""


def save_intake(
    store: Saves,
    study_id: str,
    intake: Intake,
    files: list[UploadedFile],
    *,
    based_on: int | None,
    note: str = "",
) -> VersionInfo:
    """Save what an upload gave as the study's next version.

    Args:
        based_on: number of the study's version that the user saw; None = it had none.

    Raises:
        StaleVersion: somebody saved a version since.
    """
    return store.save_version(
        study_id,
        intake.data,
        capped(intake.findings),
        [(file.name, file.content) for file in files],
        RowCounts(intake.rows_read, intake.rows_accepted, intake.rows_set_aside),
        based_on=based_on,
        note=note,
        personal=intake.personal,
        decisions=intake.decisions,
        mappings=intake.mappings,
    )


def example_version(store: Store) -> VersionInfo:
    """The example study's newest version; made from its workbook when there is none yet.

    An example that was made before it had meetings gets them.
    """
    with _MAKING:
        return _example_version(store)


def _example_version(store: Store) -> VersionInfo:
    for study in store.list_studies():
        if study.is_example and study.latest is not None:
            info = store.version_info(study.id)
            if not store.board.meetings(study.id):
                # The store is older than the meetings, which nobody can take away.
                make_example_board(store, info)
            return info
    files = [UploadedFile(name, content) for name, content in example_files()]
    intake = read_study(files)
    study = store.create_study(NAME, is_example=True)
    info = save_intake(store, study.id, intake, files, based_on=None)
    make_example_board(store, info)
    return info
