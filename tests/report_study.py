"""The example study and all of its results, for the tests of reports."""

from __future__ import annotations

from datetime import date

from core.example import example_folder
from core.exports.report.model import ReportContent
from core.intake.validate import read_study
from core.options import AnalysisOptions
from core.reporting import report_content
from core.schema import StudyData


def example_study() -> StudyData:
    return read_study([example_folder() / "crlm_haic_24_zh.xlsx"]).data


def example_content() -> ReportContent:
    """Under a name that is a formula and holds markup."""
    return report_content(
        example_study(),
        (),
        AnalysisOptions(),
        study_name="=HYPERLINK(1) <b>甲</b>",
        is_example=True,
        made_on=date(2024, 1, 2),
    )
