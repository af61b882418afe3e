"""Accounts, roles, links and tokens as printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.exports.tables.table import Table, framed
from core.results.people import Account, Grant, Pass
from core.text.catalogue import Language, text
from core.text.numbers import MISSING


def account_table(accounts: Sequence[Account], now: datetime, language: Language) -> Table:
    """One line an account: who, how they sign in, and whether they can."""
    headers = [
        text(f"admin.{name}", language) for name in ("login", "name", "origin", "is_admin", "state")
    ]
    rows = [
        [
            one.login,
            one.name,
            text(f"roles.origin.{one.origin.value}", language),
            text("admin.yes" if one.is_admin else "admin.no", language),
            text(f"admin.state_{_state(one, now)}", language),
        ]
        for one in accounts
    ]
    return Table("accounts", text("admin.accounts", language), framed(rows, headers))


def _state(account: Account, now: datetime) -> str:
    if account.disabled_at is not None:
        return "closed"
    if account.locked_until is not None and account.locked_until > now:
        return "locked"
    return "open"


def grant_table(grants: Sequence[tuple[Grant, str]], language: Language) -> Table:
    """One line a role: who holds it, since when, from whom."""
    headers = [
        text(f"admin.{name}", language) for name in ("subject", "kind", "role", "given", "given_by")
    ]
    rows = [
        [
            name,
            text(f"admin.kind_{grant.subject.partition(':')[0]}", language),
            text(f"roles.{grant.role.value}", language),
            f"{grant.created_at.astimezone():%Y-%m-%d}",
            grant.created_by,
        ]
        for grant, name in grants
    ]
    return Table("roles", text("admin.roles_of", language), framed(rows, headers))


def pass_table(
    passes: Sequence[Pass],
    roles: Mapping[str, str],
    studies: Mapping[str, str],
    now: datetime,
    language: Language,
    *,
    name: str,
) -> Table:
    """One line a link or token: for whom, what it opens, until when.

    Args:
        roles: account id of a link -> its role; empty for tokens.
        studies: study id -> its name.
        name: ``links`` or ``tokens``.
    """
    headers = [
        text("admin.label" if roles else "admin.purpose", language),
        *([text("admin.role", language)] if roles else []),
        text("admin.scope", language),
        text("admin.made_by", language),
        text("admin.expires", language),
        text("admin.state", language),
    ]
    rows = [
        [
            one.label,
            *([_role(roles.get(one.account_id), language)] if roles else []),
            text("admin.scope_all", language)
            if one.study_id is None
            else studies.get(one.study_id, one.study_id),
            one.created_by,
            f"{one.expires_at.astimezone():%Y-%m-%d %H:%M}",
            text("admin.holds" if one.holds(now) else "admin.ended", language),
        ]
        for one in passes
    ]
    return Table(name, text(f"admin.{name}", language), framed(rows, headers))


def _role(role: str | None, language: Language) -> str:
    return MISSING if role is None else text(f"roles.{role}", language)
