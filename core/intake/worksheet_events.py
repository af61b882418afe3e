"""What a worksheet hides, element by element: for XML that isn't written as Excel writes it.

Other programs prefix the elements (``x:row``), quote attributes with apostrophes or put spaces
around the equals sign; the quick patterns of ``worksheet_scan`` would then see nothing hidden.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from core.intake.worksheet_scan import MAX_COLUMNS, WorksheetFacts, column_number

_UNUSUAL = re.compile(
    rb"<\w+:(?:row|c|col|f)\b|<(?:row|c|col)\s[^>]*?(?:='|\s=|=\s)|<(?:row|c)\s\s"
)
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_TRUE = ("1", "true")


def is_unusual(part: bytes) -> bool:
    """Whether a worksheet's rows and cells are written in another way than Excel's.

    >>> is_unusual(b'<row r="2" hidden="1">'), is_unusual(b"<row r='2' hidden='1'>")
    (False, True)
    """
    return bool(_UNUSUAL.search(part))


class _Facts:
    """Follows rows, columns and cells."""

    def __init__(self) -> None:
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()
        self.formulas: list[tuple[int, int]] = []
        self.empty: set[tuple[int, int]] = set()
        self.errors: dict[tuple[int, int], str] = {}
        self.row = self.column = 0
        self.is_error = self.is_formula = False
        self.text: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
            if attributes.get("hidden") in _TRUE:
                self.hidden_rows.append(self.row)
        elif local == "col" and attributes.get("hidden") in _TRUE:
            low, high = int(attributes["min"]), min(int(attributes["max"]), MAX_COLUMNS)
            self.hidden_columns.update(range(low, high + 1))
        elif local == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = column_number(found.group(1).upper()) if found else self.column + 1
            self.is_error, self.is_formula = attributes.get("t") == "e", False
            self.text = None
        elif local == "f":
            self.is_formula = True
        elif local in ("v", "is"):
            self.text = ""

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text += text

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] != "c":
            return
        place = (self.row, self.column)
        if self.is_formula:
            self.formulas.append(place)
            if not self.text:
                self.empty.add(place)
        if self.is_error and self.text:
            self.errors[place] = self.text.strip()
        self.text = None


def facts_by_events(part: bytes) -> WorksheetFacts:
    """Hidden rows and columns, formulas and error cells of a worksheet however it is written.

    Raises:
        ExpatError, ValueError, KeyError: the XML is damaged.
    """
    facts = _Facts()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = facts.start
    parser.EndElementHandler = facts.end
    parser.CharacterDataHandler = facts.data
    parser.Parse(part, True)
    return WorksheetFacts(
        tuple(facts.hidden_rows),
        tuple(sorted(facts.hidden_columns)),
        len(facts.formulas),
        frozenset(column for _, column in facts.formulas),
        frozenset(facts.empty),
        facts.errors,
    )
