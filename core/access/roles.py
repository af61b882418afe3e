"""What a role may do; the table is ``roles.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from core.errors import RuleFileInvalid
from core.results.people import Role
from core.rules.toml_file import line_of, read_toml

TABLE = Path(__file__).with_name("roles.toml")


class Permission(StrEnum):
    """One thing that a role may do in a study; see ``roles.toml``."""

    READ_AGGREGATES = "read_aggregates"
    READ_PATIENTS = "read_patients"
    READ_LISTED = "read_listed"
    SMALL_COUNTS = "small_counts"
    UPLOAD = "upload"
    DECIDE = "decide"
    PRESENT = "present"
    EXPORT_AGGREGATES = "export_aggregates"
    EXPORT_PATIENTS = "export_patients"
    MANAGE_STUDY = "manage_study"
    READ_AUDIT = "read_audit"


ALL = frozenset(Permission)
EXAMPLE = frozenset(
    {
        Permission.READ_AGGREGATES, Permission.READ_PATIENTS, Permission.SMALL_COUNTS,
        Permission.PRESENT, Permission.EXPORT_AGGREGATES, Permission.EXPORT_PATIENTS,
    }
)  # fmt: skip
"""The example study's patients are made up: everybody may look."""


@cache
def role_table() -> Mapping[Role, frozenset[Permission]]:
    """Permissions by role.

    Raises:
        RuleFileInvalid: a role is missing, or it or a permission is unknown.
    """
    found = read_toml(TABLE)
    table: dict[Role, frozenset[Permission]] = {}
    for name, entry in found.items():
        try:
            table[Role(name)] = frozenset(Permission(one) for one in entry["may"])
        except (ValueError, KeyError) as error:
            raise _invalid(name) from error
    for role in Role:
        if role not in table:
            raise _invalid(role.value)
    return table


def permissions(roles: Iterable[Role]) -> frozenset[Permission]:
    """What somebody with these roles may do.

    >>> Permission.READ_PATIENTS in permissions([Role.BOARD_GUEST])
    False
    """
    table = role_table()
    return frozenset(permission for role in roles for permission in table[role])


def _invalid(name: str) -> RuleFileInvalid:
    return RuleFileInvalid(
        "rule_file_invalid", file=TABLE.name, line=line_of(TABLE, name), problem=name
    )
