"""What a screen shows to a visitor who may not see single patients.

Every screen that isn't listed here shows a sentence only: a new screen is closed until somebody
decides what of it is safe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import plotly.graph_objects as go
import streamlit as st

from core.access.roles import Permission
from core.exports.disclosure import SMALLEST_SHOWN
from core.exports.protected_figures import protected_survival
from core.exports.tables.aggregates import (
    adverse_event_counts,
    baseline_counts,
    eligibility_counts,
    response_counts,
)
from core.exports.tables.table import Table
from core.exports.tables.validation import arithmetic_table
from core.options import Convention, ResponseOptions, SurvivalOptions, ToxicityOptions
from core.own_terms import own_terms
from core.text.catalogue import Language
from pages.parts import cached, state
from pages.parts.controls import choose_endpoint
from pages.parts.shared import Key, shared
from pages.parts.widgets import chart, show_table, t

AGGREGATES = Permission.READ_AGGREGATES


def is_restricted() -> bool:
    """Whether the visitor may see the opened study, but no single patient of it."""
    study_id = state.session().study_id
    if study_id is None:
        return False
    held = state.desk().permissions(study_id)
    return AGGREGATES in held and Permission.READ_PATIENTS not in held


@shared(maxsize=16, permission=AGGREGATES)
def response(key: Key, language: Language) -> Table | None:
    """Best response by the default options; more options would give counts to subtract."""
    found = cached.response(key, ResponseOptions())
    return None if found.overall is None else response_counts(found, language)


@shared(maxsize=16, permission=AGGREGATES)
def baseline(key: Key, language: Language) -> Table:
    """Table 1."""
    table = cached.baseline(key, None, Convention.RECOMMENDED, ResponseOptions())
    return baseline_counts(table, language)


@shared(maxsize=0, permission=AGGREGATES)
def eligibility(key: Key, language: Language) -> Table:
    """Counts of each criterion; never kept, as the protocol in force isn't in the key."""
    return eligibility_counts(cached.eligibility(key), language)


@shared(maxsize=0, permission=AGGREGATES)
def safety(key: Key, language: Language) -> Table:
    """Table 3; never kept, as the confirmed terms aren't in the key."""
    options = ToxicityOptions(own_terms=own_terms(state.store().entries, key[0]))
    return adverse_event_counts(cached.adverse_events(key, options), language)


@shared(maxsize=32, permission=AGGREGATES)
def survival(
    key: Key, code: str, convention: Convention, language: Language
) -> tuple[Table, go.Figure] | None:
    """The curve of all patients as far as enough are at risk; None = too few."""
    options = ResponseOptions()
    if not cached.endpoints(key, options).get(code).times:
        return None
    found = cached.endpoint_curves(key, code, SurvivalOptions.following(convention), options)
    return protected_survival(found, len(cached.data(key).table("patients")), language)


def render(name: str) -> None:
    """The screen of this address, as far as it holds no single patient."""
    st.title(t(f"shell.screen.{name}"))
    info = state.opened()
    if info is None:
        st.info(t("shell.no_study"))
        return
    show = SCREENS.get(name)
    if show is None:
        st.info(t("aggregates.no_patients"), icon=":material/visibility_off:")
        return
    st.caption(t("aggregates.role", smallest=SMALLEST_SHOWN))
    show(cached.whole_key_of(info))


def _table(make: Callable[[Key, Language], Table | None], name: str) -> Callable[[Key], None]:
    def show(key: Key) -> None:
        printed = make(key, state.language())
        if printed is None:
            st.info(t("aggregates.no_patients"))
            return
        show_table(printed, key=f"aggregates_{name}")

    return show


def _survival(key: Key) -> None:
    code = choose_endpoint(key="aggregates_endpoint")
    found = survival(key, code, state.session().convention, state.language())
    if found is None:
        st.info(t("aggregates.too_few", smallest=SMALLEST_SHOWN))
        return
    table, figure = found
    chart(figure, key="aggregates_km", alt=table.title)
    show_table(table, key="aggregates_survival")


def _validation(_key: Key) -> None:
    show_table(arithmetic_table(cached.arithmetic(), state.language()), key="aggregates_arithmetic")


SCREENS: Mapping[str, Callable[[Key], None]] = {
    "eligibility": _table(eligibility, "eligibility"),
    "baseline": _table(baseline, "baseline"),
    "response": _table(response, "response"),
    "survival": _survival,
    "safety": _table(safety, "safety"),
    "validation": _validation,
}
"""Address of a screen -> what of it is shown."""
