"""The example study that ships with the product: where it lies, loading it, copying it.

24 synthetic patients with all raw tables; ``examples/crlm_haic_24/README.md`` says what they
reproduce.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

NAME = "crlm_haic_24"
_FOLDER = Path(__file__).parent.parent / "examples" / NAME


def example_folder() -> Path:
    """The folder of the committed example files.

    >>> sorted(path.name for path in example_folder().glob("*_zh.xlsx"))
    ['crlm_haic_24_flat_zh.xlsx', 'crlm_haic_24_zh.xlsx']
    """
    return _FOLDER


def example_files(language: Literal["zh", "en"] = "zh") -> list[tuple[str, bytes]]:
    """Name and content of the files that make up the example study, as if uploaded.

    Args:
        language: of sheet names, headers and values; the study is the same.

    >>> [name for name, _ in example_files()]
    ['crlm_haic_24_zh.xlsx']
    """
    path = _FOLDER / f"{NAME}_{language}.xlsx"
    return [(path.name, path.read_bytes())]


def write_example(directory: Path) -> list[Path]:
    """Copy the example study into a directory, which is made if need be.

    The directory itself holds one workbook, so that it can be read as a study folder; the
    same study in other forms lies in sub-folders: ``csv``, ``en`` and ``flat`` (one row per
    patient).

    Returns:
        The files written, the workbook first.
    """
    copies = {
        f"{NAME}_zh.xlsx": "",
        f"{NAME}_en.xlsx": "en",
        f"{NAME}_flat.csv": "flat",
        f"{NAME}_flat_zh.xlsx": "flat",
        **{f"csv/{path.name}": "csv" for path in sorted((_FOLDER / "csv").glob("*.csv"))},
    }
    written = []
    for source, folder in copies.items():
        target = directory / folder / Path(source).name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_FOLDER / source, target)
        written.append(target)
    return written
