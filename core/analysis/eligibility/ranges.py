"""Limits of normal: from the row, from the laboratory's other rows, or from the study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.analysis.eligibility.facts import RangeOrigin, Sex
from core.analysis.eligibility.refusal import refuse_outside, refused
from core.rules.units import canonical_unit


class NormalRange(BaseModel):
    """Limits of normal of one analyte, as a study sets them; ``sex`` None = for everybody."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    analyte: str
    unit: str
    sex: Sex | None = None
    lln: float | None = Field(default=None)
    uln: float | None = Field(default=None)

    @model_validator(mode="after")
    def _is_sensible(self) -> NormalRange:
        match = canonical_unit(self.analyte, self.unit)
        if match is None:
            raise refused("unit_not_accepted", unit=self.unit)
        if self.lln is None and self.uln is None:
            raise refused("values_missing")
        for bound in (self.lln, self.uln):
            if bound is not None:
                low, high = match.low / match.factor, match.high / match.factor
                refuse_outside(bound, low, high, self.unit)
        if self.lln is not None and self.uln is not None and self.lln >= self.uln:
            raise refused("minimum_above_maximum", low=self.lln, high=self.uln)
        return self


class Ranges:
    """Where a laboratory value without a printed limit of normal gets one from.

    The laboratory's limit is the one that all rows of the study with the same analyte, unit
    and sex print; rows that differ among themselves give none. The study's own setting comes
    last and is converted to the unit of the value.
    """

    def __init__(self, labs: pd.DataFrame, sexes: pd.Series[Any], own: Sequence[NormalRange]):
        self._own = own
        self._printed: dict[tuple[str, str, str, str], float] = {}
        sex = labs["patient_id"].map(sexes)
        for which in ("lln", "uln"):
            given = labs[labs[which].notna() & labs["lab_unit"].notna() & sex.notna()]
            keys = [given["lab_test"], given["lab_unit"], sex.reindex(given.index)]
            for key, bounds in given.groupby(keys)[which]:
                if bounds.nunique() == 1:
                    test, unit, of_sex = map(str, key)
                    self._printed[test, unit, of_sex, which] = float(bounds.iloc[0])

    def find(
        self, analyte: str, unit: str, sex: str | None, which: Literal["lln", "uln"]
    ) -> tuple[float | None, RangeOrigin]:
        """A limit of normal in ``unit`` and where it comes from; None = none is known."""
        printed = self._printed.get((analyte, unit, sex or "", which))
        if printed is not None:
            return printed, "laboratory"
        match = canonical_unit(analyte, unit) if unit else None
        for wanted in (sex, None):
            for entry in self._own:
                bound = getattr(entry, which)
                scale = canonical_unit(analyte, entry.unit)
                if (entry.analyte, entry.sex) != (analyte, wanted) or bound is None:
                    continue
                if match is not None and scale is not None:
                    return bound * scale.factor / match.factor, "study"
        return None, "row"
