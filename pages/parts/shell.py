"""The server's main script: waits until the launcher has imported the screens, then draws.

It lies here, with no ``pages/`` folder beside it, so that no page file can be opened by its
address without this script (see docs/decisions).
"""

import importlib

from core.access.readiness import IMPORTED

IMPORTED.wait()
importlib.import_module("pages.parts.frame").main()
