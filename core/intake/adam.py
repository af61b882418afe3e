"""CDISC ADaM data sets (ADSL, ADTTE, ADRS, ADAE, ADLB) to sheets of the study's tables.

A data set is recognised by its variables, whatever its file is called. Source: CDISC ADaMIG
and the ADaM structure for time-to-event analyses (CNSR 0 = event; numeric dates count days
from 1 January 1960).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.intake.adam_rows import adrs_rows, adtte_rows, without_position
from core.intake.cells import Cell, Sheet, SheetRow, full_text, is_empty
from core.intake.findings import note, with_facts
from core.intake.header_text import CDISC_KEY
from core.intake.labs import lab_code
from core.results.common import Finding, FindingKind, Severity

_SAS_ZERO = date(1960, 1, 1)
_DATES = {"TRTSDT", "DTHDT", "LSTALVDT", "BRTHDT", "ADT", "STARTDT", "ASTDT", "AENDT", "RFSTDTC"}

_ADSL = {
    "AGE": "age", "SEX": "sex", "TRTSDT": "first_haic_date", "HEIGHTBL": "height_cm",
    "WEIGHTBL": "weight_kg", "ECOGBL": "ecog", "PRLINES": "prior_lines",
    "EHMFL": "extrahepatic_mets", "TUMNUM": "tumor_number", "TUMDIAM": "max_tumor_diameter_cm",
    "RASBRAF": "ras_braf_status", "DTHDT": "death_date", "LSTALVDT": "last_followup_date",
}  # fmt: skip
_ADAE = {
    "AETERM": "ae_term", "AEDECOD": "ctcae_term", "AEBODSYS": "soc", "AETOXGR": "ae_grade",
    "AETOXGRN": "ae_grade", "ASTDT": "ae_start", "AESTDTC": "ae_start", "AENDT": "ae_end",
    "AEENDTC": "ae_end", "AREL": "ae_related", "AEREL": "ae_related", "AESER": "ae_serious",
    "AEACN": "ae_action", "AEOUT": "ae_outcome",
}  # fmt: skip
_ADLB = {
    "PARAMCD": "lab_test", "AVAL": "lab_value", "ADT": "lab_date", "AVALU": "lab_unit",
    "LBSTRESU": "lab_unit", "ANRLO": "lln", "ANRHI": "uln", "ABLFL": "is_baseline",
    "AVISIT": "visit",
}  # fmt: skip
_RESPONSES = {
    "OVR": "overall_response", "OVRLRESP": "overall_response", "TRGRESP": "target_response",
    "NTRGRESP": "nontarget_response", "NEWLIND": "new_lesion", "OVRHEP": "intrahepatic_response",
}  # fmt: skip
_TIMES = {"OS": "os", "PFS": "pfs", "HPFS": "hepatic_pfs"}
_OTHER_KEYS = {"STUDYID", "SUBJID"}
"""Names that would be taken for the patient's number elsewhere: the trial's, and one per site."""
_UNIT_IN_PARAM = re.compile(r"\(([^()]+)\)\s*$")


def _positions(sheet: Sheet) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, header in enumerate(sheet.headers):
        found.setdefault(header.upper(), position)
    return found


def _without_other_keys(sheet: Sheet) -> Sheet:
    kept = [i for i, header in enumerate(sheet.headers) if header.upper() not in _OTHER_KEYS]
    rows = tuple(
        replace(
            row,
            cells=tuple(row.cells[i] for i in kept),
            problems=tuple(without_position(problem) for problem in row.problems),
        )
        for row in sheet.rows
    )
    return replace(sheet, headers=tuple(sheet.headers[i] for i in kept), rows=rows)


def _codes(sheet: Sheet, place: Mapping[str, int]) -> set[str]:
    at = place.get("PARAMCD")
    return set() if at is None else {full_text(row.cells[at]).strip() for row in sheet.rows}


def dataset_of(sheet: Sheet) -> str:
    """Which ADaM data set a sheet holds; "" if none."""
    place = _positions(sheet)
    if CDISC_KEY not in place:
        return ""
    has = place.keys()
    if {"PARAMCD", "AVAL", "CNSR"} <= has:
        return "ADTTE"
    codes = _codes(sheet, place)
    if {"PARAMCD", "AVALC", "ADT"} <= has and codes & _RESPONSES.keys():
        return "ADRS"
    if {"PARAMCD", "AVAL"} <= has and any(lab_code(code) for code in codes):
        return "ADLB"
    if {"AETERM", "AEDECOD"} & has and {"ASTDT", "AESTDTC", "AETOXGR", "AETOXGRN"} & has:
        return "ADAE"
    return "ADSL" if "PARAMCD" not in has and {"TRTSDT", "TRT01P", "SAFFL"} & has else ""


def _as_date(cell: Cell) -> Cell:
    """A SAS day number as a date; anything else as it is."""
    number = cell
    if isinstance(cell, str) and cell.strip().isascii() and cell.strip().isdigit():
        number = float(cell) if len(cell.strip()) < 6 else cell
    if isinstance(number, int | float) and not isinstance(number, bool) and abs(number) < 100_000:
        return _SAS_ZERO + timedelta(days=int(number))
    return cell


def _with_dates(sheet: Sheet, place: Mapping[str, int]) -> tuple[Sheet, list[Finding]]:
    findings = []
    rows = list(sheet.rows)
    for name in sorted(_DATES & place.keys()):
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


def _converted_sheet(sheet: Sheet, dataset: str) -> Sheet:
    left_out = [header for header in sheet.headers if header.upper() in _OTHER_KEYS]
    sheet = _without_other_keys(sheet)
    place = _positions(sheet)
    sheet, findings = _with_dates(sheet, place)
    if dataset in ("ADLB", "ADRS", "ADTTE"):
        sheet, more = _observed(sheet, place)
        findings += more
    if dataset == "ADTTE":
        sheet, more = _of_parameters(sheet, place, _TIMES)
        sheet, unknown = adtte_rows(sheet, place, _TIMES)
        findings += [*more, note("adam_events_inverted", sheet=sheet.name)]
        findings += [
            _converted("adam_time_unit_unknown", sheet, "AVAL", n=n) for n in [unknown] if n
        ]
        used = {"AVAL": "months", "CNSR": "event", "ADT": "date"}
    elif dataset == "ADRS":
        sheet, more = _of_parameters(sheet, place, _RESPONSES)
        findings += more
        sheet = adrs_rows(sheet, place, _RESPONSES)
        used = {"ADT": "assessment_date", "AVALC": "overall_response"}
    elif dataset == "ADLB":
        known = {code for code in _codes(sheet, place) if lab_code(code)}
        sheet, more = _of_parameters(sheet, place, known)
        findings += more
        sheet, used = _renamed(_with_lab_units(sheet, place), _ADLB)
    else:
        sheet, used = _renamed(sheet, _ADSL if dataset == "ADSL" else _ADAE)
    mapped = ", ".join(f"{name} → {field}" for name, field in used.items())
    mapped += "".join(f", {name} → -" for name in left_out)
    said = with_facts(note("adam_read", sheet=sheet.name), dataset=dataset, mapped=mapped)
    return replace(sheet, findings=(said, *findings, *sheet.findings))


def from_adam(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets, each ADaM data set brought into the columns of the study's tables.

    ADTTE becomes one row per patient, ADRS one per assessment; each keeps the line of its
    first source row. Other sheets come back unchanged.
    """
    return [
        _converted_sheet(sheet, dataset) if (dataset := dataset_of(sheet)) else sheet
        for sheet in sheets
    ]
