"""The reading process: one file from standard input, its sheets as JSON lines to standard output.

``python -m core.intake.child KIND`` with memory and processor time limited by itself before
it reads a byte; a file that breaks a parser breaks this process and nothing else. Where the
operating system has no such limits (Windows) the caller's time limit remains.
"""

from __future__ import annotations

import sys

from core.errors import UnusableFile
from core.intake.cells import RawSheet
from core.intake.wire import refused, written

MEMORY_BYTES = 1536 * 2**20
PROCESSOR_SECONDS = 40


def limit_resources() -> None:
    """Cap this process's memory and processor time, and write no memory dump of patient data."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (bound, bound))


def _read(kind: str, content: bytes) -> list[RawSheet]:
    if kind in ("sav", "dta", "sas7bdat", "xpt"):
        from core.intake.statistics_files import read_statistics_file

        return read_statistics_file(kind, content)
    from core.intake.workbooks import read_workbook

    return read_workbook(kind, content)


def main() -> None:
    """Read the file whose kind is the only argument."""
    limit_resources()
    content = sys.stdin.buffer.read()
    try:
        for line in written(_read(sys.argv[1], content)):
            sys.stdout.buffer.write(line)
    except UnusableFile as error:
        sys.stdout.buffer.write(refused(error.code, dict(error.facts)))
    except MemoryError:
        sys.stdout.buffer.write(refused("reader_stopped", {}))


if __name__ == "__main__":
    main()
