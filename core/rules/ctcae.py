"""The adverse-event terms of CTCAE v5.0: names, synonyms, organ classes, existing grades.

``ctcae5_ae_terms.csv`` holds one term a line. A cell ``-`` under a grade means that CTCAE has
no such grade for this term; any text means that it has. Synonyms are matched whole, after
Unicode normalisation, without regard to case or surrounding space, never by similarity.

Source: NCI Common Terminology Criteria for Adverse Events v5.0 (27 Nov 2017).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.errors import RuleFileInvalid
from core.rules.ctcae_versions import ctcae_versions

CTCAE_VERSION = "5.0"
FOLDER = Path(__file__).parent
TERMS_FILE = FOLDER / "ctcae5_ae_terms.csv"
GRADES = (1, 2, 3, 4, 5)
NO_GRADE = "-"


@dataclass(frozen=True, slots=True)
class AdverseEventTerm:
    """One CTCAE term.

    Attributes:
        grades: the grades that CTCAE defines for it (abdominal pain: 1, 2, 3).
        analytes: laboratory tests that can show it; empty for clinical terms.
        aliases: accepted names in English and Chinese, the term itself included.
        criteria: grade -> what it means, paraphrased.
    """

    term: str
    soc: str
    grades: tuple[int, ...]
    analytes: tuple[str, ...]
    aliases: tuple[str, ...]
    criteria: Mapping[int, str]
    note: str


def invalid(path: Path, line: int, column: str, value: str) -> RuleFileInvalid:
    """The error that names file, line, column and value of a bad rule."""
    return RuleFileInvalid(
        "rule_row_invalid", file=path.name, line=line, column=column, value=value
    )


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells (trimmed) of a rule file that has exactly these columns.

    Raises:
        RuleFileInvalid: a column is missing or unknown, or a row has too many cells.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        header = tuple(reader.fieldnames or ())
        if header != columns:
            wrong = sorted(set(header) ^ set(columns)) or list(header)
            raise invalid(path, 1, wrong[0], ",".join(header))
        for row in reader:
            if None in row or None in row.values():
                raise invalid(path, reader.line_num, columns[-1], str(len(row)))
            yield reader.line_num, {name: cell.strip() for name, cell in row.items()}


def folded(name: str) -> str:
    """A recorded name ready for comparison.

    >>> folded("  ＡＬＴ 升高 ") == folded("alt 升高")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def term_key(term: str) -> str:
    """Catalogue key of a CTCAE term's name.

    >>> term_key("Palmar-plantar erythrodysesthesia syndrome")
    'toxicity.term.palmar_plantar_erythrodysesthesia_syndrome'
    """
    return f"toxicity.term.{_slug(term)}"


def soc_key(soc: str) -> str:
    """Catalogue key of a system organ class.

    >>> soc_key("Gastrointestinal disorders")
    'toxicity.soc.gastrointestinal_disorders'
    """
    return f"toxicity.soc.{_slug(soc)}"


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


TERM_COLUMNS = (
    "ctcae_term", "soc", "aliases_en", "aliases_zh", "in_paper_table3", "lab_driven",
    "grade1", "grade2", "grade3", "grade4", "grade5", "note",
)  # fmt: skip


def read_terms(path: Path = TERMS_FILE) -> tuple[AdverseEventTerm, ...]:
    """All terms of a file, checked.

    Raises:
        RuleFileInvalid: a term without class or grades, a term twice, or one synonym for
            two terms; names file and line.
    """
    terms: list[AdverseEventTerm] = []
    owner: dict[str, str] = {}
    for line, row in read_rows(path, TERM_COLUMNS):
        term = row["ctcae_term"]
        if not term or any(item.term == term for item in terms):
            raise invalid(path, line, "ctcae_term", term)
        if not row["soc"]:
            raise invalid(path, line, "soc", "")
        criteria = {}
        for grade in GRADES:
            text = row[f"grade{grade}"]
            if not text:
                raise invalid(path, line, f"grade{grade}", text)
            if text != NO_GRADE:
                criteria[grade] = text
        if not criteria:
            raise invalid(path, line, "grade1", NO_GRADE)
        aliases = (term, *_parts(row["aliases_en"]), *_parts(row["aliases_zh"]))
        for alias in aliases:
            if owner.setdefault(folded(alias), term) != term:
                raise invalid(path, line, "aliases", alias)
        terms.append(
            AdverseEventTerm(
                term=term,
                soc=row["soc"],
                grades=tuple(criteria),
                analytes=_parts(row["lab_driven"]),
                aliases=aliases,
                criteria=criteria,
                note=row["note"],
            )
        )
    return tuple(terms)


@cache
def _terms_by_name(version: str) -> Mapping[str, AdverseEventTerm]:
    return {item.term: item for item in read_terms(ctcae_versions()[version].terms_file)}


def ae_terms(version: str = CTCAE_VERSION) -> Mapping[str, AdverseEventTerm]:
    """Every term of the version that Arteria knows, by its CTCAE name.

    >>> ae_terms()["Abdominal pain"].grades
    (1, 2, 3)
    """
    return _terms_by_name(version)


@cache
def _by_alias(version: str) -> Mapping[str, AdverseEventTerm]:
    terms = ae_terms(version).values()
    return {folded(alias): item for item in terms for alias in item.aliases}


def resolve_term(name: str, version: str = CTCAE_VERSION) -> AdverseEventTerm | None:
    """The CTCAE term that goes by this name in the version; None if none does.

    Exact after Unicode normalisation, trimming and case folding.

    >>> resolve_term("血小板减少").term
    'Platelet count decreased'
    >>> resolve_term("platelets a bit low") is None
    True
    """
    return _by_alias(version).get(folded(name))
