"""Personal identifiers inside free text, and columns of names: found, and taken out.

Only what is marked by its form (identity number with its check digit, phone, e-mail, a postal
address with its street) or by a label before it (姓名：, 住院号 ...) counts, so that clinical
words stay.

Source: ``rules/identifiers.toml``; identity numbers as in ``identity``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache

from core.intake.cells import Cell, full_text
from core.intake.identity import EMAIL, OLD_CARD, PHONE, card_spans, commonest_identifier
from core.rules.identifiers import identifier_rules

TAKEN_OUT = "[…]"
"""Stands where an identifier stood."""

_SIGNAL = re.compile(
    r"[0-9]{4}|[0-9]{3}[- ][0-9]{4}|@|姓名|患者|病人|家属|联系人|址|住|name"
    r"|[市区县旗州].*[路街巷弄村镇乡道区苑]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:[一-鿿]{2,7}(?:省|自治区|市))?[一-鿿]{1,7}(?:市|区|县|旗|州)[一-鿿0-9A-Za-z]{1,16}?"
    r"(?:路|街道|街|大道|巷|弄|胡同|村|镇|乡|小区|新村|苑)"
    r"(?:[一-鿿0-9A-Za-z-]{0,16}?(?:号楼|号|栋|幢|单元|室|组))*"
)
_LANDLINE = re.compile(r"(?<![0-9.-])0[1-9][0-9]{1,2}[- ][0-9]{7,8}(?![0-9])")
_PERSON_ENDS = (
    r"(?=[，,。.;；、:：\s（(（/0-9]|[男女因于诉今行]|电话|手机|住院|身份证|年龄|性别|住址|家住|先生|术后"
    r"|入院|$)"
)


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in words)


@cache
def _surname(with_words: bool = True) -> str:
    rules = identifier_rules()
    single = rules.surnames if with_words else rules.surnames - rules.also_words
    return f"(?:{_any(rules.long_surnames)}|[{''.join(sorted(single))}])"


@cache
def _given() -> str:
    refused = "".join(sorted(identifier_rules().not_in_names))
    return f"(?:(?![{refused}])[一-鿿])"


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kind and pattern; the group ``it`` is what is taken out."""
    labels = identifier_rules().labels
    separator = r"\s*(?:[:：=是为]|\.\s*:?)?\s*"
    colon = r"\s*[:：=]\s*"
    name = f"{_surname()}{_given()}{{1,2}}"
    clear_name = f"{_surname(False)}{_given()}{{1,2}}"
    return (
        ("name", re.compile(f"(?:{_any(labels['name'])}){separator}(?P<it>{name})")),
        ("name", re.compile(f"(?:{_any(labels['person'])}){colon}(?P<it>{name}){_PERSON_ENDS}")),
        ("name", re.compile(f"(?:{_any(labels['person'])})(?P<it>{clear_name}){_PERSON_ENDS}")),
        (
            "name",
            re.compile(
                rf"\b(?i:{_any(labels['name_en'])}){colon}(?P<it>[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*)"
            ),
        ),
        (
            "number",
            re.compile(
                rf"(?i:{_any(labels['number'])}){separator}(?P<it>[A-Za-z]{{0,3}}-?[0-9][0-9A-Za-z-]{{3,}})"
            ),
        ),
        (
            "phone",
            re.compile(
                rf"(?i:{_any(labels['phone'])}){separator}(?P<it>\+?[0-9][0-9 -]{{5,}}[0-9])"
            ),
        ),
        (
            "address",
            re.compile(
                rf"(?i:{_any(labels['address'])}){separator}(?P<it>[^\s,，。;；:：]{{4,60}})"
            ),
        ),
        ("address", re.compile(f"(?P<it>{_ADDRESS.pattern})")),
        ("phone", re.compile(f"(?P<it>{_LANDLINE.pattern})")),
        ("phone", re.compile(f"(?P<it>{PHONE.pattern})")),
        ("email", re.compile(f"(?P<it>{EMAIL.pattern})")),
        ("card", re.compile(f"(?P<it>{OLD_CARD.pattern})", re.ASCII)),
    )  # fmt: skip


