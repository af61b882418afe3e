"""Every message and error of the survival room has its sentence; heavy imports stay out."""

import re
import subprocess
import sys
from pathlib import Path

from core.text.catalogue import has

ROOM = Path(__file__).parents[2] / "core" / "analysis" / "survival"
SOURCE = "\n".join(path.read_text("utf-8") for path in sorted(ROOM.glob("*.py")))


def test_messages_of_the_room_are_all_in_the_catalogue():
    codes = set(re.findall(r'"(survival\.[a-z_]+[a-z])"', SOURCE))
    assert len(codes) > 30
    assert [code for code in sorted(codes) if not has(code)] == []


def test_reasons_of_terms_are_also_told_of_levels():
    terms = set(re.findall(r'"survival\.term_([a-z_]+[a-z])"', SOURCE)) | {
        "died_first",
        "died_last",
    }
    missing = [name for name in sorted(terms) if not has(f"survival.level_{name}")]
    assert missing == []


def test_errors_of_the_room_are_all_in_the_catalogue():
    codes = set(re.findall(r'(?:NotComputable|EmptyCohort)\(\s*"([a-z_]+)"', SOURCE))
    assert len(codes) >= 6
    assert [code for code in sorted(codes) if not has(f"error.{code}")] == []


def test_import_of_the_kernel_leaves_slow_packages_out():
    modules = ", ".join(f"core.analysis.survival.{path.stem}" for path in ROOM.glob("[a-z]*.py"))
    code = (
        f"import sys, {modules}\n"
        "print([m for m in ('lifelines', 'scipy.stats', 'scipy.optimize') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOM.parents[2],
    )
    assert done.stdout.strip() == "[]"
