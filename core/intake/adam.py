"""CDISC data sets (ADSL, ADTTE, ADRS, ADAE, ADLB, ADEX, ADTR, TU) to the study's tables.

A data set is recognised by its variables, whatever its file is called; which variables and
what they hold stands in ``rules/adam.toml`` and ``rules/adam_variables.csv``. Source: CDISC
ADaMIG and the ADaM structure for time-to-event analyses (CNSR 0 = event).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.intake.adam_rows import Known, adrs_rows, adtte_rows
from core.intake.cells import Cell, Sheet, SheetRow, full_text, is_empty
from core.intake.cut import cut_columns
from core.intake.findings import note, with_facts
from core.intake.header_text import CDISC_KEY
from core.intake.labs import lab_code
from core.results.common import Finding, FindingKind, Severity
from core.rules.adam import Dataset, adam_rules

_UNIT_IN_PARAM = re.compile(r"\(([^()]+)\)\s*$")
_LIMIT_SIGNS = ("<", ">", "≤", "≥")
_FOLLOW_UP_DATES = ("death_date", "last_followup_date", "progression_date")


def _positions(sheet: Sheet) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, header in enumerate(sheet.headers):
        found.setdefault(header.upper(), position)
    return found


def _without(sheet: Sheet, names: Iterable[str]) -> Sheet:
    dropped = set(names)
    kept = [i for i, header in enumerate(sheet.headers) if header.upper() not in dropped]
    return sheet if len(kept) == len(sheet.headers) else cut_columns(sheet, kept)


def _codes(sheet: Sheet, place: Mapping[str, int]) -> set[str]:
    at = place.get("PARAMCD")
    return set() if at is None else {full_text(row.cells[at]).strip() for row in sheet.rows}


def dataset_of(sheet: Sheet) -> Dataset | None:
    """Which CDISC data set a sheet holds; None if none."""
    place = _positions(sheet)
    if CDISC_KEY not in place:
        return None
    codes, rules = _codes(sheet, place), adam_rules()
    return next(
        (
            dataset
            for dataset in adam_rules().datasets
            if dataset.fits(place)
            and (not dataset.parameters or codes & (_parameters(dataset, codes) | rules.best))
        ),
        None,
    )


def _parameters(dataset: Dataset, codes: Iterable[str]) -> set[str]:
    """Those PARAMCDs that the data set's table has columns for."""
    rules = adam_rules()
    known = {"responses": rules.responses, "times": rules.times, "diameters": rules.diameters}
    if dataset.parameters == "labs":
        return {code for code in codes if lab_code(code)}
    return set(known.get(dataset.parameters, ()))


def _as_date(cell: Cell) -> Cell:
    """A SAS day number as a date; anything else as it is."""
    number = cell
    if isinstance(cell, str) and cell.strip().isascii() and cell.strip().isdigit():
        number = float(cell) if len(cell.strip()) < 6 else cell
    if isinstance(number, int | float) and not isinstance(number, bool) and abs(number) < 100_000:
        return adam_rules().day_zero + timedelta(days=int(number))
    return cell


def _with_dates(sheet: Sheet, place: Mapping[str, int]) -> tuple[Sheet, list[Finding]]:
    findings = []
    rows = list(sheet.rows)
    for name in sorted(adam_rules().dates & place.keys()):
        at = place[name]
        changed = 0
        for index, row in enumerate(rows):
            day = _as_date(row.cells[at])
            if day is not row.cells[at]:
                cells = (*row.cells[:at], day, *row.cells[at + 1 :])
                rows[index] = replace(row, cells=cells)
                changed += 1
        if changed:
            findings.append(_converted("adam_day_numbers", sheet, name, n=changed))
    return replace(sheet, rows=tuple(rows)), findings


def _converted(code: str, sheet: Sheet, column: str, n: int) -> Finding:
    finding = Finding(
        Severity.INFO, code, sheet=sheet.name, column=column, kind=FindingKind.CONVERTED
    )
    return with_facts(finding, n=n)


def _renamed(sheet: Sheet, fields: Mapping[str, str]) -> tuple[Sheet, dict[str, str]]:
    """The sheet with known variables under the names of the study's columns, each name once."""
    used: dict[str, str] = {}
    headers = []
    for header in sheet.headers:
        field = "patient_id" if header.upper() == CDISC_KEY else fields.get(header.upper(), "")
        if field and field not in used.values():
            used[header] = field
            headers.append(field)
        else:
            headers.append(header)
    return replace(sheet, headers=tuple(headers)), used


def _observed(sheet: Sheet, place: Mapping[str, int]) -> tuple[Sheet, list[Finding]]:
    """Without the rows that a program derived."""
    at = place.get("DTYPE")
    if at is None:
        return sheet, []
    kept = tuple(row for row in sheet.rows if is_empty(row.cells[at]))
    left = len(sheet.rows) - len(kept)
    finding = with_facts(note("adam_derived_left_out", sheet=sheet.name), n=left)
    return replace(sheet, rows=kept), [finding] if left else []


def _of_parameters(
    sheet: Sheet, place: Mapping[str, int], known: Iterable[str]
) -> tuple[Sheet, list[Finding]]:
    at, wanted = place["PARAMCD"], set(known)
    left = Counter(
        code for row in sheet.rows if (code := full_text(row.cells[at]).strip()) not in wanted
    )
    kept = tuple(row for row in sheet.rows if full_text(row.cells[at]).strip() in wanted)
    finding = with_facts(
        note("adam_parameters_left_out", sheet=sheet.name, value=", ".join(sorted(left)[:10])),
        n=left.total(),
    )
    return replace(sheet, rows=kept), [finding] if left else []


