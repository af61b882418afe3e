"""``python -m core analyse --terms``: the terms that people confirmed, as on the screen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.__main__ import UNUSABLE, main
from core.text.catalogue import text
from tests.running import ROOT

TABLES = ROOT / "examples" / "crlm_haic_24" / "csv"


@pytest.fixture
def renamed(tmp_path: Path) -> list[str]:
    """The example's tables, abdominal pain written as no dictionary knows it."""
    for table in TABLES.glob("*.csv"):
        shutil.copy(table, tmp_path)
    events = tmp_path / "adverse_events.csv"
    words = events.read_text(encoding="utf-8").replace("Abdominal pain", "Qzx under the ribs")
    events.write_text(words, encoding="utf-8")
    return [str(path) for path in sorted(tmp_path.glob("*.csv"))]


def graded(paths: list[str], tmp_path: Path, *more: str) -> str:
    target = tmp_path / "out.json"
    main(["analyse", *paths, "--json", str(target), *more])
    return json.dumps(json.loads(target.read_text(encoding="utf-8"))["safety"]["terms"])


def test_confirmed_terms_of_a_file_count_as_their_ctcae_term(
    renamed: list[str], tmp_path: Path
) -> None:
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps({"Qzx under the ribs": "Abdominal pain"}), encoding="utf-8")
    as_written = graded([str(path) for path in sorted(TABLES.glob("*.csv"))], tmp_path)
    assert graded(renamed, tmp_path) != as_written
    assert graded(renamed, tmp_path, "--terms", str(terms)) == as_written


@pytest.mark.parametrize(
    ("content", "code", "facts"),
    [
        ("[1]", "terms_unreadable", {"file": "terms.json"}),
        ("", "terms_unreadable", {"file": "terms.json"}),
        ('{"pain": "No such term"}', "term_unknown", {"name": "pain", "term": "No such term"}),
    ],
)
def test_terms_that_cannot_be_used_are_named(
    renamed: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str,
    code: str,
    facts: dict[str, str],
) -> None:
    terms = tmp_path / "terms.json"
    terms.write_text(content, encoding="utf-8")
    assert main(["analyse", *renamed, "--terms", str(terms)]) == UNUSABLE
    assert text(f"error.{code}", "en", **facts) in capsys.readouterr().err
