"""A report made beside the screens: in a thread of its own, with progress, and stoppable."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from core.errors import ArteriaError

Made = Callable[[Callable[[float, str], None]], bytes]
"""Makes the file; is given the function to tell its progress to, which may raise to stop it."""

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="report")


@dataclass(slots=True)
class ReportJob:
    """One report on its way.

    Attributes:
        key: what it is made of; another choice needs another job.
        share: done so far, from 0 to 1; ``code`` says what it does.
    """

    key: tuple[object, ...]
    form: str
    share: float = 0.0
    code: str = "analyse"
    stopped: threading.Event = field(default_factory=threading.Event)
    result: Future[bytes] | None = None

    def tell(self, share: float, code: str) -> None:
        """Note the progress.

        Raises:
            ArteriaError: ``report_stopped``: somebody pressed Stop.
        """
        if self.stopped.is_set():
            raise ArteriaError("report_stopped")
        self.share, self.code = share, code

    @property
    def is_done(self) -> bool:
        return self.result is not None and self.result.done()

    def stop(self) -> None:
        """Have the job end at its next step."""
        self.stopped.set()
        if self.result is not None:
            self.result.cancel()


def start(key: tuple[object, ...], form: str, make: Made) -> ReportJob:
    """Put the job into the queue; one report is made at a time."""
    job = ReportJob(key, form)
    job.result = _THREAD.submit(lambda: make(job.tell))
    return job
