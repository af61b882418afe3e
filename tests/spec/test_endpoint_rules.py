"""The file of endpoint definitions: its words in both languages, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import RuleFileInvalid
from core.rules.endpoints import endpoint_rules, read_endpoint_rules
from core.text.catalogue import has, say
from tests.endpoint_study import derive, time_of
from tests.response_study import on, reading


def test_every_definition_is_named_in_both_languages() -> None:
    found = derive({"death_date": on(300)}, [reading(42, "SD")])
    assert set(found.items) == set(endpoint_rules())
    for one in found.items.values():
        assert has(one.label)
        assert has(one.definition)
    assert "2021-10-28" in say(time_of(found, "os").reason, "zh")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('\n[os]\nstart = "birth"\n', 2),
        (
            '[x]\nstart="first_haic"\nevents=["death"]\ncompartment="overall"\n'
            'censor="last_contact"\ntime="no_such"\nevent="os_event"\n',
            1,
        ),
        ("[os\n", 0),
    ],
)
def test_broken_endpoint_rule_names_file_and_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "endpoints.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_endpoint_rules(path)
    assert (caught.value.facts["file"], caught.value.facts["line"]) == ("endpoints.toml", line)


def test_endpoint_rule_with_time_but_no_event_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.toml"
    path.write_text(
        '[os]\nstart="first_haic"\nevents=["death"]\ncompartment="overall"\n'
        'censor="last_contact"\ntime="os_months"\nevent=""\n',
        encoding="utf-8",
    )
    with pytest.raises(RuleFileInvalid, match="rule_file_invalid"):
        read_endpoint_rules(path)
