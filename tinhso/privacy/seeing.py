"""Own data: what every register holds of a person, with where it came from, as data and as a document to hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tinhso.access import readings
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.formats import vi_date, vi_number
from tinhso.foundation.problems import refuse
from tinhso.privacy import cases, person, waiting, writing
from tinhso.privacy.office import REGISTER, Office
from tinhso.privacy.waiting import Waits
from tinhso.registers import changes, declared, history, masking
from tinhso.registers.declaration import CodeList, Declaration
from tinhso.registers.history import Version


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """One record of the person: its values with their titles, and the change sets that brought its versions."""

    record: int
    in_force: bool
    values: tuple[tuple[str, str, Any, str], ...]
    """Field, Vietnamese title, value as kept, value as read."""
    came: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class OwnRegister:
    """What one register holds of the person."""

    register: str
    title: str
    law: str | None
    records: tuple[OwnRecord, ...]


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that was found, also rows that only wait; ``complete`` says whether everything the province keeps was looked
    at."""

    case: int
    made_at: datetime
    complete: bool
    registers: tuple[OwnRegister, ...]
    waiting: tuple[Waits, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso privacy see --json``."""
        return {
            "case": self.case, "made_at": self.made_at, "complete": self.complete,
            "registers": [_register_json(each) for each in self.registers],
            "waiting": [each.as_json() for each in self.waiting],
        }  # fmt: skip


def see(conn: Connection, office: Office, case: int, *, scope: Scope) -> OwnData:
    """Gather the person's own data and note that they were handed over; the person must have been identified."""
    changes.demand(scope, "export", REGISTER)
    known = cases.one(conn, office, case, scope=scope)
    citizen_id = identified(known)
    lists = declared.code_lists(conn)
    found = tuple(
        _register(conn, lists, one, scope) for one in person.held(conn, citizen_id, scope=scope) if one.records
    )
    waits, all_rows = waiting.of_person(conn, office.files, citizen_id, scope=scope)
    made = OwnData(case, clock.now(), person.complete(conn, scope=scope) and all_rows, found, waits)
    told = {each.register: len(each.records) for each in found}
    facts = {"own_data": told, "waiting": len(waits), "complete": made.complete}
    cases.step(conn, office, case, "carried_out", scope=scope, facts=facts)
    return made


def identified(known: cases.Case) -> str:
    """The personal number of whoever asks, once the papers were checked; refused before."""
    if not known.has("identified"):
        raise refuse("privacy.not_identified", value=known.id)
    if not known.subject.citizen_id:
        raise refuse("privacy.no_number", value=known.id)
    return known.subject.citizen_id


def document(own: OwnData, known: cases.Case) -> str:
    """The same as a document to read and print (HTML, Vietnamese)."""
    return writing.html("own_data.html", own=own, case=known, day=vi_date(own.made_at.date()))


def _register(conn: Connection, lists: Mapping[str, CodeList], held: person.Held, scope: Scope) -> OwnRegister:
    declaration = held.declaration
    person.expect_shown(declaration, scope=scope)
    records = tuple(_record(conn, lists, held, record, scope) for record in held.records)
    law = declaration.source.vi if declaration.source else None
    return OwnRegister(declaration.register, declaration.title.vi, law, records)


def _record(
    conn: Connection, lists: Mapping[str, CodeList], held: person.Held, record: int, scope: Scope
) -> OwnRecord:
    every = history.versions(conn, held.declaration, record, scope=scope)
    sensitive = masking.sensitive(held.declaration)
    readings.note(
        conn, scope=scope, action="own_data", register=held.declaration.register, record=record, fields=sensitive
    )
    values = tuple(
        (name, held.declaration.fields[name].title.vi, value, said(lists, held.declaration, name, value))
        for name, value in every[0].values.items() if value is not None
    )  # fmt: skip
    return OwnRecord(record, record in held.in_force, values, tuple(_came(each) for each in every))


def _came(version: Version) -> dict[str, Any]:
    return {
        "version": version.version, "at": version.at, "author": version.author, "way": version.way,
        "file": version.file, "row": version.row,
    }  # fmt: skip


def said(lists: Mapping[str, CodeList], declaration: Declaration, name: str, value: Any) -> str:
    """A value as a Vietnamese reader expects it: a code by its title, days and numbers in their own form."""
    codes = lists.get(declaration.fields[name].codes or "")
    if codes is not None and str(value) in codes.codes:
        return codes.codes[str(value)].title.vi
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date):
        return vi_date(value)
    return vi_number(value) if isinstance(value, int | Decimal) else str(value)


def _register_json(each: OwnRegister) -> dict[str, Any]:
    records = [
        {"record": one.record, "in_force": one.in_force,
         "values": {name: value for name, _, value, _ in one.values}, "versions": list(one.came)}
        for one in each.records
    ]  # fmt: skip
    return {"register": each.register, "title": each.title, "law": each.law, "records": records}
