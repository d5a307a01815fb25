"""People and how they sign in, for those who administer: found, looked at one by one. No record is seen here."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from tinhso.access import giving, roles
from tinhso.access.people import letters, listed
from tinhso.access.scope import ANY, Scope
from tinhso.foundation.problems import Refused
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, MaybeNumber, MaybeWord, PathWord
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.refusals import status_of
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import people as views

SIZE = 100
"""People on a page."""


@get("/people", sync_to_thread=True, opt={"verb": "administer"})
def people(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, q: MaybeWord = None, stand: MaybeWord = None,
    after: MaybeWord = None,
) -> Response[str]:  # fmt: skip
    """Everybody with an account, by login; ``q`` finds by login, name or mail, marks not needed."""
    with house.db.app(mine.settings()) as conn:
        everybody = listed.everybody(conn)
    found = [each for each in listed.fitting(everybody, q or "", stand or "") if each.login > (after or "")]
    shown = found[:SIZE]
    return page(
        sight, "staff/people.html", people=shown, found=len(found), everybody=len(everybody), q=q or "",
        stand=stand or "", following=shown[-1].login if len(found) > SIZE else None,
    )  # fmt: skip


@get("/people/{login:str}", sync_to_thread=True, opt={"verb": "administer"})
def person(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, login: PathWord, before: MaybeNumber = None,
    done: MaybeWord = None,
) -> Response[str]:  # fmt: skip
    """One of them: the account, the grants, letters sent, and what the log says."""
    return person_page(house, sight, mine, login, before=before, done=done)


def person_page(
    house: House, sight: Sight, mine: Scope, login: str, *, before: int | None = None, done: str | None = None,
    link: str | None = None, refusal: Refused | None = None,
) -> Response[str]:  # fmt: skip
    """The page of a person; with ``link`` the one-time link that was just made, shown this once."""
    with house.db.app(mine.settings()) as conn:
        found = listed.one(conn, login)
        held, known, purposes = giving.every(conn, login, ended=True), roles.every(conn), roles.purposes(conn)
        events, sent = listed.trail(conn, login, before), letters.to(conn, login)
        areas = views.areas(conn)
    problem = refusal.problems[0] if refusal else None
    titles = {name: sight.say(kept.role.title) for name, kept in known.items()}
    answer = page(
        sight, "staff/person.html", status=status_of(problem.code) if problem else 200, person=found, link=link,
        grants=[each for each in held if each.revoked_at is None], revoked=[each for each in held if each.revoked_at],
        roles=titles, purposes={name: sight.say(each.title) for name, each in purposes.items()}, areas=areas,
        letters=[views.letter(each, sight) for each in sent],
        trail=[views.line(each, sight, titles) for each in events],
        earlier=events[-1].id if len(events) == listed.TRAIL else None, own=login == mine.actor,
        by_mail=house.letters is not None and found.mail is not None, done=done, keeps=mine.whole(ANY, "administer"),
        fault=(problem.vi if sight.language == "vi" else problem.en) if problem else None,
    )  # fmt: skip
    answer.headers["cache-control"] = "no-store"
    return answer


def address_of(request: Request[Any, Any, Any], house: House) -> str:
    """The house's address as whoever administers has it before them, for a link that is shown to them alone."""
    return house.front.address or str(request.base_url).rstrip("/")
