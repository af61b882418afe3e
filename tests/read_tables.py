"""Small uploads of a few rows, and what was found in them."""

from __future__ import annotations

from datetime import date

from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.common import Severity
from core.results.intake import Intake
from tests.bad_inputs.builders import Rows, csv_bytes

TODAY = date(2024, 1, 1)


def read_tables(**tables: Rows) -> Intake:
    files = [UploadedFile(f"{name}.csv", csv_bytes(rows)) for name, rows in tables.items()]
    return read_study(files, today=TODAY)


def codes(intake: Intake, *severities: Severity) -> list[tuple[str, int | None]]:
    return [(f.code, f.row) for f in intake.findings if f.severity in severities]


def errors(intake: Intake) -> list[tuple[str, int | None]]:
    return codes(intake, Severity.ERROR)


def warnings(intake: Intake) -> set[str]:
    return {code for code, _ in codes(intake, Severity.WARNING)}
