"""Fixtures that several rooms of the tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import fresh_database

# How long an example takes says more about the machine than about the code.
settings.register_profile("arteria", deadline=None)
settings.load_profile("arteria")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database, once of each kind."""
    return fresh_database(request.param, tmp_path)
