"""What a tumour board asks first about a patient, as a row of figures."""

from __future__ import annotations

from core.exports.board.tables import shown_age
from core.results.patient import Headline, PatientCourse
from core.results.response import MISSING as NO_RESPONSE
from core.results.response import PatientResponse
from core.text.catalogue import code_word
from core.text.numbers import MISSING, compact, day
from pages.parts import state
from pages.parts.widgets import metrics, t


def _outside(headline: Headline) -> str:
    if headline.extrahepatic is None:
        return t("patient.outside_unknown")
    if not headline.extrahepatic:
        return t("patient.outside_no")
    return t("patient.outside_yes", sites=headline.extrahepatic_sites or t("common.yes"))


def _burden(headline: Headline) -> str:
    """Number and largest diameter of the liver tumours, as far as they are recorded."""
    number, size = headline.tumor_number, headline.max_diameter_cm
    if number is None and size is None:
        return MISSING
    if number is None:
        return t("patient.burden_size", cm=compact(size))
    if size is None:
        return t("patient.burden_number", n=number)
    return t("patient.burden_value", n=number, cm=compact(size))


def items(
    course: PatientCourse, response: PatientResponse | None, *, with_dates: bool = True
) -> list[tuple[str, str, str]]:
    """Label, value and the small line below it."""
    found, language = course.headline, state.language()

    def word(code: str | None) -> str:
        return code_word(code, language) if code else MISSING

    best, best_liver = MISSING, ""
    if response is not None and response.best != NO_RESPONSE:
        best = response.best
        if response.best_liver != NO_RESPONSE:
            best_liver = t("patient.best_liver", category=response.best_liver)
    lines = MISSING if found.prior_lines is None else str(found.prior_lines)
    last = ""
    if with_dates and found.last_seen is not None:
        last = t("patient.last_seen", date=day(found.last_seen))
    return [
        (
            t("patient.age_sex"),
            t(
                "patient.age_sex_value",
                age=shown_age(found.age, with_dates=with_dates),
                sex=word(found.sex),
            ),
            "",
        ),
        (t("patient.lines"), lines, ""),
        (t("patient.mutation"), word(found.mutation), ""),
        (t("patient.ecog"), MISSING if found.ecog is None else str(found.ecog), ""),
        (t("patient.burden"), _burden(found), _outside(found)),
        (
            t("patient.sessions"),
            MISSING if found.sessions is None else str(found.sessions),
            "",
        ),
        (t("patient.best"), best, best_liver),
        (t("patient.status"), word(found.status), last),
    ]


def show(
    course: PatientCourse, response: PatientResponse | None, *, with_dates: bool = True
) -> None:
    """The headline in two rows of four, so that nothing is cut on a laptop or a projector."""
    listed = items(course, response, with_dates=with_dates)
    metrics(listed[:4])
    metrics(listed[4:])
