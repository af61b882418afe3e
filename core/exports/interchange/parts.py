"""What every exporter needs of a study version."""

from __future__ import annotations

from dataclasses import dataclass

from core.exports.interchange.delimited import Cell, cell_of
from core.results.endpoints import Endpoints
from core.results.response import CohortResponse
from core.schema import StudyData


@dataclass(frozen=True, eq=False)
class StudyParts:
    """A study's name, its tables, and what was computed from them."""

    name: str
    data: StudyData
    endpoints: Endpoints
    response: CohortResponse

    def records(self, table: str) -> list[dict[str, Cell]]:
        """The rows of a table as dictionaries of Python values; None = missing."""
        frame = self.data.table(table)
        columns = {str(name): frame[name].tolist() for name in frame.columns}
        return [
            dict(zip(columns, map(cell_of, row), strict=True))
            for row in zip(*columns.values(), strict=True)
        ]

    def own_variables(self) -> dict[str, str]:
        """Plain names (``own_1`` ...) of the study's own variables -> the user's headers."""
        return {f"own_{i}": name for i, name in enumerate(self.data.own_variables, start=1)}
