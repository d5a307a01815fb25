"""The same answers as JSON, under ``/api``; refusals are problem JSON with both languages."""

from __future__ import annotations

from litestar import Router

from tinhso.web.api.figures import areas, explained, figures
from tinhso.web.api.records import records


def router() -> Router:
    """All doors of the API."""
    return Router("/api", route_handlers=[figures, explained, areas, records])
