"""Passkeys (W3C Web Authentication, level 2): a device signs a challenge of ours, for this very site and no other.

They stand beside the codes of an app as second factor, and a device that looked who its holder is opens the account
alone. What comes back is checked here by ``webauthn``; the challenge, taken once, and the counter by the database.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tinhso.access.people import second_factor
from tinhso.access.people.door import Caller, Door, digest, token
from tinhso.access.people.sessions import ABSOLUTE, Session
from tinhso.access.people.signing_in import SignedIn
from tinhso.access.people.tries import held_back
from tinhso.foundation import clock
from tinhso.foundation.problems import Refused, refuse
from tinhso.foundation.text import clean

LONGEST_NAME, LONGEST_ANSWER = 60, 20_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Site:
    """Whom a device signs for: ``host`` is the relying party's id, ``origin`` what the browser must say it was on."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """One of a person's passkeys as its owner sees it."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Added:
    """A passkey kept: the session's new token, and recovery codes where it is the first second factor at all."""

    token: str
    codes: tuple[str, ...]


def mine(door: Door, held: str) -> list[Passkey]:
    """The holder's passkeys, the oldest first."""
    return [Passkey(*row[:4]) for row in _rows(door, held)]


def ask_to_add(door: Door, session: Session, held: str, site: Site) -> str:
    """What the browser needs to make a passkey, as JSON (``PublicKeyCredentialCreationOptionsJSON``).

    Raises:
        Refused: ``access.prove_first`` where the password was not given lately.
    """
    known, challenge = _rows(door, held), token_bytes(32)
    _keep(door, challenge, "add", held)
    options = webauthn.generate_registration_options(
        rp_id=site.host, rp_name="tinhso", user_name=session.person.login, user_display_name=session.person.name,
        user_id=_handle(door, session, known), challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(row[4])) for row in known],
    )  # fmt: skip
    return webauthn.options_to_json(options)


def add(door: Door, session: Session, held: str, site: Site, name: str, answer: str) -> Added:
    """Keep a new passkey, as the device's ``answer`` (``RegistrationResponseJSON``) brings it. Other sessions end, this
    one gets a new token.

    Raises:
        Refused: ``access.passkey_wrong``, ``access.passkey_name``, ``access.too_many_passkeys`` or
            ``access.prove_first``.
    """
    called = clean(name)
    if not 1 <= len(called) <= LONGEST_NAME:
        raise refuse("access.passkey_name", most=LONGEST_NAME)
    challenge = _challenge_of(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin,
        )  # fmt: skip
    except Exception as error:  # whatever a stranger's bytes do to the library's parsers
        raise _burnt(door, challenge, held) from error
    fresh, codes = token(), second_factor.new_codes()
    handle = _handle(door, session, _rows(door, held))
    key, credential, taken = made.credential_public_key, made.credential_id, digest_of(challenge)
    seal = door.vouch(f"passkey add {taken.hex()} {credential.hex()} {key.hex()}")
    with door.db.app() as conn:
        found = conn.execute(
            "select access.add_passkey(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [digest(held), taken, credential, key, handle, made.sign_count, called, second_factor.blurred(door, codes),
             seal, digest(fresh), clock.now()],
        ).fetchone()  # fmt: skip
    outcome = _outcome(found, {"stale": "access.prove_first", "many": "access.too_many_passkeys"})
    return Added(fresh, codes if outcome == "first" else ())


def drop(door: Door, held: str, number: int) -> None:
    """Do without one of the holder's passkeys; somebody else's number does nothing.

    Raises:
        Refused: ``access.prove_first``.
    """
    with door.db.app() as conn:
        found = conn.execute("select access.drop_passkey(%s, %s, %s)", [digest(held), number, clock.now()]).fetchone()
    if found != (True,):
        raise refuse("access.prove_first")


def ask_second(door: Door, held: str, site: Site) -> str:
    """What the browser needs to finish a sign-in with one of the person's passkeys, as JSON.

    Raises:
        Refused: ``access.begin_again`` where no sign-in waits.
    """
    challenge = token_bytes(32)
    _keep(door, challenge, "code", held, "access.begin_again")
    known = [PublicKeyCredentialDescriptor(id=bytes(row[4])) for row in _rows(door, held)]
    return _request(site, challenge, known, UserVerificationRequirement.DISCOURAGED)


def pass_second(door: Door, held: str, site: Site, answer: str) -> SignedIn:
    """Finish a sign-in; the session gets a new token.

    Raises:
        Refused: ``access.passkey_wrong`` or ``access.begin_again``.
    """
    signed = _checked(door, site, answer, held, known_person=True)
    made, device, now = token(), token(), clock.now()
    seal = door.vouch(f"passkey code {signed.challenge.hex()} {signed.credential.hex()} {signed.counter}")
    with door.db.app() as conn:
        found = conn.execute(
            "select access.pass_passkey(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [digest(held), signed.challenge, signed.credential, signed.counter, seal, digest(made), digest(device), now,
             now + ABSOLUTE],
        ).fetchone()  # fmt: skip
    _outcome(found, {"stale": "access.begin_again"})
    return SignedIn(made, device, pending=False)


