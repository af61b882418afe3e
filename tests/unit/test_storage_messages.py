"""Every error that the store raises has a sentence with the facts that it carries."""

from __future__ import annotations

import pytest

from core.errors import ArteriaError
from core.text.catalogue import LANGUAGES, Language, say_error

ERRORS = (
    ArteriaError("study_name_invalid", longest=200),
    ArteriaError("store_unavailable"),
    ArteriaError("store_too_new"),
    ArteriaError("table_not_storable", table="labs"),
    ArteriaError("study_not_found"),
    ArteriaError("version_not_found"),
    ArteriaError("version_damaged", number=3),
    ArteriaError("file_not_found"),
    ArteriaError("stale_version", latest=3, based_on=2),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_error_of_the_store_is_said_in_each_language(
    error: ArteriaError, language: Language
) -> None:
    assert say_error(error, language)
