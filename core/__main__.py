"""Arteria without a screen: demo, validate, analyse, report, export, bench."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

from core.access.commands import add_commands
from core.errors import ArteriaError
from core.exports.interchange.form import Form
from core.options import AnalysisOptions, Convention
from core.report_command import add_report, run_report
from core.results.common import Message
from core.results.decisions import NO_DECISIONS, Decisions
from core.results.further import Bootstrap
from core.results.intake import Intake, Progress, SheetMapping, unheard
from core.text.catalogue import LANGUAGES, Language, say, say_error, text

CLEAN, WITH_FINDINGS, UNUSABLE = 0, 1, 2
NOBODY_READS = 141
"""What a shell says of a command whose reader went away (128 + SIGPIPE)."""


Command = Callable[[argparse.Namespace], int]


def parser() -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    """The command line's grammar, and what runs each command."""
    top = argparse.ArgumentParser(prog="python -m core", description=text("cli.about", "en"))
    commands = top.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help=text("cli.demo", "en"))
    demo.add_argument("directory", type=Path, metavar="DIR")
    validate = commands.add_parser("validate", help=text("cli.validate", "en"))
    validate.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    validate.add_argument("--json", action="store_true", dest="as_json")
    validate.add_argument("--out", type=Path, metavar="DIR", help=text("cli.out", "en"))
    validate.add_argument(
        "--decisions", type=Path, metavar="FILE", help=text("cli.decisions", "en")
    )
    validate.add_argument("--mappings", type=Path, metavar="FILE", help=text("cli.mappings", "en"))
    analyse = commands.add_parser("analyse", help=text("cli.analyse", "en"))
    analyse.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    analyse.add_argument("--cutoff", type=date.fromisoformat, metavar="DATE")
    analyse.add_argument("--json", metavar="FILE|-", dest="target", default="-")
    analyse.add_argument(
        "--convention", type=Convention, choices=list(Convention), default=Convention.RECOMMENDED
    )
    analyse.add_argument("--terms", type=Path, metavar="FILE", help=text("cli.terms", "en"))
    analyse.add_argument("--full", action="store_true", help=text("cli.full", "en"))
    analyse.add_argument(
        "--bootstrap",
        choices=get_args(Bootstrap),
        default="main",
        help=text("cli.bootstrap", "en"),
    )
    export = commands.add_parser("export", help=text("cli.export", "en"))
    export.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    export.add_argument(
        "--form", type=Form, choices=list(Form), required=True, help=text("cli.form", "en")
    )
    export.add_argument("--out", type=Path, metavar="FILE", required=True)
    bench = commands.add_parser("bench", help=text("cli.bench", "en"))
    bench.add_argument("--patients", type=_some_patients, metavar="N", default=1_000)
    add_report(commands)
    for command in (validate, analyse, export, bench):
        command.add_argument("--lang", choices=LANGUAGES, default="en")
    own: dict[str, Command] = {
        "demo": _demo,
        "validate": _validate,
        "analyse": _analyse,
        "report": run_report,
        "export": _export,
        "bench": _bench,
    }
    return top, own | add_commands(commands)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 clean, 1 with findings, 2 unusable."""
    grammar, run_by_name = parser()
    chosen = grammar.parse_args(arguments)
    try:
        code = _run(run_by_name[chosen.command], chosen)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    return code


def _run(run: Command, chosen: argparse.Namespace) -> int:
    try:
        return run(chosen)
    except ArteriaError as error:
        language: Language = getattr(chosen, "lang", "en")
        sentence = say_error(error, language)
        if getattr(chosen, "as_json", False):
            _print_json(
                {
                    "rows_read": 0,
                    "rows_accepted": 0,
                    "rows_set_aside": 0,
                    "tables": [],
                    "findings": [
                        {
                            "severity": "error",
                            "code": error.code,
                            "kind": "problem",
                            "table": "",
                            "sheet": str(error.facts.get("sheet", "")),
                            "row": None,
                            "column": "",
                            "value": "",
                            "message": sentence,
                        }
                    ],
                }
            )
        print(sentence, file=sys.stderr)
        return UNUSABLE


def _shown_progress(language: Language) -> Progress:
    """A line on the terminal that says what is being done; nothing if no terminal is there."""
    if not sys.stderr.isatty():
        return unheard

    def show(stage: Message, done: int, of: int) -> None:
        sys.stderr.write(f"\r\x1b[K{done + 1}/{of} {say(stage, language)}")
        sys.stderr.flush()

    return show


def _end_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def _read_study(
    paths: Sequence[Path],
    language: Language,
    decisions: Decisions = NO_DECISIONS,
    earlier: Sequence[SheetMapping] = (),
) -> Intake:
    from core.intake.validate import read_study

    try:
        return read_study(
            paths, decisions=decisions, progress=_shown_progress(language), earlier=earlier
        )
    finally:
        _end_progress()


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _demo(chosen: argparse.Namespace) -> int:
    from core.example import write_example

    for path in write_example(chosen.directory):
        print(path)
    return CLEAN


def _validate(chosen: argparse.Namespace) -> int:
    from core.exports.analysis_json import findings_json
    from core.exports.canonical import write_canonical
    from core.exports.workbook import neutral
    from core.results.common import FindingKind, Severity
    from core.storage.decisions import decisions_in, mappings_in

    decisions = NO_DECISIONS if chosen.decisions is None else decisions_in(chosen.decisions)
    earlier = () if chosen.mappings is None else mappings_in(chosen.mappings)
    intake = _read_study(chosen.paths, chosen.lang, decisions, earlier)
    found = findings_json(intake.findings, chosen.lang)
    if chosen.out is not None:
        write_canonical(intake.data, chosen.out)
    if chosen.as_json:
        _print_json(
            {
                "rows_read": intake.rows_read,
                "rows_accepted": intake.rows_accepted,
                "rows_set_aside": intake.rows_set_aside,
                "tables": [
                    {
                        "table": one.table,
                        "rows_read": one.rows_read,
                        "rows_accepted": one.rows_accepted,
                        "rows_set_aside": one.rows_set_aside,
                        "rows": one.rows,
                    }
                    for one in intake.tables
                ],
                "findings": found,
            }
        )
    else:
        for item in found:
            sheet, message = item["sheet"], item["message"]
            place = f"[{sheet}] " if sheet and sheet not in message else ""
            print(neutral(f"{item['severity']}: {place}{message}"))
        print(
            text(
                "cli.counts",
                chosen.lang,
                read=intake.rows_read,
                accepted=intake.rows_accepted,
                set_aside=intake.rows_set_aside,
            )
        )
    needs_a_look = any(
        finding.severity is Severity.ERROR
        or finding.is_open
        or finding.kind is FindingKind.CONVERTED
        for finding in intake.findings
    )
    return WITH_FINDINGS if needs_a_look else CLEAN


def _analyse(chosen: argparse.Namespace) -> int:
    from core.analysis.cohort import analyse_study
    from core.analysis.further import analyse_further
    from core.exports.analysis_json import analysis_json
    from core.intake.validate import analysable
    from core.own_terms import terms_in

    intake = analysable(_read_study(chosen.paths, chosen.lang))
    terms = terms_in(chosen.terms)
    options = AnalysisOptions.following(chosen.convention, chosen.cutoff, terms)
    analysis = analyse_study(intake.data, options)
    further = None
    if chosen.full:
        further = analyse_further(intake.data, analysis, chosen.bootstrap)
    result = analysis_json(analysis, intake.findings, chosen.lang, further)
    if chosen.target == "-":
        _print_json(result)
    else:
        rendered = json.dumps(result, ensure_ascii=False, indent=1)
        Path(chosen.target).write_text(rendered + "\n", encoding="utf-8")
    return CLEAN


def _some_patients(word: str) -> int:
    number = int(word)
    if number < 1:
        raise ValueError(word)
    return number


def _bench(chosen: argparse.Namespace) -> int:
    from core.simulated import timed_steps

    for step, seconds in timed_steps(chosen.patients):
        print(f"{seconds:9.3f} s  {say(step, chosen.lang)}", flush=True)
    return CLEAN


def _export(chosen: argparse.Namespace) -> int:
    from core.analysis.cohort import effective_options
    from core.analysis.endpoints.derive import derive_endpoints
    from core.analysis.response.cohort import evaluate_cohort
    from core.exports.interchange.forms import interchange_file
    from core.exports.interchange.parts import StudyParts
    from core.intake.validate import analysable

    data = analysable(_read_study(chosen.paths, chosen.lang)).data
    options = effective_options(data, AnalysisOptions()).response
    response = evaluate_cohort(data, options)
    endpoints = derive_endpoints(data, response, options)
    study = StudyParts(chosen.paths[0].stem, data, endpoints, response)
    chosen.out.write_bytes(interchange_file(chosen.form, study, chosen.lang))
    print(chosen.out)
    return CLEAN


if __name__ == "__main__":
    sys.exit(main())
