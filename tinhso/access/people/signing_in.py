"""Signing in with a login and a password, and proving oneself again before changing how one signs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tinhso.access.people import passwords, tries
from tinhso.access.people.door import Caller, Door, digest, token
from tinhso.access.people.logins import login_of
from tinhso.access.people.sessions import ABSOLUTE, Session
from tinhso.access.people.tries import Try
from tinhso.foundation import clock
from tinhso.foundation.problems import refuse


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser gets: the session's token and the browser's own. ``pending``: the second factor comes next."""

    token: str
    device: str
    pending: bool


def sign_in(door: Door, login: str, password: str, caller: Caller) -> SignedIn:
    """Open a session, always under a new token.

    Raises:
        Refused: ``access.wrong`` (never saying whether login or password), ``access.disabled`` (only to somebody with
            the right password), ``access.wait``, ``access.crowded``, ``access.password_long``.
    """
    now = clock.now()
    counted = tries.begun(door, login_of(login), password, caller, now)
    made, device = token(), token()
    with door.db.app() as conn:
        found = conn.execute(
            "select outcome, pending from access.finish_sign_in(%s, %s, %s, %s, %s::bytea, %s, %s, %s, %s, %s)",
            [counted.ticket, counted.login, counted.proof.verifier, caller.address, caller.device_digest,
             caller.agent, digest(made), digest(device), now, now + ABSOLUTE],
        ).fetchone()  # fmt: skip
    assert found is not None
    outcome, pending = found
    _expect_right(outcome)
    if counted.outdated:
        _rehash(door, made, password, now)
    return SignedIn(made, device, pending)


def prove(door: Door, session: Session, held: str, password: str, caller: Caller) -> None:
    """Give the password again; afterwards the holder of the token may change how they sign in for ten minutes.

    Raises:
        Refused: as ``sign_in`` does.
    """
    now = clock.now()
    counted: Try = tries.begun(door, session.person.login, password, caller, now)
    with door.db.app() as conn:
        found = conn.execute(
            "select access.prove_again(%s, %s, %s, %s::bytea, %s, %s, %s)",
            [counted.ticket, counted.proof.verifier, caller.address, caller.device_digest, caller.agent, digest(held),
             now],
        ).fetchone()  # fmt: skip
    assert found is not None
    _expect_right(found[0])


def change_password(door: Door, session: Session, held: str, wanted: str) -> str:
    """Set a new password for a session that proved itself; all other sessions end, and this one gets a new token.

    Raises:
        Refused: what ``passwords.chosen`` refuses, or ``access.prove_first``.
    """
    person = session.person
    proof = door.hashing.fresh(passwords.chosen(wanted, person.login, person.name, person.mail or ""))
    made = token()
    with door.db.app() as conn:
        found = conn.execute(
            "select access.set_password(%s, %s, %s, %s, %s, %s, %s, %s)",
            [digest(held), *proof.values(), digest(made), clock.now()],
        ).fetchone()
    if found != (True,):
        raise refuse("access.prove_first")
    return made


def _rehash(door: Door, held: str, password: str, now: datetime) -> None:
    proof = door.hashing.fresh(passwords.composed(password))
    with door.db.app() as conn:
        conn.execute("select access.rehash(%s, %s, %s, %s, %s, %s, %s)", [digest(held), *proof.values(), now])


def _expect_right(outcome: str) -> None:
    if outcome == "disabled":
        raise refuse("access.disabled")
    if outcome != "right":
        raise refuse("access.wrong")
