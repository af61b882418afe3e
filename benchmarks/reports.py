"""Times the full report of the example study and of a copied registry, per format.

    python -m benchmarks.reports [--patients N]

The registry holds the example's patients again and again under new identifiers. Word tables are
also written cell by cell, as python-docx does it, beside the way of the product.
"""

from __future__ import annotations

import argparse
import io
import os
import time

import pandas as pd
from docx import Document

from core.example import example_folder
from core.exports.report.build import build_report
from core.exports.report.make import FORMATS, make_report
from core.exports.report.model import ReportContent
from core.exports.report.word_parts import fill_table
from core.intake.validate import read_study
from core.options import AnalysisOptions
from core.reporting import report_content
from core.schema import StudyData


def registry(patients: int) -> StudyData:
    """The example study until there are so many patients."""
    data = read_study([example_folder() / "crlm_haic_24_zh.xlsx"]).data
    copies = -(-patients // len(data.table("patients")))
    tables = {}
    for name, frame in data.tables.items():
        parts = [frame.assign(patient_id=frame["patient_id"] + f"-{i}") for i in range(copies)]
        tables[name] = pd.concat(parts, ignore_index=True)
    return StudyData(tables, data.own_variables, data.data_cutoff)


def processor_time() -> float:
    """Seconds of this process and of the programs that it started and waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def timed(label: str, content: ReportContent) -> None:
    """One line a format: by the clock, and of the processor."""
    for form in FORMATS:
        start, used = time.perf_counter(), processor_time()
        size = len(make_report(content, form, ["zh"]))
        clock, processor = time.perf_counter() - start, processor_time() - used
        print(f"{label} {form}: {clock:.1f} s, processor {processor:.1f} s, {size / 1024:.0f} kB")


def tables(content: ReportContent) -> None:
    """The report's Word tables as the product writes them, and cell by cell."""
    report = build_report(content, "zh")
    for label in ("at once", "cell by cell"):
        start = time.perf_counter()
        document = Document()
        for table in report.tables():
            rows = [list(table.frame.columns), *table.frame.to_numpy().tolist()]
            if label == "at once":
                fill_table(document.add_table(0, len(rows[0])), rows, 9)
                continue
            drawn = document.add_table(len(rows), len(rows[0]))
            for row, line in zip(drawn.rows, rows, strict=True):
                for cell, value in zip(row.cells, line, strict=True):
                    cell.text = str(value)
        document.save(io.BytesIO())
        print(f"Word tables {label}: {time.perf_counter() - start:.2f} s")


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=0)
    patients = parser.parse_args().patients
    start = time.perf_counter()
    data = registry(patients or 24)
    print(f"data: {time.perf_counter() - start:.1f} s")
    start, used = time.perf_counter(), processor_time()
    content = report_content(data, (), AnalysisOptions(), study_name="x", is_example=True)
    label = f"{len(data.table('patients'))} patients"
    clock, processor = time.perf_counter() - start, processor_time() - used
    print(f"{label} analysis and audit: {clock:.1f} s, processor {processor:.1f} s")
    timed(label, content)
    tables(content)


if __name__ == "__main__":
    main()
