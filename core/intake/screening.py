"""Personal identifiers taken out of an upload before anything of it is read.

Whatever is read, shown, stored or exported later comes from the screened sheets, so that no
finding, table or workbook can carry an identifier.

Source: GB/T 35273-2020 (personal information is de-identified before use).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.errors import Fact
from core.intake.cells import Cell, Sheet, SheetRow, full_text, is_empty
from core.intake.collector import collector_resting
from core.intake.columns import names_a_person
from core.intake.findings import problem, with_facts
from core.intake.identity import commonest_identifier, filled_cells, identifier_in, is_rounded
from core.intake.keys import readable_keys
from core.intake.links import Link, doubtful, linked_sheets, unlinked, without_link
from core.intake.personal_text import TAKEN_OUT, kind_of, names_among, taken_out
from core.intake.pseudonyms import Pseudonyms
from core.intake.screened import Screened, answers_of, without_header_remark
from core.intake.shared_identifiers import shared_identifiers
from core.results.common import Finding, FindingKind, Severity
from core.results.decisions import Decisions, IdentifierAnswer, IdentifierChoice
from core.results.intake import ColumnMatch, Confidence, PersonalColumn, SheetMapping
from core.rules.columns import IDENTIFIER
from core.schema import TABLES

SHOWN_CELLS = 20
"""Cells of one column named singly; the rest are counted."""


def _personal_kind(match: ColumnMatch, filled: Counter[Cell]) -> str:
    if not match.header or match.field == "birth_date":
        return ""
    # A mapping from an earlier look must not let a column through whose header names persons.
    if match.confidence is Confidence.IDENTIFIER or names_a_person(match.header):
        return kind_of(filled) or "header"
    is_field = match.used and match.field != "patient_id"
    return commonest_identifier(filled) if is_field else kind_of(filled)


class _Sheet:
    """One sheet on its way through the screening."""

    def __init__(
        self, index: int, sheet: Sheet, mapping: SheetMapping, screened: Screened,
        answers: Mapping[tuple[str, str], IdentifierAnswer], codes: Pseudonyms,
    ) -> None:  # fmt: skip
        self.index, self.sheet, self.mapping, self.screened = index, sheet, mapping, screened
        self.answers, self.codes = answers, codes
        self.changes: dict[int, dict[Cell, Cell]] = {}
        """By column position: cells that become others."""
        self.matches = {match.position: match for match in mapping.columns}
        self.names: frozenset[str] = frozenset()
        self.link: Link | None = None
        self.looked: dict[int, tuple[Counter[Cell], str]] = {}

    def look(self, key: int | None) -> frozenset[str]:
        """Sort the columns by what they hold; returns the names that they tell.

        Args:
            key: position of a key column that becomes pseudonyms.
        """
        names: frozenset[str] = frozenset()
        for position in range(len(self.sheet.headers)):
            match = self.matches.get(position) or ColumnMatch(position, "")
            filled = filled_cells(row.cells[position] for row in self.sheet.rows)
            kind = _personal_kind(match, filled)
            if kind in ("name", "header"):
                names |= names_among(filled)
            if (
                kind
                or position == key
                or any(isinstance(cell, str) or identifier_in(cell) for cell in filled)
            ):
                self.looked[position] = (filled, kind)
        return names

    def run(
        self, key: int | None, names: frozenset[str], link: Link | None = None
    ) -> tuple[Sheet, SheetMapping]:
        """The screened sheet.

        Args:
            key: position of a key column that becomes pseudonyms.
            names: of persons, told anywhere in the upload.
            link: how an identifier leads to the patients' numbers.
        """
        self.names, self.link = names, link
        headers = tuple(full_text(self._above(header)) for header in self.sheet.headers)
        self.matches = {
            at: replace(match, header=headers[at]) for at, match in self.matches.items()
        }
        self.sheet = replace(self.sheet, headers=headers)
        for position, (filled, kind) in self.looked.items():
            match = self.matches.get(position) or ColumnMatch(position, "")
            is_key = match.used and match.field == "patient_id"
            if link is not None and position == link.position:
                self._linked(link, match, filled, kind)
            elif position == key:
                self._key(match, filled)
            elif not kind:
                self._texts(match, filled)
            elif not is_key or names_a_person(match.header):
                self._column(match, kind, filled)
        if key is not None or link is not None:
            self.sheet = replace(self.sheet, findings=without_header_remark(self.sheet))
        return self._changed(), replace(
            self.mapping, columns=tuple(self.matches[at] for at in sorted(self.matches))
        )

    def _place(self, match: ColumnMatch) -> dict[str, str | int | None]:
        table = self.mapping.table if self.mapping.table in TABLES else ""
        return {"table": table, "sheet": self.sheet.name, "column": match.header}

    def _pseudonyms(self, filled: Counter[Cell]) -> dict[Cell, Cell]:
        self.codes.add(full_text(cell) for cell in filled)
        return {cell: self.codes.code(full_text(cell)) for cell in filled}

    def _key(self, match: ColumnMatch, filled: Counter[Cell]) -> None:
        if any(is_rounded(cell) for cell in filled):
            return  # refused when the column is read: two patients could share a number
        kind = _personal_kind(match, filled) or "header"
        self.changes[match.position] = self._pseudonyms(filled)
        self._report(match, "identifier_pseudonymised", IdentifierChoice.PSEUDONYM, filled, kind)

    def _linked(self, link: Link, match: ColumnMatch, filled: Counter[Cell], kind: str) -> None:
        """Lead the rows to the patients that another sheet gives for their identifiers."""
        answer = self.answers.get((self.sheet.name, match.header))
        if answer is not None and answer.choice is IdentifierChoice.KEEP:
            self._keep(match)
            self._report(match, "identifier_kept", IdentifierChoice.KEEP, filled, kind, answer)
        else:
            self._report(match, "identifier_linked", IdentifierChoice.DROP, filled, kind)
        self.screened.findings += doubtful(link, self._place(match))
        self.changes[match.position] = {cell: link.to.get(cell) for cell in filled}

    def _keep(self, match: ColumnMatch) -> None:
        self.screened.kept += [
            (self.index, row.line, match.header, cell)
            for row in self.sheet.rows
            if not is_empty(cell := row.cells[match.position])
        ]

    def _column(self, match: ColumnMatch, kind: str, filled: Counter[Cell]) -> None:
        own = self.mapping.table == "patients"
        answer = self.answers.get((self.sheet.name, match.header))
        choice = answer.choice if answer else IdentifierChoice.DROP
        if choice is IdentifierChoice.PSEUDONYM and own:
            self.changes[match.position] = self._pseudonyms(filled)
            self.matches[match.position] = ColumnMatch(match.position, match.header)
            self._report(match, "identifier_pseudonymised", choice, filled, kind)
            return
        if choice is IdentifierChoice.KEEP and answer is not None:
            self._keep(match)
            self._report(match, "identifier_kept", choice, filled, kind, answer)
        else:
            by_header = names_a_person(match.header)
            code = "identifier_dropped" if by_header else "identifier_values_dropped"
            self._report(match, code, IdentifierChoice.DROP, filled, kind)
        self.changes[match.position] = dict.fromkeys(filled)
        self.matches[match.position] = replace(
            match, table="patients", field=IDENTIFIER, unit="", confidence=Confidence.IDENTIFIER,
            codebook=(), sequence=None,
        )  # fmt: skip

    def _report(
        self, match: ColumnMatch, code: str, choice: IdentifierChoice, filled: Counter[Cell],
        kind: str, answer: IdentifierAnswer | None = None,
    ) -> None:  # fmt: skip
        is_key = match.used and match.field == "patient_id" and self.link is None
        self.screened.columns.append(
            PersonalColumn(
                self.sheet.name, match.header, kind, filled.total(), choice, is_key,
                is_key or self.mapping.table == "patients",
            )
        )  # fmt: skip
        is_done = choice is IdentifierChoice.PSEUDONYM or code == "identifier_linked"
        finding = Finding(
            Severity.INFO if is_done else Severity.WARNING, code,
            kind=FindingKind.CONVERTED if is_done else FindingKind.PROBLEM,
            **self._place(match),  # type: ignore[arg-type]
        )  # fmt: skip
        facts: dict[str, Fact] = {"n": filled.total()} if is_done else {}
        if self.link is not None and code == "identifier_linked":
            facts["other"] = self.link.source
        if answer is not None:
            signed = answer.signed
            finding = with_facts(finding, by=signed.by, reason=signed.reason)
        self.screened.findings.append(with_facts(finding, **facts))

    def _texts(self, match: ColumnMatch, filled: Counter[Cell]) -> None:
        """Take identifiers out of single cells."""
        found: dict[Cell, Cell] = {}
        is_text = match.used and match.field != "patient_id"
        for cell in filled:
            if isinstance(cell, str):
                text, kinds = taken_out(cell, self.names)
                if kinds:
                    left = text.strip()
                    found[cell] = None if left == TAKEN_OUT and not is_text else left
            elif identifier_in(cell):
                found[cell] = TAKEN_OUT if is_text else None
        if not found:
            return
        if match.used and match.field == "patient_id":
            found = dict.fromkeys(found)
        self.changes[match.position] = found
        lines = [row.line for row in self.sheet.rows if row.cells[match.position] in found]
        self.screened.texts += len(lines)
        for line in lines[:SHOWN_CELLS]:
            self.screened.findings.append(
                problem(Severity.WARNING, "identifier_in_text", row=line, **self._place(match))
            )
        if len(lines) > SHOWN_CELLS:
            self.screened.findings.append(
                with_facts(
                    problem(Severity.WARNING, "identifiers_in_texts", **self._place(match)),
                    n=len(lines) - SHOWN_CELLS,
                )
            )

    def _changed(self) -> Sheet:
        sheet = self.sheet
        preface = tuple(tuple(self._above(cell) for cell in cells) for cells in sheet.preface)
        rows = sheet.rows
        if self.changes or any(row.problems for row in rows):
            rows = tuple(self._row(row) for row in rows)
        findings = tuple(self._said(one) for one in sheet.findings)
        return replace(sheet, rows=rows, preface=preface, findings=findings)

    def _said(self, finding: Finding) -> Finding:
        """The remark of the reading step without the identifiers that it quotes."""
        facts = tuple(
            (name, taken_out(fact, self.names)[0] if isinstance(fact, str) else fact)
            for name, fact in finding.facts
        )
        return replace(finding, value=taken_out(finding.value, self.names)[0], facts=facts)

    def _row(self, row: SheetRow) -> SheetRow:
        cells = list(row.cells)
        for position, becomes in self.changes.items():
            cells[position] = becomes.get(cells[position], cells[position])
        problems = tuple(self._said(one) for one in row.problems)
        if self.link is not None:
            place = self._place(self.matches[self.link.position])
            problems += unlinked(self.link, row, place)
        return SheetRow(row.line, tuple(cells), problems)

    def _above(self, cell: Cell) -> Cell:
        kinds: tuple[str, ...] = ()
        text: Cell = None
        if isinstance(cell, str):
            text, kinds = taken_out(cell, self.names)
        elif identifier_in(cell):
            kinds = ("number",)
        if not kinds:
            return cell
        self.screened.texts += 1
        self.screened.findings.append(
            problem(Severity.WARNING, "identifier_above_table", sheet=self.sheet.name)
        )
        return text


@collector_resting()
def screen(
    sheets: Sequence[Sheet], mappings: Sequence[SheetMapping], decisions: Decisions,
    codes: Pseudonyms,
) -> Screened:  # fmt: skip
    """The sheets without personal identifiers, by what people decided; default: dropped.

    Args:
        codes: of the study; identifiers met for the first time are added.
    """
    answers = answers_of(decisions)
    screened = Screened()
    mappings, keys = readable_keys(sheets, mappings, answers)
    mappings, links = linked_sheets(sheets, mappings, keys, codes)
    screened.findings += shared_identifiers(sheets, mappings)
    looked = [
        _Sheet(index, sheet, mapping, screened, answers, codes)
        for index, (sheet, mapping) in enumerate(zip(sheets, mappings, strict=True))
    ]
    told = [one.look(keys.get(one.index)) for one in looked]
    names = frozenset[str]().union(*told)
    for one in looked:
        link = links.get(one.index)
        if link is None and one.index not in keys and len(sheets) > 1:
            screened.findings += without_link(one.sheet, one.mapping)
        changed, seen = one.run(keys.get(one.index), names, link)
        screened.sheets.append(changed)
        screened.mappings.append(seen)
    return screened
