"""Pseudonyms: stable within a study, one for each identifier, and nothing of it in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.intake.pseudonyms import Pseudonyms, plain_form

KEYS = st.binary(min_size=32, max_size=32)
TEXTS = st.text(min_size=1, max_size=20)
NUMBERS = st.integers(10**6, 10**18).map(str)


@given(KEYS, st.lists(TEXTS | NUMBERS, min_size=1, max_size=40))
def test_one_code_for_each_identifier_whatever_the_order(key: bytes, originals: list[str]) -> None:
    first, second = Pseudonyms(key), Pseudonyms(key)
    first.add(originals)
    second.add(reversed(originals))
    codes = {plain_form(one): first.code(one) for one in originals}
    assert len(set(codes.values())) == len(codes)
    assert {plain_form(one): second.code(one) for one in originals} == codes


@given(KEYS, st.lists(NUMBERS, unique=True, max_size=30), st.lists(NUMBERS, max_size=30))
def test_next_file_of_the_study_keeps_the_codes(
    key: bytes, before: list[str], after: list[str]
) -> None:
    first = Pseudonyms(key)
    first.add(before)
    codes = {one: first.code(one) for one in before}
    later = Pseudonyms.of(key, first.codes)
    later.add(after)
    assert {one: later.code(one) for one in before} == codes
    assert len(set(later.codes.values())) == len(later.codes)


@given(KEYS, TEXTS | NUMBERS)
def test_code_and_its_record_hold_nothing_of_the_identifier(key: bytes, original: str) -> None:
    codes = Pseudonyms(key)
    code = codes.code(original)
    plain = plain_form(original)
    assert code.startswith("P-")
    assert not plain or plain not in code.removeprefix("P-")
    assert key.hex() not in repr(codes)
    assert code not in repr(codes)


@given(KEYS, KEYS, NUMBERS)
def test_another_study_gives_another_code(one: bytes, other: bytes, original: str) -> None:
    if one != other:
        assert Pseudonyms(one).codes.keys().isdisjoint(Pseudonyms(other).codes)
        assert Pseudonyms(one)._hash(original) != Pseudonyms(other)._hash(original)


def test_code_that_is_taken_is_made_longer() -> None:
    free = Pseudonyms(b"k" * 32)
    wanted = free.code("A123456")
    taken = Pseudonyms.of(b"k" * 32, {"0" * 64: wanted})
    assert taken.code("A123456").startswith(wanted)
    assert len(taken.code("A123456")) == len(wanted) + 1
