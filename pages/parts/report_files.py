"""The report as a file: what it holds, in which language and format; progress, and download."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError
from core.exports.report.build import build_report
from core.exports.report.drawing import browser
from core.exports.report.make import DRAWN, FORMATS, make_report
from core.exports.report.model import SECTIONS, Report, ReportContent, usual_sections
from core.exports.report.script import script_archive
from core.options import AnalysisOptions, ResponseOptions, SurvivalOptions, ToxicityOptions
from core.reporting import report_content
from core.storage.studies import VersionInfo
from core.text.catalogue import LANGUAGES, Language, say_error
from pages.parts import cached, report_job, state
from pages.parts.controls import response_options, survival_options
from pages.parts.report_job import ReportJob
from pages.parts.safety_terms import confirmed_terms
from pages.parts.shared import shared
from pages.parts.widgets import download_when_clicked, named, t

JOB = "arteria_report_job"
LOOK_AGAIN_S = 1.0
MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "pdf": "application/pdf",
    "json": "application/json",
}


@shared(maxsize=8)
def _content(
    key: cached.Key,
    study_name: str,
    is_example: bool,
    survival: SurvivalOptions,
    response: ResponseOptions,
    toxicity: ToxicityOptions,
) -> ReportContent:
    return report_content(
        cached.data(key),
        cached.findings(key),
        AnalysisOptions(survival=survival, response=response, toxicity=toxicity),
        study_name="@studies.example_name" if is_example else study_name,
        is_example=is_example,
    )


def content_of(info: VersionInfo) -> ReportContent:
    """All results of the opened version by the options of the session."""
    key = cached.key_of(info)
    chosen = survival_options(), response_options(), _toxicity()
    return _content(key, info.study_name, info.is_example, *chosen)


@shared(maxsize=8)
def _built(
    key: cached.Key,
    study_name: str,
    is_example: bool,
    survival: SurvivalOptions,
    response: ResponseOptions,
    toxicity: ToxicityOptions,
    language: Language,
    sections: tuple[str, ...],
) -> Report:
    content = _content(key, study_name, is_example, survival, response, toxicity)
    return build_report(content, language, sections)


def built(info: VersionInfo, sections: tuple[str, ...]) -> Report:
    """These sections of the report in the visitor's language."""
    key = cached.key_of(info)
    chosen = survival_options(), response_options(), _toxicity()
    return _built(key, info.study_name, info.is_example, *chosen, state.language(), sections)


def _toxicity() -> ToxicityOptions:
    return ToxicityOptions(own_terms=confirmed_terms())


def may_export(info: VersionInfo) -> bool:
    """Whether the visitor may take patients' data away; a sentence if not."""
    if state.desk().may(info.study_id, Permission.EXPORT_PATIENTS):
        return True
    st.info(t("report_screen.no_right"))
    return False


def show(info: VersionInfo) -> None:
    """Choices, the button, and what became of it."""
    if not may_export(info):
        return
    sections = st.pills(
        t("report_screen.sections"),
        SECTIONS,
        format_func=named(SECTIONS, "report.section.{}"),
        selection_mode="multi",
        default=usual_sections(is_example=info.is_example),
        key="report_sections",
        persist_state="page",
    )
    left, right = st.columns([1, 2.4])
    with left:
        languages = st.pills(
            t("report_screen.languages"),
            LANGUAGES,
            format_func=named(LANGUAGES, "report_screen.language_name.{}"),
            selection_mode="multi",
            default=[state.language()],
            key="report_languages",
            persist_state="page",
        )
    with right:
        form = st.segmented_control(
            t("report_screen.format"),
            FORMATS,
            format_func=named(FORMATS, "report_screen.format_name.{}"),
            default=FORMATS[0],
            required=True,
            key="report_format",
            persist_state="page",
        )
    form = form or FORMATS[0]
    if form in DRAWN and browser() is None:
        st.info(t("report_screen.no_browser"))
    ordered: tuple[Language, ...] = tuple(one for one in LANGUAGES if one in languages)
    chosen = tuple(code for code in SECTIONS if code in sections)
    if not ordered or not chosen:
        st.warning(t("report.error.nothing_chosen"))
        return
    key = (
        *cached.key_of(info), form, ordered, chosen,
        survival_options(), response_options(), _toxicity(),
    )  # fmt: skip
    if st.button(
        t("report_screen.make"), type="primary", icon=":material/description:", key="report_make"
    ):
        _begin(info, key, form, ordered, chosen)
    _job(key)
    st.divider()
    _script(info)


def _begin(
    info: VersionInfo,
    key: tuple[object, ...],
    form: str,
    languages: tuple[Language, ...],
    sections: tuple[str, ...],
) -> None:
    # The thread has no session: all that it needs is bound here.
    version, example, name = cached.key_of(info), info.is_example, info.study_name
    survival, response, toxicity = survival_options(), response_options(), _toxicity()

    def make(tell: Callable[[float, str], None]) -> bytes:
        tell(0.02, "analyse")
        content = _content(version, name, example, survival, response, toxicity)
        return make_report(content, form, languages, sections, tell)

    state.desk().exported(info.study_id, info.number, f"report.{form}")
    before = st.session_state.get(JOB)
    if isinstance(before, ReportJob):
        before.stop()
    st.session_state[JOB] = report_job.start(key, form, make)


def _job(key: tuple[object, ...]) -> None:
    job = st.session_state.get(JOB)
    if not isinstance(job, ReportJob) or job.key != key or job.stopped.is_set():
        return
    if job.is_done:
        _ready(job)
    else:
        st.fragment(_progress, run_every=LOOK_AGAIN_S)(job)


def _progress(job: ReportJob) -> None:
    if job.is_done or job.stopped.is_set():
        st.rerun()
    bar, button = st.columns([5, 1], vertical_alignment="center")
    with bar:
        st.progress(job.share, t(f"report_screen.step.{job.code}"))
    with button:
        st.button(
            t("report_screen.stop"),
            on_click=job.stop,
            icon=":material/stop_circle:",
            key="report_stop",
        )


def _ready(job: ReportJob) -> None:
    assert job.result is not None
    try:
        content = job.result.result()
    except ArteriaError as error:
        st.warning(say_error(error, state.language()))
        return
    size = f"{len(content) / 1024:.0f} kB"
    st.success(t("report_screen.ready"))
    info = state.opened()
    version = f"v{info.number}_" if info else ""
    download_when_clicked(
        t("report_screen.download", size=size),
        f"arteria_report_{version}{hashlib.sha256(content).hexdigest()[:12]}",
        lambda: content,
        mime=MIME[job.form],
        suffix=job.form,
        key="report_download",
    )


def _script(info: VersionInfo) -> None:
    key = cached.key_of(info)
    content_now = survival_options(), response_options(), _toxicity()
    desk = state.desk()
    digest = hashlib.sha256(repr((key, content_now)).encode()).hexdigest()[:12]
    st.caption(t("report_screen.script_about"))

    def archive() -> bytes:
        desk.require(info.study_id, Permission.EXPORT_PATIENTS)
        desk.exported(info.study_id, info.number, "report.script")
        content = _content(key, info.study_name, info.is_example, *content_now)
        with tempfile.TemporaryDirectory() as folder:
            return script_archive(content, cached.data(key), Path(folder))

    download_when_clicked(
        t("report_screen.script"),
        f"arteria_reproduce_{digest}",
        archive,
        mime="application/zip",
        suffix="zip",
        key="report_script",
    )
