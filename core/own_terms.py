"""Names of adverse events that people of a study assigned to CTCAE terms.

Each assignment is a signed entry of the study: who, when, which name, which term. A later one
about the same name replaces it; none is ever deleted.
"""

from __future__ import annotations

import json
from pathlib import Path

from core.errors import ArteriaError
from core.rules.ctcae import ae_terms, folded
from core.storage.signed import Entries

KIND = "ae_term"
NO_TERM = ""
"""A person has confirmed that CTCAE has no term for the name."""


def confirm_term(
    entries: Entries, study_id: str, name: str, term: str | None, *, signed_by: str, note: str
) -> None:
    """Have the study count this recorded name under this term.

    Args:
        term: a CTCAE term; ``NO_TERM`` keeps the name as the study's own; None takes an
            earlier assignment back.

    Raises:
        ArteriaError: ``signature_missing``: no name of the person, or no note.
    """
    content = json.dumps({"name": name, "term": term}, ensure_ascii=False)
    entries.add_entry(study_id, KIND, content, signed_by=signed_by, note=note)


def own_terms(entries: Entries, study_id: str) -> tuple[tuple[str, str], ...]:
    """(recorded name, CTCAE term or ``NO_TERM``) of every name with a decision, by name.

    As ``ToxicityOptions.own_terms`` takes them. A term that this program doesn't know is left
    out, so that the name waits for a person again.
    """
    latest: dict[str, tuple[str, str | None]] = {}
    for entry in entries.list_entries(study_id, KIND):
        content = json.loads(entry.content)
        latest[folded(content["name"])] = (content["name"], content["term"])
    return tuple(
        sorted(
            (name, term)
            for name, term in latest.values()
            if term is not None and (term == NO_TERM or term in ae_terms())
        )
    )


def terms_in(path: Path | None) -> tuple[tuple[str, str], ...]:
    """The assignments of a JSON file ``{recorded name: CTCAE term or NO_TERM}``; None = none.

    Raises:
        ArteriaError: ``terms_unreadable``: there is no such file, or it isn't of that form;
            ``term_unknown``: CTCAE has no such term.
    """
    if path is None:
        return ()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        pairs = tuple(sorted((folded(name), str(term)) for name, term in found.items()))
    except (OSError, ValueError, AttributeError) as error:
        raise ArteriaError("terms_unreadable", file=path.name) from error
    for name, term in pairs:
        if term != NO_TERM and term not in ae_terms():
            raise ArteriaError("term_unknown", name=name, term=term)
    return pairs
