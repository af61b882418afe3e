"""The garbage collector rests while an upload is being read.

Reading only builds up: millions of cells and rows, no cycles. Searching them for cycles again
and again takes a third of the time and holds up every other session while it lasts.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_resting = 0


@contextmanager
def collector_resting() -> Iterator[None]:
    """No collection of cycles until the last of those who asked for it has finished."""
    global _resting
    with _LOCK:
        _resting += 1
        gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            _resting -= 1
            if not _resting:
                gc.enable()
