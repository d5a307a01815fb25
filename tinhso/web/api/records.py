"""Registers, their records and histories as JSON, a page at a time. For whoever is signed in or shows a key."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec
from litestar import get

from tinhso.access.scope import Scope
from tinhso.foundation.problems import refuse
from tinhso.registers import declared, history
from tinhso.registers import records as registers
from tinhso.registers.declaration import Declaration
from tinhso.web.api.refusing import KEYED, SIGNED
from tinhso.web.api.shapes import FieldShape, History, Records, Register, Version
from tinhso.web.kit import paging, places
from tinhso.web.kit.asked import AskedHouse, AskedScope, MaybeNumber, MaybeWord, PathNumber, PathWord, Word, Words
from tinhso.web.kit.standing import allowed

HIDDEN = frozenset({"place", "sort_key"})
VERBS = ("read", "propose", "approve", "export")


@get("/registers", sync_to_thread=True, guards=[allowed], opt={"verb": "read"}, responses=SIGNED, security=KEYED)
def every(house: AskedHouse, mine: AskedScope) -> list[Register]:
    """The registers that you may read, with their fields."""
    with house.db.app(mine.settings()) as conn:
        return [_register(each, mine) for name, each in declared.every(conn).items() if mine.may("read", name)]


@get("/registers/{name:str}/records", sync_to_thread=True, guards=[allowed], opt={"verb": "read"}, responses=SIGNED,
     security=KEYED)  # fmt: skip
def records(
    house: AskedHouse, mine: AskedScope, name: PathWord, q: Word = "", area: MaybeWord = None, after: MaybeWord = None,
    where: Words = None,
) -> Records:  # fmt: skip
    """Up to fifty records in the register's order; ``next`` leads on.

    ``q`` searches without marks, ``area`` is a unit's code, ``where`` narrows by a field that the register lists under
    ``filters``: ``where=field:value``, as often as wanted.
    """
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        here = places.here(conn, area) if area else None
        page = registers.page(
            conn, declaration, scope=mine, search=q, within=(here.low, here.high) if here else None,
            filters=_filters(declaration, mine, where or []), after=paging.position(after),
        )  # fmt: skip
    return Records(name, [_shown(row) for row in page.rows], paging.token(page.after))


@get("/registers/{name:str}/records/{record:int}", sync_to_thread=True, guards=[allowed], opt={"verb": "read"},
     responses=SIGNED, security=KEYED)  # fmt: skip
def one(house: AskedHouse, mine: AskedScope, name: PathWord, record: PathNumber) -> dict[str, Any]:
    """One record as it is now."""
    with house.db.app(mine.settings()) as conn:
        return _shown(registers.one(conn, declared.one(conn, name), record, scope=mine))


@get("/registers/{name:str}/records/{record:int}/history", sync_to_thread=True, guards=[allowed], opt={"verb": "read"},
     responses=SIGNED, security=KEYED)  # fmt: skip
def past(
    house: AskedHouse, mine: AskedScope, name: PathWord, record: PathNumber, before: MaybeNumber = None
) -> History:
    """Up to fifty versions of a record, newest first; ``next`` leads on to older ones."""
    with house.db.app(mine.settings()) as conn:
        found = history.versions(conn, declared.one(conn, name), record, scope=mine)
    left = [each for each in found if before is None or each.version < before]
    shown = left[: registers.PAGE]
    told = [msgspec.convert(asdict(each) | {"values": dict(each.values)}, Version) for each in shown]
    return History(name, record, told, shown[-1].version if len(left) > len(shown) else None)


def _register(declaration: Declaration, mine: Scope) -> Register:
    fields = [
        FieldShape(name, field.type, field.title, field.constraints.required, field.sensitive, field.codes)
        for name, field in declaration.fields.items()
        if name in registers.visible_fields(declaration, mine)
    ]
    verbs = [verb for verb in VERBS if mine.may(verb, declaration.register)]
    facets = registers.facets(declaration, mine)
    key = list(declaration.primary_key)
    return Register(declaration.register, declaration.title, declaration.pillar, key, fields, facets, verbs)


def _shown(row: Any) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in HIDDEN}


def _filters(declaration: Declaration, mine: Scope, where: list[str]) -> dict[str, Any]:
    """Field -> values; only the register's facets, whose values are words or truths."""
    found: dict[str, Any] = {}
    for word in where:
        name, colon, value = word.partition(":")
        if not colon or name not in registers.facets(declaration, mine):
            raise refuse("registers.unknown_field", value=name, register=declaration.register)
        truth = declaration.fields[name].type == "boolean"
        found.setdefault(name, []).append(value == "true" if truth else value)
    return found
