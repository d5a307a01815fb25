"""A try to prove something with a password: counted and held back by the database before anything is hashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tinhso.access.people.door import Caller, Door, ticket
from tinhso.access.people.hashing import Costs, Proof
from tinhso.access.people.passwords import composed
from tinhso.foundation.problems import Refused, refuse


@dataclass(frozen=True, slots=True)
class Try:
    """A counted try with its proof; ``ticket`` lets it be finished once."""

    login: str
    ticket: bytes
    proof: Proof

    @property
    def outdated(self) -> bool:
        """Whether the password is kept with other costs than today's."""
        return self.proof.costs != Costs()


def begun(door: Door, login: str, password: str, caller: Caller, now: datetime) -> Try:
    """Count a try and hash the password. An unknown login costs the same as a known one.

    Raises:
        Refused: ``access.wait`` (held back, nothing was hashed), ``access.crowded`` (not counted), or
            ``access.password_long``.
    """
    password, made = composed(password), ticket()
    who = (login, caller.address, caller.device_digest)
    if wait := door.waiting.seconds(who, now):
        raise held_back(wait)
    with door.db.app() as conn:
        row = conn.execute(
            "select wait, salt, memory, passes, lanes from access.begin_try(%s, %s, %s::bytea, %s, %s, %s)",
            [login, caller.address, caller.device_digest, caller.agent, made, now],
        ).fetchone()
    assert row is not None
    wait, salt, *costs = row
    if wait > 0:
        door.waiting.told(who, now, wait)
        raise held_back(wait)
    try:
        proof = door.hashing.prove(password, salt, Costs() if costs[0] is None else Costs(*costs))
    except Refused:
        with door.db.app() as conn:
            conn.execute(
                "select access.withdraw(%s, %s, %s, %s::bytea)", [made, login, caller.address, caller.device_digest]
            )
        raise
    return Try(login, made, proof)


def held_back(seconds: int) -> Refused:
    """The refusal of a try that comes too early."""
    if seconds < 60:
        return refuse("access.wait", wait_vi=f"{seconds} giây", wait_en=f"{seconds} s", seconds=seconds)
    minutes = -(-seconds // 60)
    return refuse("access.wait", wait_vi=f"{minutes} phút", wait_en=f"{minutes} min", seconds=seconds)
