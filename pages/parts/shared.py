"""Caches that all visitors share, opened only to those who may see what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from core.access.roles import Permission
from pages.parts import state

Key = tuple[str, int, str, tuple[str, ...]]
"""Study, version, the hash of its content, and the chosen patients (none = all)."""

P = ParamSpec("P")
R = TypeVar("R")

_INSIDE: ContextVar[bool] = ContextVar("inside_shared", default=False)
"""Whether a cached function runs already: what it needs is its own matter, not the visitor's."""

_AT_BOARD: ContextVar[str | None] = ContextVar("at_board", default=None)
"""Study whose board is being drawn, where guests see the listed cases."""


@contextmanager
def at_board(study_id: str) -> Iterator[None]:
    """Let a board guest's screen be drawn from the whole study's results.

    Only for what shows cases that the desk let the visitor open; chosen patients stay closed.
    """
    token = _AT_BOARD.set(study_id)
    try:
        yield
    finally:
        _AT_BOARD.reset(token)


def _require(key: Key, permission: Permission) -> None:
    desk = state.desk()
    if _AT_BOARD.get() == key[0] and not key[3] and desk.board.is_guest(key[0]):
        return
    desk.require(key[0], Permission.READ_PATIENTS if key[3] else permission)


def shared(
    *, maxsize: int, permission: Permission = Permission.READ_PATIENTS
) -> Callable[[Callable[Concatenate[Key, P], R]], Callable[Concatenate[Key, P], R]]:
    """Keep a function's results for all visitors; each call asks for the visitor's permission.

    Args:
        permission: what the result shows. Results of chosen patients always need
            ``READ_PATIENTS``: with two choices the difference is a single patient.
    """

    def decorate(function: Callable[Concatenate[Key, P], R]) -> Callable[Concatenate[Key, P], R]:
        kept = cast(Callable[Concatenate[Key, P], R], lru_cache(maxsize=maxsize)(function))

        @wraps(function)
        def call(key: Key, *args: P.args, **kwargs: P.kwargs) -> R:
            if _INSIDE.get():
                return kept(key, *args, **kwargs)
            _require(key, permission)
            token = _INSIDE.set(True)
            try:
                return kept(key, *args, **kwargs)
            finally:
                _INSIDE.reset(token)

        return call

    return decorate
