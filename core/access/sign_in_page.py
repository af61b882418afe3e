"""The pages that answer before sign-in: plain HTML, no script, nothing of a study."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from core.errors import ArteriaError
from core.text.catalogue import LANGUAGES, Language, say_error, text

_TEMPLATE = Path(__file__).with_name("sign_in.html")
_HTML_LANGUAGE: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form."""

    name: str
    label: str
    kind: str = "text"
    completion: str = "off"
    value: str = ""


def asked_language(query: str, accept_language: str) -> Language:
    """The page's language: asked for in the address, else the browser's first known one.

    >>> asked_language("", "fr-FR,en;q=0.8,zh-CN;q=0.7"), asked_language("zh", "en")
    ('en', 'zh')
    """
    if query in LANGUAGES:
        return "en" if query == "en" else "zh"
    for part in accept_language.lower().split(","):
        if part.strip().startswith("en"):
            return "en"
        if part.strip().startswith("zh"):
            return "zh"
    return "zh"


def form_page(
    kind: str,
    language: Language,
    *,
    action: str,
    fields: Iterable[Field],
    hidden: dict[str, str],
    error: ArteriaError | None = None,
) -> str:
    """A page with one form.

    Args:
        kind: ``sign_in``, ``renew`` or ``sign_out``; names the page's sentences.
        action: address that the form is sent to.
        hidden: values that the form carries along.
    """
    inputs = "".join(_input(field) for field in fields)
    carried = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    content = (
        f'<form method="post" action="{escape(action)}">{carried}{inputs}'
        f"<button>{escape(text(f'access.{kind}.button', language))}</button></form>"
    )
    return _page(kind, language, content, action, hidden, error)


def link_page(
    kind: str, language: Language, *, address: str, own: str, error: ArteriaError | None = None
) -> str:
    """A page with one link that looks like a button."""
    label = escape(text(f"access.{kind}.button", language))
    content = f'<a class="button" href="{escape(address)}">{label}</a>'
    return _page(kind, language, content, own, {}, error)


def _page(
    kind: str,
    language: Language,
    content: str,
    own: str,
    hidden: dict[str, str],
    error: ArteriaError | None,
) -> str:
    other: Language = "en" if language == "zh" else "zh"
    asked = urlencode({**{k: v for k, v in hidden.items() if k == "next" and v}, "lang": other})
    message = "" if error is None else f'<p role="alert">{escape(say_error(error, language))}</p>'
    return _template().substitute(
        html_language=_HTML_LANGUAGE[language],
        title=escape(
            f"{text(f'access.{kind}.title', language)} · {text('common.product', language)}"
        ),
        product=escape(text("common.product", language)),
        lead=escape(text(f"access.{kind}.lead", language)),
        message=message,
        content=content,
        stays_here=escape(text("shell.stays_here", language)),
        other_address=escape(f"{own}?{asked}"),
        other_html_language=_HTML_LANGUAGE[other],
        other_name=escape(text("shell.own_name", other)),
    )


def _input(field: Field) -> str:
    return (
        f'<label>{escape(field.label)}<input name="{escape(field.name)}" type="{field.kind}" '
        f'autocomplete="{field.completion}" value="{escape(field.value)}" required></label>'
    )


@cache
def _template() -> Template:
    return Template(_TEMPLATE.read_text(encoding="utf-8"))
