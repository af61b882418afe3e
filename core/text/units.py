"""Units as they are printed."""

from __future__ import annotations

_UNITS = (
    ("10^9/L", "×10⁹/L"),
    ("10^12/L", "×10¹²/L"),
    ("umol/L", "μmol/L"),
    ("m2", "m²"),
)


def shown_unit(unit: str) -> str:
    """A unit as it is printed.

    >>> shown_unit("10^9/L"), shown_unit("umol/L"), shown_unit("mg/m2")
    ('×10⁹/L', 'μmol/L', 'mg/m²')
    """
    for stored, printed in _UNITS:
        unit = unit.replace(stored, printed)
    return unit
