"""``python -m core report``: the report, or its reproducible script, as a file."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from core.errors import ArteriaError
from core.options import AnalysisOptions, Convention
from core.text.catalogue import LANGUAGES, Language, text

FORMATS = ("docx", "pptx", "xlsx", "html", "pdf", "json", "py")
_CLEAN = 0


def add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command's grammar."""
    report = commands.add_parser("report", help=text("cli.report", "en"))
    report.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    report.add_argument("--format", choices=FORMATS, required=True, dest="form")
    report.add_argument("--out", type=Path, metavar="FILE", required=True)
    report.add_argument("--lang", choices=LANGUAGES, default="zh")
    report.add_argument("--both", action="store_true", help=text("cli.report_both", "en"))
    report.add_argument("--sections", nargs="+", metavar="SECTION", default=None)
    report.add_argument("--terms", type=Path, metavar="FILE", help=text("cli.terms", "en"))
    report.add_argument("--cutoff", type=date.fromisoformat, metavar="DATE")
    report.add_argument(
        "--convention", type=Convention, choices=list(Convention), default=Convention.RECOMMENDED
    )


def run_report(chosen: argparse.Namespace) -> int:
    """Write the file.

    Raises:
        ArteriaError: an unknown section, or files that can't be read.
    """
    from core.exports.report.make import make_report
    from core.exports.report.model import SECTIONS, usual_sections
    from core.exports.report.script import script_text
    from core.intake.validate import analysable, read_study
    from core.own_terms import terms_in
    from core.reporting import report_content

    unknown = [one for one in chosen.sections or () if one not in SECTIONS]
    if unknown:
        raise ArteriaError("report_section", section=unknown[0], sections=", ".join(SECTIONS))
    intake = analysable(read_study(chosen.paths))
    content = report_content(
        intake.data,
        intake.findings,
        AnalysisOptions.following(chosen.convention, chosen.cutoff, terms_in(chosen.terms)),
        study_name=chosen.paths[0].stem,
    )
    languages: list[Language] = list(LANGUAGES) if chosen.both else [chosen.lang]
    if chosen.form == "py":
        made = script_text(content).encode("utf-8")
    else:
        sections = chosen.sections or usual_sections(is_example=content.is_example)
        made = make_report(content, chosen.form, languages, sections)
    chosen.out.write_bytes(made)
    return _CLEAN
