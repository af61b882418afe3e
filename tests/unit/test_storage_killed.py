"""A server that dies in the middle of saving: what it confirmed is there, and nothing is half."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from core.storage.studies import Store

PROJECT = Path(__file__).parents[2]
ROUNDS = 25
CONFIRMED = 8
"""Versions that each process saves before it dies in the next: 200 confirmed in all."""

SERVERS = """
import json, os, signal, sys, time
sys.path.insert(0, sys.argv[2])
import pandas as pd
from sqlalchemy import Engine, event
from core.schema import StudyData, typed_frame
from core.storage.studies import RowCounts, Store

url, rounds, confirmed = sys.argv[1], int(sys.argv[3]), int(sys.argv[4])

def content(number):
    return number.to_bytes(4, "big") * 25_000

def save(store, study_id, based_on):
    number = (based_on or 0) + 1
    frame = pd.DataFrame({"patient_id": ["P01", "P02"], "age": [20.0 + number, None]})
    data = StudyData({"patients": typed_frame("patients", frame)})
    counts = RowCounts(read=2, accepted=2, set_aside=0)
    files = [("upload.xlsx", content(number))]
    return store.save_version(study_id, data, [], files, counts, based_on=based_on).number

class Death:
    '''Kills this process at the n-th step of a save; a step is a statement, before or after.'''

    def __init__(self):
        self.left = None
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(Engine, name, self.step)

    def step(self, *_about):
        if self.left is not None:
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self.left -= 1

def serve(turn, study_id, told):
    store, death = Store(url), Death()
    based_on = store.list_versions(study_id)[0].number if turn else None
    began = time.monotonic()
    for _ in range(confirmed):
        based_on = save(store, study_id, based_on)
        os.write(told, b"%d\\n" % based_on)
    os.write(told, b"each %f\\n" % ((time.monotonic() - began) / confirmed))
    if turn % 2 == 0:
        death.left = turn // 2
    save(store, study_id, based_on)
    if turn % 2 == 0:
        # Fewer steps than that: it dies saved, but before it could say so.
        os.kill(os.getpid(), signal.SIGKILL)
    while True:
        based_on = save(store, study_id, (based_on or 0) + 1) - 1

opened = Store(url)
study_id = opened.create_study("killed").id
opened.close()
said = []
for turn in range(rounds):
    receive, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        try:
            serve(turn, study_id, told)
        finally:
            os._exit(1)
    os.close(told)
    with os.fdopen(receive, "rb") as words:
        for line in words:
            if line.startswith(b"each"):
                if turn % 2:
                    # From outside, at any moment within the time of one save.
                    time.sleep(float(line[5:]) * (turn // 2) / (rounds // 2))
                    os.kill(child, signal.SIGKILL)
                break
            said.append(int(line))
    status = os.waitpid(child, 0)[1]
    assert os.WTERMSIG(status) == signal.SIGKILL, status
print(json.dumps([study_id, said]))
"""


def test_servers_killed_during_two_hundred_saves_lose_nothing_confirmed(database: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVERS, database, str(PROJECT), str(ROUNDS), str(CONFIRMED)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    study_id, confirmed = json.loads(done.stdout)
    assert len(confirmed) == ROUNDS * CONFIRMED
    store = Store(database)
    kept = [info.number for info in reversed(store.list_versions(study_id))]
    # Numbers without a gap; each death added at most the version it was saving.
    assert kept == list(range(1, len(kept) + 1))
    assert set(confirmed) <= set(kept)
    assert 0 < len(kept) - len(confirmed) <= ROUNDS
    for number in kept:
        data, info = store.load_version(study_id, number)
        assert data.table("patients")["age"][0] == 20.0 + number
        content = store.original_file(info.files[0].sha256)
        assert content == number.to_bytes(4, "big") * 25_000
        assert hashlib.sha256(content).hexdigest() == info.files[0].sha256
    store.close()
