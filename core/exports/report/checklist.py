"""STROBE and REMARK, item by item: answered by a section of the report, or left to the authors."""

from __future__ import annotations

from collections.abc import Collection

from core.exports.tables.table import Table, framed
from core.rules.reporting import Guideline, guidelines
from core.text.catalogue import Language, text


def checklist_tables(answered: Collection[str], language: Language) -> tuple[Table, ...]:
    """One table a guideline.

    Args:
        answered: codes of the sections that the study's data fill.
    """
    return tuple(_table(one, answered, language) for one in guidelines())


def _table(guideline: Guideline, answered: Collection[str], language: Language) -> Table:
    headers = [text(f"reporting.table.{name}", language) for name in ("number", "topic", "status")]
    rows = []
    filled = 0
    for item in guideline.items:
        if not item.section:
            status = text("reporting.status.authors", language)
        elif item.section in answered:
            filled += 1
            section = text(f"report.section.{item.section}", language)
            status = text("reporting.status.filled", language, section=section)
        else:
            status = text("reporting.status.lacking", language)
        topic = text(f"reporting.{guideline.name}.{item.number}", language)
        rows.append([item.number, topic, status])
    note = text("reporting.lead.counts", language, filled=filled, total=len(guideline.items))
    title = text(f"reporting.name.{guideline.name}", language)
    return Table(guideline.name, title, framed(rows, headers), (note,))
