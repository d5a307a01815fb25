"""What goes wrong, said on a page or as problem JSON: the fact, the next step, and the right status."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from tinhso.foundation.problems import Problem, Refused
from tinhso.web.kit import sight
from tinhso.web.kit.pages import page

STATUS = {
    "web.not_found": 404, "web.wrong_verb": 405, "web.this_machine_only": 403, "web.another_site": 403,
    "web.too_large": 413,
    "web.crowded": 503, "web.bug": 500, "web.no_province": 503, "registers.may_not": 403, "registers.overtaken": 409,
    "registers.undo_overtaken": 409, "intake.batch_settled": 409, "intake.register_moved": 409, "foundation.no_such_file": 404,
}  # fmt: skip
LEFT = "client disconnected prematurely"
"""What the framework says of a sender who went away in the middle of a body."""

_log = logging.getLogger("tinhso.web")


def answer(request: Request[Any, Any, Any], problems: tuple[Problem, ...]) -> Response[Any]:
    """The answer to a refused request: JSON under ``/api``, a page elsewhere."""
    status = _status(problems[0].code)
    if request.scope["path"].startswith("/api/"):
        first = problems[0]
        content: dict[str, Any] = {"code": first.code, "vi": first.vi, "en": first.en, "status": status}
        if len(problems) > 1:
            content["problems"] = [{"code": each.code, "vi": each.vi, "en": each.en} for each in problems]
        return Response(content, status_code=status, media_type="application/problem+json")
    view = sight.of(request)
    words = [each.vi if view.language == "vi" else each.en for each in problems[:20]]
    return page(view, "kit/refusal.html", status=status, words=words, code=problems[0].code, more=len(problems) - 20)


def _status(code: str) -> int:
    unknown = code.rpartition(".")[2].startswith("unknown")
    return STATUS.get(code, 404 if unknown else 400)


def _refused(request: Request[Any, Any, Any], refusal: Refused) -> Response[Any]:
    return answer(request, refusal.problems)


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework itself refuses: unknown addresses, wrong words, a body too large, an upload cut short."""
    if error.status_code >= 500:
        return interrupted(request) if error.detail == LEFT else _bug(request, error)
    if error.status_code == 404:
        return answer(request, (Problem("web.not_found"),))
    if error.status_code == 405:
        return answer(request, (Problem("web.wrong_verb", value=request.method),))
    if error.status_code == 413:
        limit = max(1, request.app.state.get("upload_limit", 0) // 2**20)
        return answer(request, (Problem("web.too_large", facts={"limit": str(limit)}),))
    if request.headers.get("content-type", "").startswith("multipart/"):
        return interrupted(request)
    return answer(request, (Problem("web.bad_request", value=str(error.detail)[:200]),))


def interrupted(request: Request[Any, Any, Any]) -> Response[Any]:
    """A body that did not arrive whole; nobody may be left to read the answer."""
    return answer(request, (Problem("web.interrupted"),))


def no_file(request: Request[Any, Any, Any], _: Exception) -> Response[Any]:
    """An address that no file can have: a NUL in it, or more than a file system takes."""
    return answer(request, (Problem("web.not_found"),))


def _bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    number = secrets.token_hex(4)
    _log.error("bug %s at %s %s", number, request.method, request.scope["path"], exc_info=error)
    return answer(request, (Problem("web.bug", value=number),))


HANDLERS: ExceptionHandlersMap = {Refused: _refused, HTTPException: _http, Exception: _bug}

