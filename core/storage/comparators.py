"""Each study's own comparators: figures and digitised curves of other series, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Engine, delete, insert, select

from core.errors import StaleVersion, StudyNotFound
from core.results.comparators import NO_COMPARATORS, Comparator, DigitisedCurve, OwnComparators
from core.results.survival import ReconstructedCurve
from core.storage.database import reading, writing
from core.storage.tables import STUDIES, STUDY_COMPARATORS


def write_comparators(own: OwnComparators) -> str:
    """Comparators as JSON text."""
    curves = [
        {
            "name": one.name,
            "time": one.curve.time.tolist(),
            "is_event": one.curve.is_event.tolist(),
            "largest_gap": one.curve.largest_gap,
        }
        for one in own.curves
    ]
    figures = [asdict(one) for one in own.figures]
    return json.dumps({"figures": figures, "curves": curves}, ensure_ascii=False)


def read_comparators(content: str, revision: int) -> OwnComparators:
    """The comparators that ``write_comparators`` wrote."""
    found: dict[str, Any] = json.loads(content)
    curves = []
    for entry in found["curves"]:
        is_event = np.array(entry["is_event"], dtype=bool)
        rebuilt = ReconstructedCurve(
            time=np.array(entry["time"], dtype=np.float64),
            is_event=is_event,
            n=int(is_event.size),
            events=int(is_event.sum()),
            largest_gap=float(entry["largest_gap"]),
        )
        curves.append(DigitisedCurve(entry["name"], rebuilt))
    figures = tuple(Comparator(**entry) for entry in found["figures"])
    return OwnComparators(figures, tuple(curves), revision)


class KeptComparators:
    """The comparators of all studies in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self, study_id: str) -> OwnComparators:
        """The study's comparators; none if nobody entered any."""
        query = select(STUDY_COMPARATORS).where(STUDY_COMPARATORS.c.study_id == study_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().one_or_none()
        return NO_COMPARATORS if row is None else read_comparators(row["content"], row["revision"])

    def keep(self, study_id: str, own: OwnComparators, by: str) -> OwnComparators:
        """Replace the study's comparators.

        Args:
            own: with the revision that they were changed from.

        Raises:
            StudyNotFound: no such study.
            StaleVersion: somebody else changed them meanwhile.
        """
        revisions = select(STUDY_COMPARATORS.c.revision).where(
            STUDY_COMPARATORS.c.study_id == study_id
        )
        with writing(self._engine) as connection:
            study = select(STUDIES.c.id).where(STUDIES.c.id == study_id)
            if connection.execute(study).first() is None:
                raise StudyNotFound("study_not_found")
            latest = connection.execute(revisions).scalar_one_or_none() or 0
            if latest != own.revision:
                raise StaleVersion("comparators_stale")
            connection.execute(
                delete(STUDY_COMPARATORS).where(STUDY_COMPARATORS.c.study_id == study_id)
            )
            row = {
                "study_id": study_id,
                "revision": latest + 1,
                "changed_at": datetime.now(UTC),
                "changed_by": by,
                "content": write_comparators(own),
            }
            connection.execute(insert(STUDY_COMPARATORS).values(row))
        return replace(own, revision=latest + 1)
