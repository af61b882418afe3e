"""Regimens of a study and what its people signed about the dose of a session."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Literal, get_args

from core.analysis.dosing.given import DoseChange
from core.analysis.dosing.regimen import Regimen, checked_regimen, dose_rules
from core.analysis.dosing.safety import DoseContext
from core.results.dosing import DosePlan, Reduction, SignedDose
from core.storage.signed import Entries

REGIMEN, DOSE = "regimen", "dose"
Moment = Literal["mixed_at", "started_at", "pain_at"]
MOMENTS: tuple[Moment, ...] = get_args(Moment)
"""What may be noted about oxaliplatin: mixed, started, onset of pain."""


def regimens(store: Entries, study_id: str) -> tuple[Regimen, ...]:
    """The shipped regimens, then the study's own in their newest version."""
    found = {regimen.id: regimen for regimen in dose_rules().regimens}
    for entry in store.list_entries(study_id, REGIMEN):
        regimen = Regimen.model_validate_json(entry.content)
        found[regimen.id] = regimen
    return tuple(found.values())


def save_regimen(
    store: Entries, study_id: str, content: dict[str, object], *, signed_by: str, note: str
) -> Regimen:
    """Keep a regimen of the study's own; each save is a further version of its entry.

    Raises:
        RegimenRefused: see ``checked_regimen``.
        ArteriaError: ``signature_missing``.
    """
    number = len(store.list_entries(study_id, REGIMEN)) + 1
    regimen = checked_regimen({**content, "id": f"own_{number}", "version": "1.0"})
    store.add_entry(
        study_id, REGIMEN, regimen.model_dump_json(), signed_by=signed_by, note=note,
        based_on=number - 1,
    )  # fmt: skip
    return regimen


def _add(
    store: Entries, study_id: str, content: dict[str, object], signed_by: str, note: str
) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    store.add_entry(study_id, DOSE, text, signed_by=signed_by, note=note)


def sign_change(
    store: Entries, study_id: str, change: Reduction, *, signed_by: str, note: str
) -> None:
    """Keep a reduction of one drug in one session.

    Raises:
        ArteriaError: ``signature_missing``.
    """
    content = {
        "patient": change.patient_id,
        "session": change.session_no,
        "change": asdict(change),
    }
    _add(store, study_id, content, signed_by, note)


def sign_override(
    store: Entries,
    study_id: str,
    patient_id: str,
    session_no: int,
    blocks: tuple[str, ...],
    *,
    signed_by: str,
    note: str,
) -> None:
    """Lift the blocks of one session by name.

    Raises:
        ArteriaError: ``signature_missing``.
    """
    content = {"patient": patient_id, "session": session_no, "overrides": list(blocks)}
    _add(store, study_id, content, signed_by, note)


def sign_infusion(
    store: Entries,
    study_id: str,
    patient_id: str,
    session_no: int,
    times: Mapping[Moment, datetime | None],
    longest_delay_minutes: float | None,
    *,
    signed_by: str,
    note: str,
) -> None:
    """Keep when oxaliplatin was mixed and started, and when pain began.

    Raises:
        ArteriaError: ``signature_missing``.
    """
    content: dict[str, object] = {
        "patient": patient_id,
        "session": session_no,
        "times": {name: at.isoformat() for name, at in times.items() if at is not None},
        "longest_delay_minutes": longest_delay_minutes,
    }
    _add(store, study_id, content, signed_by, note)


def signed_doses(
    store: Entries, study_id: str, patient_id: str, session_no: int
) -> tuple[SignedDose, ...]:
    """What was signed about one session, oldest first."""
    found = []
    for entry in store.list_entries(study_id, DOSE):
        content = json.loads(entry.content)
        if (content["patient"], content["session"]) != (patient_id, session_no):
            continue
        change = content.get("change")
        times = {name: datetime.fromisoformat(at) for name, at in content.get("times", {}).items()}
        found.append(
            SignedDose(
                patient_id=patient_id,
                session_no=session_no,
                signed_by=entry.signed_by,
                signed_at=entry.created_at,
                note=entry.note,
                change=DoseChange.model_validate(change).reduction() if change else None,
                overrides=tuple(content.get("overrides", ())),
                longest_delay_minutes=content.get("longest_delay_minutes"),
                **times,
            )
        )
    return tuple(found)


def with_times(context: DoseContext, signed: Sequence[SignedDose]) -> DoseContext:
    """The context with the newest noted times of oxaliplatin."""
    context_now = context
    for one in signed:
        if one.mixed_at is not None and one.started_at is not None:
            context_now = replace(
                context,
                mixed_to_start_minutes=(one.started_at - one.mixed_at).total_seconds() / 60,
                longest_delay_minutes=one.longest_delay_minutes,
            )
    return context_now


def open_blocks(plan: DosePlan, signed: Sequence[SignedDose]) -> tuple[str, ...]:
    """Blocks that nobody has lifted by name: id, sentence and value, so that another one counts.

    A missing or impossible height or weight can't be lifted: there is no dose.
    """
    lifted = {block for one in signed for block in one.overrides}
    found = tuple(
        json.dumps([check.id, check.message.code, check.message.facts], ensure_ascii=False)
        for check in plan.checks
        if check.severity == "block"
    )
    return tuple(block for block in found if block not in lifted)
