"""Toxicity of earlier treatment that still lasted when HAIC began."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.rules.ctcae import resolve_term
from core.schema import StudyData


def residual_toxicity(
    data: StudyData, starts: pd.Series[Any], exemptible: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, int]]:
    """Patient id -> kind of toxicity -> worst grade of the events that began before the first
    HAIC day and had not ended by then. The kind is "" for what no study may exempt.
    """
    events = data.table("adverse_events")
    start = events["patient_id"].map(starts)
    lasts = events["ae_end"].isna() | (events["ae_end"] >= start)
    events = events[(events["ae_start"] < start) & lasts & events["ae_grade"].notna()]
    kinds = {term: kind for kind, terms in exemptible.items() for term in terms}
    found: dict[str, dict[str, int]] = {}
    names = events["ctcae_term"].where(events["ctcae_term"].notna(), events["ae_term"])
    for patient, name, grade in zip(events["patient_id"], names, events["ae_grade"], strict=True):
        term = resolve_term(str(name))
        kind = kinds.get(term.term if term else "", "")
        worst = found.setdefault(str(patient), {})
        worst[kind] = max(worst.get(kind, 0), int(grade))
    return found
