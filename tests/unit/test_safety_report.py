"""Safety in the report and in JSON beside Table 3: rates, sessions, consequences, complications."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from core.example import example_folder
from core.exports.analysis_json import analysis_json
from core.exports.report.build import build_report
from core.exports.report.model import ReportContent
from core.exports.tables.table import Table
from core.intake.validate import read_study
from core.options import AnalysisOptions
from core.reporting import report_content
from core.schema import StudyData
from core.text.catalogue import LANGUAGES, Language


def study() -> StudyData:
    return read_study([example_folder() / "crlm_haic_24_zh.xlsx"]).data


def with_complications(data: StudyData) -> StudyData:
    """The example with three complications; the first two in one patient."""
    sessions = data.table("haic_sessions").copy()
    first = sessions["patient_id"].iloc[0]
    mine = sessions.index[sessions["patient_id"] == first][:2]
    other = sessions.index[sessions["patient_id"] != first][0]
    sessions.loc[mine, "complication_cirse"] = pd.array([1, 3], dtype="Int64")
    sessions.loc[other, "complication_text"] = "haematoma"
    return StudyData({**data.tables, "haic_sessions": sessions}, data_cutoff=data.data_cutoff)


def content_of(data: StudyData) -> ReportContent:
    return report_content(data, (), AnalysisOptions(), study_name="own", made_on=date(2024, 1, 2))


@pytest.fixture(scope="module")
def content() -> ReportContent:
    return content_of(with_complications(study()))


def safety_tables(content: ReportContent, language: Language) -> dict[str, Table]:
    report = build_report(content, language, ["safety"])
    return {
        block.name: block
        for section in report.sections
        for block in section.blocks
        if isinstance(block, Table)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_has_every_safety_table_with_its_denominator(
    content: ReportContent, language: Language
) -> None:
    found = safety_tables(content, language)
    assert list(found) == [
        "adverse_events",
        "adverse_event_rates",
        "adverse_events_by_session",
        "adverse_event_consequences",
        "cirse_complications",
        "laboratory_grades",
    ]
    assert "56" in " ".join(found["adverse_event_rates"].frame.columns)
    cirse = found["cirse_complications"].frame
    assert cirse.iloc[:, 2].tolist() == ["1 (1.8%)", "0 (0.0%)", "1 (1.8%)", *["0 (0.0%)"] * 3]
    # The patient with both counts once, by the worse one.
    assert cirse.iloc[:, 3].tolist()[:3] == ["0 (0.0%)", "0 (0.0%)", "1 (4.2%)"]


def test_table_3_is_not_touched_by_complications(content: ReportContent) -> None:
    overall = content.analysis.adverse_events
    assert [overall.overall_bands.any.count, overall.overall_bands.grade_1_2.count] == [21, 19]
    assert overall.overall_bands.grade_3_4.count == 10


def test_json_gives_rates_with_exposure_and_counts_with_their_denominator(
    content: ReportContent,
) -> None:
    safety = analysis_json(content.analysis, (), "en")["safety"]
    overall = safety["rates"][0]
    assert overall["term"] is None
    per_session = overall["per_session"]
    assert per_session["exposure"] == 56
    assert per_session["rate"] == pytest.approx(per_session["events"] / 56)
    assert per_session["low"] < per_session["rate"] < per_session["high"]
    assert safety["complications_cirse"]["3"] == {
        "sessions": 1,
        "n_sessions": 56,
        "patients_by_worst": 1,
        "N": 24,
    }
    assert {row["code"] for row in safety["consequences"]} >= {"SERIOUS", "STOPPED"}
    assert all(row["N"] == 24 for row in safety["consequences"])
    assert safety["sessions"][0]["n"] == 24


def test_study_without_complications_has_no_empty_table() -> None:
    assert "cirse_complications" not in safety_tables(content_of(study()), "en")
