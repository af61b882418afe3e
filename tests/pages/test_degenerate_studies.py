"""Studies that have no answer: every screen of the analysis says so, none fails."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.cohort import analyse_study
from core.analysis.further import analyse_further
from core.exports.analysis_json import analysis_json
from core.exports.report.build import build_report
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import AnalysisOptions, Convention
from core.reporting import report_content
from core.storage.studies import open_store
from core.studies import save_intake
from core.text.catalogue import LANGUAGES, text
from pages.parts import state
from pages.prognosis import SECTIONS
from pages.survival import SECTIONS as SURVIVAL_SECTIONS

HEAD = (
    "patient_id,age,sex,ecog,tumor_number,max_tumor_diameter_cm,extrahepatic_mets,"
    "os_months,os_event,pfs_months,pfs_event,CEA (ng/mL),Centre"
)


def rows(n: int = 12, **own: object) -> str:
    """A flat sheet of ``n`` patients; ``own`` replaces a column by a value or a function."""
    columns: dict[str, object] = {
        "age": lambda i: 40 + 3 * i,
        "sex": lambda i: "MF"[i % 2],
        "ecog": lambda i: i % 2,
        "number": lambda i: 1 + i % 9,
        "size": lambda i: 2 + i % 7,
        "spread": lambda i: ["yes", "no"][i % 2],
        "os": lambda i: 3 + (5 * i) % 17,
        "os_event": lambda i: int(i % 4 > 0),
        "pfs": lambda i: 1 + (3 * i) % 7,
        "pfs_event": 1,
        "cea": lambda i: 5 + 7 * i,
        "centre": lambda i: "AB"[i % 2],
    }
    columns |= own
    lines = [HEAD]
    for i in range(n):
        cells = [value(i) if callable(value) else value for value in columns.values()]
        lines.append(",".join([f"P{i + 1}", *(str(cell) for cell in cells)]))
    return "\n".join(lines) + "\n"


STUDIES: Mapping[str, str] = {
    "one level of each factor": rows(
        age=60, sex="M", ecog=0, number=2, size=3, spread="no", centre="A", cea=5
    ),
    "all censored": rows(os_event=0, pfs_event=0),
    "a single event": rows(os_event=lambda i: int(i == 4), pfs_event=lambda i: int(i == 2)),
    "a level without an event": rows(os_event=lambda i: i % 2, pfs_event=lambda i: i % 2),
    "ties everywhere": rows(os=6, pfs=2),
    "times of 0": rows(os=lambda i: max(i - 5, 0), pfs=0),
    "no factor recorded": rows(
        age="", sex="", ecog="", number="", size="", spread="", cea="", centre=""
    ),
    "no patient complete": rows(
        ecog=lambda i: "" if i % 2 else 1, number=lambda i: 4 if i % 2 else "", spread=""
    ),
    "one patient": rows(1),
    "two patients": rows(2),
    "nobody's time": rows(os="", os_event="", pfs="", pfs_event=""),
    "copies of one factor": rows(sex=lambda i: "MF"[i % 2], spread=lambda i: ["no", "yes"][i % 2]),
}
SCREENS = ("baseline", "survival", "prognosis", "validation")


def show(name: str, language: str, study_id: str, version: int) -> None:
    """The script of a test: one screen of one study."""
    import importlib

    from pages.parts import state

    session = state.session()
    session.language = language
    session.study_id, session.version = study_id, version
    importlib.import_module(f"pages.{name}").render()


def files_of(case: str) -> list[UploadedFile]:
    return [UploadedFile("flat.csv", STUDIES[case].encode())]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, int]]]:
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    store = open_store()
    found = {}
    for case in STUDIES:
        study = store.create_study(case)
        version = save_intake(
            store, study.id, read_study(files_of(case)), files_of(case), based_on=None
        )
        found[case] = (study.id, version.number)
    yield found
    patch.undo()
    state.store.cache_clear()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("case", STUDIES)
def test_screen_of_a_degenerate_study_says_what_it_can(case, screen, kept):
    language = LANGUAGES[len(case) % 2]
    study_id, version = kept[case]
    arguments = {"name": screen, "language": language, "study_id": study_id, "version": version}
    app = AppTest.from_function(show, kwargs=arguments).run(timeout=60)
    assert not app.exception
    check_words(app)


@pytest.mark.parametrize("name", [one for one in SECTIONS if one != "table"])
@pytest.mark.parametrize("case", STUDIES)
def test_every_section_of_the_prognosis_screen_can_be_opened(case, name, kept):
    language = LANGUAGES[len(case + name) % 2]
    study_id, version = kept[case]
    arguments = {"name": "prognosis", "language": language}
    app = AppTest.from_function(show, kwargs=arguments | {"study_id": study_id, "version": version})
    app.session_state["prognosis_section"] = text(f"prognosis_screen.section_{name}", language)
    app.run(timeout=60)
    assert not app.exception
    check_words(app)


def opened(name: str, case: str, kept: Mapping[str, tuple[str, int]], **state_of: str) -> AppTest:
    """One section of the Survival screen, its selectors as given."""
    language = LANGUAGES[len(case + name) % 2]
    study_id, version = kept[case]
    arguments = {"name": "survival", "language": language}
    app = AppTest.from_function(show, kwargs=arguments | {"study_id": study_id, "version": version})
    app.session_state["survival_section"] = text(f"survival_screen.section_{name}", language)
    for key, value in state_of.items():
        app.session_state[key] = value
    return app.run(timeout=60)


@pytest.mark.parametrize("name", SURVIVAL_SECTIONS)
@pytest.mark.parametrize("case", STUDIES)
def test_every_section_of_the_survival_screen_can_be_opened(case, name, kept):
    factor = "extrahepatic_mets"
    app = opened(name, case, kept, survival_factor=factor, survival_competing_factor=factor)
    assert not app.exception
    check_words(app)


@pytest.mark.parametrize("cut", ["median", "search"])
@pytest.mark.parametrize("case", STUDIES)
def test_numbers_of_a_degenerate_study_can_be_cut(case, cut, kept):
    number = {"survival_factor": "max_tumor_diameter_cm", "survival_cut": cut}
    for name in ("curves", "factors"):
        app = opened(name, case, kept, survival_factors_cut=cut, **number)
        assert not app.exception
        check_words(app)


def check_words(app: AppTest) -> None:
    """Something is said, and neither a bare key nor a bare NaN."""
    said = [one.value for kind in (app.info, app.warning, app.caption, app.text) for one in kind]
    assert said
    assert not [one for one in said if "@" in one or "nan" in one.lower().split()]


@pytest.mark.parametrize("entry", ["univariable", "forward", "backward"])
@pytest.mark.parametrize("case", ["all censored", "one patient", "a level without an event"])
def test_selection_in_a_degenerate_study_gives_a_sentence(case, entry, kept):
    study_id, version = kept[case]
    arguments = {"name": "prognosis", "language": "en", "study_id": study_id, "version": version}
    app = AppTest.from_function(show, kwargs=arguments).run(timeout=60)
    app.segmented_control(key="prognosis_entry").set_value(entry).run(timeout=60)
    assert not app.exception
    assert [*app.warning, *app.caption, *app.text]


@pytest.mark.parametrize("case", STUDIES)
def test_answer_of_a_degenerate_study_is_made_and_both_engines_agree(case):
    intake = read_study(files_of(case))
    convention = list(Convention)[len(case) % 3]
    analysis = analyse_study(intake.data, AnalysisOptions.following(convention))
    further = analyse_further(intake.data, analysis)
    answer = analysis_json(analysis, intake.findings, LANGUAGES[len(case) % 2], further)
    json.dumps(answer, allow_nan=False)
    assert answer["study"]["n_patients"] == STUDIES[case].count("\n") - 1
    assert not [one for one in answer["engines"] if one["agrees"] is False]


@pytest.mark.parametrize("case", STUDIES)
def test_report_of_a_degenerate_study_is_made(case):
    intake = read_study(files_of(case))
    content = report_content(intake.data, intake.findings, AnalysisOptions(), study_name=case)
    sections = build_report(content, LANGUAGES[len(case) % 2]).sections
    said = [words for section in sections for one in section.paragraphs for words in one]
    assert said
    assert not [words for words in said if isinstance(words, str) and "@" in words]
