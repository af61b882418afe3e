"""From the lesion tables to the engine's lesions and visits.

Conventions: baseline is a lesion's last measurement on or before the first HAIC. Scans of
one visit (same label within two weeks, otherwise same day) form one visit. One reader per
patient is used, never a mixture. Only data up to the cut-off count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.analysis.response.baseline import BaselineLesion, check_baseline
from core.analysis.response.lesion_tables import LesionRow, MeasurementRow
from core.analysis.response.lesions import (
    Lesion,
    NewLesionSeen,
    Visit,
    micrometres,
    nontarget_state,
    target_size,
)
from core.analysis.response.readers import ReaderRow, group_visits, usual_reader
from core.results.common import Message
from core.rules.recist import baseline_limits
from core.rules.response_criteria import CriteriaSet, recist_criteria


@dataclass(frozen=True, slots=True)
class Imaging:
    """The lesions and visits of one patient, ready for the engine.

    Attributes:
        liver_lesions: with further liver lesions as targets where the criteria score more of
            them; empty where ``lesions`` serve for the liver too.
    """

    lesions: tuple[Lesion, ...]
    liver_lesions: tuple[Lesion, ...]
    visits: tuple[Visit, ...]
    reference_day: int
    messages: tuple[Message, ...]


def _one_reader(rows: Sequence[MeasurementRow], messages: list[Message]) -> list[MeasurementRow]:
    counts = Counter(row.evaluator for row in rows if row.evaluator)
    chosen = usual_reader(counts)
    if len(counts) > 1:
        messages.append(Message.of("response.note.several_readers", reader=chosen))
    return [row for row in rows if row.evaluator in (None, chosen)]


def _split_baseline(
    rows: Sequence[MeasurementRow], start: int | None, messages: list[Message]
) -> tuple[dict[str, MeasurementRow], list[MeasurementRow], int]:
    """Baseline row per lesion, the rows after it, and the day that days count from."""
    first_day = rows[0].day
    reference = first_day if start is None else start
    if start is None:
        messages.append(Message.of("response.note.no_start_date"))
    elif first_day > start:
        # Without a scan before treatment the first one has to serve, openly.
        messages.append(Message.of("response.note.baseline_after_start", days=first_day - start))
    last_baseline_day = max(reference, first_day)
    baseline: dict[str, MeasurementRow] = {}
    labels: set[str] = set()
    later: list[MeasurementRow] = []
    for row in rows:
        if row.day <= last_baseline_day:
            baseline[row.lesion_id] = row
            labels.add(row.label)
    for row in rows:
        if row.day <= last_baseline_day:
            continue
        same_visit = row.label and row.label in labels
        if same_visit and row.lesion_id not in baseline and row.day - last_baseline_day <= 14:
            baseline[row.lesion_id] = row
        else:
            later.append(row)
    return baseline, later, reference


def _size(scan: MeasurementRow, lesion: LesionRow, criteria: CriteriaSet) -> int | None:
    is_viable_part = criteria.size == "viable" and lesion.intrahepatic is True
    return target_size(scan.viable_mm if is_viable_part else scan.diameter_mm, scan.status)


def _density(scan: MeasurementRow) -> int | None:
    return None if scan.density_hu is None else round(1000 * scan.density_hu)


def _engine_lesion(
    row: LesionRow, baseline: MeasurementRow | None, criteria: CriteriaSet
) -> Lesion:
    is_target = row.role == "TARGET"
    size = _size(baseline, row, criteria) if baseline and is_target else None
    density = _density(baseline) if baseline and is_target else None
    return Lesion(row.lesion_id, is_target, row.is_node, row.intrahepatic is True, size, density)


def _more_liver_targets(
    rows: Sequence[LesionRow],
    lesions: Sequence[Lesion],
    baseline: dict[str, MeasurementRow],
    criteria: CriteriaSet,
) -> tuple[Lesion, ...]:
    """The lesions with the largest measurable further ones of the liver made targets."""
    in_liver = sum(one.is_target and one.intrahepatic for one in lesions)
    room = criteria.most_liver_lesions - in_liver
    smallest = micrometres(baseline_limits().minimum_diameter_mm)
    sizes: dict[str, int] = {}
    for row in rows:
        scan = baseline.get(row.lesion_id)
        if row.role == "NON-TARGET" and row.intrahepatic and not row.is_node and scan is not None:
            size = _size(scan, row, criteria)
            if size is not None and size >= smallest:
                sizes[row.lesion_id] = size
    chosen = sorted(sizes, key=lambda one: (-sizes[one], one))[: max(room, 0)]
    if not chosen:
        return ()
    return tuple(
        replace(one, is_target=True, baseline_um=sizes[one.lesion_id])
        if one.lesion_id in chosen
        else one
        for one in lesions
    )


def _selection_messages(
    lesions: Sequence[LesionRow], baseline: dict[str, MeasurementRow], start: int | None
) -> list[Message]:
    """What of the lesion selection breaks RECIST 1.1 or needs a look."""
    described = []
    for row in lesions:
        if row.role not in ("TARGET", "NON-TARGET"):
            continue
        scan = baseline.get(row.lesion_id)
        described.append(
            BaselineLesion(
                is_target=row.role == "TARGET",
                organ=row.organ or "",
                mm=scan.diameter_mm if scan else None,
                is_node=row.is_node,
                slice_mm=row.slice_mm,
                prior_local_therapy=row.prior_local_therapy,
                progressed_since=row.progressed_since,
                days_before_treatment=start - scan.day if scan and start is not None else None,
            )
        )
    check = check_baseline(described)
    codes = (*check.errors, *check.warnings)
    return [Message.of(f"response.baseline.{code.lower()}") for code in codes]


def _new_lesion_visits(
    new_rows: Sequence[LesionRow],
    groups: Sequence[Sequence[MeasurementRow]],
    readers: Sequence[ReaderRow | None],
) -> dict[int, list[NewLesionSeen]]:
    """Visit position -> new lesions first seen there (equivocal ones until certain)."""
    found: dict[int, list[NewLesionSeen]] = defaultdict(list)
    for lesion in new_rows:
        for position, group in enumerate(groups):
            if not any(row.lesion_id == lesion.lesion_id and row.shows_lesion for row in group):
                continue
            reader = readers[position]
            certain = reader is None or reader.new_lesion != "EQUIVOCAL"
            confirmed = reader is not None and reader.is_confirmed_later
            found[position].append(
                NewLesionSeen(certain, lesion.organ, lesion.intrahepatic, confirmed)
            )
            if certain:
                break
    return found


def _visit(
    group: Sequence[MeasurementRow],
    known: dict[str, LesionRow],
    new_lesions: Sequence[NewLesionSeen],
    reader: ReaderRow | None,
    criteria: CriteriaSet,
) -> Visit:
    targets: dict[str, int | None] = {}
    densities: dict[str, int] = {}
    nontargets: dict[str, str] = {}
    for row in group:
        lesion = known.get(row.lesion_id)
        if lesion is None or lesion.role == "NEW":
            continue
        size = _size(row, lesion, criteria)
        if size is not None or row.lesion_id not in targets:
            targets[row.lesion_id] = size
        density = _density(row)
        if density is not None:
            densities[row.lesion_id] = density
        if lesion.role != "TARGET":
            nontargets[row.lesion_id] = nontarget_state(
                row.diameter_mm, row.status, is_node=lesion.is_node
            )
    seen = tuple(new_lesions)
    reader_nontarget = None
    if reader is not None:
        if not seen and reader.new_lesion in ("EQUIVOCAL", "UNEQUIVOCAL"):
            seen = (reader.as_new_lesion(),)
        if not nontargets:
            reader_nontarget = reader.nontarget
    scan_days = [row.day for row in group] or [reader.day if reader else 0]
    return Visit(
        first_day=min(scan_days),
        last_day=max(scan_days),
        label=next((row.label for row in group if row.label), reader.label if reader else ""),
        targets=targets,
        densities=densities,
        nontargets=nontargets,
        new_lesions=seen,
        denies_new=reader is not None and reader.new_lesion == "NO" and not seen,
        reader_nontarget=reader_nontarget,
    )


def read_imaging(
    lesions: Sequence[LesionRow],
    measurements: Sequence[MeasurementRow],
    reader_rows: Sequence[ReaderRow],
    start: int | None,
    criteria: CriteriaSet | None = None,
) -> Imaging | None:
    """One patient's lesions and visits; None if nothing was measured.

    Args:
        reader_rows: the reader's recorded responses; they add new lesions and non-target
            categories that have no lesion row of their own.
        start: ordinal of the first HAIC; None = unknown, then days count from baseline.
        criteria: which size counts and how many liver lesions; RECIST 1.1 unless given.
    """
    chosen = criteria or recist_criteria()
    known = {row.lesion_id: row for row in lesions}
    messages: list[Message] = []
    rows = _one_reader([row for row in measurements if row.lesion_id in known], messages)
    if not rows or not any(row.role in ("TARGET", "NON-TARGET") for row in lesions):
        return None
    baseline, later, reference = _split_baseline(rows, start, messages)
    messages += _selection_messages(lesions, baseline, start)
    groups: list[list[MeasurementRow]] = group_visits(later)
    readers: list[ReaderRow | None] = [None] * len(groups)
    for reader in reader_rows:
        position = next((at for at, group in enumerate(groups) if reader.belongs_to(group)), None)
        if position is not None:
            readers[position] = reader
        elif reader.day > reference and reader.new_lesion in ("EQUIVOCAL", "UNEQUIVOCAL"):
            groups.append([])
            readers.append(reader)
    new_rows = [row for row in lesions if row.role == "NEW"]
    seen = _new_lesion_visits(new_rows, groups, readers)
    undated = [
        row.lesion_id
        for row in new_rows
        if not any(one.lesion_id == row.lesion_id and one.shows_lesion for one in rows)
    ]
    messages += [Message.of("response.note.new_lesion_undated", lesion=one) for one in undated]
    engine_lesions = tuple(
        _engine_lesion(row, baseline.get(row.lesion_id), chosen)
        for row in lesions
        if row.role in ("TARGET", "NON-TARGET")
    )
    return Imaging(
        lesions=engine_lesions,
        liver_lesions=_more_liver_targets(lesions, engine_lesions, baseline, chosen),
        visits=tuple(
            _visit(group, known, seen.get(at, ()), readers[at], chosen)
            for at, group in enumerate(groups)
        ),
        reference_day=reference,
        messages=tuple(messages),
    )
