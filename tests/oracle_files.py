"""Files of the oracle by name: of the folder put in place, else of the clone's own."""

import json
import os
from pathlib import Path

OWN = Path(__file__).parent / "oracle"
FOLDER = Path(os.environ.get("ARTERIA_ORACLE", OWN))


def oracle_path(name):
    """Where ``name`` lies; a folder put in place needn't hold every file of the form."""
    path = FOLDER / name
    return path if path.exists() else OWN / name


def oracle_json(name):
    """Content of ``name``."""
    return json.loads(oracle_path(name).read_text("utf-8"))
