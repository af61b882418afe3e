"""Whether the lesions chosen at baseline obey RECIST 1.1.

Source: RECIST 1.1 s3.1, s3.2 and s4.2; EORTC clarification (all lymph nodes together are
one organ, so is a paired organ).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.rules.recist import baseline_limits, recognise_organ


@dataclass(frozen=True, slots=True)
class BaselineLesion:
    """One lesion as the baseline scan describes it.

    Attributes:
        mm: longest diameter, for nodes the short axis; None if not measured.
        slice_mm: slice thickness of CT or MRI; None = 5 mm or less.
        measurable_kind: False for blastic bone lesions, effusions and the like.
        days_before_treatment: age of the scan at the first HAIC.
    """

    is_target: bool
    organ: str
    mm: float | None
    is_node: bool = False
    slice_mm: float | None = None
    measurable_kind: bool = True
    prior_local_therapy: bool = False
    progressed_since: bool = False
    days_before_treatment: int | None = None


@dataclass(frozen=True, slots=True)
class BaselineCheck:
    """Codes of what breaks the rules (errors) and of what a reader should look at."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def _target_errors(lesion: BaselineLesion) -> list[str]:
    limits = baseline_limits()
    found = []
    if not lesion.measurable_kind or not recognise_organ(lesion.organ).measurable:
        found.append("NOT_MEASURABLE_TYPE")
    if lesion.prior_local_therapy and not lesion.progressed_since:
        found.append("PRIOR_LOCAL_THERAPY_NO_PROGRESSION")
    if lesion.mm is None:
        return found
    thick = (lesion.slice_mm or 0) > limits.maximum_slice_for_minimum_mm
    if lesion.is_node:
        if lesion.mm < limits.minimum_node_mm:
            found.append("NODE_TARGET_BELOW_15MM")
    elif thick and lesion.mm < 2 * (lesion.slice_mm or 0):
        found.append("TARGET_BELOW_2X_SLICE")
    elif lesion.mm < limits.minimum_diameter_mm:
        found.append("TARGET_BELOW_10MM")
    return found


def check_baseline(lesions: Sequence[BaselineLesion]) -> BaselineCheck:
    """Codes of the selection rules that the baseline lesions break.

    Returns:
        Errors ``MAX_5_TOTAL``, ``MAX_2_PER_ORGAN``, ``TARGET_BELOW_10MM``,
        ``TARGET_BELOW_2X_SLICE``, ``NODE_TARGET_BELOW_15MM``,
        ``NODE_BELOW_10MM_NOT_PATHOLOGICAL``, ``NOT_MEASURABLE_TYPE``,
        ``PRIOR_LOCAL_THERAPY_NO_PROGRESSION``; warnings ``NO_TARGET_LESION`` (only of an
        otherwise valid selection), ``PRIOR_LOCAL_THERAPY_PROGRESSED``,
        ``BASELINE_OLDER_THAN_28_DAYS``, ``POSSIBLE_CM_UNIT``. Each code once.

    >>> check_baseline([BaselineLesion(True, "liver", 30.0)] * 3).errors
    ('MAX_2_PER_ORGAN',)
    """
    limits = baseline_limits()
    targets = [lesion for lesion in lesions if lesion.is_target]
    errors = [code for lesion in targets for code in _target_errors(lesion)]
    warnings = []
    for lesion in lesions:
        small = lesion.mm is not None and lesion.mm < limits.minimum_diameter_mm
        if lesion.is_node and small and not lesion.is_target:
            errors.append("NODE_BELOW_10MM_NOT_PATHOLOGICAL")
        age = lesion.days_before_treatment
        if age is not None and age > limits.maximum_days_before_treatment:
            warnings.append("BASELINE_OLDER_THAN_28_DAYS")
    for lesion in targets:
        if lesion.prior_local_therapy and lesion.progressed_since:
            warnings.append("PRIOR_LOCAL_THERAPY_PROGRESSED")
        if lesion.mm is not None and 0 < lesion.mm < limits.plausible_cm_below:
            warnings.append("POSSIBLE_CM_UNIT")
    if len(targets) > limits.maximum_targets:
        errors.append("MAX_5_TOTAL")
    organs = Counter(
        "lymph node" if lesion.is_node else recognise_organ(lesion.organ).name for lesion in targets
    )
    if any(count > limits.maximum_targets_per_organ for count in organs.values()):
        errors.append("MAX_2_PER_ORGAN")
    if not targets and not errors:
        warnings.append("NO_TARGET_LESION")
    return BaselineCheck(tuple(dict.fromkeys(errors)), tuple(dict.fromkeys(warnings)))
