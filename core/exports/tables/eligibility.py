"""Eligibility as printed: patients against criteria, and the counts behind them."""

from __future__ import annotations

from core.exports.tables.table import Table, framed, worded
from core.results.eligibility import CohortEligibility, CriterionResult, PatientEligibility, Status
from core.text.catalogue import Language, label_text, text
from core.text.numbers import MISSING, compact

SIGNS = {Status.PASS: "✓", Status.FAIL: "✗", Status.UNKNOWN: "?"}
"""A sign beside the colour, so that the matrix is legible without colour."""
WAIVED = "†"
"""Beside the sign of a criterion that has a waiver."""


def matrix(cohort: CohortEligibility, language: Language) -> Table:
    """One line a patient, one column a criterion: sign and value."""
    headers = [
        text("common.patient", language),
        text("tables.status", language),
        *(label_text(count.label, language) for count in cohort.counts),
    ]
    rows = [
        [
            patient.patient_id,
            text(f"tables.eligibility.{patient.overall.exported}", language),
            *(_cell(patient, result) for result in patient.criteria),
        ]
        for patient in cohort.patients
    ]
    version = text("tables.protocol_version", language, version=cohort.protocol_version)
    notes = (version, *worded(cohort.notes, language))
    if any(patient.waivers for patient in cohort.patients):
        notes += (text("tables.waiver_sign", language, sign=WAIVED),)
    title = text("tables.eligibility_title", language)
    return Table("eligibility", title, framed(rows, headers), notes)


def _cell(patient: PatientEligibility, result: CriterionResult) -> str:
    sign = SIGNS[result.status]
    if patient.waiver(result.key):
        sign += WAIVED
    value = result.value
    if isinstance(value, bool) or value is None:
        return sign
    shown = compact(value) if isinstance(value, float | int) else str(value)
    return f"{sign} {shown}"


def criterion_table(cohort: CohortEligibility, language: Language) -> Table:
    """Per criterion: the protocol's sentence and how many pass, fail or are unknown."""
    headers = [
        text("tables.criterion", language),
        text("tables.protocol_sentence", language),
        text("tables.pass", language),
        text("tables.fail", language),
        text("tables.unknown", language),
    ]
    sources = {}
    if cohort.patients:
        sources = {result.key: result.source for result in cohort.patients[0].criteria}
    rows = []
    before = ""
    for count in cohort.counts:
        source = label_text(sources[count.key], language) if count.key in sources else MISSING
        rows.append(
            [
                label_text(count.label, language),
                "" if source == before else source,
                str(count.passed),
                str(count.failed),
                str(count.unknown),
            ]
        )
        before = source
    title = text("tables.criteria_title", language)
    return Table("criteria", title, framed(rows, headers))
