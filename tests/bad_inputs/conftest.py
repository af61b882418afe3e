"""The judge is started once for all uploads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bad_inputs.judge import Judge


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    started = Judge()
    yield started
    started.close()
