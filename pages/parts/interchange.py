"""The opened version as files for other programs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import streamlit as st

from core.access.roles import Permission
from core.exports.interchange.form import Form, file_stem
from core.options import ResponseOptions
from core.storage.studies import VersionInfo
from core.text.catalogue import Language
from pages.parts import cached, state
from pages.parts.controls import response_options
from pages.parts.widgets import download_when_clicked, t


def _maker(
    form: Form, info: VersionInfo, options: ResponseOptions, language: Language
) -> Callable[[], bytes]:
    """What makes the file when it is asked for, for who may take patients' data along."""
    desk = state.desk()

    def make() -> bytes:
        desk.require(info.study_id, Permission.EXPORT_PATIENTS)
        made = cached.interchange(cached.key_of(info), info.study_name, form, options, language)
        desk.exported(info.study_id, info.number, form.value)
        return made

    return make


def interchange(info: VersionInfo) -> None:
    """One download a form, each with what it holds, for who may take patients' data along."""
    if not state.desk().may(info.study_id, Permission.EXPORT_PATIENTS):
        return
    language, options = state.language(), response_options()
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
                    _maker(form, info, options, language),
                    mime=form.mime,
                    suffix=form.suffix,
                    key=f"data_interchange_{form}",
                )
