"""The forms for other programs, by the words that the command line takes."""

from __future__ import annotations

import re
from enum import StrEnum

_UNSAFE = re.compile(r"[^\w.-]+")


class Form(StrEnum):
    """A form in which a study leaves Arteria."""

    ADAM = "adam"
    ADAM_CSV = "adam-csv"
    REDCAP = "redcap"
    SPSS = "spss"
    CBIOPORTAL = "cbioportal"

    @property
    def suffix(self) -> str:
        """What the file's name ends in."""
        return "sav" if self is Form.SPSS else "zip"

    @property
    def mime(self) -> str:
        """The file's media type."""
        return "application/x-spss-sav" if self is Form.SPSS else "application/zip"


def file_stem(study: str, form: Form) -> str:
    """Name of the file without its ending.

    >>> file_stem("CRLM / 24", Form.ADAM_CSV)
    'CRLM_24_adam-csv'
    """
    return f"{_UNSAFE.sub('_', study).strip('_') or 'study'}_{form.value}"
