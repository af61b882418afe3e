"""The study as CDISC data sets: ADSL, ADTTE, ADRS, ADAE, ADLB, ADEX, ADTR and TU.

Names, labels and parameters come from ``rules/adam.toml`` and ``rules/adam_variables.csv``, by
which an upload is read as well. Times are the computed ones, in months of 30.4375 days;
CNSR 0 = event.

Source: CDISC ADaMIG; SAS transport format (names of 8, labels of 40, texts of 200 bytes).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
import pyreadstat

from core.exports.fields import analytes
from core.exports.interchange.archive import zip_bytes
from core.exports.interchange.delimited import Cell, csv_text, shown_number
from core.exports.interchange.parts import StudyParts
from core.rules.adam import KEY, Dataset, adam_rules
from core.rules.columns import STUDY
from core.schema import column_specs
from core.text.catalogue import say

_TEXT_BYTES_OF_VERSION_5 = 200
_LABEL_BYTES = 40
_STAMP = re.compile(rb"[0-9]{2}[A-Z]{3}[0-9]{2}:[0-9]{2}:[0-9]{2}:[0-9]{2}")
_FIXED_STAMP = b"01JAN00:00:00:00"
Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class AdamDataset:
    """One data set: variables with their labels, and rows of as many cells."""

    name: str
    labels: Mapping[str, str]
    rows: Sequence[Sequence[Cell]]


def _flags(table: str) -> frozenset[str]:
    if table == STUDY:
        return frozenset()
    return frozenset(spec.name for spec in column_specs(table) if spec.kind == "boolean")


def _held(dataset: Dataset, table: str, record: Mapping[str, Cell]) -> Row:
    """The variables of a data set that hold a column of the table."""
    flags = _flags(table)
    row: Row = {}
    for variable in dataset.written:
        if variable.table != table or not variable.field:
            continue
        value = record.get(variable.field)
        if variable.field in flags and value is not None:
            value = "Y" if value else "N"
        row[variable.name] = value
    return row


def _subjects(study: StudyParts, dataset: Dataset) -> Iterator[Row]:
    follow_up = {row["patient_id"]: row for row in study.records("follow_up")}
    first: dict[Cell, Cell] = {}
    for row in study.records("haic_sessions"):
        day = row["session_date"]
        known = first.get(row["patient_id"])
        if known is None or str(day) < str(known):
            first[row["patient_id"]] = day
    own = study.own_variables()
    for patient in study.records("patients"):
        key = patient["patient_id"]
        row = _held(dataset, "patients", patient)
        row |= _held(dataset, "follow_up", follow_up.get(key, {}))
        if row["TRTSDT"] is None:
            row["TRTSDT"] = first.get(key)
        row["AGEU"] = "YEARS" if patient["age"] is not None else None
        row["SAFFL"] = "Y" if row["TRTSDT"] is not None else "N"
        row["DCUTDT"] = study.data.data_cutoff
        row |= {_own_name(name): patient[header] for name, header in own.items()}
        yield row


def _own_name(name: str) -> str:
    return name.replace("_", "").upper()


def _times(study: StudyParts) -> Iterator[Row]:
    rules = adam_rules()
    for code, endpoint in rules.times.items():
        for one in study.endpoints.get(endpoint).times:
            yield {
                KEY: one.patient_id,
                "PARAMCD": code,
                "PARAM": rules.names[code],
                "STARTDT": one.start,
                "ADT": one.end,
                "AVAL": one.time_months,
                "AVALU": "MONTHS",
                "CNSR": 0 if one.is_event else 1,
                "EVNTDESC": say(one.reason, "en"),
            }


def _responses(study: StudyParts, dataset: Dataset) -> Iterator[Row]:
    rules = adam_rules()
    codes = [code for code in rules.responses if code in rules.written]
    for record in study.records("response_assessments"):
        shared = _held(dataset, "response_assessments", record)
        given = [code for code in codes if record[rules.responses[code]] is not None]
        for code in given or codes[:1]:
            category = record[rules.responses[code]]
            yield {**shared, "PARAMCD": code, "PARAM": rules.names[code], "AVALC": category}
    for patient in study.response.patients:
        best = {"BOR": patient.best, "BORHEP": patient.best_liver}
        for code, category in best.items():
            if category is not None:
                yield {
                    KEY: patient.patient_id, "PARAMCD": code, "PARAM": rules.names[code],
                    "AVALC": category,
                }  # fmt: skip


def _labs(study: StudyParts, dataset: Dataset) -> Iterator[Row]:
    names = {rule.field: name for rule, name in analytes("en")}
    others: dict[Cell, str] = {}
    for record in study.records("labs"):
        row = _held(dataset, "labs", record)
        test, unit = record["lab_test"], record["lab_unit"]
        if test in names:
            row["PARAMCD"] = str(test).replace("_", "")
        else:
            row["PARAMCD"] = others.setdefault(test, f"OTH{len(others) + 1:03d}")
        name = names.get(str(test), str(test))
        row["PARAM"] = f"{name} ({unit})" if unit else name
        row["ABLFL"] = "Y" if record["is_baseline"] else None
        value, prefix = record["lab_value"], record["value_prefix"]
        row["AVALC"] = record["lab_text"]
        if prefix is not None and isinstance(value, float):
            row["AVALC"] = f"{prefix}{shown_number(value)}"
        yield row


def _measurements(study: StudyParts, dataset: Dataset) -> Iterator[Row]:
    names = adam_rules().names
    nodes = {
        (row["patient_id"], row["lesion_id"])
        for row in study.records("lesions")
        if row["is_lymph_node"]
    }
    for record in study.records("lesion_measurements"):
        is_node = (record["patient_id"], record["lesion_id"]) in nodes
        code = "LPERP" if is_node else "LDIAM"
        row = _held(dataset, "lesion_measurements", record)
        yield {**row, "PARAMCD": code, "PARAM": names[code]}


def _rows(study: StudyParts, dataset: Dataset) -> Iterator[Row]:
    if dataset.name == "ADSL":
        return _subjects(study, dataset)
    if dataset.name == "ADTTE":
        return _times(study)
    if dataset.name == "ADRS":
        return _responses(study, dataset)
    if dataset.name == "ADLB":
        return _labs(study, dataset)
    if dataset.name == "ADTR":
        return _measurements(study, dataset)
    return (_held(dataset, dataset.table, record) for record in study.records(dataset.table))


def adam_datasets(study: StudyParts) -> list[AdamDataset]:
    """The data sets that have rows, the subjects first; variables without any value are left out.

    What makes a data set recognisable stays, filled or not. The study's own variables follow in
    ADSL as OWN1, OWN2 ... with the user's header as label.
    """
    found = []
    datasets = adam_rules().datasets
    for dataset in sorted(datasets, key=lambda one: one.name != "ADSL"):
        rows = list(_rows(study, dataset))
        if not rows:
            continue
        labels = {variable.name: variable.label for variable in dataset.written}
        if dataset.name == "ADSL":
            labels |= {_own_name(key): label for key, label in study.own_variables().items()}
        needed = dataset.all.union(*dataset.any)
        used = {name for row in rows for name, cell in row.items() if cell is not None}
        for row in rows:
            row["STUDYID"] = study.name
        kept = [name for name in labels if name in used | needed | {"STUDYID"}]
        found.append(
            AdamDataset(
                dataset.name,
                {name: labels[name] for name in kept},
                [[row.get(name) for name in kept] for row in rows],
            )
        )
    return found


def adam_csv_zip(study: StudyParts) -> bytes:
    """The data sets as CSV files: adsl.csv, adtte.csv and so on; dates ISO."""
    return zip_bytes(
        {
            f"{one.name.lower()}.csv": csv_text(list(one.labels), one.rows).encode("utf-8")
            for one in adam_datasets(study)
        }
    )


def adam_xpt_zip(study: StudyParts) -> bytes:
    """The data sets as SAS transport files of version 5; 8 where a text is longer than that takes.

    Dates are SAS dates, texts UTF-8.
    """
    return zip_bytes(
        {f"{one.name.lower()}.xpt": transport_file(one) for one in adam_datasets(study)}
    )


def transport_file(dataset: AdamDataset) -> bytes:
    """One data set in the SAS transport format, its time stamps fixed."""
    frame = pd.DataFrame(
        {name: _column([row[at] for row in dataset.rows]) for at, name in enumerate(dataset.labels)}
    )
    longest = max(
        (len(cell.encode()) for row in dataset.rows for cell in row if isinstance(cell, str)),
        default=0,
    )
    version: Literal[5, 8] = 5 if longest <= _TEXT_BYTES_OF_VERSION_5 else 8
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{dataset.name.lower()}.xpt"
        pyreadstat.write_xport(
            frame, str(path), column_labels={name: _short(label) for name, label in
                                             dataset.labels.items()},
            table_name=dataset.name, file_format_version=version,
        )  # fmt: skip
        content = path.read_bytes()
    head, rest = content[:560], content[560:]
    return _STAMP.sub(_FIXED_STAMP, head) + rest


def _short(label: str) -> str:
    return label.encode()[:_LABEL_BYTES].decode(errors="ignore")


def _column(cells: Sequence[Cell]) -> pd.Series:
    """Numbers as floats, everything else as objects, which keep days and texts apart."""
    given = [cell for cell in cells if cell is not None]
    if given and all(isinstance(cell, int | float) for cell in given):
        return pd.Series(cells, dtype="float64")
    if any(isinstance(cell, str) for cell in given) or not given:
        return pd.Series(["" if cell is None else str(cell) for cell in cells], dtype=object)
    return pd.Series(cells, dtype=object)


__all__ = ["AdamDataset", "adam_csv_zip", "adam_datasets", "adam_xpt_zip", "transport_file"]
