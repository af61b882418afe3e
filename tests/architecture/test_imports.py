"""Who may import whom, and that screens only define what they show."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = PROJECT / "pages"
SCREENS = sorted(path for path in PAGES.glob("*.py") if path.stem != "__init__")
SHELL = PAGES / "parts" / "shell.py"
FRAME = PAGES / "parts" / "frame.py"
PARTS = sorted(path for path in PAGES.glob("parts/*.py") if path != SHELL)

DEFINING = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> set[str]:
    """Modules of this project that the file imports, at its top or inside functions."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def name_of(path: Path) -> str:
    return str(path.relative_to(PAGES))


def test_imports_obey_the_contracts() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_there_are_screens_to_check() -> None:
    assert SCREENS


@pytest.mark.parametrize("path", [*SCREENS, *PARTS], ids=name_of)
def test_page_file_only_defines(path: Path) -> None:
    statements = tree(path).body
    for statement in statements:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        assert is_docstring or isinstance(statement, DEFINING), (
            f"{path.name}:{statement.lineno} runs when the file is imported"
        )
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            drawn = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
            assert "st" not in {node.id for node in drawn}, f"{path.name}:{statement.lineno}"


@pytest.mark.parametrize("path", SCREENS, ids=name_of)
def test_screen_has_render_without_arguments(path: Path) -> None:
    module = importlib.import_module(f"pages.{path.stem}")
    assert module.render.__code__.co_argcount == 0


@pytest.mark.parametrize(
    "path", [*SCREENS, *(part for part in PARTS if part != FRAME)], ids=name_of
)
def test_page_files_know_the_parts_but_no_other_screen(path: Path) -> None:
    screens = {f"pages.{screen.stem}" for screen in SCREENS if screen != path}
    assert not imported(path) & (screens | {"pages.parts.shell"})


@pytest.mark.parametrize("path", [*SCREENS, *PARTS, SHELL], ids=name_of)
def test_page_file_never_writes_raw_html(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.keyword):
            assert node.arg not in ("unsafe_allow_html", "unsafe_allow_javascript")
        if isinstance(node, ast.Attribute):
            is_html = node.attr == "html" and getattr(node.value, "id", "") == "st"
            # The frame alone loads its own style sheets, by path.
            assert not is_html or path == FRAME


def test_frame_gives_html_only_style_sheets_of_its_own() -> None:
    calls = [node for node in ast.walk(tree(FRAME)) if isinstance(node, ast.Call)]
    given = [ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "st.html"]
    assert given
    assert all(source.startswith("HERE / ") and ".css" in source for source in given)
