"""Grants and roles, for those who administer: who may do what, why, given and taken back with a reason.

No record is seen here: of a record only its number is asked, and who may see it is told, not what it holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.access import giving, roles, why
from tinhso.access.grants import VERBS
from tinhso.access.scope import ANY
from tinhso.foundation import clock, dates
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.registers import declared
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathNumber, PathWord
from tinhso.web.kit.front import own_path
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.people import areas, doing

ADMINISTER = {"verb": "administer"}


@get("/grants", sync_to_thread=True, opt=ADMINISTER)
def grants_page(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, person: MaybeWord = None, ended: MaybeWord = None
) -> Response[str]:
    """The grants in force, with ``ended`` those that were, of one person or all; and a form to give one."""
    with house.db.app(mine.settings()) as conn:
        found, known = giving.every(conn, person or None, ended=bool(ended)), roles.every(conn)
        purposes, everybody, units = roles.purposes(conn), _people(conn), areas(conn)
    return page(
        sight, "staff/grants.html", grants=found, people=everybody, person=person or "", ended=bool(ended),
        roles={name: _titled(kept.role.title, sight) for name, kept in known.items()},
        purposes={name: _titled(each.title, sight) for name, each in purposes.items()}, actor=mine.actor, areas=units,
    )  # fmt: skip


@post("/grants", sync_to_thread=True, opt=ADMINISTER)
def give(house: AskedHouse, mine: AskedScope, data: Form) -> Redirect:
    """Give a role over an area for a purpose, until a day where one is named."""
    said = {name: str(data.get(name, "")).strip() for name in ("person", "role", "area", "purpose", "until")}
    with house.db.app(mine.settings()) as conn:
        giving.give(conn, said["person"], said["role"], said["area"], said["purpose"], ends=_until(said["until"]))
    return _back(data)


@post("/grants/{grant:int}/revoke", sync_to_thread=True, opt=ADMINISTER)
def revoke(house: AskedHouse, mine: AskedScope, grant: PathNumber, data: Form) -> Redirect:
    """Take a grant back; the next request of its holder feels it."""
    reason = str(data.get("reason", "")).strip()
    if not reason:
        raise refuse("access.no_reason", value=grant)
    with house.db.app(mine.settings()) as conn:
        giving.revoke(conn, grant, reason=reason)
    return _back(data)


@get("/roles", sync_to_thread=True, opt=ADMINISTER)
def roles_page(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """All roles, as they stand and as the pack has them."""
    with house.db.app(mine.settings()) as conn:
        known = roles.every(conn)
    return page(sight, "staff/roles.html", roles=_roles(known, sight))


@get("/roles/{role:str}", sync_to_thread=True, opt=ADMINISTER)
def role_page(house: AskedHouse, sight: AskedSight, mine: AskedScope, role: PathWord) -> Response[str]:
    """A role's declaration, to be read and edited."""
    with house.db.app(mine.settings()) as conn:
        known = roles.every(conn)
    if role not in known:
        raise refuse("access.unknown_role", value=role, known=", ".join(sorted(known)))
    kept = known[role]
    return _form(sight, role, roles.as_yaml(kept.role), kept.edited, title=_titled(kept.role.title, sight))


@post("/roles/{role:str}", sync_to_thread=True, opt=ADMINISTER)
def change_role(house: AskedHouse, sight: AskedSight, mine: AskedScope, role: PathWord, data: Form) -> Response[Any]:
    """Put a role in force as it was edited; what is not understood is shown again with what is wrong."""
    text = str(data.get("declaration", "")).replace("\r\n", "\n")
    try:
        with house.db.app(mine.settings()) as conn:
            if role not in (known := roles.every(conn)):
                raise refuse("access.unknown_role", value=role, known=", ".join(sorted(known)))
            made = roles.written(role, text)
            _expect_registers(conn, made)
            roles.change(conn, made)
    except Refused as refusal:
        if refusal.problems[0].code != "access.role_not_understood":
            raise
        return _form(sight, role, text, True, refusal.problems, status=400)
    return Redirect(f"/staff/roles/{role}", status_code=303)


