"""Coming in through the provider of single sign-on: whom its word makes somebody here, and who may link whom.

It never makes an account. Somebody is known by a link of issuer and subject that they or an administrator made, or, the
first time, by a verified mail equal to that of exactly one invited person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from tinhso.access import events
from tinhso.access.people.door import Caller, Door, digest, token
from tinhso.access.people.logins import login_of
from tinhso.access.people.provider import Outsider, Provider
from tinhso.access.people.sessions import ABSOLUTE
from tinhso.access.people.signing_in import SignedIn
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse

PATIENCE = timedelta(minutes=10)
"""For so long somebody may stay at the provider."""


class Visit(msgspec.Struct, frozen=True):
    """What is remembered, sealed, while somebody is at the provider."""

    verifier: str
    nonce: str
    next: str
    linking: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the holder of a session is at a provider."""

    issuer: str
    subject: str


def depart(door: Door, browser: str, *, next: str, linking: bool) -> str:
    """The address at the provider to send a browser to; ``browser`` is a token that only this browser has.

    Raises:
        Refused: ``access.no_provider`` or ``access.provider_silent``.
    """
    state = token()
    visit = Visit(verifier=token() + token(), nonce=token(), next=next, linking=linking)
    address = _provider(door).address(state=state, nonce=visit.nonce, verifier=visit.verifier)
    sealed = door.sealing.seal(msgspec.json.encode(visit), f"visit {state}")
    with door.db.app() as conn:
        conn.execute(
            "select access.depart(%s, %s, %s, %s, %s)",
            [digest(state), digest(browser), sealed, clock.now(), clock.now() + PATIENCE],
        )
    return address


def arrive(door: Door, browser: str, state: str, code: str, issuer: str | None) -> tuple[Visit, Outsider]:
    """Who came back, and what they had wanted. A visit ends here, whatever comes of it.

    Raises:
        Refused: ``access.visit_over`` (unknown, too old, another browser's, or come back already),
            ``access.provider_refused`` or ``access.provider_silent``.
    """
    provider = _provider(door)
    with door.db.app() as conn:
        found = conn.execute(
            "select access.arrive(%s, %s, %s)", [digest(state), digest(browser), clock.now()]
        ).fetchone()
    if found is None or found[0] is None:
        raise refuse("access.visit_over")
    visit = msgspec.json.decode(door.sealing.open(bytes(found[0]), f"visit {state}"), type=Visit)
    if issuer is not None and issuer != provider.issuer:  # RFC 9207: an answer of another provider
        raise refuse("access.provider_refused", value="iss")
    if not code:
        raise refuse("access.provider_refused", value="code")
    return visit, provider.redeem(code, verifier=visit.verifier, nonce=visit.nonce)


def sign_in(door: Door, outsider: Outsider, caller: Caller) -> SignedIn:
    """Open a session for whoever the outsider is here. The provider answers for its own second factor.

    Raises:
        Refused: ``access.unknown_outsider`` or ``access.disabled``.
    """
    made, device, now = token(), token(), clock.now()
    who = [outsider.issuer, outsider.subject, outsider.mail]
    seal = door.vouch(f"oidc {digest(made).hex()}\n{who[0]}\n{who[1]}\n{who[2] or ''}")
    with door.db.app() as conn:
        found = conn.execute(
            "select outcome from access.sign_in_outside(%s, %s, %s::text, %s, %s, %s, %s, %s, %s, %s, %s)",
            [*who, seal, outsider.strong, caller.address, caller.agent, digest(made), digest(device), now,
             now + ABSOLUTE],
        ).fetchone()  # fmt: skip
    assert found is not None
    if found[0] == "disabled":
        raise refuse("access.disabled")
    if found[0] != "right":
        raise refuse("access.unknown_outsider")
    return SignedIn(made, device, pending=False)


def link(door: Door, held: str, outsider: Outsider) -> None:
    """Link the outsider with the person whose session it is, who gave their password lately.

    Raises:
        Refused: ``access.prove_first`` or ``access.identity_of_another``.
    """
    seal = door.vouch(f"link {digest(held).hex()}\n{outsider.issuer}\n{outsider.subject}")
    with door.db.app() as conn:
        found = conn.execute(
            "select access.link_identity(%s, %s, %s, %s, %s)",
            [digest(held), outsider.issuer, outsider.subject, seal, clock.now()],
        ).fetchone()
    if found == ("another",):
        raise refuse("access.identity_of_another")
    if found != ("right",):
        raise refuse("access.prove_first")


def mine(door: Door, held: str) -> list[Identity]:
    """Who the holder of a session is outside."""
    with door.db.app() as conn:
        rows = conn.execute("select issuer, subject from access.identities_of(%s, %s)", [digest(held), clock.now()])
        return [Identity(*row) for row in rows.fetchall()]


def unlink(door: Door, held: str, issuer: str) -> bool:
    """Part from a provider; refused (False) where there is no password to come in with."""
    with door.db.app() as conn:
        found = conn.execute("select access.unlink_identity(%s, %s, %s)", [digest(held), issuer, clock.now()])
        return found.fetchone() == (True,)


def link_for(conn: Connection[Any], login: str, issuer: str, subject: str, *, actor: str) -> None:
    """Link a person as their administrator; on a connection of the owner's. An invited person becomes active.

    Raises:
        Refused: ``access.unknown_person`` or ``access.identity_of_another``.
    """
    person = conn.execute("select id, login from access.person where login = %s", [login_of(login)]).fetchone()
    if person is None:
        raise refuse("access.unknown_person", value=login)
    number, kept = person
    conn.execute(
        "insert into access.outside_identity (issuer, subject, person, linked_at) values (%s, %s, %s, %s)"
        " on conflict do nothing",
        [issuer, subject, number, clock.now()],
    )
    owner = conn.execute(
        "select person from access.outside_identity where issuer = %s and subject = %s", [issuer, subject]
    ).fetchone()
    if owner != (number,):
        raise refuse("access.identity_of_another")
    conn.execute("update access.person set state = 'active' where id = %s and state = 'invited'", [number])
    events.note(conn, actor=actor, action="identity.linked", subject=kept, issuer=issuer, by=actor)


def _provider(door: Door) -> Provider:
    if door.provider is None:
        raise refuse("access.no_provider")
    return door.provider
