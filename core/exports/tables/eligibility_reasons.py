"""Why a patient meets a criterion or not: value, limit, margin, date, sentence, waiver."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.eligibility import SIGNS
from core.exports.tables.table import Table, framed
from core.results.eligibility import (
    CohortEligibility,
    CohortFitness,
    CriterionResult,
    PatientEligibility,
    Status,
    StatusChange,
    Waiver,
)
from core.text.catalogue import Language, label_text, say, text
from core.text.numbers import MISSING, compact, day
from core.text.units import shown_unit

_SYMBOLS = {">=": "≥", "<=": "≤"}


def shown_limit(result: CriterionResult) -> str:
    """The limit with its operator and unit; a dash where there is none."""
    limit = result.limit
    if limit is None or isinstance(limit, bool):
        return MISSING
    shown = compact(limit) if isinstance(limit, float | int) else str(limit)
    if result.limit_high is not None:
        shown = f"{shown}–{compact(result.limit_high)}"
    elif not isinstance(limit, str) or result.operator != "=":
        shown = f"{_SYMBOLS.get(result.operator, result.operator)} {shown}"
    return shown


def _unit(result: CriterionResult, language: Language) -> str:
    words = {"lines", "lesions", "weeks", "grade", "days", "ecog", "ratio", "years"}
    if result.unit in words:
        return text(f"eligibility.unit.{result.unit}", language)
    return shown_unit(result.unit)


def _value(result: CriterionResult, language: Language) -> str:
    value = result.value
    if isinstance(value, bool):
        return text("common.yes" if value else "common.no", language)
    if isinstance(value, float | int):
        return f"{compact(float(f'{value:.4g}'))} {_unit(result, language)}".strip()
    if value == "NEVER":
        return text("tables.never", language)
    return MISSING if value is None else str(value)


def _row(patient: PatientEligibility, result: CriterionResult, language: Language) -> list[str]:
    words = [say(result.reason, language)]
    words += [say(warning.message, language) for warning in result.warnings]
    waiver = patient.waiver(result.key)
    if waiver is not None:
        words.append(
            text(
                "tables.waived_by", language, name=waiver.signed_by, reason=waiver.reason,
                day=day(waiver.signed_at),
            )
        )  # fmt: skip
    margin = result.margin
    return [
        label_text(result.label, language),
        f"{SIGNS[result.status]} {text(f'tables.{result.status.exported}', language)}",
        _value(result, language),
        shown_limit(result),
        MISSING
        if margin is None
        else ("+" if margin >= 0 else "") + compact(float(f"{margin:.4g}")),
        day(result.measured_on),
        " ".join(dict.fromkeys(words)),
        label_text(result.source, language),
    ]


def reasons_table(cohort: CohortEligibility, patient_id: str, language: Language) -> Table:
    """Every single criterion of one patient with value, limit, margin, date and sentence."""
    names = ("criterion", "status", "value", "limit", "margin", "date", "reason", "sentence")
    headers = [text(f"tables.eligibility_column.{name}", language) for name in names]
    patient = cohort.patient(patient_id)
    rows = [
        _row(patient, part, language)
        for result in patient.criteria
        for part in (result.parts or (result,))
    ]
    before = ""
    for row in rows:
        # A sentence that covers several criteria stands once.
        row[-1], before = ("" if row[-1] == before else row[-1]), row[-1]
    title = text("tables.reasons_title", language, patient=patient_id)
    return Table("reasons", title, framed(rows, headers))


def every_reason_table(cohort: CohortEligibility, language: Language) -> Table:
    """The same for all patients, as it is exported."""
    names = ("criterion", "status", "value", "limit", "margin", "date", "reason", "sentence")
    headers = [text("common.patient", language)]
    headers += [text(f"tables.eligibility_column.{name}", language) for name in names]
    rows = [
        [patient.patient_id, *_row(patient, part, language)]
        for patient in cohort.patients
        for result in patient.criteria
        for part in (result.parts or (result,))
    ]
    return Table("all_reasons", text("tables.all_reasons_title", language), framed(rows, headers))


def flow_table(cohort: CohortEligibility, language: Language) -> Table:
    """The numbers behind the enrolment diagram."""
    flow = cohort.flow
    labels = {count.key: label_text(count.label, language) for count in cohort.counts}
    steps = (
        ("screened", flow.screened, ()),
        ("not_eligible", flow.not_eligible, flow.first_failed_by),
        ("undetermined", flow.undetermined, flow.undetermined_by),
        ("eligible", flow.eligible, ()),
        ("waived", flow.waived, ()),
        ("treated", flow.treated, ()),
        ("analysed", flow.analysed, ()),
    )
    rows = []
    for name, count, reasons in steps:
        rows.append([text(f"figures.flow_{name}", language), "", str(count)])
        rows += [["", labels[key], str(of)] for key, of in reasons]
    headers = [text(f"tables.flow_column.{name}", language) for name in ("step", "reason", "n")]
    return Table("enrolment_flow", text("tables.flow_title", language), framed(rows, headers))


def changes_table(
    cohort: CohortEligibility, changes: Sequence[StatusChange], language: Language
) -> Table:
    """Who changes status with the edited protocol."""
    labels = {count.key: label_text(count.label, language) for count in cohort.counts}
    headers = [text("common.patient", language)]
    headers += [
        text(f"tables.change_column.{name}", language) for name in ("before", "after", "criteria")
    ]
    rows = [
        [
            one.patient_id,
            text(f"eligibility.overall.{one.before.value}", language),
            text(f"eligibility.overall.{one.after.value}", language),
            ", ".join(labels.get(key, key) for key in one.criteria),
        ]
        for one in changes
    ]
    return Table("status_changes", text("tables.changes_title", language), framed(rows, headers))


def waivers_table(
    waivers: Sequence[Waiver], cohort: CohortEligibility, language: Language
) -> Table:
    """Every waiver in force, also those of another version of the protocol."""
    labels = {count.key: label_text(count.label, language) for count in cohort.counts}
    names = ("criterion", "reason", "name", "date", "version", "holds")
    headers = [text("common.patient", language)]
    headers += [text(f"tables.waiver_column.{name}", language) for name in names]
    rows = []
    for one in waivers:
        holds = one.protocol_version == cohort.protocol_version
        rows.append(
            [
                one.patient_id,
                labels.get(one.criterion, one.criterion),
                one.reason,
                one.signed_by,
                day(one.signed_at),
                one.protocol_version,
                text("common.yes" if holds else "common.no", language),
            ]
        )
    return Table("waivers", text("tables.waivers_title", language), framed(rows, headers))


def fitness_table(fitness: CohortFitness, language: Language) -> Table:
    """Each session's day: fit, not fit or unknown, by each criterion, with the reason."""
    headers = [text("common.patient", language)]
    headers += [text(f"tables.cycle_column.{name}", language) for name in ("session", "day", "fit")]
    headers += [label_text(label, language) for _, label in fitness.criteria]
    headers.append(text("tables.eligibility_column.reason", language))
    words = {Status.PASS: "fit", Status.FAIL: "not_fit", Status.UNKNOWN: "fit_unknown"}
    rows = []
    for cycle in fitness.cycles:
        judged = cycle.judged
        statuses = [row.status for row in judged.criteria]
        worst = next(
            status for status in (Status.FAIL, Status.UNKNOWN, Status.PASS) if status in statuses
        )
        session = str(cycle.session_no)
        if cycle.is_next:
            session = text("tables.next_session", language, n=cycle.session_no)
        reasons = [
            say(row.reason, language) for row in judged.criteria if row.status is not Status.PASS
        ]
        reasons += [say(note.message, language) for note in judged.warnings]
        rows.append(
            [
                cycle.patient_id,
                session,
                day(cycle.day),
                f"{SIGNS[worst]} {text(f'tables.{words[worst]}', language)}",
                *(f"{SIGNS[row.status]} {_value(row, language)}" for row in judged.criteria),
                " ".join(dict.fromkeys(reasons)),
            ]
        )
    return Table("next_cycle", text("tables.cycle_title", language), framed(rows, headers))
