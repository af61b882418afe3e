"""Parts that several screens show: titles, notes, tables, charts, downloads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Literal, TypeVar

import plotly.graph_objects as go
import streamlit as st

from core.access.exports import PATH, WAITING, WAITS_S, OutgoingFile
from core.access.policy import Mode, sign_in_mode
from core.access.roles import Permission
from core.errors import ArteriaError, Fact
from core.exports.csv_file import csv_bytes
from core.exports.tables.table import Table, inert_text
from core.exports.workbook import workbook_bytes
from core.figures.theme import CHART_CONFIG
from core.results.common import Message
from core.storage.studies import VersionInfo
from core.studies import example_version
from core.text.catalogue import say, text
from pages.parts import state
from pages.parts.drawn import Picture, cells, digest

T = TypeVar("T")
MOST_STATIC_ROWS = 80
FILE_DIGITS = 12
"""Of a table's digest, to tell its file from any other."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def t(key: str, **facts: Fact) -> str:
    """A string of the catalogue in the visitor's language."""
    return text(key, state.language(), **facts)


def title(key: str, *, lead: str | None = None) -> None:
    """The screen's name and one sentence on what it answers."""
    st.title(t(key))
    if lead is not None:
        st.caption(t(lead))


def require_study(
    permission: Permission = Permission.READ_PATIENTS,
) -> VersionInfo | None:
    """The opened study; without one, a sentence and the way to the studies.

    Raises:
        ArteriaError: ``not_allowed``: the visitor's role doesn't reach what the screen shows.
    """
    info = state.opened()
    if info is not None:
        state.desk().require(info.study_id, permission)
    if info is None:
        st.info(t("shell.no_study"))
        if st.button(t("shell.open_example"), type="primary", key="shell_open_example"):
            open_example()
            st.rerun()
    return info


def open_example() -> None:
    """Open the example study, making it on first use."""
    try:
        info = example_version(state.store())
    except ArteriaError as error:
        state.tell("error", f"error.{error.code}", **error.facts)
        return
    state.open_version(info.study_id, info.number)


def messages(items: Iterable[Message], *, level: str = "caption") -> None:
    """Messages of a result, each on a line of its own."""
    seen: set[str] = set()
    for item in items:
        sentence = say(item, state.language())
        if sentence in seen:
            continue
        seen.add(sentence)
        show = {"warning": st.warning, "info": st.info}.get(level, st.caption)
        show(inert_text(sentence))


def show_table(
    printed: Table,
    *,
    key: str,
    heading: bool = True,
    rows_of_data: bool = False,
    with_csv: bool = False,
    height: int | None = None,
    whole: tuple[str, Callable[[], Table]] | None = None,
) -> None:
    """A printed table with its title, its notes and its download.

    Args:
        rows_of_data: the user's rows, shown in a scrolling grid; results stand as a static
            table whose cells wrap.
        with_csv: offer the same cells as a CSV file too.
        whole: where only a part is printed, what tells the content of the whole table from
            any other, and the whole for the download.
    """
    if heading:
        st.subheader(printed.title)
    if not len(printed.frame):
        st.caption(t("common.no_rows"))
        return
    content = digest(printed)
    is_grid = rows_of_data or len(printed.frame) > MOST_STATIC_ROWS
    shown = cells(printed, content, is_markdown=not is_grid)
    if is_grid:
        st.dataframe(shown, hide_index=True, key=key, height=height or "content")
    else:
        st.table(shown, border="horizontal", hide_index=True)
    offer_table(printed, key=key, rows_of_data=rows_of_data, with_csv=with_csv, whole=whole)


def offer_table(
    printed: Table,
    *,
    key: str,
    rows_of_data: bool = False,
    with_csv: bool = False,
    whole: tuple[str, Callable[[], Table]] | None = None,
) -> None:
    """A table's notes and, for whoever may take it away, its download made on a click."""
    content = digest(printed)
    notes, button = st.columns([5, 1.1])
    with notes:
        show_notes(printed.notes)
    if not _may_export(rows_of_data):
        return
    with button, st.container(horizontal_alignment="right"):
        download_when_clicked(
            t("common.download_table"),
            f"{printed.name}_{whole[0] if whole else content[:FILE_DIGITS]}",
            lambda: workbook_bytes([whole[1]() if whole else printed]),
            mime=XLSX,
            suffix="xlsx",
            key=f"{key}_download",
        )
        if with_csv:
            download_when_clicked(
                t("common.download_csv"),
                f"{printed.name}_{content[:FILE_DIGITS]}",
                lambda: csv_bytes(printed),
                mime="text/csv",
                suffix="csv",
                key=f"{key}_csv",
            )


