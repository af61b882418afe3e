"""Administration of links for guests and of personal tokens for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from core.access.passes import GUEST_ROLES
from core.access.policy import Mode, policy, sign_in_mode
from core.access.roles import Permission
from core.errors import ArteriaError
from core.exports.tables.people import pass_table
from core.results.people import Pass
from pages.parts import state
from pages.parts.administering import attempt, choose_study, office, studies_with
from pages.parts.widgets import named, show_notes, show_table, t

API = "/api/v1"
_MADE = "arteria_made_once"


def show_passes() -> None:
    """Links into a study, then one's own tokens."""
    made: tuple[str, str] | None = st.session_state.pop(_MADE, None)
    st.subheader(t("admin.links"))
    if sign_in_mode() is Mode.ALONE:
        st.caption(t("admin.links_off"))
    else:
        show_notes([t("admin.links_text")])
        _links(made)
    st.subheader(t("admin.tokens"))
    if sign_in_mode() is Mode.ALONE:
        show_notes([t("admin.tokens_off", address=state.address(API))])
    else:
        show_notes([t("admin.tokens_text", address=state.address(API))])
        _tokens(made)


def _keep_once(kind: str, make: Callable[[], str]) -> None:
    """Make a secret that the next run shows once, or have it say why not."""
    try:
        st.session_state[_MADE] = (kind, make())
    except ArteriaError as error:
        state.tell("error", f"error.{error.code}", **error.facts)


def _show_once(made: tuple[str, str] | None, kind: str) -> None:
    if made is not None and made[0] == kind:
        st.success(t("admin.shown_once"))
        st.code(made[1], language=None)


def _links(made: tuple[str, str] | None) -> None:
    study_id = choose_study(Permission.MANAGE_STUDY, key="admin_links_study")
    if study_id is None:
        return
    _show_once(made, "link")

    def make() -> None:
        given = st.session_state

        def link() -> str:
            token = office().make_link(
                state.person(),
                study_id,
                given["admin_link_role"],
                given["admin_link_label"],
                int(given["admin_link_days"]),
            )
            return f"{_origin()}{state.address('/link/')}{token}"

        _keep_once("link", link)

    with st.form("admin_link", border=True):
        who, role, days = st.columns([2, 2, 1])
        who.text_input(t("admin.label"), key="admin_link_label", max_chars=200)
        role.selectbox(
            t("admin.role"),
            GUEST_ROLES,
            format_func=named(GUEST_ROLES, "roles.{}"),
            key="admin_link_role",
        )
        most = policy().longest_pass_days
        days.number_input(t("admin.days"), 1, most, min(7, most), key="admin_link_days")
        st.form_submit_button(t("admin.make_link"), on_click=make)
    roles = {
        grant.subject.partition(":")[2]: grant.role.value
        for grant in state.store().people.grants(study_id)
    }
    _list(office().links(state.person(), study_id), roles, "links")


def _tokens(made: tuple[str, str] | None) -> None:
    _show_once(made, "token")
    names = studies_with(Permission.READ_AGGREGATES)

    def make() -> None:
        given = st.session_state
        _keep_once(
            "token",
            lambda: office().make_token(
                state.person(),
                given["admin_token_study"] or None,
                given["admin_token_label"],
                int(given["admin_token_days"]),
            ),
        )

    with st.form("admin_token", border=True):
        what, scope, days = st.columns([2, 2, 1])
        what.text_input(t("admin.purpose"), key="admin_token_label", max_chars=200)
        every = t("admin.scope_all")
        scope.selectbox(
            t("admin.scope"),
            ["", *names],
            format_func=lambda study_id: names.get(study_id, every),
            key="admin_token_study",
        )
        most = policy().longest_pass_days
        days.number_input(t("admin.days"), 1, most, min(30, most), key="admin_token_days")
        st.form_submit_button(t("admin.make_token"), on_click=make)
    _list(office().tokens(state.person()), {}, "tokens")


def _list(passes: Sequence[Pass], roles: dict[str, str], name: str) -> None:
    if not passes:
        st.caption(t("admin.none_yet"))
        return
    now = datetime.now(UTC)
    studies = studies_with(Permission.READ_AGGREGATES)
    printed = pass_table(passes, roles, studies, now, state.language(), name=name)
    show_table(printed, key=f"admin_{name}", heading=False)
    open_ones = {one.id: f"{one.label} ({one.created_by})" for one in passes if one.holds(now)}
    choice, button = st.columns([4, 1], vertical_alignment="bottom")
    chosen = choice.selectbox(
        t("admin.choose_pass"),
        list(open_ones),
        index=None,
        format_func=open_ones.__getitem__,
        placeholder=t("admin.choose_pass"),
        key=f"admin_{name}_revoked",
    )
    button.button(
        t("admin.revoke"),
        key=f"admin_{name}_revoke",
        disabled=chosen is None,
        on_click=attempt,
        args=(lambda: office().revoke(state.person(), chosen or ""),),
        width="stretch",
    )


def _origin() -> str:
    """Scheme and host by which the visitor reaches this server."""
    parts = (st.context.url or "").split("/", 3)[:3]
    return "/".join(parts)
