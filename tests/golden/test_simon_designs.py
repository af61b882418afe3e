"""Simon's two-stage designs against the published tables in the oracle."""

import pytest

from core.analysis.planning.simon import two_stage_designs
from core.errors import NotComputable
from tests.oracle_files import oracle_json

CASES = oracle_json("simon.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['p0']}-{case['p1']}")
def test_two_stage_designs_equal_published_ones(case):
    found = two_stage_designs(case["p0"], case["p1"], alpha=case["alpha"], beta=case["beta"])
    for design, kind in zip(found, ("optimal", "minimax"), strict=True):
        wanted = case[kind]
        sizes = (design.r1, design.n1, design.r, design.n)
        assert sizes == tuple(wanted[key] for key in ("r1", "n1", "r", "n"))
        assert design.expected_n == pytest.approx(wanted["EN"], abs=0.006)
        assert design.early_stop == pytest.approx(wanted["PET"], abs=6e-5)
        assert design.alpha == pytest.approx(wanted["alpha"], abs=6e-5)
        assert design.power == pytest.approx(wanted["power"], abs=6e-5)


@pytest.mark.parametrize(("p0", "p1"), [(0.3, 0.3), (0.4, 0.2), (0.0, 0.2), (0.2, 1.0)])
def test_two_stage_design_of_rates_out_of_order_is_refused(p0, p1):
    with pytest.raises(NotComputable):
        two_stage_designs(p0, p1, alpha=0.05, beta=0.2)


def test_two_stage_design_that_needs_too_many_patients_is_refused():
    with pytest.raises(NotComputable):
        two_stage_designs(0.3, 0.35, alpha=0.05, beta=0.1)
