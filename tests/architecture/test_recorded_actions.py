"""Every action that is recorded in the audit trail has a sentence in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from core.text import catalogue

ROOT = Path(__file__).parents[2]
PLACE = {"_record": 0, "recorded": 0, "add": 1, "add_entry": 2}
"""Function -> which of its arguments names the action."""


def recorded(path: Path) -> Iterator[str]:
    """Actions written out in calls that record one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if name == "add" and not ast.unparse(getattr(function, "value", function)).endswith(
            "trail"
        ):
            continue
        place = PLACE.get(name)
        if place is None or len(node.args) <= place:
            continue
        for part in ast.walk(node.args[place]):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def test_recorded_actions_have_sentences() -> None:
    actions = {
        action
        for folder in ("core", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for action in recorded(path)
    }
    assert len(actions) > 30
    assert {a for a in actions if not catalogue.has(f"audit_trail.action.{a}")} == set()


def test_sentences_are_of_recorded_actions() -> None:
    actions = {a for path in (ROOT / "core").rglob("*.py") for a in recorded(path)}
    keys = {
        key.removeprefix("audit_trail.action.")
        for key in catalogue.entries()
        if "audit_trail.action." in key
    }
    assert keys <= actions
