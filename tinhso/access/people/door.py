"""The door of a process: its database, its places for hashing, and the keys that never leave it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_bytes, token_urlsafe

from tinhso.access import sealing
from tinhso.access.people.hashing import Hashing
from tinhso.access.people.provider import Provider
from tinhso.access.people.sealing import Sealing
from tinhso.access.people.waiting import Waiting
from tinhso.foundation.database import Database

UNKNOWN = "?"
LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks, as the web server sees it: network address, browser, and the browser's own token if it has one."""

    address: str = UNKNOWN
    agent: str = UNKNOWN
    device: str | None = None

    @property
    def device_digest(self) -> bytes | None:
        return digest(self.device) if self.device else None


@dataclass(frozen=True)
class Door:
    """Made once per process. ``secret`` is the installation's secret key (``TINHSO_SECRET_KEY``), ``provider`` the one
    of single sign-on, where there is one.
    """

    db: Database
    secret: str
    hashing: Hashing = field(default_factory=Hashing)
    provider: Provider | None = None
    waiting: Waiting = field(default_factory=Waiting)

    @cached_property
    def sealing(self) -> Sealing:
        """What closes secrets that have to be read again, such as those of second factors."""
        return Sealing(self.secret)

    def vouch(self, message: str) -> bytes:
        """The seal under which the database believes what only this process could check."""
        return sealing.vouched(self.db, message)


def token() -> str:
    """A new secret of 256 bits, as text for a cookie or an address."""
    return token_urlsafe(32)


def ticket() -> bytes:
    """A new secret of 256 bits that is never shown."""
    return token_bytes(32)


def digest(text: str) -> bytes:
    """SHA-256 of a token. No salt is needed: a token is random and as long as the digest."""
    return hashlib.sha256(text.encode()).digest()
