"""Which versions of CTCAE have limits here, and in which rule files these stand.

Another version is one more table of ``ctcae_versions.toml`` with its own two files; grades of
two versions never meet in one table.

Source: NCI CTCAE v5.0 (27 Nov 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import RuleFileInvalid
from core.rules.toml_file import FOLDER, line_of, read_toml

VERSIONS_FILE = FOLDER / "ctcae_versions.toml"


class FebrileNeutropenia(BaseModel):
    """When a neutrophil count and a temperature together make the term.

    Attributes:
        neutrophil_grade: from this grade of ``neutrophil_term`` on.
        single_above_c: a single temperature above it is fever, in degrees Celsius.
        sustained_from_c: fever if it lasts for more than an hour.
        window_days: most days between the two.
        grade: the grade that the two establish; a higher one is clinical.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    term: str
    soc: str
    neutrophil_term: str
    temperature_term: str
    neutrophil_grade: int = Field(ge=1, le=4)
    single_above_c: float
    sustained_from_c: float
    window_days: int = Field(ge=0)
    grade: int = Field(ge=1, le=5)


class CtcaeRules(BaseModel):
    """The rule files of one version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    labs: str
    terms: str
    febrile_neutropenia: FebrileNeutropenia

    @property
    def labs_file(self) -> Path:
        """Limits of the laboratory terms."""
        return FOLDER / self.labs

    @property
    def terms_file(self) -> Path:
        """Terms, synonyms, organ classes and existing grades."""
        return FOLDER / self.terms


def read_versions(path: Path) -> Mapping[str, CtcaeRules]:
    """The versions of a file by their number.

    Raises:
        RuleFileInvalid: not TOML, or an entry is missing, unknown or out of range.
    """
    found = {}
    for number, table in read_toml(path).items():
        try:
            found[number] = CtcaeRules.model_validate(table)
        except ValidationError as error:
            first = error.errors()[0]
            raise RuleFileInvalid(
                "rule_row_invalid",
                file=path.name,
                line=line_of(path, f'["{number}"]'),
                column=".".join(map(str, first["loc"])),
                value=str(first["input"]),
            ) from error
    return found


@cache
def ctcae_versions() -> Mapping[str, CtcaeRules]:
    """Every version that can grade, by number.

    >>> sorted(ctcae_versions())
    ['5.0']
    """
    return read_versions(VERSIONS_FILE)
