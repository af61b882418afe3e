"""CSV, TSV and semicolon files to rows of text cells.

Encodings are tried in the order BOM, UTF-8, UTF-16 without BOM, GB18030 (superset of GBK and
GB2312). A file that is mostly valid UTF-8 is broken UTF-8, not Chinese: taking it for GB18030
would turn every name into another one.
"""

from __future__ import annotations

import csv
import io
import re

from core.errors import UnusableFile
from core.intake.cells import SheetRow, full_text, is_empty
from core.intake.findings import problem, with_facts
from core.intake.header_text import is_known_header, recognised_headers
from core.results.common import Finding, FindingKind, Severity
from core.rules.formula_text import as_meant
from core.rules.values import is_known_word

DELIMITERS = (",", ";", "\t", "|", "，")
_SAMPLE_LINES = 40
_SEP_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_CELL_BREAK = re.compile(r"[,;\t|\r\n\"]+")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_CHINESE_RUN = re.compile("[^\x00-\x7f]+")
csv.field_size_limit(10 * 2**20)


def decode(file: str, content: bytes) -> tuple[str, str]:
    """The text of a file and the encoding that gave it.

    Raises:
        UnusableFile: binary content, or text that no encoding gives without damage.
    """
    for bom, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(bom):
            return _strict(file, content, encoding), encoding.upper().removesuffix("-SIG")
    if b"\x00" in content:
        sample = content[:4096]
        odd, even = sample[1::2].count(0), sample[0::2].count(0)
        if max(odd, even) > len(sample) // 8 and min(odd, even) * 10 < max(odd, even):
            little = odd > even
            return _strict(file, content, "utf-16-le" if little else "utf-16-be"), "UTF-16"
        raise UnusableFile("file_is_binary", file=file)
    try:
        text = content.decode("utf-8")
        if text.isascii() or _CHINESE.search(text):
            return text, "UTF-8"
        # A few Chinese words in GBK can happen to be valid UTF-8 of other scripts.
        other = content.decode("gb18030", "replace")
        is_chinese = _known_cells(other, _CHINESE) > _known_cells(text, _CHINESE_RUN)
        return (other, "GB18030") if is_chinese else (text, "UTF-8")
    except UnicodeDecodeError as error:
        valid = len(_MULTIBYTE.findall(content))
        broken = content.decode("utf-8", "replace").count("�")
        if valid >= 3 and broken * 10 <= valid:
            if error.start >= len(content) - 3:
                raise UnusableFile("text_cut_off", file=file) from error
            line = content.count(b"\n", 0, error.start) + 1
            raise UnusableFile("text_damaged", file=file, encoding="UTF-8", line=line) from error
    text = _strict(file, content, "gb18030")
    if not _is_chinese(text):
        raise UnusableFile("text_encoding_unknown", file=file)
    return text, "GB18030"


def _is_chinese(text: str) -> bool:
    """Whether text decoded as GB18030 makes sense: almost any bytes decode to *some* signs.

    Known headers or words in Chinese, or mostly runs of common characters, say that it does;
    a Western file gives single rare characters amid letters, a Big5 file gives rubbish.
    """
    if _has_known_chinese(text):
        return True
    runs = _CHINESE_RUN.findall(text)
    sensible = sum(len(run) > 1 and _is_common(run) for run in runs)
    return bool(runs) and sensible * 2 > len(runs)


def _has_known_chinese(text: str) -> bool:
    return _known_cells(text, _CHINESE) > 0


def _known_cells(text: str, signs: re.Pattern[str]) -> int:
    """How many cells with such signs are headers or words that are known."""
    return sum(
        bool(signs.search(cell)) and (is_known_header(cell.strip()) or is_known_word(cell))
        for cell in _CELL_BREAK.split(text[:200_000])
    )


def _is_common(run: str) -> bool:
    # The first half of GB2312 holds the 3755 common characters, up to D7F9.
    try:
        codes = run.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return all(0xB0 <= lead <= 0xD7 for lead in codes[0::2])


def _strict(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        shown = encoding.upper().removesuffix("-SIG")
        line = content.count(b"\n", 0, error.start) + 1
        if encoding.startswith("gb") and error.start < len(content) - 4:
            raise UnusableFile("text_encoding_unknown", file=file) from error
        raise UnusableFile("text_damaged", file=file, encoding=shown, line=line) from error


def _parse(file: str, text: str, delimiter: str, first_line: int) -> list[SheetRow]:
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    rows: list[SheetRow] = []
    # Equal cells share one text: most columns hold few different ones.
    texts: dict[str, str] = {}
    start = first_line
    try:
        for cells in reader:
            rows.append(SheetRow(start, tuple([texts.setdefault(c, c) for c in cells])))
            start = first_line + reader.line_num
    except csv.Error as error:
        raise UnusableFile("text_quote_open", file=file, line=start) from error
    return rows


def _best_delimiter(text: str) -> str:
    """The delimiter under which most headers are recognised, then most rows alike in length."""
    sample = "\n".join(_LINE_BREAK.split(text[:200_000])[:_SAMPLE_LINES])
    best, best_score = ",", (-1, -1)
    for delimiter in DELIMITERS:
        if delimiter not in sample:
            continue
        try:
            rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        widths = [len(row) for row in rows if len(row) > 1]
        headers = max((recognised_headers(row) for row in rows), default=0)
        score = (headers, max((widths.count(width) for width in set(widths)), default=0))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_text(file: str, content: bytes) -> tuple[list[SheetRow], list[Finding], str]:
    """Rows with their first line in the file, remarks, and the delimiter.

    Line breaks inside quotes belong to the cell, so a row's number is that of its first line.

    Raises:
        UnusableFile: see ``decode``; or a quote that is opened and never closed.
    """
    text, encoding = decode(file, content)
    findings: list[Finding] = []
    if encoding not in ("UTF-8",):
        findings.append(
            with_facts(
                Finding(
                    Severity.INFO, "encoding_converted", sheet=file, kind=FindingKind.CONVERTED
                ),
                encoding=encoding,
            )
        )
    first_line = 1
    separator = _SEP_LINE.match(text)
    if separator:
        delimiter = separator.group(1)
        text, first_line = text[separator.end() :], 2
    else:
        delimiter = _best_delimiter(text)
    rows = _parse(file, text, delimiter, first_line)
    if "\x00" in text or "�" in text:
        findings.append(problem(Severity.WARNING, "text_odd_characters", sheet=file))
    while rows and all(is_empty(cell) for cell in rows[-1].cells):
        rows.pop()
    if "'" in text:
        rows = [SheetRow(row.line, tuple(map(as_meant, map(full_text, row.cells)))) for row in rows]
    return rows, findings, delimiter
