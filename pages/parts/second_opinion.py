"""The quiet mark that the second engine agrees, found after the screen is drawn.

lifelines takes longer than everything that it checks, so nobody waits for it: it computes in
one thread beside the screens, and the mark appears when it is done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from core.results.survival import Agreement
from core.text.catalogue import say
from core.text.numbers import compact
from pages.parts import state
from pages.parts.widgets import show_notes, t

Check = Callable[[], tuple[Agreement, ...]]

NOTHING = "survival.engine_nothing_to_compare"
LOOK_AGAIN_S = 1.0
FIRST_PAUSE_S = 3.0


def _leave_the_processor_to_the_first_screen() -> None:
    # Importing lifelines right now would slow the very first plot of a fresh server.
    if "lifelines" not in sys.modules:
        time.sleep(FIRST_PAUSE_S)


_THREAD = ThreadPoolExecutor(
    1, thread_name_prefix="second-engine", initializer=_leave_the_processor_to_the_first_screen
)


def start(check: Check) -> Future[tuple[Agreement, ...]]:
    """Have the second engine compute in its own thread."""
    return _THREAD.submit(check)


def mark(result: Future[tuple[Agreement, ...]]) -> None:
    """Show what the second engine found; while it computes, look again every second."""
    if result.done():
        _show(result.result())
        return
    st.fragment(_wait, run_every=LOOK_AGAIN_S)(result)


def _wait(result: Future[tuple[Agreement, ...]]) -> None:
    if result.done():
        # A run of the whole screen ends the looking again; all its results are in the caches.
        st.rerun()
    st.caption(t("shell.engines_computing"))


def _show(agreements: tuple[Agreement, ...]) -> None:
    compared = [item for item in agreements if item.agrees is not None]
    differing = [item for item in compared if not item.agrees]
    for item in differing:
        st.error(
            t(
                "shell.engines_differ",
                quantity=item.quantity,
                own=compact(item.own),
                other=compact(item.other),
            )
        )
    told = []
    if compared and not differing:
        largest = max(item.max_difference or 0.0 for item in compared)
        told.append(t("shell.engines_agree", n=len(compared), largest=f"{largest:.0e}"))
    reasons = dict.fromkeys(item.not_compared_reason for item in agreements)
    told += [
        say(reason, state.language())
        for reason in reasons
        if reason is not None and reason.code != NOTHING
    ]
    show_notes(told)
