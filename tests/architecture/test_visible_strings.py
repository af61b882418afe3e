"""Every visible string goes through the catalogue, and the catalogue has both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.text import catalogue

ROOT = Path(__file__).parents[2]
FOLDERS = ("pages", "core/figures", "core/exports", "core/text")
SHOWN = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORDS = re.compile(r"[A-Za-z]{2,} +[A-Za-z]{2,}")
DISPLAY = {
    "title", "header", "subheader", "caption", "markdown", "write", "info", "warning", "error",
    "success", "metric", "button", "selectbox", "segmented_control", "toggle", "text_input",
    "file_uploader", "expander", "text", "spinner", "toast", "checkbox", "radio", "tabs", "badge",
    "download_button", "form_submit_button", "add_annotation",
}  # fmt: skip
ALLOWED = {("core/text/numbers.py", "、")}
"""The Chinese way of writing a list is a format, not a sentence."""


def docstrings(tree: ast.AST) -> set[int]:
    """Identities of the nodes that are docstrings or bare strings."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def hidden(tree: ast.AST) -> set[int]:
    """Identities of strings in log calls, raised errors and type annotations: nobody sees them."""
    found: set[int] = set()
    for node in ast.walk(tree):
        is_log = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "LOG"
        )
        if is_log or isinstance(node, ast.Raise):
            found |= {id(part) for part in ast.walk(node)}
    return found


def violations(path: Path) -> Iterator[str]:
    """Strings of one module that would reach the screen without the catalogue."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(ROOT).as_posix()
    unseen = hidden(tree)
    skipped = docstrings(tree) | unseen
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) in skipped or (name, node.value) in ALLOWED:
                continue
            if CHINESE.search(node.value) or WORDS.search(node.value):
                yield f"{name}:{node.lineno}: {node.value!r}"
        if (
            isinstance(node, ast.Call)
            and id(node) not in unseen
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in DISPLAY
            and node.args
        ):
            first = node.args[0]
            literal = first.value if isinstance(first, ast.Constant) else None
            if isinstance(literal, str) and re.search(r"[A-Za-z]", literal):
                yield f"{name}:{node.lineno}: {node.func.attr}({literal!r})"


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_shows_words_only_from_the_catalogue(path: Path) -> None:
    assert list(violations(path)) == []


def test_detector_finds_strings_that_bypass_the_catalogue() -> None:
    bypassing = ROOT / "tests" / "architecture" / "bypassing_strings.txt"
    assert len(list(violations(bypassing))) == 3


def literal_keys(path: Path) -> Iterator[str]:
    """Catalogue keys written out in calls of ``t``, ``text`` and ``title`` and in messages."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        is_message = (
            name == "of" and getattr(getattr(function, "value", None), "id", "") == "Message"
        )
        if not (is_message or (isinstance(function, ast.Name) and name in {"t", "text", "title"})):
            continue
        if node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_module_names_only_keys_that_the_catalogue_has(path: Path) -> None:
    assert [key for key in literal_keys(path) if not catalogue.has(key)] == []


def test_catalogue_has_every_key_in_both_languages() -> None:
    entries = catalogue.entries()
    assert len(entries) > 300
    for key, entry in entries.items():
        assert set(entry) == set(catalogue.LANGUAGES), key
        assert CHINESE.search(entry["zh"]) or not WORDS.search(entry["zh"]), key
