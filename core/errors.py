"""Coded errors: what went wrong, without wording. The sentence lives in ``core.text``."""

from __future__ import annotations

from collections.abc import Mapping

Fact = str | int | float | bool | None


class ArteriaError(Exception):
    """An error that a user can be told about.

    Args:
        code: key of the sentence in the catalogue, e.g. ``"file_empty"``;
            the sentence is looked up as ``error.<code>``.
        facts: values that the sentence names. Never a patient's data beyond what the
            user has to see to act (sheet, row, column, the value found).
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, Fact] = facts


class UnusableFile(ArteriaError):
    """The file can't be read as patient data; nothing of it was kept."""


class EmptyCohort(ArteriaError):
    """The analysis set has no rows, so there is nothing to compute."""


class NotComputable(ArteriaError):
    """The data can't answer the question asked; the code says why."""


class StudyNotFound(ArteriaError):
    """No study or version with that id in the store."""


class StaleVersion(ArteriaError):
    """Somebody saved a newer version since this one was opened."""


class RuleFileInvalid(ArteriaError):
    """A rule file breaks its own form; names file and line."""