def _may_export(rows_of_data: bool) -> bool:
    study_id = state.session().study_id
    wanted = Permission.EXPORT_PATIENTS if rows_of_data else Permission.EXPORT_AGGREGATES
    return study_id is None or state.desk().may(study_id, wanted)


def show_notes(notes: Iterable[str]) -> None:
    """Small lines under a table or figure, one below the other."""
    lines = [inert_text(note) for note in notes if note]
    if lines:
        st.caption("  \n".join(lines))


def metrics(items: Sequence[tuple[str, str, str]]) -> None:
    """Figures side by side: label, value, and a small line under it ("" = none)."""
    for cell, (label, value, below) in zip(st.columns(len(items)), items, strict=True):
        cell.metric(label, value, below or None, delta_color="off", delta_arrow="off")


def chart(
    figure: go.Figure | Picture,
    *,
    key: str,
    alt: str,
    image: str = "svg",
    is_themed: bool = True,
) -> None:
    """A figure; its words are in the visitor's language, its controls inert to the network.

    Args:
        image: format of the picture that its own menu saves, ``svg`` or ``png``.
        is_themed: in the colours of the browser's theme; otherwise in the figure's own.
    """
    config = CHART_CONFIG
    if image == "png":
        config = {**CHART_CONFIG, "toImageButtonOptions": {"format": "png", "scale": 3}}
    theme: Literal["streamlit"] | None = "streamlit" if is_themed else None
    st.plotly_chart(figure, key=key, config=config, alt=alt, theme=theme)


def download(label: str, stem: str, data: bytes, *, mime: str, suffix: str, key: str) -> None:
    """A download whose name carries the study version and the content's hash.

    Streamlit identifies large media by samples of their bytes, so the name must be unique.
    """
    info = state.opened()
    version = f"v{info.number}_" if info else ""
    digest = hashlib.sha256(data).hexdigest()[:8]
    download_when_clicked(
        label, f"{stem}_{version}{digest}", lambda: data, mime=mime, suffix=suffix, key=key
    )


def download_when_clicked(
    label: str, stem: str, make: Callable[[], bytes], *, mime: str, suffix: str, key: str
) -> None:
    """A download that is made only when it is asked for; ``stem`` must tell its content.

    Each one is recorded. Where people sign in, the file is handed out once, to the sign-in that
    asked for it, at an address of its own; so it takes a second click.
    """
    name = f"{stem}.{suffix}"
    current = state.session()
    study_id, number = current.study_id, current.version
    if sign_in_mode() is Mode.ALONE:
        desk = state.desk()

        def made() -> bytes:
            if study_id is not None and number is not None:
                desk.exported(study_id, number, name)
            return make()

        st.download_button(
            label, made, file_name=name, mime=mime, key=key, on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip
        return
    slot = f"{key}_waiting"

    def prepare() -> None:
        try:
            person = state.person()
            if study_id is not None and number is not None:
                state.desk().exported(study_id, number, name)
            file = OutgoingFile(make(), name, mime)
        except ArteriaError as error:
            state.tell("error", f"error.{error.code}", **error.facts)
            return
        st.session_state[slot] = (name, WAITING.put(person.sign_in, file), monotonic() + WAITS_S)

    waiting: tuple[str, str, float] | None = st.session_state.get(slot)
    if waiting is not None and waiting[0] == name and monotonic() < waiting[2]:
        st.link_button(
            t("common.save_file"),
            state.address(f"{PATH}{waiting[1]}"),
            icon=":material/save:",
            type="primary",
            help=t("common.save_file_help"),
        )
        return
    st.button(label, key=key, on_click=prepare, icon=":material/download:")


def csv_download(printed: Table, *, key: str) -> None:
    """The table as a CSV file that Excel opens with the right letters."""
    download_when_clicked(
        t("common.download_csv"),
        f"{printed.name}_{digest(printed)[:FILE_DIGITS]}",
        lambda: csv_bytes(printed),
        mime="text/csv",
        suffix="csv",
        key=key,
    )


def named(options: Sequence[T], pattern: str) -> Callable[[T], str]:
    """Names of option codes in the visitor's language, looked up once.

    Args:
        pattern: catalogue key with ``{}`` in place of the code.
    """
    names = {option: t(pattern.format(option)) for option in options}
    return names.__getitem__


def choose(label: str, options: Sequence[T], pattern: str, *, key: str) -> T:
    """One of a few options side by side; the first is the default."""
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=named(options, pattern),
        default=options[0],
        required=True,
        key=key,
        persist_state="page",
    )
    return options[0] if chosen is None else chosen
