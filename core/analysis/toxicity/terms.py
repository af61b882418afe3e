"""Recorded names of adverse events beside the CTCAE terms that they are counted under.

Source: CTCAE v5.0 (NCI 2017), term names; synonyms in ``ctcae5_ae_terms.csv``.
"""

from __future__ import annotations

from core.analysis.toxicity.event_filters import plain
from core.options import ToxicityOptions
from core.results.safety import Confidence, TermMatch
from core.rules.ctcae import ae_terms, folded, resolve_term
from core.rules.ctcae_matching import propose_terms
from core.schema import StudyData

_ORDER: tuple[Confidence, ...] = ("close", "none", "own", "confirmed", "exact")


def match_terms(data: StudyData, options: ToxicityOptions) -> tuple[TermMatch, ...]:
    """Every recorded name once, with how it found its term; what waits for a person first.

    Names that differ only in case, width or spacing are one name.
    """
    frame = data.table("adverse_events")
    people: dict[str, set[str]] = {}
    records: dict[str, int] = {}
    printed: dict[str, str] = {}
    rows = zip(frame["ctcae_term"], frame["ae_term"], frame["patient_id"], strict=True)
    for coded, free, patient in rows:
        names = [name for name in (plain(coded), plain(free)) if name]
        if not names:
            continue
        # The name that found the term; where none did, the one that the table prints.
        name = next((one for one in names if resolve_term(one)), names[0])
        key = folded(name)
        printed[key] = min(name, printed.get(key, name))
        records[key] = records.get(key, 0) + 1
        people.setdefault(key, set()).add(str(patient))
    confirmed = {folded(own): term for own, term in options.own_terms}
    found = [
        _match(printed[key], confirmed.get(key), records[key], tuple(sorted(people[key])))
        for key in records
    ]
    return tuple(sorted(found, key=lambda m: (_ORDER.index(m.confidence), m.recorded)))


def _match(
    name: str, confirmed: str | None, n_records: int, patients: tuple[str, ...]
) -> TermMatch:
    exact = resolve_term(name)
    if exact is not None:
        return TermMatch(name, "exact", exact.term, (), n_records, patients)
    proposals = tuple((item.term, item.score) for item in propose_terms(name))
    if confirmed:
        term = confirmed if confirmed in ae_terms() else None
        state: Confidence = "confirmed" if term else "own"
        return TermMatch(name, state, term, proposals, n_records, patients)
    if confirmed == "":
        return TermMatch(name, "own", None, proposals, n_records, patients)
    confidence: Confidence = "close" if proposals else "none"
    return TermMatch(name, confidence, None, proposals, n_records, patients)
