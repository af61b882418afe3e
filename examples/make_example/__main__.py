"""Writes ``examples/crlm_haic_24`` anew, or the folder named as first argument."""

from __future__ import annotations

import sys
from pathlib import Path

from .source import EXAMPLE
from .write import write_all

if __name__ == "__main__":
    for path in write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE):
        print(path)
