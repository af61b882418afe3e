"""The example study's meetings, made together with it from ``board.toml`` beside its workbook."""

from __future__ import annotations

import tomllib

from core.example import example_folder
from core.results.board import Ruling
from core.storage.studies import Store, VersionInfo

BY = "example"


def make_example_board(store: Store, info: VersionInfo) -> None:
    """Make the meetings with their cases, decisions and outcomes."""
    found = tomllib.loads((example_folder() / "board.toml").read_text(encoding="utf-8"))
    board = store.board
    for entry in found["meeting"]:
        meeting = board.create_meeting(
            info.study_id, entry["held_on"], entry["title"], entry["members"], BY
        )
        for case in entry["case"]:
            board.put_case(meeting.id, case["patient_id"], case["question"])
            if "option" not in case:
                continue
            ruling = Ruling(
                case["option"], case["reasons"], case["responsible"], case.get("due"),
                case.get("dissent", ""),
            )  # fmt: skip
            made = board.add_decision(
                meeting.id, case["patient_id"], info.number, info.content_hash, ruling, BY
            )
            if "outcome" in case:
                board.add_outcome(made.number, case["outcome"], case["remark"], BY)
