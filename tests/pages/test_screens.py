"""Every screen in both languages: without a study, with the example, with a flat sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.storage.studies import open_store
from core.studies import example_version, save_intake
from core.text.catalogue import LANGUAGES, Language, text
from pages.parts import state
from pages.parts.screens import SCREEN_NAMES

EXAMPLES = Path(__file__).parents[2] / "examples" / "crlm_haic_24"
MINIMAL = "患者编号,性别,年龄\nA1,男,60\nA2,女,51\n"


def show(name: str, language: str, study_id: str | None, version: int | None) -> None:
    """The script of a test: one screen in one language on one study."""
    import importlib

    from pages.parts import state

    session = state.session()
    session.language = language
    session.study_id, session.version = study_id, version
    importlib.import_module(f"pages.{name}").render()


@pytest.fixture(scope="module", autouse=True)
def studies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, int]]]:
    """A store of its own with the example, a flat sheet and a minimal sheet."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    store = open_store()
    example = example_version(store)
    saved = {"example": (example.study_id, example.number)}
    flat = (EXAMPLES / "crlm_haic_24_flat.csv").read_bytes()
    for name, content in (("flat", flat), ("minimal", MINIMAL.encode())):
        files = [UploadedFile(f"{name}.csv", content)]
        intake = read_study(files)
        study = store.create_study(name)
        info = save_intake(store, study.id, intake, files, based_on=None)
        saved[name] = (info.study_id, info.number)
    yield saved
    patch.undo()
    state.store.cache_clear()


def run(name: str, language: Language, opened: tuple[str, int] | None) -> AppTest:
    study_id, version = opened or (None, None)
    app = AppTest.from_function(
        show,
        kwargs={"name": name, "language": language, "study_id": study_id, "version": version},
    )
    return app.run(timeout=60)


def sentences(app: AppTest) -> list[str]:
    kinds = (app.title, app.subheader, app.caption, app.markdown, app.info, app.warning)
    return [element.value for kind in kinds for element in kind]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREEN_NAMES)
def test_screen_without_study_says_so(name: str, language: Language) -> None:
    app = run(name, language, None)
    assert not app.exception
    assert len(app.title) == 1
    if name not in {"studies", "data", "admin"}:
        assert text("shell.no_study", language) in [element.value for element in app.info]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("study", ["example", "flat", "minimal"])
@pytest.mark.parametrize("name", SCREEN_NAMES)
def test_screen_on_a_study_draws_without_exception(
    name: str, study: str, language: Language, studies: dict[str, tuple[str, int]]
) -> None:
    app = run(name, language, studies[study])
    assert not app.exception
    assert not app.error
    words = sentences(app)
    assert words
    if language == "zh":
        english = [one for one in words if one.isascii() and len(one.split()) > 3]
        assert english == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_response_screen_recomputes_when_confirmation_is_asked_for(
    language: Language, studies: dict[str, tuple[str, int]]
) -> None:
    app = run("response", language, studies["example"])
    before = [element.value for element in app.metric]
    app.button_group(key="response_confirmed").set_value(True).run(timeout=60)
    assert not app.exception
    assert before[:2] == ["16.7%", "62.5%"]
    assert [element.value for element in app.metric][:2] == ["12.5%", "62.5%"]


def test_survival_screen_by_factor_shows_the_log_rank_test(
    studies: dict[str, tuple[str, int]],
) -> None:
    app = run("survival", "en", studies["example"])
    app.selectbox(key="survival_factor").set_value("ecog").run(timeout=60)
    assert not app.exception
    assert any(element.value == "< 0.001" for element in app.metric)
