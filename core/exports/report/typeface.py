"""Chinese type for files made on a server without Chinese fonts.

Noto Sans SC (SIL Open Font Licence 1.1) comes with a package. It is one variable font; text in
SVG takes its thinnest instance, so figures get the regular instance of the characters at hand.
"""

from __future__ import annotations

import tempfile
from functools import lru_cache
from importlib import resources
from pathlib import Path

from core.text.catalogue import entries

DRAWN_FAMILY = "ArteriaSans"
"""Name of the regular instance, so that it can't be mistaken for the variable font."""
_PRINTED = (range(0x20, 0x250), range(0x370, 0x400), range(0x2000, 0x2300), range(0x25A0, 0x2700))
_REGULAR = 400


def variable_font() -> Path:
    """The whole font, all weights, for the text of a PDF."""
    folder = resources.files("justmytype_intl_cjk") / "fonts" / "ofl" / "notosanssc"
    return Path(str(folder)) / "NotoSansSC[wght].ttf"


def _usual_characters() -> frozenset[str]:
    words = "".join(entry["zh"] for entry in entries().values())
    return frozenset(words).union(*(map(chr, block) for block in _PRINTED))


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="arteria-type-")


@lru_cache(maxsize=8)
def _instance(further: frozenset[str]) -> Path:
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options()
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "VVAR", "STAT"]
    options.name_IDs = [1, 2, 3, 4, 6]
    font = TTFont(variable_font())
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(map(ord, _usual_characters() | further)))
    cutter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": _REGULAR}, inplace=True)
    names = font["name"]
    for record in list(names.names):
        if record.nameID in (1, 3, 4, 6):
            names.setName(
                DRAWN_FAMILY, record.nameID, record.platformID, record.platEncID, record.langID
            )
        elif record.nameID == 2:
            names.setName("Regular", 2, record.platformID, record.platEncID, record.langID)
    font["OS/2"].usWeightClass = _REGULAR
    target = Path(_folder().name) / f"regular-{len(list(Path(_folder().name).iterdir()))}.ttf"
    font.save(target)
    return target


def regular_font(words: str = "") -> Path:
    """A file with the regular instance: all characters of the product and those of ``words``.

    Made once a process, and once more for characters not seen before.
    """
    return _instance(frozenset(words) - _usual_characters())
