"""Headers and cells of the workbooks in each language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache

from core.rules.columns import LABS_WIDE, STUDY, Language, display_header

from .source import DATA_CUTOFF, PLAN, read_csv

Cell = str | int | float | bool | date | None

TITLE = {
    "en": "HAIC with modified FOLFOX7 for colorectal liver metastases, 24 patients",
    "zh": "改良FOLFOX7方案HAIC治疗结直肠癌肝转移24例",
}
NOTE = {
    "en": "Synthetic data: no row is a real person. Made to reproduce a published series.",
    "zh": "合成数据：没有一行是真实患者，用于重现一组已发表病例的统计结果。",
}
STUDY_HEADERS = {"en": ("Item", "Value"), "zh": ("项目", "内容")}
STUDY_LABELS = {"en": ("Title", "Note"), "zh": ("标题", "说明")}
JOINED = "; "
_COUNTED: dict[str, Callable[[str], str]] = {
    r"Scan (\d+)": lambda number: f"第{number}次复查",
    r"Before session (\d+)": lambda number: f"第{number}次治疗前",
    r"After session (\d+)": lambda number: f"第{number}次治疗后",
}


@cache
def _chinese() -> dict[str, str]:
    return {row["en"]: row["zh"] for row in read_csv(PLAN / "phrases.csv")}


def lab_name(test: str, language: Language) -> str:
    """Name of a laboratory test without its unit.

    >>> lab_name("HGB", "en"), lab_name("APTT", "zh")
    ('Hemoglobin', '活化部分凝血活酶时间')
    """
    return re.sub(r"\s*\([^()]*\)$", "", display_header(LABS_WIDE, test, language))


def in_chinese(text: str) -> str:
    """A text of the English tables as a Chinese hospital writes it.

    Raises:
        KeyError: the phrase has no Chinese wording.

    >>> in_chinese("ablation; systemic therapy"), in_chinese("Scan 2")
    ('消融; 全身治疗', '第2次复查')
    """
    if JOINED in text:
        return JOINED.join(in_chinese(part) for part in text.split(JOINED))
    for pattern, wording in _COUNTED.items():
        if found := re.fullmatch(pattern, text):
            return wording(found[1])
    return _chinese()[text]


UNTRANSLATED = {
    "patient_id", "lesion_id", "ctcae_version", "last_cytotoxic_date", "last_bevacizumab_date",
    "last_radiotherapy_date", "last_surgery_date", "last_egfr_tki_date", "last_cetuximab_date",
}  # fmt: skip
DATE_OR_NEVER = {name for name in UNTRANSLATED if name.endswith("_date")}
UNIT_COLUMN = "lab_unit"


def cell(name: str, value: Cell, language: Language) -> Cell:
    """One value as it stands in the workbook of that language."""
    if isinstance(value, bool):
        word = "yes" if value else "no"
        return in_chinese(word) if language == "zh" else word
    if name in DATE_OR_NEVER and isinstance(value, str) and value[0].isdigit():
        return date.fromisoformat(value)
    if name == "lab_test" and isinstance(value, str):
        return lab_name(value, language)
    if not isinstance(value, str) or language == "en":
        return value
    if name == UNIT_COLUMN:
        return _chinese().get(value, value)
    if name in UNTRANSLATED - DATE_OR_NEVER:
        return value
    return in_chinese(value)


def study_rows(language: Language) -> list[tuple[str, Cell]]:
    """Title, note and data cut-off of the study sheet."""
    title, note = STUDY_LABELS[language]
    cutoff = display_header(STUDY, "data_cutoff", language)
    return [(title, TITLE[language]), (note, NOTE[language]), (cutoff, DATA_CUTOFF)]
