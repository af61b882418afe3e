"""Hy's-law screen: peak transaminases against peak bilirubin after the first HAIC.

A point in the upper right quadrant is a case to look at, not a diagnosis: Hy's law also asks
that nothing else explains it, and liver metastases or their progression often do.

Source: FDA 2009, Guidance for Industry: Drug-Induced Liver Injury, premarketing clinical
evaluation (3 x ULN transaminase, 2 x ULN bilirubin, ALP below 2 x ULN).
"""

from __future__ import annotations

import pandas as pd

from core.results.common import Message
from core.results.safety import LiverPoint, LiverSafety
from core.results.toxicity import LabGrades

TRANSAMINASE_X_ULN = 3.0
BILIRUBIN_X_ULN = 2.0
ALP_X_ULN = 2.0
_TOLERANCE = 1e-9


def screen_liver(grades: LabGrades) -> LiverSafety:
    """Each patient's highest ALT or AST and highest bilirubin, as multiples of ULN.

    Patients without both tests after the first HAIC, with their ULN, are left out and counted.
    """
    rows = grades.rows
    wanted = rows["analyte"].isin(["ALT", "AST", "BILI", "ALP"]) & (rows["direction"] == "high")
    rows = rows[wanted & (rows["uln"].astype(float) > 0) & rows["value"].notna()]
    rows = rows.assign(times=rows["value"].astype(float) / rows["uln"].astype(float))
    after = rows[rows["is_post_baseline"]]
    before = rows[rows["is_baseline"] & (rows["times"] > 1) & (rows["analyte"] != "ALP")]
    abnormal = set(before["patient_id"].astype(str))
    points = []
    people = sorted(after["patient_id"].astype(str).unique())
    for patient in people:
        mine = after[after["patient_id"] == patient].sort_values(["times", "day", "analyte"])
        enzyme = mine[mine["analyte"].isin(["ALT", "AST"])]
        bilirubin = mine[mine["analyte"] == "BILI"]
        alp = mine[mine["analyte"] == "ALP"]
        if not len(enzyme) or not len(bilirubin):
            continue
        top, peak = enzyme.iloc[-1], bilirubin.iloc[-1]
        apart = None if pd.isna(top["day"]) or pd.isna(peak["day"]) else peak["day"] - top["day"]
        points.append(
            LiverPoint(
                patient_id=patient,
                transaminase=float(top["times"]),
                analyte=str(top["analyte"]),
                bilirubin=float(peak["times"]),
                alp=float(alp["times"].iloc[-1]) if len(alp) else None,
                days_apart=None if apart is None else int(apart),
                is_abnormal_before=patient in abnormal,
                quadrant=quadrant_of(float(top["times"]), float(peak["times"])),
            )
        )
    everybody = grades.rows.loc[grades.rows["is_post_baseline"], "patient_id"].nunique()
    left_out = int(everybody) - len(points)
    messages = [
        Message.of(
            "toxicity.method.hys_law",
            enzyme=TRANSAMINASE_X_ULN, bilirubin=BILIRUBIN_X_ULN, alp=ALP_X_ULN,
        )
    ]  # fmt: skip
    if left_out:
        messages.append(Message.of("toxicity.method.hys_law_left_out", n=left_out))
    return LiverSafety(tuple(points), left_out, tuple(messages))


def quadrant_of(transaminase: float, bilirubin: float) -> str:
    """The quadrant of two multiples of ULN: at least 3 x, and above 2 x.

    >>> quadrant_of(3.0, 2.01), quadrant_of(3.0, 2.0), quadrant_of(2.9, 2.1)
    ('HY', 'TEMPLE', 'CHOLESTASIS')
    """
    is_high = transaminase >= TRANSAMINASE_X_ULN - _TOLERANCE
    is_yellow = bilirubin > BILIRUBIN_X_ULN + _TOLERANCE
    if is_high:
        return "HY" if is_yellow else "TEMPLE"
    return "CHOLESTASIS" if is_yellow else "NORMAL"
