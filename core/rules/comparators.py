"""The series that the published paper compares itself with, as figures by measure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.options import DAYS_PER_MONTH
from core.results.comparators import Comparator, Measure
from core.rules.published import FILE

_MONTHS: Mapping[str, Measure] = {"median_os_months": "os", "median_pfs_months": "pfs"}
_PER_CENT: Mapping[str, Measure] = {"pr_percent": "orr", "dcr_percent": "dcr"}


def _one(entry: Mapping[str, Any], position: int) -> Iterator[Comparator]:
    name = f"@comparators.series_{position + 1}.name"
    source = f"@comparators.series_{position + 1}.source"
    n = entry.get("n")

    def figure(
        measure: Measure, value: float | None, low: float | None = None, high: float | None = None
    ) -> Comparator:
        return Comparator(name, measure, value, low, high, n, source)

    for key, measure in _MONTHS.items():
        printed = entry.get(key)
        if isinstance(printed, list):
            yield figure(measure, None, float(printed[0]), float(printed[1]))
        elif printed is not None:
            yield figure(measure, float(printed))
    if "time_to_progression_weeks" in entry:
        yield figure("ttp", entry["time_to_progression_weeks"] * 7 / DAYS_PER_MONTH)
    for key, measure in _PER_CENT.items():
        if key in entry:
            yield figure(measure, float(entry[key]))
    if "pr" in entry and n:
        # Partial responses only: no series reports a complete one.
        yield figure("orr", 100 * entry["pr"] / n)


@cache
def published_comparators(path: Path = FILE) -> tuple[Comparator, ...]:
    """Every figure of ``literature_comparators`` in ``published.json``.

    Response rates are the partial responses that those series report.

    >>> [one.value for one in published_comparators() if one.measure == "os"][1:3]
    [14.0, 13.0]
    """
    entries = json.loads(path.read_text(encoding="utf-8"))["literature_comparators"]
    return tuple(one for i, entry in enumerate(entries) for one in _one(entry, i))
