"""The protocol as data: nonsense limits are refused with a reason, sensible ones apply."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.analysis.eligibility.engine import screen_patient
from core.analysis.eligibility.facts import Facts, Measurement
from core.analysis.eligibility.protocol import FILE, default_protocol, read_protocol
from core.analysis.eligibility.refusal import refusals
from core.errors import NotComputable, RuleFileInvalid
from core.text.catalogue import say


@pytest.mark.parametrize(
    ("criterion", "limit", "reason"),
    [
        ("C5a", 900.0, "limit_out_of_range"),
        ("C5a", -1.0, "limit_out_of_range"),
        ("C5f", 1000.0, "limit_out_of_range"),
        ("C6", 7.0, "limit_out_of_range"),
        ("C6", 1.5, "limit_not_whole"),
        ("C1d", 2.5, "limit_not_whole"),
        ("C5d", 100.0, "limit_out_of_range"),
        ("C5a", float("nan"), "not_valid"),
        ("C5h.dipstick", "9+", "not_valid"),
    ],
)
def test_nonsense_limit_is_refused_with_reason(
    criterion: str, limit: float | str, reason: str
) -> None:
    with pytest.raises(NotComputable) as caught:
        default_protocol().with_limit(criterion, limit)
    assert isinstance(caught.value.__cause__, ValidationError)
    messages = refusals(caught.value.__cause__)
    assert messages[0].code == f"eligibility.refused.{reason}"
    assert say(messages[0], "zh")
    assert say(messages[0], "en")


def test_criterion_without_limit_is_refused() -> None:
    with pytest.raises(NotComputable):
        default_protocol().with_limit("C1a", 1.0)


@pytest.mark.parametrize(("limit", "status"), [(100.0, "FAIL"), (95.0, "PASS")])
def test_edited_limit_applies_and_is_named_in_the_version(limit: float, status: str) -> None:
    protocol = default_protocol().with_limit("C5a", limit)
    facts = Facts(numbers={"hb": Measurement(95.0, "g/L")})
    assert screen_patient(facts, protocol).criterion("C5_HB").status.value == status
    assert protocol.version == f"1.0+C5a={limit:g}"


def test_line_category_of_three_or_more_leaves_higher_limit_open() -> None:
    facts = Facts(numbers={"prior_lines_failed": Measurement(3.0, prefix=">=")})
    part = screen_patient(facts, default_protocol()).criterion("C1").parts[3]
    assert part.status.value == "PASS"
    stricter = default_protocol().with_limit("C1d", 4.0)
    assert screen_patient(facts, stricter).criterion("C1").parts[3].status.value == "UNKNOWN"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limit = 90.0", "limit = 9000.0"),
        ('unit = "g/L"', 'unit = "stone"'),
        ('kind = "statement"', 'kind = "guess"'),
        ("limit = 2.0", ""),
    ],
)
def test_broken_criterion_is_refused_with_file_and_line(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "eligibility.toml"
    text = FILE.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_protocol(path)
    assert caught.value.facts["file"] == "eligibility.toml"
    assert int(str(caught.value.facts["line"])) > 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('key = "C2"\ncombine', 'key = "C9"\ncombine'),
        ('id = "C1b"', 'id = "C1a"'),
        ("lab_window_days = 14", "lab_window_days = -1"),
        ("[settings]", "[settings"),
    ],
)
def test_inconsistent_protocol_is_refused(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "eligibility.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileInvalid):
        read_protocol(path)
