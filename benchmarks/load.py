"""Many people on one process: time from a click to its answer, and memory.

``python -m benchmarks.load [--people 1 20 50] [--clicks 20] [--pause 10]`` starts a server with
the example study, opens so many live connections and has each click through the screens,
``--pause`` seconds apart on average. Prints p50 and p95 in milliseconds, the processor's time a
click and the process's memory; ``--by-screen`` prints the processor's time of each screen alone.

Who reads a screen at a tumour board looks at it for longer than ten seconds; a pause of half a
second to two seconds is harsher than people are.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.running import Server, start_server, stop_server

SCREENS = (
    "data", "patient", "board", "eligibility", "baseline", "response", "survival", "prognosis",
    "safety", "report", "validation",
)  # fmt: skip
PAUSE_S = 10.0
MOST_WAIT_S = 60.0


def rerun(screen: str) -> bytes:
    """The message that a browser sends when a person chooses a screen."""
    message = BackMsg()
    message.rerun_script.query_string = "lang=en"
    message.rerun_script.page_name = screen
    return bytes(message.SerializeToString())


async def answered(socket: Any) -> None:
    """Wait until the server says that the screen is drawn."""
    while True:
        message = ForwardMsg()
        message.ParseFromString(await asyncio.wait_for(socket.recv(), MOST_WAIT_S))
        if message.WhichOneof("type") == "script_finished":
            return


def live_connection(server: Server) -> websockets.connect:
    """What a browser's page holds open, to be entered by ``async with``."""
    return websockets.connect(
        server.address.replace("http://", "ws://") + "/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        origin=websockets.Origin(server.address),
        max_size=None,
    )


async def person(
    server: Server, pause_s: float, number: int, goes_on: Callable[[int], bool]
) -> list[float]:
    """Times in milliseconds of one person's clicks through the screens.

    Args:
        number: of the person, from which the way through the screens follows.
        goes_on: whether there is another click after so many.
    """
    chance = random.Random(number)
    times: list[float] = []
    async with live_connection(server) as socket:
        await socket.send(rerun("studies"))
        await answered(socket)
        while goes_on(len(times)):
            await asyncio.sleep(pause_s * (0.5 + chance.random()))
            began = time.perf_counter()
            await socket.send(rerun(chance.choice(SCREENS)))
            await answered(socket)
            times.append(1000 * (time.perf_counter() - began))
    return times


async def by_screen(server: Server, clicks: int) -> None:
    """Print what a click on each screen costs the server, nobody else being there."""
    async with live_connection(server) as socket:
        for name in ("studies", *SCREENS):
            # Twice, so that what is kept from then on is there.
            for _ in range(2):
                await socket.send(rerun(name))
                await answered(socket)
            before = processor_s(server.process.pid)
            for _ in range(clicks):
                await socket.send(rerun(name))
                await answered(socket)
            used = (processor_s(server.process.pid) - before) / clicks
            print(f"{name:12s}  {1000 * used:5.0f}")


async def crowd(server: Server, people: int, clicks: int, pause_s: float) -> list[float]:
    """All times of so many people at once, in milliseconds."""
    each = (person(server, pause_s, one, lambda made: made < clicks) for one in range(people))
    return [time for times in await asyncio.gather(*each) for time in times]


def processor_s(process_id: int) -> float:
    """Processor time that a process has used."""
    words = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(process_id: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    """Measure each number of people on a fresh server."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, nargs="+", default=[1, 20, 50])
    asked.add_argument("--clicks", type=int, default=20)
    asked.add_argument("--pause", type=float, default=PAUSE_S, help="seconds, on average")
    asked.add_argument("--by-screen", action="store_true")
    chosen = asked.parse_args()
    if chosen.by_screen:
        with tempfile.TemporaryDirectory() as folder:
            server = start_server(Path(folder), ARTERIA_EXAMPLE="1")
            try:
                print("screen        processor ms a click")
                asyncio.run(by_screen(server, chosen.clicks))
            finally:
                stop_server(server)
        return
    print("people  p50 ms  p95 ms  processor ms a click  memory MB")
    for people in chosen.people:
        with tempfile.TemporaryDirectory() as folder:
            server = start_server(Path(folder), ARTERIA_EXAMPLE="1")
            try:
                # What the first visitor waits for is another measurement.
                asyncio.run(crowd(server, 1, 2 * len(SCREENS), 0.5))
                before = processor_s(server.process.pid)
                times = asyncio.run(crowd(server, people, chosen.clicks, chosen.pause))
                used = (processor_s(server.process.pid) - before) / len(times)
                cuts = statistics.quantiles(times, n=20)
                print(
                    f"{people:6d}  {cuts[9]:6.0f}  {cuts[18]:6.0f}  {1000 * used:20.0f}  "
                    f"{memory_mb(server.process.pid):9.0f}"
                )
            finally:
                stop_server(server)


if __name__ == "__main__":
    main()