def ask_to_enter(door: Door, site: Site, caller: Caller) -> str:
    """What the browser needs to sign in with a passkey alone, whosever it is, as JSON.

    Raises:
        Refused: ``access.wait`` where the caller's address asked too often.
    """
    challenge = token_bytes(32)
    _keep(door, challenge, "enter", "", address=caller.address)
    return _request(site, challenge, [], UserVerificationRequirement.REQUIRED)


def enter(door: Door, site: Site, answer: str, caller: Caller) -> SignedIn:
    """Open a session by a passkey alone; the device has to have looked who its holder is.

    Raises:
        Refused: ``access.passkey_wrong`` or ``access.disabled``.
    """
    signed = _checked(door, site, answer, "", caller)
    made, device, now = token(), token(), clock.now()
    seal = door.vouch(f"passkey enter {signed.challenge.hex()} {signed.credential.hex()} {signed.counter}")
    with door.db.app() as conn:
        found = conn.execute(
            "select access.enter_passkey(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [signed.challenge, signed.credential, signed.handle, signed.counter, seal, caller.address, caller.agent,
             digest(made), digest(device), now, now + ABSOLUTE],
        ).fetchone()  # fmt: skip
    _outcome(found, {"disabled": "access.disabled"})
    return SignedIn(made, device, pending=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """An answer whose signature is right: over which challenge (SHA-256), by which credential, its counter."""

    challenge: bytes
    credential: bytes
    handle: bytes
    counter: int


def _checked(
    door: Door, site: Site, answer: str, held: str, caller: Caller | None = None, *, known_person: bool = False
) -> Signed:
    """The signature, the site and the holder's presence; a fault ends the challenge and is noted."""
    challenge = _challenge_of(answer)
    try:
        credential = parse_authentication_credential_json(answer)
        said = webauthn.verify_authentication_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin,
            credential_public_key=_key(door, credential.raw_id),
            credential_current_sign_count=0,  # the database compares, in the step that takes it
            require_user_verification=not known_person,
        )  # fmt: skip
    except Exception as error:  # whatever a stranger's bytes do to the library's parsers
        raise _burnt(door, challenge, held, caller) from error
    handle = credential.response.user_handle or b""
    return Signed(digest_of(challenge), said.credential_id, handle, said.new_sign_count)


def _key(door: Door, credential: bytes) -> bytes:
    """The public key of a credential; a KeyError where nobody has it."""
    with door.db.app() as conn:
        row = conn.execute("select access.passkey_key(%s)", [credential]).fetchone()
    if row is None or row[0] is None:
        raise KeyError(credential)
    return bytes(row[0])


def _handle(door: Door, session: Session, known: list[tuple[Any, ...]]) -> bytes:
    """What devices know the person by: one for all of theirs, and no word about who it is."""
    return bytes(known[0][5]) if known else door.sealing.blur(f"handle of {session.person.id}")


def digest_of(challenge: bytes) -> bytes:
    """A challenge as it is kept."""
    return digest(bytes_to_base64url(challenge))


def _challenge_of(answer: str) -> bytes:
    """The challenge that an answer says it is for; whether it is one of ours, the database tells."""
    try:
        if len(answer) > LONGEST_ANSWER:
            raise ValueError
        client = json.loads(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"]))
        return base64url_to_bytes(client["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise refuse("access.passkey_wrong") from error


def _keep(door: Door, challenge: bytes, purpose: str, held: str, over: str = "access.prove_first", *,
          address: str = "") -> None:  # fmt: skip
    with door.db.app() as conn:
        found = conn.execute(
            "select access.new_challenge(%s, %s, %s, %s, %s)",
            [digest(held), purpose, digest_of(challenge), address, clock.now()],
        ).fetchone()
    assert found is not None
    if found[0] < 0:
        raise refuse(over)
    if found[0] > 0:
        raise held_back(found[0])


def _burnt(door: Door, challenge: bytes, held: str, caller: Caller | None = None) -> Refused:
    by = caller or Caller()
    with door.db.app() as conn:
        conn.execute(
            "select access.burn_challenge(%s, %s, %s, %s, %s)",
            [digest_of(challenge), digest(held), by.address, by.agent, clock.now()],
        )
    return refuse("access.passkey_wrong")


def _request(
    site: Site, challenge: bytes, known: list[PublicKeyCredentialDescriptor], verification: UserVerificationRequirement
) -> str:
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, allow_credentials=known, user_verification=verification
    )
    return webauthn.options_to_json(options)


def _rows(door: Door, held: str) -> list[tuple[Any, ...]]:
    with door.db.app() as conn:
        return conn.execute(
            "select id, name, made_at, used_at, credential, handle from access.passkeys_of(%s, %s)",
            [digest(held), clock.now()],
        ).fetchall()


def _outcome(row: tuple[Any, ...] | None, refusals: dict[str, str]) -> str:
    outcome = str(row[0]) if row else "wrong"
    if outcome not in ("right", "first"):
        raise refuse(refusals.get(outcome, "access.passkey_wrong"))
    return outcome
