"""Commands for whoever runs the server: first administrator, audit trail's proof, backups."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.results.people import LOCAL_PERSON
from core.text.catalogue import text


def add_commands(
    commands: Any,
) -> dict[str, Callable[[argparse.Namespace], int]]:
    """Add the commands to the command line's grammar; the functions that run them by name."""
    admin = commands.add_parser("add-admin", help=text("cli.add_admin", "en"))
    admin.add_argument("login")
    admin.add_argument("--name", default="")
    commands.add_parser("verify-audit", help=text("cli.verify_audit", "en"))
    for name in ("backup", "restore"):
        commands.add_parser(name, help=text(f"cli.{name}", "en")).add_argument(
            "file", type=Path, metavar="FILE"
        )
    return {
        "add-admin": _add_admin, "verify-audit": _verify_audit, "backup": _backup,
        "restore": _restore,
    }  # fmt: skip


def _add_admin(chosen: argparse.Namespace) -> int:
    """Make an administrator; the password is asked for, or read from standard input."""
    from core.access.sign_in import SignIn
    from core.storage.studies import open_store

    if sys.stdin.isatty():
        password = getpass.getpass(text("access.field.password", "en") + ": ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    store = open_store()
    account = SignIn(store.people, store.trail).add_account(
        LOCAL_PERSON, chosen.login, chosen.name, password, is_admin=True
    )
    print(text("cli.admin_added", "en", login=account.login))
    return 0


def _verify_audit(_chosen: argparse.Namespace) -> int:
    """0 = every entry is as it was written; 1 = not, and the first one that isn't."""
    from core.storage.studies import open_store

    verdict = open_store().trail.verify()
    if verdict.broken_at is not None:
        print(text("cli.audit_broken", "en", number=verdict.broken_at))
        return 1
    print(text("cli.audit_whole", "en", n=verdict.entries, digest=verdict.last_hash))
    return 0


def _backup(chosen: argparse.Namespace) -> int:
    """Write the whole store to a file."""
    from core.storage.backup import backup

    report = backup(chosen.file)
    print(text("cli.backed_up", "en", n=sum(report.rows.values()), digest=report.digest))
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    """Fill an empty store from such a file."""
    from core.storage.backup import restore

    report = restore(chosen.file)
    print(text("cli.restored", "en", n=sum(report.rows.values()), digest=report.digest))
    return 0
