"""The reading process: one file from standard input, its sheets as JSON lines to standard output.

``python -m core.intake.child KIND BYTES`` with memory and processor time limited by itself, by
the size of the file, before it reads a byte; a file that breaks a parser breaks this process
and nothing else. Where the operating system has no such limits (Windows) the caller's time
limit remains.
"""

from __future__ import annotations

import gc
import sys

from core.errors import UnusableFile
from core.intake.cells import RawSheet
from core.intake.wire import refused, written

MEMORY_BYTES = 1536 * 2**20
PROCESSOR_SECONDS = 40
MEMORY_PER_BYTE = 64
"""A million rows of five columns are 30 MB of workbook and take 1.9 GB at most."""
PROCESSOR_SECONDS_PER_MB = 3


def limit_resources(size: int = 0) -> None:
    """Cap this process's memory and processor time, and write no memory dump of patient data.

    Args:
        size: bytes of the file to be read.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES + MEMORY_PER_BYTE * size),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS + PROCESSOR_SECONDS_PER_MB * size // 2**20),
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
    """Read the file whose kind and size are the arguments."""
    size = int(sys.argv[2])
    limit_resources(size)
    gc.disable()  # this process only builds up, and ends
    content = sys.stdin.buffer.read(size)
    try:
        for line in written(_read(sys.argv[1], content)):
            sys.stdout.buffer.write(line)
    except UnusableFile as error:
        sys.stdout.buffer.write(refused(error.code, dict(error.facts)))
    except MemoryError:
        sys.stdout.buffer.write(refused("reader_stopped", {}))


if __name__ == "__main__":
    main()
