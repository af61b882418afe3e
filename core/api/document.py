"""The interface's OpenAPI document, and a page that prints it without any script."""

from __future__ import annotations

from html import escape
from typing import Any, get_args

from core.exports.study_figures import NAMES
from core.options import Convention
from core.results.further import Bootstrap
from core.text.catalogue import LANGUAGES, Language, text

Json = dict[str, Any]
API = "/api/v1"
LARGEST_NUMBER = 2**31 - 1

_ERRORS = {
    "401": "no_token", "403": "not_allowed", "404": "not_found", "422": "invalid",
    "503": "unavailable",
}  # fmt: skip

_STUDY = {
    "name": "study_id", "in": "path", "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
}  # fmt: skip
_NUMBER = {
    "name": "number", "in": "path", "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER},
}  # fmt: skip
_LANG = {
    "name": "lang", "in": "query", "required": False,
    "schema": {"type": "string", "enum": list(LANGUAGES), "default": "en"},
}  # fmt: skip
_CONVENTION = {
    "name": "convention", "in": "query", "required": False,
    "schema": {
        "type": "string", "enum": [one.value for one in Convention],
        "default": Convention.RECOMMENDED.value,
    },
}  # fmt: skip

_FULL = {
    "name": "full", "in": "query", "required": False,
    "schema": {"type": "boolean", "default": False},
}  # fmt: skip

_BOOTSTRAP = {
    "name": "bootstrap", "in": "query", "required": False,
    "schema": {"type": "string", "enum": list(get_args(Bootstrap)), "default": "main"},
}  # fmt: skip

_FIGURE = {
    "name": "name", "in": "path", "required": True,
    "schema": {"type": "string", "enum": list(NAMES)},
}  # fmt: skip

PATHS: dict[str, tuple[str, list[Json], Json]] = {
    "/studies": ("studies", [], {"type": "array", "items": {"$ref": "#/components/schemas/Study"}}),
    "/studies/{study_id}/versions": (
        "versions", [_STUDY],
        {"type": "array", "items": {"$ref": "#/components/schemas/Version"}},
    ),
    "/studies/{study_id}/versions/{number}": (
        "version", [_STUDY, _NUMBER], {"$ref": "#/components/schemas/Version"},
    ),
    "/studies/{study_id}/versions/{number}/findings": (
        "findings", [_STUDY, _NUMBER, _LANG], {"type": "array", "items": {"type": "object"}},
    ),
    "/studies/{study_id}/versions/{number}/analysis": (
        "analysis", [_STUDY, _NUMBER, _LANG, _CONVENTION, _FULL, _BOOTSTRAP], {"type": "object"},
    ),
    "/studies/{study_id}/versions/{number}/figures": (
        "figures", [_STUDY, _NUMBER, _LANG, _CONVENTION],
        {"type": "array", "items": {"$ref": "#/components/schemas/FigureName"}},
    ),
    "/studies/{study_id}/versions/{number}/figures/{name}": (
        "figure", [_STUDY, _NUMBER, _FIGURE, _LANG, _CONVENTION],
        {"$ref": "#/components/schemas/Figure"},
    ),
}  # fmt: skip
"""Path -> name, parameters and schema of the answer."""


def _object(**properties: Json) -> Json:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def openapi(language: Language, server: str = "") -> Json:
    """The OpenAPI 3.1 document in one language.

    Args:
        server: path below which the app is served, "" or like ``/arteria``.
    """
    words = {"type": "string"}
    moment = {"type": "string", "format": "date-time"}
    whole = {"type": "integer", "minimum": 0}
    failure = {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}
    paths: Json = {}
    for path, (name, parameters, answer) in PATHS.items():
        responses: Json = {
            "200": {
                "description": text(f"api.{name}", language),
                "content": {"application/json": {"schema": answer}},
            }
        }
        for status, reason in _ERRORS.items():
            responses[status] = {"description": text(f"api.{reason}", language), "content": failure}
        paths[path] = {
            "get": {
                "operationId": name,
                "summary": text(f"api.{name}", language),
                "parameters": parameters,
                "responses": responses,
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": text("api.title", language),
            "version": "1",
            "description": text("api.lead", language),
        },
        "servers": [{"url": f"{server}{API}"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Study": _object(
                    id=words, name=words, is_example={"type": "boolean"}, created_at=moment,
                    latest={"type": ["integer", "null"]},
                ),
                "Version": _object(
                    study_id=words, number=whole, created_at=moment, content_hash=words,
                    rows_read={"type": ["integer", "null"]},
                    rows_accepted={"type": ["integer", "null"]},
                    rows_set_aside={"type": ["integer", "null"]},
                    data_cutoff={"type": ["string", "null"], "format": "date"},
                ),
                "FigureName": _object(name=words, title=words),
                "Figure": _object(
                    name=words, title=words, method={"type": "array", "items": words},
                    figure=_object(
                        data={"type": "array", "items": {"type": "object"}},
                        layout={"type": "object"},
                    ),
                ),
                "Failure": _object(code=words, message=words),
            },
        },
    }  # fmt: skip


def page(language: Language, server: str = "") -> str:
    """The document as a page: every address with its parameters and answers."""
    document = openapi(language, server)
    other: Language = "en" if language == "zh" else "zh"
    parts = []
    for path, entry in document["paths"].items():
        operation = entry["get"]
        rows = "".join(
            f"<tr><td><code>{escape(one['name'])}</code></td>"
            f"<td><code>{escape(_shape(one['schema']))}</code></td></tr>"
            for one in operation["parameters"]
        )
        answers = "".join(
            f"<li><code>{status}</code> {escape(one['description'])}</li>"
            for status, one in operation["responses"].items()
        )
        parts.append(
            f"<h2><code>GET {escape(server + API + path)}</code></h2>"
            f"<p>{escape(operation['summary'])}</p><table>{rows}</table><ul>{answers}</ul>"
        )
    info = document["info"]
    html_language = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{html_language}"><head><meta charset="utf-8">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(info['title'])}</h1><p>{escape(info['description'])}</p>"
        f'<p><a href="{escape(server + API)}/openapi.json?lang={language}">openapi.json</a> · '
        f'<a href="?lang={other}">{escape(text("shell.own_name", other))}</a></p>'
        f"{''.join(parts)}</main></body></html>"
    )


def _shape(schema: Json) -> str:
    if "enum" in schema:
        return " | ".join(schema["enum"])
    return str(schema.get("pattern", schema["type"]))


_STYLE = (
    "html{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,'Noto Sans SC','Microsoft YaHei',sans-serif;margin:0}"
    "main{max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h2{font-size:1.05rem;margin-top:2rem}td{padding:.2rem 1rem .2rem 0}"
)
