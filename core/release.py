"""Which Arteria this is, and on what it computes."""

from __future__ import annotations

import platform
from importlib.metadata import version

VERSION = "0.1.0"
_PROGRAMS = ("numpy", "scipy", "pandas", "lifelines")


def versions() -> dict[str, str]:
    """Name -> version of everything that the numbers depend on."""
    found = {name: version(name) for name in _PROGRAMS}
    return {"arteria": VERSION, "python": platform.python_version()} | found
