"""Progression, death and last contact of each patient: order of dates, status, coded times."""

from __future__ import annotations

from datetime import date

from core.intake.checks import MONTHS_TOLERANCE, first_sessions, months_between
from core.intake.pool import Pool
from core.intake.records import Record


def _id(record: Record) -> str:
    return str(record.values.get("patient_id"))


def _date(record: Record | None, name: str) -> date | None:
    value = record.values.get(name) if record else None
    return value if isinstance(value, date) else None


def _number(record: Record, name: str) -> float | None:
    value = record.values.get(name)
    return float(value) if isinstance(value, int | float) else None


def _before(pool: Pool, late: Record, late_name: str, early: date, early_name: str) -> None:
    """Set the row aside if its date lies before the one it must follow."""
    day = _date(late, late_name)
    if day is not None and day < early:
        pool.set_aside(late, late_name, "date_order", other=early_name, other_value=str(early))


def check_order(pool: Pool) -> None:
    """Birth before treatment; treatment before progression, death and last contact."""
    start = first_sessions(pool)
    patients = {_id(record): record for record in pool.records("patients")}
    births: dict[str, date] = {}
    for name, record in patients.items():
        birth = _date(record, "birth_date")
        if birth is None:
            continue
        births[name] = birth
        diagnosis = _date(record, "diagnosis_date")
        if diagnosis:
            _before(pool, record, "diagnosis_date", birth, pool.header(record, "birth_date"))
        zero = start.get(name)
        if zero and birth >= zero:
            pool.set_aside(
                record, "birth_date", "birth_after_treatment",
                other=pool.header(record, "first_haic_date"), other_value=str(zero),
            )  # fmt: skip
    for lab in pool.records("labs") if births else ():
        birth = births.get(_id(lab))
        day = _date(lab, "lab_date")
        if birth and day and day < birth:
            other = pool.header(patients[_id(lab)], "birth_date")
            pool.set_aside(lab, "lab_date", "date_order", other=other, other_value=str(birth))
    for record in pool.records("follow_up"):
        zero = start.get(_id(record))
        patient = patients.get(_id(record))
        column = pool.header(patient, "first_haic_date") if patient else "HAIC"
        for name in (
            "death_date", "progression_date", "last_followup_date", "subsequent_therapy_date",
        ):  # fmt: skip
            if zero:
                _before(pool, record, name, zero, column)
        death = _date(record, "death_date")
        if death:
            _after_death(pool, record, death)


_BEFORE_START = (
    "diagnosis_date", "enrol_date", "ecog_date", "last_cytotoxic_date", "last_bevacizumab_date",
    "last_radiotherapy_date", "last_surgery_date", "last_egfr_tki_date", "last_cetuximab_date",
)  # fmt: skip


def check_unusual_order(pool: Pool) -> None:
    """Orders of dates that are odd but not impossible: the rows stay."""
    start = first_sessions(pool)
    for record in pool.records("patients"):
        zero = start.get(_id(record))
        for name in _BEFORE_START:
            day = _date(record, name)
            if zero and day and day > zero:
                other = pool.header(record, "first_haic_date")
                pool.warn(record, name, "date_order_unusual", other=other, other_value=str(zero))
    for record in pool.records("follow_up"):
        progression, last = _date(record, "progression_date"), _date(record, "last_followup_date")
        if progression and last and progression > last:
            other = pool.header(record, "last_followup_date")
            pool.warn(
                record, "progression_date", "date_order_unusual", other=other, other_value=str(last)
            )


def _after_death(pool: Pool, record: Record, death: date) -> None:
    header = pool.header(record, "death_date")
    for name in ("last_followup_date", "progression_date", "subsequent_therapy_date"):
        day = _date(record, name)
        if day and day > death:
            pool.set_aside(record, name, "date_after_death", other=header, other_value=str(death))


def check_after_death(pool: Pool) -> None:
    """Sessions and assessments dated after the patient's death."""
    deaths = {
        _id(record): day
        for record in pool.records("follow_up")
        if (day := _date(record, "death_date"))
    }
    for table, name in (
        ("haic_sessions", "session_date"),
        ("lesion_measurements", "assessment_date"),
        ("response_assessments", "assessment_date"),
        ("adverse_events", "ae_start"),
        ("labs", "lab_date"),
    ):
        for record in pool.records(table):
            day, death = _date(record, name), deaths.get(_id(record))
            if day and death and day > death:
                pool.set_aside(
                    record, name, "date_after_death", other="death_date", other_value=str(death)
                )
    for record in pool.records("adverse_events"):
        began, ended = _date(record, "ae_start"), _date(record, "ae_end")
        if began and ended and ended < began:
            header = pool.header(record, "ae_start")
            pool.set_aside(record, "ae_end", "date_order", other=header, other_value=str(began))


def check_status(pool: Pool) -> None:
    """Status against dates: alive with a date of death, an event without any time."""
    for record in pool.records("follow_up"):
        values = record.values
        death = _date(record, "death_date")
        if death and values.get("vital_status") == "ALIVE":
            pool.set_aside(record, "vital_status", "death_date_but_alive", date=str(death))
        if death and values.get("os_event") is False:
            pool.set_aside(record, "os_event", "death_date_but_alive", date=str(death))
        dead = values.get("vital_status") == "DEAD" or values.get("os_event") is True
        if dead and death is None and _number(record, "os_months") is None:
            name = "os_event" if values.get("os_event") is True else "vital_status"
            pool.warn(record, name, "event_without_date")
        progressed = values.get("pfs_event") is True
        timed = _date(record, "progression_date") or death or _number(record, "pfs_months")
        if progressed and timed is None:
            pool.warn(record, "pfs_event", "event_without_date")
        if _date(record, "progression_date") and values.get("pfs_event") is False:
            pool.warn(record, "pfs_event", "progression_date_but_no_event")
        known = {values.get("vital_status") == "DEAD", values.get("os_event")}
        if values.get("vital_status") and values.get("os_event") is not None and len(known) == 2:
            pool.set_aside(record, "os_event", "status_contradicts_event")


def check_times(pool: Pool) -> None:
    """Coded PFS and OS: PFS not longer than OS, and both against the dates."""
    start = first_sessions(pool)
    for record in pool.records("follow_up"):
        pfs, os_time = _number(record, "pfs_months"), _number(record, "os_months")
        if pfs is not None and os_time is not None and pfs > os_time + MONTHS_TOLERANCE:
            pool.set_aside(
                record, "pfs_months", "pfs_longer_than_os",
                other=pool.header(record, "os_months"), other_value=f"{os_time:g}",
            )  # fmt: skip
        zero = start.get(_id(record))
        death, last = _date(record, "death_date"), _date(record, "last_followup_date")
        end = death or last
        if zero and end and os_time is not None:
            _compare(pool, record, "os_months", os_time, months_between(zero, end))
        progression = _date(record, "progression_date")
        if zero and progression and pfs is not None and record.values.get("pfs_event") is not False:
            _compare(pool, record, "pfs_months", pfs, months_between(zero, progression))


def _compare(pool: Pool, record: Record, name: str, coded: float, computed: float) -> None:
    if abs(coded - computed) > MONTHS_TOLERANCE:
        pool.warn(
            record, name, "coded_time_differs", coded=f"{coded:.2f}", computed=f"{computed:.2f}"
        )
