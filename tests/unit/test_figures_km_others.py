"""Medians and curves of other series in the plot of survival."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.survival.curve import estimate_curve
from core.figures import km
from core.figures.km_others import DashedCurve, ReferenceMedian
from core.options import SurvivalOptions
from core.text.catalogue import LANGUAGES, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_series_are_named_not_randomised(language):
    curve = estimate_curve([2, 4, 6, 9], [1, 1, 1, 0], options=SurvivalOptions())
    look = km.KmLook(
        references=(
            ReferenceMedian("value", 14.0, None, None),
            ReferenceMedian("range", None, 7.0, 9.0),
            ReferenceMedian("both", 10.0, 8.0, 12.0),
        )
    )
    dashed = DashedCurve("printed", np.array([1.0, 3.0]), np.array([0.8, 0.4]))
    drawn = km.figure([km.LabelledCurve("own", curve)], language, look, [dashed])
    listed = [one.name for one in drawn.data if one.showlegend is not False and one.name]
    for name in ("value", "range", "both", "printed"):
        assert listed.count(text("figures.not_randomised", language, label=name)) == 1
    assert drawn.layout.showlegend
