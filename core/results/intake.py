"""What intake hands over: validated tables, findings, and the fate of every row read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.results.common import Finding, Message
from core.results.decisions import NO_DECISIONS, Decisions, IdentifierChoice
from core.schema import StudyData

Progress = Callable[[Message, int, int], None]
"""Told what is being done now, how many steps are done, and of how many."""


def unheard(stage: Message, done: int, of: int) -> None:
    """Progress that nobody waits for."""


class Confidence(StrEnum):
    """How sure it is that a header means a column."""

    EXACT = "exact"
    CONFIRMED = "confirmed"
    """Set by a person."""
    SUGGESTED = "suggested"
    """Looks like it; not used until a person confirms."""
    UNKNOWN = "unknown"
    IDENTIFIER = "identifier"
    """Identifies a person; dropped."""
    OWN = "own"
    """Set by a person to be no field: a variable of the user's own, or unused."""
    CLASH = "clash"
    """A second column for the same field; not used."""


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column of a sheet and the field that it fills.

    Attributes:
        position: 0-based place among the sheet's columns.
        header: as written in the user's file.
        table, field: canonical names; ``labs_wide`` with an analyte's code for a laboratory
            test that stands as a column; "" if unknown.
        unit: unit written in the header, in canonical spelling; "" = none.
        codebook: meanings of codes written in the header, e.g. ``(("1", "男"), ("2", "女"))``.
        sequence: number of the session for "date of the n-th HAIC" columns, else None.
        remembered: the meaning was set for an earlier file of the same study.
    """

    position: int
    header: str
    table: str = ""
    field: str = ""
    unit: str = ""
    confidence: Confidence = Confidence.UNKNOWN
    codebook: tuple[tuple[str, str], ...] = ()
    sequence: int | None = None
    remembered: bool = False

    @property
    def used(self) -> bool:
        return self.confidence in (Confidence.EXACT, Confidence.CONFIRMED)


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """The table that a sheet holds and what each of its columns means.

    ``table`` is "" for a sheet that holds no table of the study, ``study`` for the sheet of
    study settings. ``wide_labs``: laboratory tests stand as columns.

    Attributes:
        by_hand: a person said which table it is, or that the sheet is not used.
        remembered: the table was said for an earlier file of the same study.
    """

    sheet: str
    table: str
    columns: tuple[ColumnMatch, ...] = ()
    by_hand: bool = False
    remembered: bool = False

    @property
    def wide_labs(self) -> bool:
        return any(column.used and column.table == "labs_wide" for column in self.columns)


@dataclass(frozen=True, slots=True)
class TableCount:
    """Rows of one table: read + derived from another table's columns = accepted + set aside.

    ``rows`` is the length of the validated frame; it differs from ``rows_accepted`` where a
    sheet in wide form gave several rows (or another table) from one.
    """

    table: str
    rows_read: int
    rows_accepted: int
    rows_set_aside: int
    rows: int


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """One row that was not stored, with the reasons and its cells as found.

    Columns that identify a person are left out of ``cells``.
    """

    table: str
    sheet: str
    row: int
    patient_id: str
    reasons: tuple[Finding, ...]
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """A column that identifies persons, and what became of it.

    Attributes:
        kind: by what it is recognised: ``header``, ``card``, ``phone``, ``email``, ``name``,
            ``address`` or ``birth_date``.
        cells: filled cells.
        is_key: the column names the patients; without it the sheet can't be read.
        is_storable: pseudonyms of it would have a place in the study.
    """

    sheet: str
    column: str
    kind: str
    cells: int
    choice: IdentifierChoice
    is_key: bool = False
    is_storable: bool = True


@dataclass(frozen=True, slots=True)
class KeptIdentifier:
    """One identifier that a named person decided to keep; stored apart from the tables."""

    patient_id: str
    sheet: str
    column: str
    row: int
    value: str


@dataclass(frozen=True, slots=True)
class Personal:
    """What an upload held of personal identifiers.

    Attributes:
        columns: identifying columns, in the order of the upload.
        texts: cells of which identifiers were taken out.
        kept: identifiers kept by decision.
        codes: HMAC (hexadecimal) and pseudonym of each identifier replaced; no identifiers.
        keep_originals: the uploaded files may be stored byte for byte: they hold no
            identifier that was found, or a named person decided so.
    """

    columns: tuple[PersonalColumn, ...] = ()
    texts: int = 0
    kept: tuple[KeptIdentifier, ...] = field(default=(), repr=False)
    codes: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    keep_originals: bool = True

    @property
    def found(self) -> bool:
        return bool(self.columns or self.texts)


@dataclass(frozen=True, slots=True)
class FittingUnit:
    """A unit in which the values of a column would be usual.

    Attributes:
        n_usual: values that are usual in it.
        factor: value in ``UnitQuestion.canonical`` = value x factor.
    """

    unit: str
    n_usual: int
    factor: float


@dataclass(frozen=True, slots=True)
class UnitQuestion:
    """A column (or a test of a long sheet) whose unit somebody has to state.

    Attributes:
        column: the key of the answer (``UnitAnswer.column``) and of the finding: the header,
            or test and written unit (``HGB [g/L]``) in a long laboratory sheet.
        table, field: where the values belong; ``labs_wide`` with the code of the test.
        assumed: unit in which the values are read so far; "" = none is known.
        is_declared: the file states that unit.
        canonical: unit to which the readings are compared.
        n: values; ``n_usual`` of them are usual in ``assumed``.
        units: every unit that can be answered, the one that fits most first.
        samples: some values as found.
        answer: unit that a person stated; "" = not answered.
    """

    sheet: str
    column: str
    table: str
    field: str
    assumed: str
    is_declared: bool
    canonical: str
    n: int
    n_usual: int
    units: tuple[FittingUnit, ...]
    samples: tuple[float, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that came of an upload; ``rows_read = rows_accepted + rows_set_aside``.

    Attributes:
        decisions: what people decided about the upload, as far as it was given.
        hidden: sheet and position of each column that identifies a person; never shown.
    """

    data: StudyData
    findings: tuple[Finding, ...]
    rows_read: int
    rows_accepted: int
    rows_set_aside: int
    tables: tuple[TableCount, ...]
    mappings: tuple[SheetMapping, ...]
    set_aside: tuple[SetAsideRow, ...]
    decisions: Decisions = NO_DECISIONS
    personal: Personal = field(default_factory=Personal)
    unit_questions: tuple[UnitQuestion, ...] = ()
    hidden: frozenset[tuple[str, int]] = frozenset()


ShownCell = str | int | float | bool | date | datetime | None
"""A cell as it stands in the user's file; None = empty, or hidden because it names a person."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the user's file; ``line`` 1 = first line of the sheet."""

    line: int
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A sheet as the user wrote it, to be written again; ``name`` as findings give it.

    Attributes:
        above: rows over the header, such as a title.
        header_line: line of the header row; 0 = none was found.
        headers: in the order of the cells of each row.
        rows: data rows; notes and totals below the table are not among them.
        hidden: headers of columns left empty because they identify a person.
    """

    name: str
    above: tuple[ShownRow, ...]
    header_line: int
    headers: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    hidden: tuple[str, ...] = ()
