"""The audit of the published series: exactly what is right and what is wrong with it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from core.analysis.audit.pasted import read_pasted
from core.analysis.audit.published import audit_published
from core.analysis.audit.tables import audit_pasted
from core.exports.tables.audit import audit_table
from core.results.audit import AuditVerdict, PastedKind
from core.text.catalogue import LANGUAGES, say
from tests.oracle_files import oracle_json

ROOT = Path(__file__).parents[2]
VECTORS = Path(os.environ.get("ARTERIA_VECTORS", ROOT / "tests" / "vectors"))
PAPER = oracle_json("paper_consistency.json")
FACTS = json.loads((VECTORS / "paper_facts_shared.json").read_text(encoding="utf-8"))
CHECKS = {check.key: check for check in audit_published()}


def test_published_series_gets_exactly_the_known_verdicts() -> None:
    assert {key: check.verdict.value for key, check in CHECKS.items()} == {
        "paper.table_4_medians": "inconsistent",
        "paper.midpoint": "explained",
        "paper.bands_overlap": "explained",
        "paper.events_per_variable": "caution",
        "paper.entry_rule": "inconsistent",
        "paper.conclusion": "inconsistent",
        "paper.table_5": "consistent",
        "paper.patients": "inconsistent",
        "paper.p_zero": "explained",
    }


def test_factors_that_cannot_hold_medians_are_those_of_the_oracle() -> None:
    wrong = sum(not row["overall_between_subgroup_medians"] for row in PAPER["table4"])
    facts = dict(CHECKS["paper.table_4_medians"].arithmetic.facts)
    assert (facts["wrong"], facts["factors"]) == (wrong, len(PAPER["table4"])) == (4, 8)


def test_events_per_variable_are_deaths_over_covariates() -> None:
    deaths, covariates = FACTS["survival"]["deaths"], len(FACTS["table5"])
    assert CHECKS["paper.events_per_variable"].printed == f"{deaths / covariates:.1f}" == "3.8"


def test_two_covariates_entered_against_the_stated_rule() -> None:
    entered = ("extrahepatic", "tumour_number", "diameter", "line", "RAS_BRAF", "ECOG")
    against = [FACTS["table4"][name][2] for name in entered if FACTS["table4"][name][2] >= 0.05]
    facts = dict(CHECKS["paper.entry_rule"].arithmetic.facts)
    assert facts["n"] == len(against) == 2
    assert CHECKS["paper.entry_rule"].printed == "0.292, 0.948"


def test_cox_table_pasted_from_the_paper_passes() -> None:
    lines = [
        "\t".join([row["name"], *(str(value) for value in row["printed"].values())])
        for row in PAPER["table5"]
    ]
    checks = audit_pasted(read_pasted("\n".join(lines), PastedKind.COX))
    assert len(checks) == 30
    assert {check.verdict for check in checks} == {AuditVerdict.CONSISTENT}


def test_medians_pasted_from_the_paper_fail_where_the_oracle_says() -> None:
    lines = ["总体\t24\t13.6"]
    for row in PAPER["table4"]:
        lines += [f"{row['name']} {i}\t{row[f'n{i}']}\t{row[f'mOS{i}']}" for i in (1, 2)]
    checks = audit_pasted(read_pasted("\n".join(lines), PastedKind.MEDIANS))
    found = [c.verdict is AuditVerdict.CONSISTENT for c in checks if c.key.endswith(".between")]
    assert found == [row["overall_between_subgroup_medians"] for row in PAPER["table4"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_has_its_arithmetic_in_words(language: str) -> None:
    printed = audit_table(audit_published(), "x", "x", language)  # type: ignore[arg-type]
    assert len(printed.frame) == 9
    for check in CHECKS.values():
        assert say(check.arithmetic, language)  # type: ignore[arg-type]
