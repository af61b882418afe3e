"""Sheets to a validated study with every finding, not just the first.

The only place that makes ``PatientFrame`` tables. Rows are kept or set aside as a whole;
rows read = rows accepted + rows set aside, always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from core.errors import EmptyCohort
from core.intake.birth import settle_birth_dates
from core.intake.cells import Sheet, UploadedFile, cell_text
from core.intake.checks import (
    check_baseline,
    check_duplicates,
    check_future,
    check_orphans,
    check_sessions,
    check_similar_ids,
)
from core.intake.collector import collector_resting
from core.intake.columns import recognise_columns
from core.intake.confirming import remembered_mappings
from core.intake.corrections import KeptOut, decided_sheets
from core.intake.course_checks import check_course
from core.intake.findings import folded
from core.intake.frames import build_study
from core.intake.identity import identifier_in
from core.intake.model_check import check_models
from core.intake.outcome_checks import check_after_death, check_order, check_status, check_times
from core.intake.personal import personal_of
from core.intake.pool import Pool
from core.intake.pseudonyms import Pseudonyms, new_key
from core.intake.read import files_at, read_files
from core.intake.readable import readable_sheets
from core.intake.records import Source
from core.intake.repeated import check_repeated
from core.intake.screened import Screened, answers_of
from core.intake.screening import screen
from core.intake.settings import read_cutoff
from core.intake.sheet_records import read_sheet
from core.intake.unit_questions import unit_answers
from core.intake.waivers import with_waivers
from core.results.common import Finding, Message, Severity
from core.results.decisions import NO_DECISIONS, Decisions
from core.results.intake import (
    Confidence,
    Intake,
    Progress,
    SetAsideRow,
    SheetMapping,
    TableCount,
    UnitQuestion,
    unheard,
)
from core.rules.columns import STUDY
from core.schema import TABLES, StudyData


def _checked(pool: Pool, today: date, at_table: Callable[[str], None]) -> None:
    """Run every rule; those that need other rows see only what the earlier ones accepted."""
    for table in pool.tables():
        at_table(table)
        check_models(pool, table, pool.records(table))
    at_table("")
    for table in pool.tables():
        check_duplicates(pool, table)
    check_similar_ids(pool)
    check_future(pool, today)
    check_status(pool)
    check_order(pool)
    check_times(pool)
    check_orphans(pool)
    check_after_death(pool)
    check_sessions(pool)
    check_course(pool)
    check_repeated(pool)
    check_baseline(pool)
    check_orphans(pool)


def _counts(pool: Pool, data: StudyData, kept_out: Sequence[KeptOut]) -> tuple[TableCount, ...]:
    counts = []
    by_hand = Counter(one.reason.table for one in kept_out)
    for table, frame in data.tables.items():
        sources = [
            (reading.index, row.line)
            for reading in pool.readings
            if reading.mapping.table == table
            for row in reading.sheet.rows
        ]
        aside = sum(source in pool.errors for source in sources)
        hand = by_hand[table]
        counts.append(
            TableCount(table, len(sources) + hand, len(sources) - aside, aside + hand, len(frame))
        )
    return tuple(counts)


def _set_aside(pool: Pool, kept_out: Sequence[KeptOut]) -> tuple[SetAsideRow, ...]:
    tables = {reading.index: reading for reading in pool.readings}

    def row(source: Source, reasons: Sequence[Finding]) -> SetAsideRow:
        reading = tables[source[0]]
        return SetAsideRow(
            reading.mapping.table, reading.sheet.name, source[1], pool.patient_of(source),
            tuple(reasons), tuple(pool.cells(source)),
        )  # fmt: skip

    def by_hand(one: KeptOut) -> SetAsideRow:
        reading = tables[one.index]
        cells = tuple(
            (header, cell_text(cell))
            for position, (header, cell) in enumerate(
                zip(reading.sheet.headers, one.row.cells, strict=True)
            )
            if position not in reading.hidden and not identifier_in(cell)
        )
        return SetAsideRow(
            reading.mapping.table, reading.sheet.name, one.row.line, one.patient_id,
            (one.reason,), cells,
        )  # fmt: skip

    found = {source: row(source, reasons) for source, reasons in pool.errors.items()}
    found |= {(one.index, one.row.line): by_hand(one) for one in kept_out}
    return tuple(found[source] for source in sorted(found))


def validate_study(
    sheets: Sequence[Sheet],
    mappings: Sequence[SheetMapping] | None = None,
    decisions: Decisions = NO_DECISIONS,
    *,
    today: date | None = None,
    pseudonyms: Pseudonyms | None = None,
    progress: Progress = unheard,
) -> Intake:
    """The study that the sheets hold, every finding, and the fate of every row.

    Args:
        sheets: as ``read_files`` gives them.
        mappings: one a sheet, as ``recognise_columns`` gives them or as a person changed
            them; None = recognised here.
        decisions: what people decided about this upload; corrections are laid over the
            sheets before they are read, rows set aside by hand aren't read at all.
        today: dates after it are refused; None = the computer's date.
        pseudonyms: codes of the study that the upload belongs to; None = of a key of its own.
        progress: told before each sheet, table and set of rules.

    Returns:
        Frames of the accepted rows only. Laboratory values keep the unit in which they were
        reported; body measures and times are in the schema's units, each conversion recorded.

    Raises:
        UnusableFile: no sheet holds a patient table with rows, or its patient column can't
            be used; nothing is to be kept.
    """
    if mappings is None:
        mappings = [recognise_columns(sheet) for sheet in sheets]
    codes = pseudonyms or Pseudonyms(new_key())
    screened = screen(sheets, mappings, decisions, codes)
    return check_screened(screened, decisions, codes, today, progress)


@collector_resting()
def check_screened(
    screened: Screened,
    decisions: Decisions,
    codes: Pseudonyms,
    today: date | None = None,
    progress: Progress = unheard,
) -> Intake:
    """The study that screened sheets hold; see ``validate_study``.

    Corrections and rows set aside by hand name places in the screened sheets, so that nothing
    that identifies a person stands in a decision.
    """
    sheets, mappings = screened.sheets, screened.mappings
    decided = decided_sheets(sheets, mappings, decisions)
    readings, findings = readable_sheets(decided.sheets, mappings)
    findings = [*screened.findings, *findings]
    kept_out = decided.kept_out
    cutoff: date | None = None
    for sheet, mapping in zip(decided.sheets, mappings, strict=True):
        # The sheet of settings has keys and values, no header to recognise.
        findings.extend(
            found
            for found in sheet.findings
            if mapping.table != STUDY or found.code != "header_not_recognised"
        )
        if mapping.table == STUDY:
            stated, remarks = read_cutoff(sheet)
            cutoff = stated or cutoff
            findings.extend(remarks)
    answers = unit_answers(decisions)
    # Each sheet, each table that some sheet may give, the rules between rows, the frames.
    steps = len(readings) + len(TABLES) + 2
    asked: list[UnitQuestion] = []
    for done, reading in enumerate(readings):
        progress(Message.of("intake.stage.reading_sheet", sheet=reading.sheet.name), done, steps)
        asked += read_sheet(reading, answers)
    pool = Pool(
        readings,
        kept_out=frozenset(one.patient_id for one in kept_out if one.reason.table == "patients"),
    )
    remaining = iter(range(len(readings), steps))

    def at_table(table: str) -> None:
        if table:
            progress(Message.of(f"intake.stage.table.{table}"), next(remaining), steps)
        else:
            progress(Message.of("intake.stage.between_rows"), steps - 2, steps)

    _checked(pool, today or date.today(), at_table)
    births = settle_birth_dates(pool, answers_of(decisions))
    progress(Message.of("intake.stage.keeping"), steps - 1, steps)
    data = build_study(pool, cutoff)
    errors = [finding for _, reasons in sorted(pool.errors.items()) for finding in reasons]
    aside = _set_aside(pool, kept_out)
    rows_read = sum(len(reading.sheet.rows) for reading in readings) + len(kept_out)
    by_hand = [*decided.findings, *(one.reason for one in kept_out)]
    said = [*findings, *by_hand, *errors, *folded(pool.findings)]
    return Intake(
        data=data,
        findings=with_waivers(said, decisions.waivers, sheets),
        rows_read=rows_read,
        rows_accepted=rows_read - len(aside),
        rows_set_aside=len(aside),
        tables=_counts(pool, data, kept_out),
        mappings=tuple(mappings),
        set_aside=aside,
        decisions=decisions,
        hidden=frozenset(
            (sheet.name, match.position)
            for sheet, mapping in zip(sheets, mappings, strict=True)
            for match in mapping.columns
            if match.confidence is Confidence.IDENTIFIER
        ),
        personal=personal_of(screened, births, pool, codes, decisions),
        unit_questions=tuple(asked),
    )


def read_study(
    source: Sequence[Path | UploadedFile],
    today: date | None = None,
    decisions: Decisions = NO_DECISIONS,
    progress: Progress = unheard,
    earlier: Sequence[SheetMapping] = (),
) -> Intake:
    """Files on disk or as uploaded, to a validated study.

    Args:
        source: workbooks, CSV files, or folders of them.
        earlier: what people said of sheets and columns of an earlier file.
        decisions, progress: as for ``validate_study``.

    Raises:
        UnusableFile: as ``read_files`` and ``validate_study``.
    """
    uploads = [item for item in source if isinstance(item, UploadedFile)]
    paths = [item for item in source if isinstance(item, Path)]
    sheets = read_files([*uploads, *files_at(paths)], progress)
    mappings = remembered_mappings(sheets, [recognise_columns(one) for one in sheets], earlier)
    return validate_study(sheets, mappings, decisions, today=today, progress=progress)


def analysable(intake: Intake) -> Intake:
    """The same, if anybody is left to analyse.

    Raises:
        EmptyCohort: every row of the patients' table was set aside.
    """
    if len(intake.data.table("patients")):
        return intake
    errors = sum(finding.severity is Severity.ERROR for finding in intake.findings)
    raise EmptyCohort("nothing_accepted", rows=intake.rows_set_aside, errors=errors)
