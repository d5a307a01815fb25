"""Requests for corrections: asked from a record's page, taken down from words, looked at beside the record, decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import polars as pl
from litestar import Response, get, post
from litestar.response import Redirect

from tinhso.access import narrowing
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.intake import forms
from tinhso.privacy import asking, correcting, evidence, handling, person
from tinhso.privacy import cases as desk
from tinhso.privacy.asking import Asked
from tinhso.privacy.cases import Case
from tinhso.registers import declared, editing, history
from tinhso.registers.declaration import Declaration
from tinhso.registers.history import Version
from tinhso.registers.masking import Mask
from tinhso.web.kit import places, wishes
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathNumber, PathWord, Upload
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.kit.wishes import Typed
from tinhso.web.staff.beside import SEALED
from tinhso.web.staff.views import corrections as views
from tinhso.web.staff.views import records as record_views

NUMBER = 18
"""Digits of a number in a form at most."""


@get("/registers/{name:str}/{record_id:int}/correction", sync_to_thread=True, opt={"verb": "read"})
def wish(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber
) -> Response[str]:
    """The form: the record's fields, room for what is right, the reason and evidence."""
    return _shown(house, sight, mine, (name, record_id), Typed())


@post("/registers/{name:str}/{record_id:int}/correction", sync_to_thread=True, opt={"verb": "read"},
      request_max_body_size=wishes.FILES)  # fmt: skip
def asked(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber, data: Upload
) -> Response[Any]:
    """Ask for it; values that the register could not take are told at their fields."""
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        typed = wishes.read(data, declaration)
        wrong = _wrong(house, conn, declaration, record_id, typed, mine)
    if wrong:
        return _shown(house, sight, mine, (name, record_id), typed, wrong)
    said = Asked(typed.text("request"), typed.values, wishes.files(data), name, record_id)
    with house.db.app(mine.settings()) as conn:
        case = asking.as_officer(conn, house.office(), said, scope=mine)
    return Redirect(f"/staff/cases/{case}", status_code=303)


@get("/cases/{case_id:int}/correction", sync_to_thread=True, opt={"verb": "propose"})
def taking_down(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, case_id: PathNumber, about: MaybeWord = None
) -> Response[str]:
    """The same form for whoever handles the case: what was said in words, as values of a record (``register/number``);
    without one the person's records to choose from."""
    with house.db.app(mine.settings()) as conn:
        known = _handled(conn, house, case_id, mine)
        chosen = _about(known, about)
        if chosen is None:
            lists, areas = declared.code_lists(conn), places.names(conn, [])
            found = [
                (one.declaration, number, history.versions(conn, one.declaration, number, scope=mine))
                for one in _held(conn, known, mine) for number in one.in_force
            ]  # fmt: skip
            offered = [views.offered(*each, lists, areas, sight) for each in found]
            return page(sight, "staff/taking_down.html", case=known, offered=offered)
    return _shown(house, sight, mine, chosen, Typed(), case=known)


@post("/cases/{case_id:int}/correction", sync_to_thread=True, opt={"verb": "propose"})
def taken_down(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, case_id: PathNumber, data: Form
) -> Response[Any]:
    """Keep the values with the case; nothing in the register changes yet."""
    with house.db.app(mine.settings()) as conn:
        known = _handled(conn, house, case_id, mine)
        name, number = _about(known, str(data.get("about", ""))) or ("", 0)
        declaration = declared.one(conn, name)
        typed = wishes.read(data, declaration)
        wrong = _wrong(house, conn, declaration, number, typed, mine)
        if not wrong and typed.values:
            correcting.propose(conn, house.office(), case_id, name, number, typed.values, scope=mine)
    if wrong:
        return _shown(house, sight, mine, (name, number), typed, wrong, case=known)
    return Redirect(f"/staff/cases/{case_id}", status_code=303)


@get("/cases/{case_id:int}/evidence/{evidence:int}", sync_to_thread=True, opt={"verb": "read"})
def proof(house: AskedHouse, mine: AskedScope, case_id: PathNumber, evidence: PathNumber) -> Response[bytes]:
    """A file that was sent with the request, to be saved: nothing in it runs here."""
    with house.db.app(mine.settings()) as conn:
        found = _one_file(conn, house, case_id, evidence, mine)
        with house.files.open(found.sha256) as stream:
            content = stream.read()
    return Response(content, media_type=found.media_type, headers={
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}", "content-security-policy": SEALED,
        "x-content-type-options": "nosniff", "cache-control": "no-store",
    })  # fmt: skip


