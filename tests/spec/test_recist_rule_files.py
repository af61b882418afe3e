"""The RECIST rule files: broken ones are refused, naming file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import RuleFileInvalid
from core.rules.recist import FOLDER, read_limits, read_organs, read_overall_table

HEADER = "rule,target,nontarget,new_lesion,overall\n"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (HEADER + "X,any,any,any,GOOD\n", 2, "unknown category GOOD"),
        (HEADER + "A,CR,any,any,CR\nB,XX,any,any,CR\n", 3, "unknown category XX"),
        (HEADER + "A,CR,any,any,CR\n", 0, "a combination has no row"),
    ],
)
def test_overall_table_broken_is_refused(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_overall_table(path)
    assert dict(caught.value.facts) == {"file": "table.csv", "line": line, "problem": problem}


def test_organs_row_without_measurability_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "organs.csv"
    path.write_text("pattern,organ,measurable\nliver,liver,yes\nlung,lung,\n", encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_organs(path)
    assert caught.value.facts["line"] == 3


@pytest.mark.parametrize(
    "change", [("normal_node_mm = 10.0", "normal_node_mm = -10.0"), ("normal_node_mm", "node_mm")]
)
def test_limits_broken_are_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    path = tmp_path / "recist.toml"
    text = (FOLDER / "recist.toml").read_text(encoding="utf-8")
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_limits(path)
    assert caught.value.facts["file"] == "recist.toml"
