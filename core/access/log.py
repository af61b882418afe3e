"""What the server's log may hold: codes and places in the code, never cell contents."""

from __future__ import annotations

import logging
import traceback

SERVER_ERROR_LOG = "streamlit.error_util"
"""Logger by which the server reports an exception that a screen didn't catch."""


class WithoutValues(logging.Filter):
    """Replaces an exception by its type and the places it passed through.

    An exception's message may quote a cell of the user's file ("could not convert ...").
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            places = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(trace)
                if "streamlit" not in frame.filename
            ]
            record.msg = " | ".join([f"{record.getMessage()}: {kind.__name__}", *places])
            record.args = ()
            record.exc_info = None
            record.exc_text = None
        return True


def keep_values_out_of_logs() -> None:
    """Apply ``WithoutValues`` to what the server logs of its own accord."""
    log = logging.getLogger(SERVER_ERROR_LOG)
    if not any(isinstance(present, WithoutValues) for present in log.filters):
        log.addFilter(WithoutValues())
