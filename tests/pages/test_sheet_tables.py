"""What a sheet holds, changed in one click on the screen, and findings in pages."""

from __future__ import annotations

from typing import Any

import pytest

from core.storage.studies import Store
from core.text.catalogue import LANGUAGES, Language, text
from pages.parts.worklist import ON_PAGE
from tests.bad_inputs.builders import csv_bytes, table, workbook, write_sheet
from tests.pages.test_working_list import draft, press, screen, store, upload

__all__ = ["store"]
EXTRA = [["patient_id", "date", "result"], ["A01", "2021-01-05", "PR"]]
UNKNOWN = csv_bytes([["who", *table()[0][1:]], *table()[1:]])


def two_sheets() -> bytes:
    def fill(book: Any) -> None:
        write_sheet(book, table())
        write_sheet(book, EXTRA, "extra")

    return workbook(fill)


def holds(app: Any, place: int) -> Any:
    return next(one for one in app.selectbox if str(one.key).startswith(f"data_sheet_{place}_"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_table_of_a_sheet_is_changed_and_remembered(language: Language, store: Store) -> None:
    app = screen(language, two_sheets(), "own.xlsx")
    app.segmented_control(key="data_section").set_value("columns").run()
    before = draft(app).intake.mappings[1].table
    assert before != "adverse_events"
    holds(app, 1).set_value("adverse_events").run()
    assert not app.exception
    assert draft(app).intake.mappings[1].table == "adverse_events"
    assert app.session_state["arteria_told"][:2] == ("success", "mapping.sheet_changed")
    holds(app, 1).set_value("").run()
    assert draft(app).intake.rows_read == 4
    press(app, "data_save_study")
    upload(app, two_sheets(), "next.xlsx")
    again = draft(app).intake.mappings[1]
    assert (again.table, again.remembered) == ("", True)


def test_only_sheet_with_patients_can_not_be_put_away(store: Store) -> None:
    app = screen("zh")
    app.segmented_control(key="data_section").set_value("columns").run()
    holds(app, 0).set_value("").run()
    assert not app.exception
    assert draft(app).intake.mappings[0].table == "patients"
    assert app.session_state["arteria_told"][0] == "error"


@pytest.mark.parametrize("language", LANGUAGES)
def test_patient_column_is_named_where_none_was_recognised(
    language: Language, store: Store
) -> None:
    app = screen(language, UNKNOWN)
    assert draft(app) is None
    assert text("mapping.help_read", language) in " ".join(one.value for one in app.markdown)
    next(one for one in app.selectbox if one.key == "data_tables_0_0").set_value("patients").run()
    named = next(one for one in app.selectbox if str(one.key).startswith("data_patients_0_0"))
    named.set_value(0)
    press(app, "data_tables_read")
    assert draft(app).intake.rows_accepted == 4
    press(app, "data_save_study")
    upload(app, UNKNOWN, "next.csv")
    assert draft(app).intake.rows_accepted == 4


def test_thousands_of_findings_come_in_pages_and_are_counted_in_full(store: Store) -> None:
    patients = table()
    line = patients[1]
    many = [patients[0], *([f"P{n:04}", *line[1:2], "999", *line[3:]] for n in range(1050))]
    app = screen("en", csv_bytes(many))
    assert len(app.dataframe[0].value) == ON_PAGE
    shown = app.dataframe[0].value.iloc[0].tolist()
    total = len(draft(app).intake.findings)
    assert total >= 1050
    assert any(
        "1050" in str(one) for one in app.segmented_control(key="data_draft_severity").options
    )
    press(app, "data_draft_page_after")
    assert len(app.dataframe[0].value) == ON_PAGE
    assert app.dataframe[0].value.iloc[0].tolist() != shown
    assert text("work.title", "en", n=ON_PAGE + 1, total=1050) in " ".join(
        one.value for one in app.markdown
    )
    app.selectbox(key="data_draft_patient").set_value("P0007").run()
    assert len(app.dataframe[0].value) == 1
