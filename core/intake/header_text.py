"""Headers as written: name, unit and codebook.

``血红蛋白(g/L)`` names haemoglobin and offers g/L; ``肿瘤最大直径/cm``, ``height_in`` and
``性别(1=男,2=女)`` carry a unit or the meaning of codes. The unit is a candidate: only a
spelling known for that column counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from core.rules.columns import LABS_WIDE, RUNNING_NUMBER, STUDY, header_key, headers_of
from core.rules.redcap import COLUMNS, EVENT, INSTRUMENT
from core.schema import TABLES

CDISC_KEY = "USUBJID"
_LONGEST = 300
"""Signs of a header that are looked at: no known one is longer."""
CBIOPORTAL_KEY = "PATIENT_ID"
_BRACKETS = re.compile(
    r"^(.*?)\s*[(\[【（]([^()\[\]【】（）]*(?:\([^()]*\)[^()]*)?)[)\]】）]\s*$", re.DOTALL
)
_MARKS = re.compile(r"\s*[*＊†‡※]+$")
"""Footnote and "required" marks behind a header."""
_NUMBERING = re.compile(r"^(?:[0-9]{1,3}\s*[.、．)）]|[(（][0-9]{1,3}[)）]|[①-⑳])\s*(?=[^0-9\s.])")
_SLASH = re.compile(r"^(.+?)\s*[/／·]\s*([^/／]+(?:[/／][^/／]+)*)$", re.DOTALL)
_SUFFIX = re.compile(
    r"^(.+)[_\s](cm|mm|in|inch|inches|kg|lb|lbs|mg|days|day|d|weeks|months|mo|years|yrs|g_l|g_dl)$",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\w.])([0-9]{1,2})\s*[=:：-]\s*([^\s,，;；、/|0-9=:：]+)")
_SUFFIX_UNITS = {"g_l": "g/L", "g_dl": "g/dL"}


@dataclass(frozen=True, slots=True)
class HeaderText:
    """One way of reading a header: compared name, unit text, meanings of codes."""

    key: str
    unit: str = ""
    codebook: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=4096)
def readings(header: str) -> tuple[HeaderText, ...]:
    """The ways in which a header can be split, the whole header first.

    >>> [(r.key, r.unit) for r in readings("肿瘤最大直径/cm")]
    [('肿瘤最大直径/cm', ''), ('肿瘤最大直径', 'cm')]
    >>> readings("性别(1=男,2=女)")[-1].codebook
    (('1', '男'), ('2', '女'))
    """
    header = header[:_LONGEST]
    plain = unicodedata.normalize("NFKC", header).strip()
    # NFKC turns 10⁹ into 109, so units are taken from the header as written.
    found = [HeaderText(header_key(header))]
    written = _MARKS.sub("", header.strip())
    bracketed = _BRACKETS.match(written)
    if bracketed:
        name, inside = bracketed.group(1), bracketed.group(2).strip()
        codes = tuple(_CODE.findall(unicodedata.normalize("NFKC", inside)))
        if codes:
            found.append(HeaderText(header_key(name), "", codes))
        else:
            found.append(HeaderText(header_key(name), inside))
            inner = _BRACKETS.match(name)
            if inner:
                found.append(HeaderText(header_key(inner.group(1)), inner.group(2).strip()))
            outer = _SLASH.match(name)
            if outer:
                found.append(HeaderText(header_key(outer.group(1)), outer.group(2)))
    suffix = _SUFFIX.match(plain)
    if suffix:
        unit = suffix.group(2).casefold()
        found.append(HeaderText(header_key(suffix.group(1)), _SUFFIX_UNITS.get(unit, unit)))
    slashed = _SLASH.match(written)
    if slashed and not bracketed:
        found.append(HeaderText(header_key(slashed.group(1)), slashed.group(2).strip()))
    numbered = _NUMBERING.match(written)
    if numbered:
        found += readings(written[numbered.end() :])
    return tuple(found)


@cache
def _every_key() -> frozenset[str]:
    tables = (*TABLES, LABS_WIDE, STUDY)
    return frozenset(
        key
        for table in tables
        for key, field in headers_of(table).items()
        if field != RUNNING_NUMBER  # "No" and "1" also stand among data
    )


@lru_cache(maxsize=4096)
def is_known_header(text: str) -> bool:
    """Whether some table has a column of that name."""
    return len(text) <= 80 and any(reading.key in _every_key() for reading in readings(text))


def recognised_headers(cells: Iterable[object]) -> int:
    """How many different cells of a row are known headers."""
    return len({cell for cell in cells if isinstance(cell, str) and is_known_header(cell)})


def is_cdisc(names: Iterable[object]) -> bool:
    """Whether headers are the variables of a CDISC data set: they hold the subject's key.

    >>> is_cdisc(["STUDYID", "USUBJID", "PARAMCD"]), is_cdisc(["patient_id"])
    (True, False)
    """
    return any(isinstance(name, str) and name.strip().upper() == CDISC_KEY for name in names)


def is_of_standard(names: Iterable[object]) -> bool:
    """Whether headers are those of a data set or export whose names are fixed by its standard.

    >>> is_of_standard(["Variable / Field Name", "Form Name"]), is_of_standard(["age", "sex"])
    (True, False)
    """
    texts = {name.strip() for name in names if isinstance(name, str)}
    fixed = {EVENT[0], INSTRUMENT[0], COLUMNS["name"], CBIOPORTAL_KEY}
    return bool(texts & fixed) or is_cdisc(texts)
