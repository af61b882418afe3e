"""A short Python file that gives a study's numbers again by ``core`` alone."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from core.exports.canonical import write_canonical
from core.exports.report.model import ReportContent
from core.results.cohort import StudyAnalysis
from core.schema import StudyData

FRAME = Path(__file__).with_name("script.txt")
_FIXED = (2000, 1, 1, 0, 0, 0)


def _literal(value: object) -> str:
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    return repr(value.value) if hasattr(value, "value") else repr(value)


def _options(options: Any, name: str) -> str:
    parts = []
    for one in fields(options):
        value = getattr(options, one.name)
        shown = _literal(value)
        if one.name == "convention":
            shown = f"Convention({shown})"
        parts.append(f"        {one.name}={shown},\n")
    return f"{name}(\n{''.join(parts)}    )"


def key_numbers(analysis: StudyAnalysis) -> dict[str, float | int | None]:
    """The numbers that the script computes again, by name.

    Rates as fractions of 1, times in months.
    """
    found: dict[str, float | int | None] = {"patients": analysis.n_patients}
    overall = analysis.response.overall
    if overall is not None:
        found |= {"orr": overall.orr.estimate, "dcr": overall.dcr.estimate}
        found |= {"orr_low": overall.orr.low, "orr_high": overall.orr.high}
    for code, curves in analysis.curves.items():
        curve = curves.groups[0].curve
        found[f"{code}_median"] = curve.median.estimate
        found[f"{code}_events"] = curve.events
        found |= {f"{code}_at_{mark.months:g}": mark.estimate for mark in curve.landmarks}
    for item in analysis.prognosis.comparisons:
        found[f"logrank_p_{item.factor}"] = item.logrank.p if item.logrank else None
    model = analysis.prognosis.multivariable
    for term in model.terms if model else ():
        found |= {f"hr_{term.term}": term.hr, f"firth_hr_{term.term}": term.firth_hr}
    if analysis.adverse_events.rows:
        found["any_event"] = analysis.adverse_events.overall_worst.any.count
    return found


def script_text(content: ReportContent) -> str:
    """The file: options, hash of the data, and the numbers that must come out.

    It takes the study's files or folder as arguments, prints each number, and ends with 1 if the
    data are others or a number differs.
    """
    options = content.analysis.options
    numbers = key_numbers(content.analysis)
    lines = "".join(f"    {name!r}: {value!r},\n" for name, value in numbers.items())
    return Template(FRAME.read_text(encoding="utf-8")).substitute(
        version=content.versions["arteria"],
        made=content.made_on.isoformat(),
        hash=content.data_hash,
        survival=_options(options.survival, "SurvivalOptions"),
        response=_options(options.response, "ResponseOptions"),
        toxicity=_options(options.toxicity, "ToxicityOptions"),
        numbers=lines,
    )


def script_archive(content: ReportContent, data: StudyData, folder: Path) -> bytes:
    """The script with the data beside it as canonical CSV files, zipped.

    Args:
        folder: an empty folder for the files on their way.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, words: str) -> None:
            archive.writestr(zipfile.ZipInfo(name, _FIXED), words.encode("utf-8"))

        put("reproduce.py", script_text(content))
        for path in write_canonical(data, folder / "data"):
            put(f"data/{path.name}", path.read_text(encoding="utf-8"))
    return stream.getvalue()
