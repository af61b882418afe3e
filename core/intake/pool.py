"""The records of all sheets, and which source rows have been set aside for what reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import Fact
from core.intake.cells import Cell, cell_text, full_text
from core.intake.findings import with_facts
from core.intake.records import Record, SheetReading, Source
from core.results.common import Finding, FindingKind, Severity
from core.results.intake import ColumnMatch
from core.rules.columns import LABS_WIDE


@dataclass(slots=True)
class Pool:
    """All that was read of an upload while it is being checked."""

    readings: Sequence[SheetReading]
    errors: dict[Source, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)
    kept_out: frozenset[str] = frozenset()
    """Patients whose row of the patient table a person has set aside."""
    _by_index: dict[int, SheetReading] = field(default_factory=dict)
    _by_table: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    _cells: dict[Source, tuple[Cell, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for reading in self.readings:
            self._by_index[reading.index] = reading
            for row in reading.sheet.rows:
                self._cells[reading.index, row.line] = row.cells
            for line, problems in reading.errors.items():
                self.errors[reading.index, line].extend(problems)
            self.findings.extend(reading.findings)
            for record in reading.records:
                self._by_table[record.table].append(record)

    def records(self, table: str) -> list[Record]:
        """Records of a table whose source row has not been set aside."""
        errors = self.errors
        return [record for record in self._by_table[table] if record.source not in errors]

    def all_records(self, table: str) -> Sequence[Record]:
        """Records of a table, those of rows set aside included."""
        return self._by_table[table]

    def drop(self, table: str, records: Iterable[Record]) -> None:
        """Take out records that another one of the same key has taken up."""
        dropped = set(map(id, records))
        if dropped:
            kept = [record for record in self._by_table[table] if id(record) not in dropped]
            self._by_table[table] = kept

    def tables(self) -> list[str]:
        """Tables that some sheet gives, in order of appearance."""
        found = [reading.mapping.table for reading in self.readings]
        return list(dict.fromkeys([*found, *(t for t, rows in self._by_table.items() if rows)]))

    def _match(self, record: Record, name: str) -> ColumnMatch | None:
        reading = self._by_index[record.source[0]]
        if record.derived and name == "lab_value":
            return reading.column(LABS_WIDE, str(record.values.get("lab_test")))
        found = reading.column(record.table, name)
        if found is None and name == "patient_id":
            return reading.column(reading.mapping.table, name)
        return found

    def header(self, record: Record, name: str) -> str:
        """The header of a field as the user wrote it; the field's name if it has no column."""
        match = self._match(record, name)
        return match.header if match else name

    def shown(self, record: Record, name: str) -> str:
        """The cell of a field as found; the value read if it has no column of its own."""
        match = self._match(record, name)
        if match is None:
            return cell_text(record.values.get(name))  # type: ignore[arg-type]
        reading = self._by_index[record.source[0]]
        if match.position in reading.hidden:
            return ""
        return cell_text(self._cells[record.source][match.position])

    def is_merged(self, record: Record, name: str) -> bool:
        """Whether the field's cell lies under a merged cell."""
        match = self._match(record, name)
        reading = self._by_index[record.source[0]]
        lines = reading.sheet.merged_lines.get(match.position, frozenset()) if match else ()
        return record.source[1] in lines

    def sheet_name(self, record: Record) -> str:
        return self._by_index[record.source[0]].sheet.name

    def _finding(
        self, record: Record, name: str, code: str, severity: Severity, kind: FindingKind,
        facts: Mapping[str, Fact],
    ) -> Finding:  # fmt: skip
        return with_facts(
            Finding(
                severity, code, record.table, self.sheet_name(record), record.source[1],
                self.header(record, name), self.shown(record, name), kind,
                full_text(record.values.get("patient_id")),  # type: ignore[arg-type]
            ),
            **facts,
        )  # fmt: skip

    def set_aside(self, record: Record, name: str, code: str, **facts: Fact) -> None:
        """Set the record's source row aside, for a reason found at one of its fields."""
        finding = self._finding(record, name, code, Severity.ERROR, FindingKind.PROBLEM, facts)
        if finding not in self.errors[record.source]:
            self.errors[record.source].append(finding)

    def warn(self, record: Record, name: str, code: str, **facts: Fact) -> None:
        """Keep the row and say what is odd about it."""
        self.findings.append(
            self._finding(record, name, code, Severity.WARNING, FindingKind.PROBLEM, facts)
        )

    def remark(self, record: Record, name: str, code: str, **facts: Fact) -> None:
        """Keep the row and note something about it."""
        self.findings.append(
            self._finding(record, name, code, Severity.INFO, FindingKind.NOTE, facts)
        )

    def patient_of(self, source: Source) -> str:
        """The patient's number in a source row, as found."""
        reading = self._by_index[source[0]]
        match = reading.column(reading.mapping.table, "patient_id")
        return full_text(self._cells[source][match.position]).strip() if match else ""

    def cells(self, source: Source) -> Iterable[tuple[str, str]]:
        """Headers and cells of a source row, without those that identify a person."""
        reading = self._by_index[source[0]]
        for position, header in enumerate(reading.sheet.headers):
            if position not in reading.hidden:
                yield header, cell_text(self._cells[source][position])
