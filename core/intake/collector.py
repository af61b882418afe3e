"""Reading leaves the interpreter to others: short turns, and no search for cycles meanwhile.

Reading only builds up: millions of cells and rows, no cycles. Searching them for cycles again
and again takes a third of the time and holds up every other session while it lasts. And another
session's click changes threads many times; each time it would wait for the reader's whole turn.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

TURN_S = 0.0005
"""How long the reading thread keeps the interpreter while others wait for it."""
_LOCK = threading.Lock()
_usual_turn_s = sys.getswitchinterval()
_resting = 0


@contextmanager
def collector_resting() -> Iterator[None]:
    """No collection of cycles, and short turns, until the last of those who asked is done."""
    global _resting, _usual_turn_s
    with _LOCK:
        if not _resting:
            _usual_turn_s = sys.getswitchinterval()
            sys.setswitchinterval(min(TURN_S, _usual_turn_s))
        _resting += 1
        gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            _resting -= 1
            if not _resting:
                gc.enable()
                sys.setswitchinterval(_usual_turn_s)
