"""The sign of the house in a browser's tab."""

from __future__ import annotations

from litestar import Response, get

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#2b3f8c"/>'
    '<path d="M5 17l4.5-7 3.2 4.6L15 11.5l4 5.5z" fill="none" stroke="#fff" stroke-width="1.75"'
    ' stroke-linejoin="round"/></svg>'
)


@get(["/icon.svg", "/favicon.ico"], sync_to_thread=False, opt={"public": True})
def icon() -> Response[str]:
    """The sign as SVG."""
    return Response(ICON, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})
