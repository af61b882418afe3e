"""Administration of people: accounts of the server, and roles in a study."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from core.access.roles import Permission
from core.exports.tables.people import account_table, grant_table
from core.results.people import Account, Origin, Role
from pages.parts import state
from pages.parts.administering import administration, attempt, choose_study
from pages.parts.widgets import named, show_table, t


def show_people() -> None:
    """Accounts: list, add, change."""
    accounts = administration().accounts()
    if accounts:
        show_table(
            account_table(accounts, datetime.now(UTC), state.language()), key="admin_accounts"
        )
    else:
        st.subheader(t("admin.accounts"))
        st.caption(t("admin.no_accounts"))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        _add()
    with right.container(border=True):
        _change(accounts)


def _add() -> None:
    st.subheader(t("admin.add_account"))

    def add() -> None:
        given = st.session_state
        attempt(
            lambda: administration().add_account(
                given["admin_login"],
                given["admin_name"],
                given["admin_password"],
                is_admin=given["admin_is_admin"],
            )
        )
        given["admin_password"] = ""

    with st.form("admin_add", border=False):
        st.text_input(t("admin.login"), key="admin_login", max_chars=120, autocomplete="off")
        st.text_input(t("admin.name"), key="admin_name", max_chars=200, autocomplete="off")
        st.text_input(
            t("admin.password"), key="admin_password", type="password", autocomplete="new-password"
        )
        st.checkbox(t("admin.is_admin"), key="admin_is_admin")
        st.form_submit_button(t("admin.add"), on_click=add)


def _change(accounts: tuple[Account, ...]) -> None:
    st.subheader(t("admin.change_account"))
    own = state.person().id
    others = {one.id: one for one in accounts if one.id != own}
    chosen = st.selectbox(
        t("admin.login"),
        list(others),
        index=None,
        format_func=lambda account_id: others[account_id].login,
        placeholder=t("admin.choose_account"),
        key="admin_account",
    )
    if chosen is None:
        return
    account = others[chosen]
    disabled = account.disabled_at is not None
    st.button(
        t("admin.enable" if disabled else "admin.disable"),
        key="admin_disable",
        on_click=attempt,
        args=(lambda: administration().set_disabled(account.id, not disabled),),
    )
    if account.origin is not Origin.BUILT_IN:
        return
    st.button(
        t("admin.take_admin" if account.is_admin else "admin.give_admin"),
        key="admin_set_admin",
        on_click=attempt,
        args=(lambda: administration().set_admin(account.id, not account.is_admin),),
    )

    def reset() -> None:
        password = st.session_state["admin_new_password"]
        attempt(lambda: administration().reset_password(account.id, password))
        st.session_state["admin_new_password"] = ""

    with st.form("admin_reset", border=False):
        st.text_input(
            t("admin.new_password"),
            key="admin_new_password",
            type="password",
            autocomplete="new-password",
        )
        st.form_submit_button(t("admin.reset_password"), on_click=reset)


def show_roles() -> None:
    """Roles in one study: list, give, take away."""
    study_id = choose_study(Permission.MANAGE_STUDY, key="admin_roles_study")
    if study_id is None:
        return
    grants = administration().grants(study_id)
    if grants:
        show_table(grant_table(grants, state.language()), key="admin_grants")
    else:
        st.subheader(t("admin.roles_of"))
        st.caption(t("admin.no_roles"))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        _give(study_id)
    with right.container(border=True):
        st.subheader(t("admin.take_role"))
        names = {grant.subject: name for grant, name in grants}
        subject = st.selectbox(
            t("admin.subject"),
            list(names),
            index=None,
            format_func=names.__getitem__,
            placeholder=t("admin.choose_account"),
            key="admin_taken",
        )
        st.button(
            t("admin.take"),
            key="admin_take",
            disabled=subject is None,
            on_click=attempt,
            args=(lambda: administration().revoke(study_id, subject or ""),),
        )


def _give(study_id: str) -> None:
    st.subheader(t("admin.give_role"))

    def give() -> None:
        given = st.session_state
        attempt(
            lambda: administration().grant(
                study_id,
                given["admin_subject"],
                given["admin_role"],
                is_group=given["admin_kind"] == "group",
            )
        )

    with st.form("admin_give", border=False):
        kinds = ("account", "group")
        st.radio(
            t("admin.kind"),
            kinds,
            format_func=named(kinds, "admin.kind_{}"),
            horizontal=True,
            key="admin_kind",
        )
        st.text_input(t("admin.subject"), key="admin_subject", max_chars=120, autocomplete="off")
        roles = list(Role)
        st.selectbox(
            t("admin.role"), roles, format_func=named(roles, "roles.{}"), index=2, key="admin_role"
        )
        st.form_submit_button(t("admin.give"), on_click=give)
