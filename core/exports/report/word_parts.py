"""What python-docx leaves to the XML: fields, bookmarks, East Asian fonts, three-line borders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from core.exports.workbook import neutral

THICK, THIN = "12", "6"
"""Eighths of a point: 1.5 pt above and below, 0.75 pt under the head."""
CELL_MARGIN = "45"
"""Twentieths of a point."""


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def set_fonts(style: Any, latin: str, east_asian: str) -> None:
    """Fonts of a style: Word takes the East Asian one for Chinese characters."""
    fonts = style.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (
        ("ascii", latin),
        ("hAnsi", latin),
        ("cs", latin),
        ("eastAsia", east_asian),
    ):
        fonts.set(qn(f"w:{name}"), value)


def write_simplified(styles: Any) -> None:
    """Chinese characters and their punctuation in the forms of the mainland.

    Args:
        styles: of a document (its ``styles.element``).
    """
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field with the result that is shown until Word computes it anew."""
    for part in ("begin", "instruction", "separate", "shown", "end"):
        run = paragraph.add_run()
        if part == "instruction":
            words = _element("w:instrText")
            words.set(qn("xml:space"), "preserve")
            words.text = f" {instruction} "
            run._r.append(words)
        elif part == "shown":
            run.text = shown
        else:
            run._r.append(_element("w:fldChar", fldCharType=part))


@contextmanager
def bookmark(paragraph: Paragraph, name: str) -> Iterator[None]:
    """What is added to the paragraph inside is marked under the name (40 characters at most)."""
    document = paragraph.part.element
    number = str(len(document.findall(f".//{qn('w:bookmarkStart')}")) + 1)
    paragraph._p.append(_element("w:bookmarkStart", id=number, name=name[:40]))
    yield
    paragraph._p.append(_element("w:bookmarkEnd", id=number))


_CELL = (
    '<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="{kind}"/></w:tcPr>'
    '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
    '<w:r><w:rPr>{bold}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    '<w:t xml:space="preserve">{words}</w:t></w:r></w:p></w:tc>'
)
_WHOLE = "<w:trPr><w:cantSplit/></w:trPr>"


def fill_table(
    table: Table, rows: Sequence[Sequence[str]], points: float, widths_mm: Sequence[float] = ()
) -> None:
    """Rows of a table, the first as its head; no row breaks across pages.

    Args:
        widths_mm: of the columns; none = as the program that opens the file likes.

    Written as XML at once: cell by cell python-docx takes seconds for a report.
    """
    twips = [round(wide * 1440 / 25.4) for wide in widths_mm]
    if twips:
        table.autofit = False
        for column, wide in zip(table._tbl.tblGrid.gridCol_lst, twips, strict=True):
            column.set(qn("w:w"), str(wide))
    kind = "dxa" if twips else "auto"
    for number, row in enumerate(rows):
        bold = "<w:b/>" if number == 0 else ""
        cells = "".join(
            _CELL.format(
                bold=bold,
                size=round(2 * points),
                words=escape(neutral(str(words))),
                wide=wide,
                kind=kind,
            )
            for words, wide in zip(row, twips or [0] * len(row), strict=True)
        )
        table._tbl.append(parse_xml(f"<w:tr {nsdecls('w')}>{_WHOLE}{cells}</w:tr>"))


def three_lines(table: Table) -> None:
    """A thick line above and below, a thin one under the head, no others."""
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblBorders")):
        properties.remove(old)
    borders = _element("w:tblBorders")
    for side in ("top", "bottom"):
        borders.append(_element(f"w:{side}", val="single", sz=THICK, space="0", color="000000"))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=CELL_MARGIN, type="dxa"))
    # Word wants them in this order: borders, layout, margins, look.
    look, layout = (properties.find(qn(f"w:{name}")) for name in ("tblLook", "tblLayout"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)
    (layout if layout is not None else margins).addprevious(borders)
    for cell in table._tbl.tr_lst[0].tc_lst:
        own = _element("w:tcBorders")
        own.append(_element("w:bottom", val="single", sz=THIN, space="0", color="000000"))
        cell.get_or_add_tcPr().append(own)


def repeat_header(row: _Row) -> None:
    """The row stands again at the top of each page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:tblHeader", val="true"))