def found_in(text: str) -> tuple[tuple[str, str], ...]:
    """Kind and wording of each identifier in a text.

    Kinds: ``card``, ``phone``, ``email``, ``name``, ``number`` (of the hospital, insurance or
    passport), ``address``.

    >>> found_in("患者张三，住院号 1234567，电话13800138000")
    (('name', '张三'), ('number', '1234567'), ('phone', '13800138000'))
    >>> found_in("患者高热，白蛋白 35 g/L")
    ()
    """
    if len(text) < 4 or not _SIGNAL.search(text):
        return ()
    found = dict.fromkeys(card_spans(text), "card")
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            found.setdefault(match.group("it"), kind)
    return tuple((kind, wording) for wording, kind in found.items())


def _known_names(text: str, names: Set[str]) -> Iterator[str]:
    """Known names in a text, the longest first at each place."""
    for start in range(len(text) - 1):
        for size in (4, 3, 2):
            if text[start : start + size] in names:
                yield text[start : start + size]
                break


def taken_out(text: str, names: Set[str] = frozenset()) -> tuple[str, tuple[str, ...]]:
    """The text without its identifiers, wherever they stand in it, and their kinds.

    Args:
        names: Chinese names of persons that the same upload tells, taken out unlabelled too.

    >>> taken_out("患者张三，男；张三诉腹痛")
    ('患者[…]，男；[…]诉腹痛', ('name',))
    """
    found = list(found_in(text))
    if names:
        found += [("name", name) for name in _known_names(text, names)]
    for _, wording in sorted(found, key=lambda one: len(one[1]), reverse=True):
        text = text.replace(wording, TAKEN_OUT)
    return text, tuple(dict.fromkeys(kind for kind, _ in found))


@cache
def _name() -> re.Pattern[str]:
    return re.compile(f"({_surname()}){_given()}{{1,2}}")


def are_names(filled: Mapping[Cell, int]) -> bool:
    """Whether the filled cells of a column (with their numbers) look like Chinese names.

    Most cells have to be a frequent surname and one or two characters that clinical words
    don't use, with several names and surnames among them.

    >>> are_names({"张三": 1, "李晓明": 1, "欧阳修": 1}), are_names({"高分化": 3, "中分化": 2})
    (True, False)
    """
    rules = identifier_rules()
    total = sum(filled.values())
    names = {
        cell: match.group(1)
        for cell in filled
        if isinstance(cell, str) and len(cell) <= 8 and (match := _name().fullmatch(cell.strip()))
    }
    if len(names) < rules.distinct or len(set(names.values())) < rules.distinct:
        return False
    return sum(filled[cell] for cell in names) >= rules.share * total


def names_among(cells: Iterable[Cell]) -> frozenset[str]:
    """The cells that are Chinese names by their form."""
    texts = (cell.strip() for cell in cells if isinstance(cell, str) and len(cell) <= 8)
    return frozenset(text for text in texts if _name().fullmatch(text))


def is_address(cell: Cell) -> bool:
    """Whether a cell is a postal address as a whole.

    >>> is_address("浙江省杭州市西湖区文三路123号5幢201室"), is_address("肝右叶")
    (True, False)
    """
    text = full_text(cell).strip() if isinstance(cell, str) else ""
    match = _ADDRESS.search(text)
    return match is not None and 2 * len(match.group()) > len(text)


def kind_of(filled: Counter[Cell]) -> str:
    """What most cells of a column are, if it identifies persons; "" if it doesn't.

    Returns:
        ``card``, ``phone``, ``email``, ``name``, ``address`` or "".
    """
    kind = commonest_identifier(filled)
    if kind:
        return kind
    if are_names(filled):
        return "name"
    addresses = sum(n for cell, n in filled.items() if is_address(cell))
    return "address" if addresses * 2 > filled.total() else ""
