"""Administration: people, roles, links, tokens, audit trail, archive, data protection."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.access.policy import policy, sign_in_mode
from core.results.people import Origin
from pages.parts import state
from pages.parts.admin_audit import show_audit
from pages.parts.admin_passes import show_passes
from pages.parts.admin_people import show_people, show_roles
from pages.parts.admin_studies import show_archive, show_protection
from pages.parts.widgets import choose, t, title


def render() -> None:
    """One view at a time, as far as the visitor's rights go."""
    title("admin.title", lead="admin.lead")
    person = state.person()
    views = ["protection"]
    if person.origin is not Origin.LINK:
        views = ["roles", "passes", "audit", "studies", "protection"]
    if person.is_admin:
        views.insert(0, "people")
    st.caption(t("admin.mode", mode=f"@admin.mode_{sign_in_mode().value}"))
    rules = policy()
    st.caption(
        t(
            "admin.policy",
            idle=rules.idle_minutes,
            longest=rules.longest_hours,
            failures=rules.failures_before_lock,
            lock=rules.lock_minutes,
            shortest=rules.shortest_password,
            days=rules.password_days,
        )
    )
    view = choose(t("admin.view"), views, "admin.view_{}", key="admin_view")
    show: Mapping[str, Callable[[], None]] = {
        "people": show_people,
        "roles": show_roles,
        "passes": show_passes,
        "audit": show_audit,
        "studies": show_archive,
        "protection": show_protection,
    }
    show[view]()
