"""Tables that lie on their side: patients in columns, fields in rows."""

from __future__ import annotations

from core.errors import UnusableFile
from core.intake.cells import Sheet, cell_text
from core.intake.header_text import is_known_header
from core.results.intake import SheetMapping

_ROWS_SEEN = 50
_FIELDS_IN_ROWS = 3


def check_direction(sheet: Sheet, mapping: SheetMapping) -> None:
    """Refuse a table whose "patients" are names of fields.

    Raises:
        UnusableFile: most of the patients' numbers are known headers.
    """
    match = next(c for c in mapping.columns if c.used and c.field == "patient_id")
    cells = [row.cells[match.position] for row in sheet.rows[:_ROWS_SEEN]]
    named = [cell for cell in cells if isinstance(cell, str) and is_known_header(cell)]
    if len(named) >= _FIELDS_IN_ROWS and len(named) * 2 > len(cells):
        raise UnusableFile(
            "table_turned", sheet=sheet.name, column=match.header, value=cell_text(named[0])
        )
