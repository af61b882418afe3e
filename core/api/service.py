"""What answers programs: the same desk as the screens, by personal token, reading only."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast, get_args

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from core.access.desk import Desk
from core.access.passes import PassOffice
from core.access.roles import Permission
from core.analysis.further import analyse_further
from core.api.document import API, LARGEST_NUMBER, openapi, page
from core.api.figures import Gallery, HashedVersion, Terms, analyse_version
from core.errors import ArteriaError, StudyNotFound
from core.exports.analysis_json import analysis_json, findings_json, plain
from core.exports.study_figures import NAMES
from core.options import Convention
from core.own_terms import own_terms
from core.results.further import Bootstrap, FurtherAnalysis
from core.results.people import LOCAL_PERSON, Person
from core.storage.studies import Store, VersionInfo
from core.text.catalogue import LANGUAGES, Language, say_error, text

Read = Callable[[Desk, Request], Any]
_ID = re.compile(r"[0-9a-f]{16}")
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{20,200})")


class ApiRefusal(Exception):
    """The request as it is written can't be answered."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def make_api(store: Store, *, with_tokens: bool, base: str = "") -> Starlette:
    """The interface over a store.

    Args:
        with_tokens: False on a server without sign-in: the person at this machine asks.
        base: path below which the app is served.
    """
    office = PassOffice(store)
    analyse = lru_cache(maxsize=4)(analyse_version)

    @lru_cache(maxsize=4)
    def further(
        version: HashedVersion, convention: Convention, terms: Terms, bootstrap: Bootstrap
    ) -> FurtherAnalysis:
        return analyse_further(version.data, analyse(version, convention, terms), bootstrap)

    def who(request: Request) -> tuple[Person, str | None]:
        if not with_tokens:
            return LOCAL_PERSON, None
        found = _BEARER.fullmatch(request.headers.get("authorization", ""))
        holder = office.bearer(found.group(1)) if found else None
        if holder is None:
            raise ApiRefusal(401, "no_token")
        return holder

    def answering(read: Read) -> Callable[[Request], Any]:
        def answer(request: Request) -> Response:
            try:
                person, only = who(request)
                value = read(Desk(store, person, only=only), request)
                return JSONResponse(plain(value))
            except ApiRefusal as refusal:
                return _refused(request, refusal.status, refusal.reason)
            except ArteriaError as error:
                return _failed(request, error)

        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(answer, request)

        return endpoint

    def analysis(desk: Desk, request: Request) -> Any:
        study_id, number = _version_of(request)
        language, convention = _language(request), _convention(request)
        full, bootstrap = _is_full(request), _bootstrap(request)
        desk.require(study_id, Permission.EXPORT_PATIENTS)
        data, info = desk.load_version(study_id, number)
        found = desk.load_findings(study_id, number)
        desk.exported(study_id, number, "api: analysis")
        version, terms = HashedVersion(data, info), own_terms(desk, study_id)
        result = analyse(version, convention, terms)
        beside = further(version, convention, terms, bootstrap) if full else None
        return analysis_json(result, found, language, beside)

    gallery = Gallery(store, analyse)

    def figures(desk: Desk, request: Request) -> Any:
        asked = (*_version_of(request), _convention(request), _language(request))
        return [one.listed() for one in gallery.drawn(desk, *asked)]

    def figure(desk: Desk, request: Request) -> Any:
        name = str(request.path_params["name"])
        if name not in NAMES:
            raise ApiRefusal(422, "invalid")
        asked = (*_version_of(request), _convention(request), _language(request))
        found = gallery.figure(desk, name, *asked)
        if found is None:
            raise ApiRefusal(404, "not_found")
        return found.as_json()

    async def docs(request: Request) -> Response:
        return HTMLResponse(page(_page_language(request), base))

    async def document(request: Request) -> Response:
        return JSONResponse(openapi(_page_language(request), base))

    one = "/studies/{study_id}/versions/{number}"
    routes = {
        "/studies": _studies,
        "/studies/{study_id}/versions": _versions,
        one: _version,
        f"{one}/findings": _findings,
        f"{one}/analysis": analysis,
        f"{one}/figures": figures,
        f"{one}/figures/{{name}}": figure,
    }
    return Starlette(
        routes=[
            *(Route(f"{API}{path}", answering(read)) for path, read in routes.items()),
            Route(API, docs),
            Route(f"{API}/openapi.json", document),
        ],
        exception_handlers={HTTPException: _no_such_address},
    )