def part(conn: Connection, house: House, known: Case, sight: Sight, mine: Scope) -> views.CorrectionView | None:
    """What a case page shows of a request to correct; None for other cases, and for who only looks."""
    if known.kind != "correct" or not desk.told_in_words(known, mine):
        return None
    lists, every = declared.code_lists(conn), declared.every(conn)
    found = []
    for (register, record), values in correcting.asked(conn, known.id).items():
        versions = _versions(conn, every[register], record, mine)
        codes = record_views.area_codes(every[register], versions) if versions else []
        place = known.place if record == known.record else None
        wanted = Mask(every[register], mine).row(values, place)
        found.append(views.wanted(every[register], record, versions, wanted, lists, places.names(conn, codes), sight))
    title = sight.say(every[known.register].title) if known.register in every else ""
    return views.view(known, title, found, evidence.of(conn, known), handles=handling.may(known, "propose", mine),
                      approves=handling.may(known, "approve", mine), mine=mine)  # fmt: skip


def decided(conn: Connection, house: House, case: int, data: dict[str, Any], mine: Scope) -> None:
    """Accept the ticked fields: a change set, or a row for a second person."""
    ticked = data.get("take", [])
    chosen = {key for word in ([ticked] if isinstance(ticked, str) else ticked) if (key := views.key(str(word)))}
    seen = {(key[0], key[1]): int(text) for word, text in data.items()
            if word.startswith("seen.") and (key := views.key(f"{word[5:]}/-")) and _is_number(str(text))}  # fmt: skip
    words = str(data.get("words", ""))[: asking.LONGEST["request"]].strip()
    correcting.accept(conn, house.office(), case, chosen, _checking(house), scope=mine, seen=seen, words=words)


def _checking(house: House) -> correcting.Check:
    """Intake's check, for the room that carries corrections out."""
    knowing = house.desk()

    def check(
        declaration: Declaration, given: Mapping[str, Any], scope: Scope, kept: Collection[str]
    ) -> pl.DataFrame:  # fmt: skip
        return forms.checked(knowing, declaration, given, scope=scope, kept=kept)

    return check


def _wrong(
    house: House, conn: Connection, declaration: Declaration, record: int, typed: Typed, mine: Scope
) -> tuple[Problem, ...]:  # fmt: skip
    """What forbids the values; refused where the record is not seen, or is gone."""
    scope = narrowing.asking(mine)
    now = editing.stands(conn, declaration, record, scope=scope)[0]
    if now.gone:
        raise refuse("registers.unknown_record", value=record, register=declaration.register)
    hidden = Mask(declaration, mine).hidden(now.place)
    if not typed.values:
        return ()
    asking.expect_short(Asked("", typed.values))
    return forms.wrong(house.desk(), declaration, now.values, typed.values, scope=scope, kept=hidden)


def _shown(
    house: House, sight: Sight, mine: Scope, record: tuple[str, int], typed: Typed,
    wrong: tuple[Problem, ...] = (), case: Case | None = None,
) -> Response[str]:  # fmt: skip
    name, number = record
    with house.db.app(mine.settings()) as conn:
        declaration, lists = declared.one(conn, name), declared.code_lists(conn)
        versions = history.versions(conn, declaration, number, scope=mine)
        if versions[0].gone is not None:
            raise refuse("registers.unknown_record", value=number, register=name)
        areas = places.names(conn, record_views.area_codes(declaration, versions[:1]))
    now = views.now(declaration, versions[0], lists, areas, sight)
    return page(
        sight, "staff/wish.html", status=422 if wrong else 200, register=name, record=number, case=case, typed=typed,
        register_title=sight.say(declaration.title), title=now[declaration.label],
        lines=wishes.lines(declaration, lists, now, typed, wrong, sight),
    )  # fmt: skip


def _handled(conn: Connection, house: House, case: int, mine: Scope) -> Case:
    """A request to correct that is open and theirs to handle."""
    known = desk.one(conn, house.office(), case, scope=mine)
    handling.demand(known, "propose", mine)
    if known.kind != "correct":
        raise refuse("privacy.nothing_proposed", value=case)
    if known.closed:
        raise refuse("privacy.closed", value=case)
    return known


def _versions(conn: Connection, declaration: Declaration, record: int, mine: Scope) -> Sequence[Version]:
    """The record, if whoever asks sees it."""
    try:
        return history.versions(conn, declaration, record, scope=mine)
    except Refused:
        return ()


def _held(conn: Connection, known: Case, mine: Scope) -> list[person.Held]:
    number = known.subject.citizen_id
    return [one for one in person.held(conn, number, scope=mine) if one.in_force] if number else []


def _about(known: Case, said: str | None) -> tuple[str, int] | None:
    """The record that a form is about: the one named, else the one that the request names."""
    found = views.key(f"{said}/-") if said else None
    if found is not None:
        return found[0], found[1]
    return (known.register, known.record) if known.register and known.record else None


def _one_file(conn: Connection, house: House, case: int, number: int, mine: Scope) -> evidence.Evidence:
    return evidence.one(conn, house.office(), case, number, scope=mine)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= NUMBER
