"""Whether the launcher has imported what the screens need.

Two threads that import the same packages at once can each get a half-made module; so the first
screen waits for the launcher's thread instead of importing beside it.
"""

from __future__ import annotations

import threading

IMPORTED = threading.Event()
"""Set while nobody is importing: always, except during the launcher's start."""
IMPORTED.set()
