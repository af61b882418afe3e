"""What a report is made of, before it becomes a Word file, slides, a workbook or a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import plotly.graph_objects as go

from core.exports.report.figure_data import FigureData
from core.exports.tables.table import Table
from core.results.audit import AuditCheck
from core.results.cohort import StudyAnalysis
from core.results.common import Finding
from core.results.courses import PatientLane
from core.results.validation import PublishedComparison
from core.text.catalogue import Language

SECTIONS = (
    "study",
    "methods",
    "eligibility",
    "baseline",
    "response",
    "survival",
    "prognosis",
    "safety",
    "validation",
    "audit",
    "reporting",
)
"""Sections that a report can have, in printing order."""


def usual_sections(*, is_example: bool) -> tuple[str, ...]:
    """Sections that are chosen until somebody chooses others.

    Only of the example study the published figures are more than other patients' figures.
    """
    return tuple(code for code in SECTIONS if is_example or code != "validation")


Kind = Literal["table", "figure"]
_MARK = re.compile("\x02(table|figure):([a-z0-9_]+)\x03")


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of a table or figure by its name; its number follows from the report."""

    kind: Kind
    name: str


Paragraph = tuple[str | Reference, ...]
"""Words and references, in order."""


def mention(kind: Kind, name: str) -> str:
    """A fact of a sentence that becomes a reference once the sentence is a paragraph.

    >>> paragraph(f"See {mention('table', 'baseline')}.")
    ('See ', Reference(kind='table', name='baseline'), '.')
    """
    return f"\x02{kind}:{name}\x03"


def paragraph(words: str) -> Paragraph:
    """A sentence with its mentions as references."""
    pieces: list[str | Reference] = []
    at = 0
    for found in _MARK.finditer(words):
        if found.start() > at:
            pieces.append(words[at : found.start()])
        kind: Kind = "table" if found[1] == "table" else "figure"
        pieces.append(Reference(kind, found[2]))
        at = found.end()
    if at < len(words):
        pieces.append(words[at:])
    return tuple(pieces)


@dataclass(frozen=True, slots=True, eq=False)
class ReportFigure:
    """A figure as on the screen, its caption and the numbers behind it.

    Attributes:
        figure: the plotly figure; every writer starts from this object.
        alt: what it shows, for those who can't see it.
    """

    name: str
    title: str
    figure: go.Figure
    data: FigureData
    notes: tuple[str, ...] = ()
    alt: str = ""


Block = Table | ReportFigure


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One part of the report: sentences first, then tables and figures."""

    code: str
    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """A whole report in one language.

    Attributes:
        facts: lines under the title: study, date, convention, version.
        words: the few words that writers print themselves, e.g. "Table", by their key.
    """

    language: Language
    title: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    words: Mapping[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """All tables and figures in their order."""
        for section in self.sections:
            yield from section.blocks

    def tables(self) -> list[Table]:
        """All tables in their order."""
        return [block for block in self.blocks() if isinstance(block, Table)]

    def figures(self) -> list[ReportFigure]:
        """All figures in their order."""
        return [block for block in self.blocks() if isinstance(block, ReportFigure)]

    def number(self, reference: Reference) -> int | None:
        """The printed number of a table or figure; None if this report doesn't have it."""
        items = self.tables() if reference.kind == "table" else self.figures()
        names = [item.name for item in items]
        return names.index(reference.name) + 1 if reference.name in names else None

    def label(self, kind: Kind, number: int) -> str:
        """``Table 1`` or ``Figure 2`` in the language."""
        return f"{self.words[kind]} {number}"

    def heading(self, block: Block) -> str:
        """Label and title of a table or figure, as its caption."""
        kind: Kind = "table" if isinstance(block, Table) else "figure"
        return f"{self.mentioned(Reference(kind, block.name))}  {block.title}"

    def plain(self, pieces: Paragraph) -> str:
        """A paragraph as a string, references as numbers; those of absent parts as a dash."""
        return "".join(
            piece if isinstance(piece, str) else self.mentioned(piece) for piece in pieces
        )

    def mentioned(self, reference: Reference) -> str:
        """A reference in words."""
        number = self.number(reference)
        return self.words["elsewhere"] if number is None else self.label(reference.kind, number)


@dataclass(frozen=True, slots=True, eq=False)
class ReportContent:
    """What a report is written from.

    Attributes:
        study_name: ``"@"`` and a catalogue key, or the study's own name.
        analysis: all results of the study.
        audit: checks of the study's own tables.
        data_hash: SHA-256 of the canonical tables.
        versions: name -> version of what computed the numbers.
        lanes: each patient's time line, for the swimmer plot.
    """

    study_name: str
    analysis: StudyAnalysis
    findings: tuple[Finding, ...]
    comparisons: tuple[PublishedComparison, ...]
    audit: tuple[AuditCheck, ...]
    data_hash: str
    versions: Mapping[str, str]
    made_on: date
    is_example: bool = False
    lanes: tuple[PatientLane, ...] = ()
