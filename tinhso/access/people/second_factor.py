"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and ten recovery codes for the day it is lost.

Passkeys, which are one too, are in ``passkeys``; the recovery codes are the same for both.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from secrets import choice

import pyotp

from tinhso.access.people.door import Door, digest, token
from tinhso.access.people.sessions import ABSOLUTE, Session
from tinhso.access.people.signing_in import SignedIn
from tinhso.access.people.tries import held_back
from tinhso.foundation import clock
from tinhso.foundation.problems import Refused, refuse

STEP = 30
"""Seconds that a code holds; one step before and after are taken too (RFC 6238 section 5.2)."""
CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""Letters of recovery codes, none of which look alike; twelve of them are 58 bits."""


@dataclass(frozen=True, slots=True)
class State:
    """Whether codes of an app are set up, how many recovery codes are left, and how many passkeys there are."""

    confirmed: bool
    left_codes: int
    passkeys: int = 0

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all."""
        return self.confirmed or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret to put into an authenticator app, and the same as the address that a QR code holds."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A second factor set up: the session's new token, and the recovery codes, shown this once."""

    token: str
    codes: tuple[str, ...]


def state(door: Door, held: str) -> State:
    """How it stands for the holder of a session."""
    with door.db.app() as conn:
        found = conn.execute(
            "select coalesce(confirmed, false), left_codes, passkeys from access.second_factor_of(%s, %s)",
            [digest(held), clock.now()],
        ).fetchone()
    return State(*found) if found else State(False, 0)


def offer(door: Door, session: Session, held: str) -> Offer:
    """The secret being set up; the same one for an hour, so that a page read again does not change it.

    Raises:
        Refused: ``access.second_factor_there`` where one is set up already.
    """
    belongs_to = _owner(session.person.id)
    sealed = door.sealing.seal(pyotp.random_base32().encode(), belongs_to)
    with door.db.app() as conn:
        found = conn.execute(
            "select access.offer_second_factor(%s, %s, %s)", [digest(held), sealed, clock.now()]
        ).fetchone()
    if found is None or found[0] is None:
        raise refuse("access.second_factor_there")
    secret = door.sealing.open(bytes(found[0]), belongs_to).decode()
    return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=session.person.login, issuer_name="tinhso"))


def confirm(door: Door, held: str, typed: str) -> Confirmed:
    """Set the second factor up by its first code. Other sessions end, this one gets a new token.

    Raises:
        Refused: ``access.wrong_code``, ``access.wait``, ``access.begin_again`` or ``access.prove_first``.
    """
    step = _step(door, held, typed)
    made, codes = token(), new_codes()
    with door.db.app() as conn:
        found = conn.execute(
            "select access.confirm_second_factor(%s, %s, %s, %s, %s, %s)",
            [digest(held), step, _seal(door, held, step), blurred(door, codes), digest(made), clock.now()],
        ).fetchone()
    if found != (True,):
        raise refuse("access.prove_first")
    return Confirmed(made, codes)


def enter(door: Door, held: str, typed: str) -> SignedIn:
    """Finish a sign-in with a code of the app or a recovery code; the session gets a new token.

    Raises:
        Refused: ``access.wrong_code`` (a code taken before is wrong, too), ``access.wait``, ``access.begin_again``.
    """
    made, device, now = token(), token(), clock.now()
    recovery = None if re.fullmatch(r"[\d\s]+", typed) else door.sealing.blur(_bare(typed))
    step = 0 if recovery else _step(door, held, typed)
    if recovery:
        _counted(door, held)
    with door.db.app() as conn:
        found = conn.execute(
            "select access.pass_code(%s, %s, %s::bytea, %s, %s, %s, %s, %s)",
            [digest(held), step, recovery, _seal(door, held, step), digest(made), digest(device), now, now + ABSOLUTE],
        ).fetchone()
    if found != (True,):
        raise refuse("access.wrong_code")
    return SignedIn(made, device, pending=False)


def renew_codes(door: Door, held: str) -> tuple[str, ...]:
    """Ten new recovery codes in place of the old ones.

    Raises:
        Refused: ``access.prove_first``.
    """
    codes = new_codes()
    with door.db.app() as conn:
        found = conn.execute(
            "select access.renew_codes(%s, %s, %s)", [digest(held), blurred(door, codes), clock.now()]
        ).fetchone()
    if found != (True,):
        raise refuse("access.prove_first")
    return codes


def drop(door: Door, held: str) -> None:
    """Do without a second factor again.

    Raises:
        Refused: ``access.prove_first``.
    """
    with door.db.app() as conn:
        found = conn.execute("select access.drop_second_factor(%s, %s)", [digest(held), clock.now()]).fetchone()
    if found != (True,):
        raise refuse("access.prove_first")


def _step(door: Door, held: str, typed: str) -> int:
    """The 30-second step whose code was typed; the database refuses one that was used."""
    person, sealed = _counted(door, held)
    code = re.sub(r"\s", "", typed)
    if sealed is None:  # passkeys only: no digits are right
        raise _wrong(door, held)
    maker = pyotp.TOTP(door.sealing.open(sealed, _owner(person)).decode())
    now = int(clock.now().timestamp()) // STEP
    steps = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(maker.generate_otp(step), code)]
    if not steps:
        raise _wrong(door, held)
    return steps[-1]


def _wrong(door: Door, held: str) -> Refused:
    with door.db.app() as conn:
        conn.execute("select access.wrong_code(%s, %s)", [digest(held), clock.now()])
    return refuse("access.wrong_code")


def _counted(door: Door, held: str) -> tuple[int, bytes | None]:
    with door.db.app() as conn:
        found = conn.execute(
            "select wait, person, sealed from access.ask_code(%s, %s)", [digest(held), clock.now()]
        ).fetchone()
    if found is None:
        raise refuse("access.begin_again")
    wait, person, sealed = found
    if wait > 0:
        raise held_back(wait)
    return person, None if sealed is None else bytes(sealed)


def _seal(door: Door, held: str, step: int) -> bytes:
    """What the database cannot check for itself, since it has not the key of the secret."""
    return door.vouch(f"code {digest(held).hex()} {step}")


def _owner(person: int) -> str:
    return f"second factor of {person}"


def new_codes() -> tuple[str, ...]:
    """Ten recovery codes, to be shown once."""
    return tuple("-".join("".join(choice(LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(CODES))


def blurred(door: Door, codes: tuple[str, ...]) -> list[bytes]:
    """Recovery codes as they are kept."""
    return [door.sealing.blur(_bare(code)) for code in codes]


def _bare(code: str) -> str:
    return re.sub(r"[\W_]", "", code).lower()
