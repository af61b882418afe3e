"""The study as a REDCap import file with the data dictionary of the project that takes it.

One row a record with the forms ``patients`` and ``follow_up``, then one row for each instance
of a repeating instrument. Codes as in the dictionary: categories by ``choice_code``, yes 1,
no 0, dates ISO.

Source: REDCap, "Data Import Tool" (repeating instruments).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from core.exports.dictionary import redcap_dictionary_csv
from core.exports.interchange.archive import zip_bytes
from core.exports.interchange.delimited import Cell, csv_text
from core.exports.interchange.parts import StudyParts
from core.rules.columns import lab_codes
from core.rules.redcap import (
    DATA_CUTOFF,
    INSTANCE,
    INSTRUMENT,
    RECORD,
    SINGLE_FORMS,
    STATUS_ENDINGS,
    choice_code,
    variable_names,
)
from core.schema import TABLES, column_specs
from core.text.catalogue import Language

_COMPLETE = 2
Row = dict[str, Cell]


def _further_tests(study: StudyParts) -> dict[str, str]:
    """Codes of the laboratory tests that the rules don't know."""
    tests = dict.fromkeys(str(row["lab_test"]) for row in study.records("labs"))
    others = [test for test in tests if test not in lab_codes()]
    return {f"other_{i}": test for i, test in enumerate(others, start=1)}


def _held(table: str, record: Row, tests: dict[str, str]) -> Row:
    names = variable_names()
    row: Row = {f"{table}{STATUS_ENDINGS[0]}": _COMPLETE}
    for spec in column_specs(table):
        value = record[spec.name]
        if spec.name == "patient_id" or value is None:
            continue
        if spec.kind == "category":
            value = choice_code(str(value))
        elif (table, spec.name) == ("labs", "lab_test"):
            value = tests.get(str(value), value)
        row[names[table, spec.name]] = value
    return row


def _rows(study: StudyParts, tests: dict[str, str]) -> Iterator[Row]:
    follow_up = {row["patient_id"]: row for row in study.records("follow_up")}
    own = study.own_variables()
    for patient in study.records("patients"):
        key = patient["patient_id"]
        row = {RECORD: key, **_held("patients", patient, tests)}
        row[DATA_CUTOFF] = study.data.data_cutoff
        row |= {name: patient[header] for name, header in own.items()}
        if key in follow_up:
            row |= _held("follow_up", follow_up[key], tests)
        yield row
    for table in TABLES:
        if table in SINGLE_FORMS:
            continue
        instances: dict[Cell, int] = defaultdict(int)
        for record in study.records(table):
            key = record["patient_id"]
            instances[key] += 1
            yield {
                RECORD: key, INSTRUMENT[0]: table, INSTANCE[0]: instances[key],
                **_held(table, record, tests),
            }  # fmt: skip


def _columns(study: StudyParts) -> list[str]:
    names = [RECORD, INSTRUMENT[0], INSTANCE[0]]
    for table in TABLES:
        names += [name for (owner, _), name in variable_names().items() if owner == table]
        if table == "patients":
            names += [DATA_CUTOFF, *study.own_variables()]
        names.append(f"{table}{STATUS_ENDINGS[0]}")
    return names


def redcap_data_csv(study: StudyParts) -> str:
    """The import file; text that a spreadsheet would take for a formula is guarded."""
    codes = {test: code for code, test in _further_tests(study).items()}
    columns = _columns(study)
    rows = ([row.get(name) for name in columns] for row in _rows(study, codes))
    return csv_text(columns, rows)


def redcap_zip(study: StudyParts, language: Language) -> bytes:
    """Data dictionary and import file."""
    dictionary = redcap_dictionary_csv(language, study.own_variables(), _further_tests(study))
    return zip_bytes(
        {
            "redcap_dictionary.csv": dictionary.encode("utf-8"),
            "redcap_data.csv": redcap_data_csv(study).encode("utf-8"),
        }
    )


__all__ = ["redcap_data_csv", "redcap_zip"]
