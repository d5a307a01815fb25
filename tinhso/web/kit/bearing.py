"""Keys of programs: ``Authorization: Bearer`` (RFC 6750 section 2.1) under ``/api``, and nowhere else.

A key in the address would stand in logs and histories, so it is not looked for there. A request that bears one carries
no session: its cookies count for nothing.
"""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection

FACE = "/api/"


def held(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """What stands after ``Bearer``, perhaps nothing; None where the request bears no key."""
    if not connection.scope["path"].startswith(FACE):
        return None
    scheme, _, token = connection.headers.get("authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
