"""The OpenAPI 3.1 document of the API, made from the routes themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

from litestar import Litestar, Router, get
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from tinhso import __version__
from tinhso.web.api.changes import send
from tinhso.web.api.figures import areas, explained, figures
from tinhso.web.api.records import every, one, past, records
from tinhso.web.kit.cookies import SESSION

DOORS = [figures, explained, areas, every, records, one, past, send]
_ABOUT = (
    "Programs show a key (Authorization: Bearer tinhso_...), made at /account/keys or by tinhso key add. Errors are"
    " problem JSON with code, vi, en and status. Addresses are stable; fields may be added."
)


@get("/openapi.json", opt={"public": True}, sync_to_thread=True, include_in_schema=False)
def openapi() -> dict[str, Any]:
    """The document itself."""
    return document()


@cache
def document() -> dict[str, Any]:
    """The document, made once: an application of these routes alone, which never serves, tells it."""

    schemes: Any = {
        "key": SecurityScheme(type="http", scheme="bearer", description="A key of a program."),
        "session": SecurityScheme(
            type="apiKey", name=SESSION, security_scheme_in="cookie", description="Somebody signed in."
        ),
    }
    config = OpenAPIConfig(
        "tinhso",
        __version__,
        use_handler_docstrings=True,
        description=_ABOUT,
        components=Components(security_schemes=schemes),
    )
    app = Litestar(
        [Router("/api", route_handlers=DOORS)], openapi_config=config,
        dependencies={name: Provide(_unused()) for name in ("house", "sight", "mine")},
    )  # fmt: skip
    told: dict[str, Any] = _any_of(app.openapi_schema.to_schema())
    return told


def _any_of(part: Any) -> Any:
    """``oneOf`` as ``anyOf``: the generator says the former of every union, but a whole number is a number too."""
    if isinstance(part, dict):
        return {"anyOf" if name == "oneOf" else name: _any_of(each) for name, each in part.items()}
    return [_any_of(each) for each in part] if isinstance(part, list) else part


def _unused() -> Any:
    """What gives a handler its house; asked by nobody here."""

    async def nothing() -> None:
        return None

    return nothing
