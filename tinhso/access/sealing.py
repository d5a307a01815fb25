"""The seal of a transaction's scope: what the database believes, and nobody but this room can write.

A payload (JSON) names the actor and, by verb and register, the ranges of places. It begins with the transaction it
is for: the backend's process and the moment the transaction began. The seal is SHA-256 over a secret and the SHA-256
of secret and payload; the secret lies in a table that only the owner reads. So whoever can run SQL as the
application may set what he likes: unsealed, altered or copied into another transaction it counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from weakref import WeakKeyDictionary

import msgspec

from tinhso.foundation.database import Database, Settings

Ranges = tuple[tuple[int, int], ...]
Verbs = Mapping[str, Mapping[str, Ranges]]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What this process and the database's inner functions know in common (``access.secret``): a key for ``scopes``,
    and one for ``vouching`` for what the database cannot see for itself."""

    scopes: bytes = field(repr=False)
    vouching: bytes = field(repr=False)


NOWHERE = 2**63 - 1
"""An edge that no place reaches."""
WHOLE = f"{{0,{NOWHERE}}}"

_secrets: WeakKeyDictionary[Database, Secrets] = WeakKeyDictionary()
_learning = Lock()


def settings(actor: str, verbs: Verbs, everywhere: Ranges) -> Settings:
    """What ``Database.app`` sets at the beginning of a transaction: the content, sealed for that transaction."""
    content = {"actor": actor} | {
        verb: {name: WHOLE if ranges == everywhere else _edges(ranges) for name, ranges in registers.items()}
        for verb, registers in verbs.items()
    }
    told = msgspec.json.encode(content).decode()

    def bound(db: Database, transaction: str) -> Mapping[str, str]:
        return {"tinhso.scope": sealed(secrets(db).scopes, f"{transaction} {told}")}

    return bound


def _edges(ranges: Ranges) -> str:
    """The first place inside and the first outside, by turns, as PostgreSQL writes an array."""
    edges = [str(edge) for low, high in ranges for edge in (low, high + 1)]
    return "{" + ",".join(edges or [str(NOWHERE)]) + "}"


def sealed(key: bytes, payload: str) -> str:
    """The payload with its seal: 64 hexadecimal digits after a dot."""
    return f"{payload}.{sha256(key + sha256(key + payload.encode()).digest()).hexdigest()}"


def vouched(db: Database, message: str) -> bytes:
    """The seal under which the database believes what only this process could check.

    SQL that somebody slipped into a query has no such key, so it can neither invent a sign-in nor a code.
    """
    key = secrets(db).vouching
    return sha256(key + sha256(key + message.encode()).digest()).digest()


def secrets(db: Database) -> Secrets:
    """The database's secrets, asked of it once through the owner's connection."""
    found = _secrets.get(db)
    if found is None:
        with _learning, db.owner() as conn:
            row = conn.execute("select secret, vouching from access.secret").fetchone()
        assert row is not None
        found = _secrets[db] = Secrets(bytes(row[0]), bytes(row[1]))
    return found
