"""The opened version as files for other programs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import streamlit as st

from core.exports.interchange.form import Form, file_stem
from core.options import ResponseOptions
from core.storage.studies import VersionInfo
from core.text.catalogue import Language
from pages.parts import cached, state
from pages.parts.controls import response_options
from pages.parts.widgets import download_when_clicked, t


def _maker(
    form: Form, key: cached.Key, name: str, options: ResponseOptions, language: Language
) -> Callable[[], bytes]:
    return lambda: cached.interchange(key, name, form, options, language)


def interchange(info: VersionInfo) -> None:
    """One download a form, each with what it holds."""
    language, options = state.language(), response_options()
    key = cached.key_of(info)
    made_of = hashlib.sha256(f"{info.content_hash}{options}{language}".encode()).hexdigest()[:8]
    with st.expander(t("interchange.title")):
        st.caption(t("interchange.lead"))
        for form in Form:
            about, button = st.columns([5, 1.2], vertical_alignment="center")
            about.markdown(
                f"**{t(f'interchange.name.{form}')}** · {t(f'interchange.about.{form}')}"
            )
            with button:
                download_when_clicked(
                    t("interchange.download"),
                    f"{file_stem(info.study_name, form)}_v{info.number}_{made_of}",
                    _maker(form, key, info.study_name, options, language),
                    mime=form.mime,
                    suffix=form.suffix,
                    key=f"data_interchange_{form}",
                )
