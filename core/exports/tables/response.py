"""Table 2 as printed, and each patient's response with the reason of every visit."""

from __future__ import annotations

from core.exports.tables.table import Table, framed, worded
from core.options import ResponseOptions
from core.results.common import Rate
from core.results.response import (
    CATEGORIES,
    NOT_APPLICABLE,
    Assessment,
    CohortResponse,
    Compartment,
    CrossCell,
    PatientResponse,
    ResponseSummary,
)
from core.rules.response_criteria import RECIST
from core.text.catalogue import Language, say, text
from core.text.numbers import MISSING, count_percent, day, listed, number
from core.text.numbers import rate as printed_rate


def options_note(options: ResponseOptions, language: Language) -> str:
    """Criteria, confirmation, minimum SD duration, denominator, interval, further rules."""
    first = text(
        "tables.response_options",
        language,
        criteria=f"@response_tables.criteria.{options.criteria}",
        confirmed="@tables.confirmed" if options.confirmed else "@tables.unconfirmed",
        sd_min_days=options.sd_min_days,
        denominator=f"@tables.denominator.{options.denominator}",
        interval=f"@tables.rate_interval.{options.interval}",
        level=100 * options.level,
    )
    return ("" if language == "zh" else " ").join((first, *further_rules(options, language)))


def further_rules(options: ResponseOptions, language: Language) -> tuple[str, ...]:
    """A sentence for each rule in use that is off unless chosen."""
    return tuple(
        text(f"response_tables.{name}", language)
        for name in ("marker_required_for_cr", "lenient_nontargets")
        if getattr(options, name)
    )


def best_response_table(cohort: CohortResponse, language: Language) -> Table:
    """Best response overall and in the liver: counts, ORR and DCR with exact limits."""
    parts: list[tuple[str, ResponseSummary]] = [
        (name, part)
        for name, part in (
            ("overall", cohort.overall),
            ("liver", cohort.liver),
            ("overall_confirmed", cohort.overall_confirmed),
        )
        if part is not None and not (name == "overall_confirmed" and cohort.options.confirmed)
    ]
    total = len(cohort.patients)
    headers = [
        text("tables.best_response", language),
        *(text(f"tables.compartment.{name}", language) for name, _ in parts),
    ]
    rows = [
        [
            text(f"tables.category.{category}", language),
            *(count_percent(part.counts.get(category, 0), total) for _, part in parts),
        ]
        for category in CATEGORIES
        if category in {"CR", "PR", "SD", "PD", "NE"}
        or any(part.counts.get(category, 0) for _, part in parts)
    ]

    def rates(name: str, values: list[Rate]) -> list[str]:
        return [text(f"tables.{name}", language), *(printed_rate(value) for value in values)]

    rows.append(rates("orr", [part.orr for _, part in parts]))
    rows.append(rates("dcr", [part.dcr for _, part in parts]))
    benefits = [part.benefit for _, part in parts]
    if any(benefits):
        rows.append(
            [
                text("response_tables.benefit", language, days=cohort.options.benefit_days),
                *(MISSING if value is None else printed_rate(value) for value in benefits),
            ]
        )
    notes = [options_note(cohort.options, language)]
    if cohort.options.criteria != RECIST:
        notes.append(text(f"response_tables.exploratory.{cohort.options.criteria}", language))
    if not any(benefits):
        notes.append(text("response_tables.benefit_unknown", language))
    if cohort.better_in_liver:
        notes.append(
            text(
                "tables.better_in_liver",
                language,
                n=len(cohort.better_in_liver),
                patients=listed(list(cohort.better_in_liver), language),
            )
        )
    notes += worded(cohort.messages, language)
    criteria = f"@response_tables.criteria.{cohort.options.criteria}"
    title = text("tables.best_response_title", language, criteria=criteria)
    return Table("best_response", title, framed(rows, headers), tuple(notes))


def cross_cells(cohort: CohortResponse) -> list[list[CrossCell]]:
    """The cells of ``cross_table`` by rows with at least one patient, empty ones too."""
    seen = {cell.overall for cell in cohort.cross_table} | {c.liver for c in cohort.cross_table}
    shown = [category for category in CATEGORIES if category in seen]
    found = {(cell.overall, cell.liver): cell for cell in cohort.cross_table}
    rows = [
        [found.get((overall, liver), CrossCell(overall, liver, ())) for liver in shown]
        for overall in shown
    ]
    return [row for row in rows if any(cell.patient_ids for cell in row)]


def cross_table(cohort: CohortResponse, language: Language) -> Table:
    """Overall best response (rows) against that of the liver (columns), in patients."""
    cells = cross_cells(cohort)
    headers = [
        text("tables.overall_by_liver", language),
        *(text("tables.liver_category", language, category=cell.liver) for cell in cells[0]),
        text("common.total", language),
    ]
    rows = []
    for row in cells:
        counts = [len(cell.patient_ids) for cell in row]
        rows.append([row[0].overall, *(str(n) if n else "·" for n in counts), str(sum(counts))])
    title = text("tables.cross_title", language)
    return Table("overall_by_liver", title, framed(rows, headers))


def patient_table(cohort: CohortResponse, language: Language) -> Table:
    """One line a patient: best responses, best change, first progression and its site."""
    headers = [
        text("common.patient", language),
        text("tables.best_response", language),
        text("tables.compartment.liver", language),
        text("tables.best_confirmed", language),
        text("tables.best_change", language),
        text("tables.first_progression", language),
        text("tables.progression_site", language),
        text("response_tables.liver_progression", language),
        text("response_tables.why", language),
        text("tables.rules", language),
        text("tables.remarks", language),
    ]
    rows = [_patient_line(patient, language) for patient in cohort.patients]
    title = text("tables.patients_title", language)
    notes = (options_note(cohort.options, language), text("response_tables.rules_note", language))
    return Table("patient_responses", title, framed(rows, headers), notes)


def deciding_visit(patient: PatientResponse, compartment: Compartment) -> Assessment | None:
    """The visit that explains the best response; the first visit if none has that category."""
    is_liver = compartment == "liver"
    best = patient.best_liver if is_liver else patient.best
    visits = (patient.liver if is_liver else patient.overall).assessments
    found = next((one for one in visits if one.dated_response == best), None)
    return found or next(iter(visits), None)


def _patient_line(patient: PatientResponse, language: Language) -> list[str]:
    site, sign = patient.progression_site, patient.liver_progression
    visit = deciding_visit(patient, "overall")
    return [
        patient.patient_id,
        patient.best,
        patient.best_liver,
        patient.best_confirmed or MISSING,
        _signed(patient.best_change_percent),
        day(patient.first_pd_date),
        MISSING if site is None else text(f"tables.site.{site}", language),
        MISSING if sign is None else text(f"response_tables.liver_sign.{sign}", language),
        MISSING if visit is None else say(visit.reason, language),
        MISSING if visit is None else ", ".join(visit.rules),
        " ".join(worded(patient.messages, language)),
    ]


def _category(code: str, language: Language) -> str:
    return text("tables.not_applicable", language) if code == NOT_APPLICABLE else code


def _signed(value: float | None) -> str:
    if value is None:
        return MISSING
    return ("+" if value > 0 else "") + number(value) + "%"
