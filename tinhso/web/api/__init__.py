"""The same answers as JSON, under ``/api``; refusals are problem JSON with both languages."""

from __future__ import annotations

from litestar import Router

from tinhso.web.api.document import DOORS, openapi


def router() -> Router:
    """All doors of the API."""
    return Router("/api", route_handlers=[*DOORS, openapi])
