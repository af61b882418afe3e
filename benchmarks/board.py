"""Server work of a turn to the next case at the board: the example, and a large meeting.

    python -m benchmarks.board [--patients 1000] [--cases 200] [--turns 40]

Each screen of a case is drawn by the product's own script without a browser, in one process with
an SQLite store: reading the rows, drawing figures and tables, writing what is presented. Printed
are p50 and p95 in milliseconds by screen. The first case of each screen is drawn before the clock
starts: what a study's first visitor waits for is another measurement.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from datetime import date

from streamlit.testing.v1 import AppTest

from benchmarks.reports import registry
from core.storage.studies import RowCounts, Store, open_store
from core.studies import example_version
from pages.parts.board_state import SCREENS


def turn(study: str, version: int, screen: str, cases: int) -> None:
    """The script that is measured: the next case on this screen, by somebody who presents."""
    from pages import board
    from pages.parts import state
    from pages.parts.board_state import view

    state.begin_run()
    session = state.session()
    session.language = "zh"
    session.study_id, session.version = study, version
    place, desk = view(), state.desk()
    listed = [one.patient_id for one in desk.board.cases(study, desk.board.meetings(study)[0].id)]
    at = listed.index(place.patient_id) if place.patient_id in listed else 0
    place.is_presenting = True
    place.turn(listed[(at + 1) % min(cases, len(listed))], screen)
    board.render()


def large_meeting(store: Store, patients: int, cases: int) -> tuple[str, int]:
    """A study of so many patients and a meeting with so many of them."""
    data = registry(patients)
    study = store.create_study("registry")
    counts = RowCounts(patients, patients, 0)
    info = store.save_version(study.id, data, (), [("a.csv", b"a")], counts, based_on=None)
    meeting = store.board.create_meeting(study.id, date(2024, 1, 1), "Board", [], "x")
    for patient_id in data.table("patients")["patient_id"].iloc[:cases]:
        store.board.put_case(meeting.id, str(patient_id), "?")
    return study.id, info.number


def measured(study: str, version: int, turns: int) -> None:
    """One line a screen."""
    for screen in SCREENS:
        facts = {"study": study, "version": version, "screen": screen, "cases": turns}
        app = AppTest.from_function(turn, kwargs=facts, default_timeout=600).run()
        times = []
        for _ in range(turns):
            started = time.perf_counter()
            app.run()
            times.append(1000 * (time.perf_counter() - started))
            if app.exception:
                raise RuntimeError(app.exception[0].value)
        cuts = statistics.quantiles(times, n=20)
        print(f"{screen:12s} {cuts[9]:6.0f} {cuts[18]:6.0f}", flush=True)


def main() -> None:
    """Measure the example, then the large meeting."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--patients", type=int, default=1_000)
    asked.add_argument("--cases", type=int, default=200)
    asked.add_argument("--turns", type=int, default=40)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ARTERIA_DATA"] = folder
        store = open_store()
        info = example_version(store)
        print("example: screen, p50 ms, p95 ms")
        measured(info.study_id, info.number, chosen.turns)
        print(f"{chosen.patients} patients, {chosen.cases} cases: screen, p50 ms, p95 ms")
        measured(*large_meeting(store, chosen.patients, chosen.cases), chosen.turns)


if __name__ == "__main__":
    main()