@get("/why", sync_to_thread=True, opt=ADMINISTER)
def why_page(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, person: MaybeWord = None, verb: MaybeWord = None,
    register: MaybeWord = None, area: MaybeWord = None, record: MaybeWord = None, field: MaybeWord = None,
) -> Response[str]:  # fmt: skip
    """Why a person can or cannot do something: each grant, and the first reason why it does not allow it."""
    found: why.Explanation | None = None
    with house.db.app(mine.settings()) as conn:
        everybody, words, units = _people(conn), _words(conn, sight), areas(conn)
        if person:
            found = why.explained(
                conn, person, verb or "read", register or ANY, area=area or None, record=_number(record),
                field=field or None,
            )  # fmt: skip
    asked = {"person": person, "verb": verb or "read", "register": register, "area": area, "record": record}
    asked["field"] = field
    return page(
        sight, "staff/why.html", people=everybody, found=found, areas=units,
        verbs=[(verb, words["verb"][verb]) for verb in sorted(VERBS)],
        registers=words["register"], titles=words["role"],
        asked={name: "" if value is None else str(value) for name, value in asked.items()},
        words=[_reason(each.said, sight, words) for each in (found.reasons if found else ())],
    )  # fmt: skip


def _back(data: dict[str, Any]) -> Redirect:
    """To the page of the house that the form stood on."""
    asked = own_path(str(data.get("next", "")))
    return Redirect(asked if asked != "/" else "/staff/grants", status_code=303)


def _words(conn: Connection, sight: Sight) -> dict[str, dict[str, str]]:
    """Titles by name, of whatever a reason names."""
    return {
        "role": {name: _titled(kept.role.title, sight) for name, kept in roles.every(conn).items()},
        "purpose": {name: _titled(each.title, sight) for name, each in roles.purposes(conn).items()},
        "register": {name: sight.say(each.title) for name, each in declared.every(conn).items()},
        "verb": doing(sight),
    }


def _reason(said: Problem, sight: Sight, words: dict[str, dict[str, str]]) -> str:
    """A reason with the titles of what it names."""
    facts = {name: words.get(name, {}).get(value, value) for name, value in said.facts.items()}
    told = replace(said, facts=facts)
    return told.vi if sight.language == "vi" else told.en


def _people(conn: Connection) -> list[tuple[str, str, str]]:
    """Login, name and state of everybody, by login."""
    return conn.execute("select login, name, state from access.person order by login").fetchall()


def _number(text: str | None) -> int | None:
    """A record's number as it was typed; nothing for an empty field."""
    if not (text or "").strip():
        return None
    if not str(text).strip().isdecimal():
        raise refuse("web.bad_request", value=str(text))
    return int(str(text))


def _until(text: str) -> datetime | None:
    """The end of the day that was written, which is the last on which a grant holds."""
    if not text:
        return None
    found = dates.day(text)
    if not isinstance(found, date):
        raise refuse("web.bad_request", value=text)
    return datetime.combine(found, time.max, clock.now().tzinfo)


def _titled(title: Any, sight: Sight) -> str:
    return str(title.vi if sight.language == "vi" else title.en)


def _roles(known: dict[str, roles.Kept], sight: Sight) -> list[tuple[str, str, str, bool]]:
    """Name, title, verbs in one line, and whether the role was edited here."""
    return [
        (name, _titled(kept.role.title, sight), ", ".join(doing(sight)[verb] for verb in _verbs(kept)),
         kept.edited and kept.packed is not None)
        for name, kept in known.items()
    ]  # fmt: skip


def _verbs(kept: roles.Kept) -> list[str]:
    more = [name for name in ("declare", "administer", "audit") if getattr(kept.role, name)]
    return [*kept.role.verbs, *more]


def _expect_registers(conn: Connection, role: Any) -> None:
    """Refuse names of registers that there are none of: a slip would take a right away in silence."""
    known = {ANY, *declared.names(conn)}
    named = [*role.unmask, *role.reveal]
    for registers in role.verbs.values():
        named += list(registers) if isinstance(registers, tuple) else []
    for name in named:
        if name not in known:
            raise refuse("access.role_not_understood", value=name)


def _form(
    sight: Sight, role: str, text: str, edited: bool, problems: tuple[Problem, ...] = (), *, status: int = 200,
    title: str = "",
) -> Response[str]:  # fmt: skip
    said = [each.vi if sight.language == "vi" else each.en for each in problems]
    return page(sight, "staff/role.html", status=status, role=role, text=text, edited=edited, said=said,
                title=title or role)  # fmt: skip
