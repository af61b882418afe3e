"""Files leave by one way only, and shared caches ask for the visitor's permission."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "pages"
FILES = sorted(PAGES.rglob("*.py"))
WIDGETS = PAGES / "parts" / "widgets.py"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PAGES).as_posix())
def test_only_the_download_part_offers_files(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "download_button":
            assert path == WIDGETS, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PAGES).as_posix())
def test_cache_of_a_study_asks_for_permission(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef) or not node.args.args:
            continue
        if node.args.args[0].arg != "key":
            continue
        for decorator in node.decorator_list:
            assert "cache" not in ast.unparse(decorator), f"{path.name}:{node.lineno}"
