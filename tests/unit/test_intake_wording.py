"""Every code that intake can report has its sentence, and the code gives its placeholders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import core.intake
from core.text.catalogue import entries, has, placeholders

FOLDER = Path(core.intake.__file__).parent
REPORTERS = {
    "problem": 1, "note": 0, "error": 0, "converted": 1, "set_aside": 2, "warn": 2, "remark": 2,
    "Finding": 1, "_noted": 1, "_column_remark": 1,
}  # fmt: skip
PLACE = {"table", "sheet", "row", "column", "value", "patient_id"}


def _calls(*names: str) -> Iterator[tuple[str, ast.Call, str]]:
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in names:
                    yield name, node, path.name


def _reported() -> set[str]:
    codes = set()
    for name, call, _ in _calls(*REPORTERS):
        position = REPORTERS[name]
        for argument in call.args[position : position + 1]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                codes.add(argument.value)
    return codes


def test_every_reported_code_has_its_sentence() -> None:
    missing = {code for code in _reported() if code and not has(f"finding.{code}")}
    assert not missing


def test_every_sentence_is_used() -> None:
    files = FOLDER.parent.rglob("*.py")
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    words = set(re.findall(r'"([a-z0-9_]+)"', source))
    keys = {key.split(".", 1)[1] for key in entries() if key.startswith("finding.")}
    assert {key for key in keys if not key.startswith("how.")} <= words


@pytest.mark.parametrize(
    ("call", "file"),
    [(call, file) for _, call, file in _calls("UnusableFile") if call.args],
    ids=lambda value: ast.unparse(value) if isinstance(value, ast.Call) else value,
)
def test_error_is_worded_and_its_facts_are_given(call: ast.Call, file: str) -> None:
    code = call.args[0]
    if not isinstance(code, ast.Constant):
        return
    sentence = entries()[f"error.{code.value}"]["en"]
    given = {keyword.arg for keyword in call.keywords}
    assert placeholders(sentence) <= given or None in given


@pytest.mark.parametrize("kind", ["card", "phone", "email", "name", "address"])
def test_each_kind_of_identifier_as_key_has_its_sentence(kind: str) -> None:
    assert placeholders(entries()[f"error.id_is_{kind}"]["zh"]) == {"sheet", "column"}


@pytest.mark.parametrize("how", ["thousands", "full_width", "flag", "unit_label", "decimal_comma"])
def test_each_way_of_converting_a_number_has_its_words(how: str) -> None:
    assert has(f"finding.how.{how}")
