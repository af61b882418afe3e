"""Every coded error that the core can raise has a sentence that names only facts it is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import errors
from core.text import catalogue

ROOT = Path(__file__).parents[2]
ERRORS = {
    name
    for name, item in vars(errors).items()
    if isinstance(item, type) and issubclass(item, errors.ArteriaError)
}
MODULES = sorted((ROOT / "core").rglob("*.py"))


def raised(path: Path) -> Iterator[tuple[int, str, set[str], bool]]:
    """Line, code, names of the facts, and whether more facts come from a mapping."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in ERRORS or not node.args:
            continue
        code = node.args[0]
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            names = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
            yield node.lineno, code.value, names, any(k.arg is None for k in node.keywords)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_raised_code_has_a_sentence_with_the_facts_it_names(path: Path) -> None:
    for line, code, facts, is_open in raised(path):
        key = f"error.{code}"
        assert catalogue.has(key), f"{path.name}:{line}: {key}"
        wanted = catalogue.placeholders(catalogue.entries()[key]["en"])
        assert is_open or wanted <= facts, f"{path.name}:{line}: {code} needs {wanted - facts}"


def test_there_are_codes_to_check() -> None:
    assert sum(len(list(raised(path))) for path in MODULES) > 50
