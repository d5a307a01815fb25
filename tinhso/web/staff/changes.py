"""Change sets: who changed what by which way, one of them with what stands on it, and taking one back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.registers import changes as registers
from tinhso.registers import declared, history, standing
from tinhso.registers.history import ChangeSetInfo
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeNumber, MaybeWord, PathNumber
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight

SIZE = 50
STANDING = {"registers.undo_overtaken", "registers.undoing_overtaken", "registers.already_undone"}
"""Refusals that the change set's own page explains."""


@get("/changes", sync_to_thread=True, opt={"verb": "read"})
def changes(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, register: MaybeWord = None, before: MaybeNumber = None
) -> Response[str]:
    """Fifty change sets, newest first."""
    with house.db.app(mine.settings()) as conn:
        found = history.change_sets(conn, scope=mine, register=register, before=before, size=SIZE)
        titles = {name: sight.say(each.title) for name, each in declared.every(conn).items()}
    following = found[-1].id if len(found) == SIZE else None
    return page(sight, "staff/changes.html", found=found, titles=titles, following=following, register=register)


@get("/changes/{change_set:int}", sync_to_thread=True, opt={"verb": "read"})
def change(house: AskedHouse, sight: AskedSight, mine: AskedScope, change_set: PathNumber) -> Response[str]:
    """One change set: what it did, and which later ones stand on it."""
    return _shown(house, sight, mine, change_set)


@post("/changes/{change_set:int}/undo", sync_to_thread=True, opt={"verb": "approve"})
def undo(house: AskedHouse, sight: AskedSight, mine: AskedScope, change_set: PathNumber, data: Form) -> Response[Any]:
    """Take a change set back by a new one; the reason stays with it for ever. Where later ones stand on it nothing is
    done, and they are shown."""
    reason = str(data.get("reason", "")).strip()
    if not reason:
        raise refuse("web.no_reason")
    try:
        registers.undo(house.db, change_set, reason=reason, scope=mine)
    except Refused as refusal:
        if refusal.problems[0].code not in STANDING:
            raise
        seen = replace(sight, path=f"/staff/changes/{change_set}")
        return _shown(house, seen, mine, change_set, status=409, refused=refusal.problems)
    return Redirect("/staff/changes", status_code=303)


def _shown(
    house: House, sight: Sight, mine: Scope, change_set: int, status: int = 200, refused: tuple[Problem, ...] = ()
) -> Response[str]:  # fmt: skip
    with house.db.app(mine.settings()) as conn:
        found = _one(conn, mine, change_set)
        declaration = declared.one(conn, found.register)
        later = standing.later(conn, declaration, change_set, scope=mine) if not found.undone_by else []
    said = [each.vi if sight.language == "vi" else each.en for each in refused]
    return page(
        sight, "staff/change.html", status=status, change=found, title=sight.say(declaration.title), later=later,
        refused=said, may_undo=mine.may("approve", found.register), final=found.way == registers.ERASURE,
    )  # fmt: skip


def _one(conn: Connection, mine: Scope, change_set: int) -> ChangeSetInfo:
    found = history.change_sets(conn, scope=mine, before=change_set + 1, size=1)
    if not found or found[0].id != change_set:
        raise refuse("registers.unknown_change_set", value=change_set)
    return found[0]
