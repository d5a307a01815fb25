"""What goes wrong, said on a page or as problem JSON: the fact, the next step, and the right status."""

from __future__ import annotations

import logging
import secrets
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from tinhso.foundation.problems import Problem, Refused
from tinhso.web.kit import sight
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight

STATUS = {
    "web.not_found": 404, "web.wrong_verb": 405, "web.another_site": 403,
    "web.too_large": 413, "web.sign_in": 401, "web.change_password": 403, "web.set_up_factor": 403,
    "access.wrong": 401, "access.disabled": 403, "access.wait": 429, "access.crowded": 503, "access.wrong_code": 401,
    "access.wrong_citizen_code": 401, "privacy.wrong_code": 401, "privacy.ask_wait": 429, "privacy.not_own_record": 404,
    "registers.may_not_unmask": 403,
    "access.no_code": 403, "access.begin_again": 401,
    "access.provider_silent": 502, "access.provider_refused": 403, "access.visit_over": 403,
    "access.unknown_outsider": 403, "access.no_provider": 404, "access.identity_of_another": 409,
    "access.passkey_wrong": 401, "access.no_passkeys_here": 404, "access.no_mail": 404, "access.unknown_person": 404,
    "access.too_many_passkeys": 409, "access.last_administrator": 409, "access.own_account": 403,
    "access.may_not_administer": 403, "access.login_taken": 409, "access.not_invited": 409, "access.is_disabled": 409,
    "access.is_client": 409,
    "access.link_over": 410, "access.prove_first": 403, "access.key_wrong": 401, "access.key_over": 401,
    "access.key_revoked": 401, "access.key_pace": 429, "access.key_name_taken": 409, "access.too_many_keys": 409,
    "web.crowded": 503, "web.bug": 500, "web.no_province": 503, "registers.may_not": 403, "registers.overtaken": 409,
    "registers.already_undone": 409, "registers.change_taken_back": 409, "registers.undoing_overtaken": 409,
    "registers.undo_overtaken": 409, "registers.undo_stands_on": 409, "registers.transfer_decided": 409,
    "registers.proposal_decided": 409, "registers.proposal_moved": 409, "registers.second_person": 403,
    "intake.batch_settled": 409, "intake.register_moved": 409, "registers.export_unfinished": 409,
    "registers.too_many_exports": 429, "registers.export_over": 410, "foundation.no_such_file": 404,
    "intake.round_closed": 409, "intake.form_gone": 409, "intake.form_key_taken": 409, "intake.form_key_elsewhere": 409,
    "intake.too_many_drafts": 409, "intake.too_many_sketches": 409, "registers.name_taken": 409,
    "registers.declared_by_pack": 409,
}  # fmt: skip
DOORS = {"web.sign_in": "/sign-in", "web.change_password": "/account/password",
         "web.set_up_factor": "/account/second-factor"}  # fmt: skip
"""Where somebody is led who has to do something first; a form that was sent before a second factor is set up is
answered on the spot, for its sender was at work and should read why."""
PROBLEM = "application/problem+json"
LEFT = "client disconnected prematurely"
"""What the framework says of a sender who went away in the middle of a body."""

_log = logging.getLogger("tinhso.web")


def answer(request: Request[Any, Any, Any], problems: tuple[Problem, ...]) -> Response[Any]:
    """The answer to a refused request: JSON under ``/api``, a page elsewhere."""
    status = status_of(problems[0].code)
    if request.scope["path"].startswith("/api/"):
        first = problems[0]
        content: dict[str, Any] = {"code": first.code, "vi": first.vi, "en": first.en, "status": status}
        if len(problems) > 1:
            content["problems"] = [{"code": each.code, "vi": each.vi, "en": each.en} for each in problems]
        return Response(content, status_code=status, media_type=PROBLEM, headers=_headers(status, first))
    view = sight.of(request)
    if problems[0].code in DOORS and (request.method == "GET" or problems[0].code != "web.set_up_factor"):
        return _sent_to_sign_in(request, view, problems[0].code)
    words = [each.vi if view.language == "vi" else each.en for each in problems[:20]]
    return page(view, "kit/refusal.html", status=status, words=words, code=problems[0].code, more=len(problems) - 20)


def _headers(status: int, problem: Problem) -> dict[str, str]:
    """How long to wait, how to show a key; what was refused to one is nobody else's to keep."""
    told = {"cache-control": "no-store"}
    if "seconds" in problem.facts:
        told["retry-after"] = problem.facts["seconds"]
    if status == 401:
        wrong = ', error="invalid_token"' if problem.code.startswith("access.key") else ""
        told["www-authenticate"] = f'Bearer realm="tinhso"{wrong}'
    return told


def _sent_to_sign_in(request: Request[Any, Any, Any], view: Sight, code: str) -> Response[Any]:
    """A page that was asked for waits behind the sign-in; a form that was sent does not, it would lack its content."""
    door = DOORS[code]
    wanted = f"?{urlencode({'next': view.link()})}" if request.method == "GET" and view.path != "/" else ""
    return Redirect(f"{door}{wanted}", status_code=303, headers={"cache-control": "no-store"})


def status_of(code: str) -> int:
    """The HTTP status (RFC 9110) of a problem."""
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
        own = getattr(request.scope.get("route_handler"), "request_max_body_size", None)
        most = own if isinstance(own, int) else request.app.state.house.upload_limit
        limit = max(1, most // 2**20)
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