def _with_lab_units(sheet: Sheet, place: Mapping[str, int]) -> Sheet:
    """Units from the parameter's name, "Albumin (g/L)", where no variable holds them."""
    if "PARAM" not in place or {"AVALU", "LBSTRESU"} & place.keys():
        return sheet

    def unit(row: SheetRow) -> Cell:
        found = _UNIT_IN_PARAM.search(full_text(row.cells[place["PARAM"]]))
        return found.group(1) if found else None

    rows = tuple(replace(row, cells=(*row.cells, unit(row))) for row in sheet.rows)
    return replace(sheet, headers=(*sheet.headers, "AVALU"), rows=rows)


def _with_lab_text(sheet: Sheet, place: Mapping[str, int]) -> Sheet:
    """Text results and limits ("2+", "<0.5") of AVALC where AVAL can't hold them."""
    text_at = place.get("AVALC")
    if text_at is None:
        return sheet
    at = place["AVAL"]

    def result(row: SheetRow) -> Cell:
        said = full_text(row.cells[text_at]).strip()
        is_better = is_empty(row.cells[at]) or said.startswith(_LIMIT_SIGNS)
        return said if said and is_better else row.cells[at]

    rows = tuple(
        replace(row, cells=(*row.cells[:at], result(row), *row.cells[at + 1 :]))
        for row in sheet.rows
    )
    return replace(sheet, rows=rows)


def _converted_sheet(sheet: Sheet, dataset: Dataset, known: Known) -> Sheet:
    rules = adam_rules()
    left_out = [header for header in sheet.headers if header.upper() in rules.left_out]
    sheet = _without(sheet, rules.left_out)
    place = _positions(sheet)
    sheet, findings = _with_dates(sheet, place)
    if "PARAMCD" in place:
        sheet, more = _observed(sheet, place)
        findings += more
        kept = (
            rules.times if dataset.name == "ADTTE" else _parameters(dataset, _codes(sheet, place))
        )
        sheet, more = _of_parameters(sheet, place, kept)
        findings += more
    if dataset.name == "ADTTE":
        sheet, remarks = adtte_rows(sheet, place, rules.times, known)
        findings.append(note("adam_events_inverted", sheet=sheet.name))
        findings += [_converted(code, sheet, "AVAL", n=n) for code, n in remarks.items() if n]
        used = {"AVAL": "months", "CNSR": "event", "ADT": "date"}
    elif dataset.name == "ADRS":
        fields = {name: field for name, field in dataset.fields.items() if name != CDISC_KEY}
        sheet = adrs_rows(sheet, place, rules.responses, fields)
        used = {**fields, "AVALC": "overall_response"}
    else:
        if dataset.parameters == "labs":
            sheet = _with_lab_units(_with_lab_text(sheet, place), place)
        sheet, used = _renamed(sheet, dataset.fields)
        sheet = _without(sheet, {"PARAM", "PARAMCD", "AVALC"} if dataset.parameters else ())
    mapped = ", ".join(f"{name} → {field}" for name, field in used.items() if name in place)
    mapped += "".join(f", {name} → -" for name in left_out)
    said = with_facts(note("adam_read", sheet=sheet.name), dataset=dataset.name, mapped=mapped)
    return replace(sheet, findings=(said, *findings, *sheet.findings))


def _known(sheets: Iterable[Sheet]) -> Known:
    """Follow-up dates that the subject-level data set gives, which ADTTE need not give again."""
    fields = adam_rules().dataset("ADSL").fields
    given: set[str] = set()
    deaths: dict[str, date] = {}
    for sheet in sheets:
        place = _positions(sheet)
        given |= {fields[name] for name in place if fields.get(name) in _FOLLOW_UP_DATES}
        if "DTHDT" in place:
            for row in sheet.rows:
                day = _as_date(row.cells[place["DTHDT"]])
                if isinstance(day, str):
                    day = _iso(day)
                if isinstance(day, date):
                    deaths[full_text(row.cells[place[CDISC_KEY]]).strip()] = day
    return Known(frozenset(given), deaths)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def from_adam(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets, each CDISC data set brought into the columns of the study's tables.

    ADTTE becomes one row per patient, ADRS one per assessment; each keeps the line of its
    first source row. Beside ADSL, data sets of parameters that no table has columns for are left
    out, which is said. Other sheets come back unchanged.
    """
    datasets = [dataset_of(sheet) for sheet in sheets]
    subjects = [
        sheet
        for sheet, found in zip(sheets, datasets, strict=True)
        if found and found.name == "ADSL"
    ]
    known = _known(subjects)
    made = []
    for sheet, dataset in zip(sheets, datasets, strict=True):
        if dataset is not None:
            made.append(_converted_sheet(sheet, dataset, known))
        elif not (subjects and {CDISC_KEY, "PARAMCD"} <= _positions(sheet).keys()):
            made.append(_with_one_key(sheet))
    left = [sheet.name for sheet in sheets if sheet.name not in {one.name for one in made}]
    if left:
        said = note("adam_dataset_left_out", sheet=made[0].name, value=", ".join(left))
        made[0] = replace(made[0], findings=(*made[0].findings, said))
    return made


def _with_one_key(sheet: Sheet) -> Sheet:
    """A data set without a place here, with the subject's key only."""
    is_dataset = CDISC_KEY in _positions(sheet)
    return _without(sheet, adam_rules().left_out) if is_dataset else sheet