def _studies(desk: Desk, request: Request) -> Any:
    return [
        {
            "id": study.id,
            "name": study.name,
            "is_example": study.is_example,
            "created_at": study.created_at.isoformat(),
            "latest": study.latest,
        }
        for study in desk.list_studies()
    ]


def _versions(desk: Desk, request: Request) -> Any:
    study_id = _study_of(request)
    with_counts = desk.may(study_id, Permission.SMALL_COUNTS)
    return [_version_json(info, with_counts) for info in desk.list_versions(study_id)]


def _version(desk: Desk, request: Request) -> Any:
    study_id, number = _version_of(request)
    info = desk.version_info(study_id, number)
    return _version_json(info, desk.may(study_id, Permission.SMALL_COUNTS))


def _version_json(info: VersionInfo, with_counts: bool) -> Any:
    counts = info.counts
    return {
        "study_id": info.study_id,
        "number": info.number,
        "created_at": info.created_at.isoformat(),
        "content_hash": info.content_hash,
        # A row can be a patient.
        "rows_read": counts.read if with_counts else None,
        "rows_accepted": counts.accepted if with_counts else None,
        "rows_set_aside": counts.set_aside if with_counts else None,
        "data_cutoff": info.data_cutoff,
    }


def _findings(desk: Desk, request: Request) -> Any:
    study_id, number = _version_of(request)
    language = _language(request)
    desk.require(study_id, Permission.EXPORT_PATIENTS)
    found = desk.load_findings(study_id, number)
    desk.exported(study_id, number, "api: findings")
    return findings_json(found, language)


def _study_of(request: Request) -> str:
    study_id = str(request.path_params["study_id"])
    if not _ID.fullmatch(study_id):
        raise ApiRefusal(422, "invalid")
    return study_id


def _version_of(request: Request) -> tuple[str, int]:
    study_id, number = _study_of(request), str(request.path_params["number"])
    if not re.fullmatch(r"[1-9][0-9]{0,9}", number) or int(number) > LARGEST_NUMBER:
        raise ApiRefusal(422, "invalid")
    return study_id, int(number)


def _language(request: Request) -> Language:
    asked = _asked(request, "lang", "en")
    for language in LANGUAGES:
        if asked == language:
            return language
    raise ApiRefusal(422, "invalid")


def _convention(request: Request) -> Convention:
    try:
        return Convention(_asked(request, "convention", Convention.RECOMMENDED.value))
    except ValueError as error:
        raise ApiRefusal(422, "invalid") from error


def _is_full(request: Request) -> bool:
    asked = _asked(request, "full", "false")
    if asked not in ("true", "false"):
        raise ApiRefusal(422, "invalid")
    return asked == "true"


def _bootstrap(request: Request) -> Bootstrap:
    asked = _asked(request, "bootstrap", "main")
    for one in get_args(Bootstrap):
        if asked == one:
            return cast(Bootstrap, one)
    raise ApiRefusal(422, "invalid")


def _asked(request: Request, name: str, default: str) -> str:
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise ApiRefusal(422, "invalid")
    return values[0] if values else default


def _page_language(request: Request) -> Language:
    return "zh" if request.query_params.get("lang") == "zh" else "en"


def _refused(request: Request, status: int, reason: str) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    message = text(f"api.{reason}", _page_language(request))
    return JSONResponse({"code": reason, "message": message}, status, headers)


def _failed(request: Request, error: ArteriaError) -> Response:
    status = 422
    if isinstance(error, StudyNotFound):
        status = 404
    elif error.code == "not_allowed":
        status = 403
    elif error.code == "store_unavailable":
        status = 503
    message = say_error(error, _page_language(request))
    return JSONResponse({"code": error.code, "message": message}, status)


async def _no_such_address(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    reason = "not_read" if error.status_code == 405 else "not_found"
    message = text(f"api.{reason}", _page_language(request))
    return JSONResponse({"code": reason, "message": message}, error.status_code, error.headers)
