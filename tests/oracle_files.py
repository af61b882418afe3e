"""Files of the oracle by name: of the folder put in place, else of the clone's own."""

import json
import os
from pathlib import Path

OWN = Path(__file__).parent / "oracle"
FOLDER = Path(os.environ.get("ARTERIA_ORACLE", OWN))


def oracle_json(name):
    """Content of ``name``; a folder put in place needn't hold every file of the form."""
    path = FOLDER / name
    return json.loads((path if path.exists() else OWN / name).read_text("utf-8"))
