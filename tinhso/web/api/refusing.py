"""Refusals that the OpenAPI document declares for each route: always problem JSON of one shape."""

from __future__ import annotations

from litestar.openapi.datastructures import ResponseSpec

from tinhso.web.api.shapes import Refusal
from tinhso.web.kit.refusals import PROBLEM

_WHY = {
    400: "The request lacks something or is wrong.",
    401: "No key, a key that opens nothing (any more), or no session.",
    403: "The key's or person's grants do not allow it.",
    404: "There is no such thing, or none that may be seen.",
    409: "Somebody else changed the same records meanwhile.",
    413: "The request is too large.",
    429: "The key has used up its requests; Retry-After tells the seconds to wait.",
    503: "There is nothing to answer from yet.",
}


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """The declared refusals with these statuses."""
    return {
        status: ResponseSpec(Refusal, generate_examples=False, description=_WHY[status], media_type=PROBLEM)
        for status in statuses
    }


ANYBODY = refusals(400, 404, 503)
SIGNED = refusals(400, 401, 403, 404, 429)
CHANGING = refusals(400, 401, 403, 404, 409, 413, 429)
KEYED: list[dict[str, list[str]]] = [{"key": []}, {"session": []}]
"""A key, or the session of somebody signed in."""
