"""Where a page of records ended, as a word that fits into an address."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from tinhso.foundation.problems import refuse
from tinhso.registers.records import Position


def token(position: Position | None) -> str | None:
    """The position as a word."""
    if position is None:
        return None
    key = "" if position.sort_key is None else f":{position.sort_key}"
    return urlsafe_b64encode(f"{position.id}{key}".encode()).decode().rstrip("=")


def position(word: str | None) -> Position | None:
    """The position of a word; refused when it is none of ours."""
    if not word:
        return None
    try:
        number, colon, sort_key = urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode().partition(":")
        return Position(sort_key if colon else None, int(number))
    except ValueError as error:
        raise refuse("web.bad_request", value=word) from error
