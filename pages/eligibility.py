"""Eligibility: every patient against every criterion of the protocol, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pages.parts import cached
from pages.parts.criteria import read_criteria
from pages.parts.dose_view import dose_view
from pages.parts.eligibility_results import patients
from pages.parts.laboratory_view import cycles, limits
from pages.parts.protocol_view import draft_banner, protocol
from pages.parts.widgets import choose, require_study, t, title

_VIEWS = ("patients", "laboratory", "cycles", "protocol", "dose")


def render() -> None:
    """One of the views: patients, laboratory, cycles, protocol, dose card."""
    title("eligibility_screen.title", lead="eligibility_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    view = choose(
        t("eligibility_screen.view"), _VIEWS, "eligibility_screen.view_{}", key="eligibility_view"
    )
    others: Mapping[str, Callable[[cached.Key], None]] = {
        "cycles": cycles,
        "protocol": protocol,
        "dose": dose_view,
    }
    if view in others:
        others[view](key)
        return
    criteria = read_criteria(key, "protocol")
    draft_banner(criteria)
    if view == "laboratory":
        limits(criteria)
    else:
        patients(criteria)
