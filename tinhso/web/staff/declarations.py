"""The declaration of a register that is there: read by all who may declare, changed where it was made here, exported
as a pack's YAML."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect
from msgspec import structs

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.intake.desk import Desk
from tinhso.intake.sketching import fitting, making, naming, wishes
from tinhso.intake.sketching.measuring import Measure
from tinhso.intake.sketching.wishes import Entry, Wish
from tinhso.registers import declaring, written
from tinhso.registers.evolution import PACK
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, MaybeWord, PathWord
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.sketches import DECLARE, seers
from tinhso.web.staff.views import sketches as views
from tinhso.web.staff.views import steps, wishing

YAML = "application/yaml; charset=utf-8"


@get("/registers/{name:str}/declaration", sync_to_thread=True, opt=DECLARE)
def declaration(house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord) -> Response[str]:
    """How a register is declared, and who may see it."""
    desk = house.desk()
    return _shown(house, desk, sight, mine, name, wishes.of(desk.declaration(name)))


@post("/registers/{name:str}/declaration", sync_to_thread=True, opt=DECLARE)
def change_declaration(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, data: Form
) -> Response[Any]:
    """Show what the form would change, or put it in force."""
    desk = house.desk()
    known = desk.declaration(name)
    wish = wishing.filled(wishes.of(known), data, known.fields)
    act = str(data.get("act", ""))
    if act == "add":
        return _shown(house, desk, sight, mine, name, _one_more(wish))
    if act != "put":
        return _shown(house, desk, sight, mine, name, wish)
    try:
        made = making.made(wish, {}, desk.declarations, desk.lists, known)
        declaring.declare(house.db, made.declaration, made.lists, scope=mine, fresh=False)
    except Refused as refusal:
        if refusal.problems[0].code in ("registers.may_not", "registers.declared_by_pack"):
            raise
        return _shown(house, desk, sight, mine, name, wish, refusal.problems, status=400)
    return Redirect(f"/staff/registers/{name}/declaration", status_code=303)


@get("/registers/{name:str}/declaration.yaml", sync_to_thread=True, opt=DECLARE)
def declaration_file(house: AskedHouse, mine: AskedScope, name: PathWord, codes: MaybeWord = None) -> Response[str]:
    """The register's file of a pack; with ``codes`` that of a code list it uses."""
    desk = house.desk()
    known = desk.declaration(name)
    if codes is None:
        return _file(written.as_yaml(known), name)
    if codes not in desk.lists or codes not in {field.codes for field in known.fields.values()}:
        raise refuse("web.not_found", value=codes)
    return _file(written.as_yaml(desk.lists[codes]), codes)


def _file(text: str, name: str) -> Response[str]:
    told = {"content-disposition": f'attachment; filename="{name}.yaml"'}
    return Response(text, media_type=YAML, headers=told)


def _one_more(wish: Wish) -> Wish:
    """A field more, to be filled in."""
    name = naming.field("trường mới", "", [each.name for each in wish.entries])
    return structs.replace(wish, entries=(*wish.entries, Entry(name, "", "")))


def _shown(
    house: House, desk: Desk, sight: Sight, mine: Scope, name: str, wish: Wish, said: tuple[Problem, ...] = (), *,
    status: int = 200,
) -> Response[str]:  # fmt: skip
    known = desk.declaration(name)
    with house.db.app(mine.settings()) as conn:
        maker = declaring.maker(conn, name)
    choices = views.kind_choices(desk.declarations, desk.lists, sight)
    return page(
        sight, "staff/declaration.html", status=status, wish=wish, title=sight.say(known.title), maker=maker,
        packed=maker == PACK, lines=views.lines(wish, None, choices, sight, known.fields),
        kinds=choices,
        said=[each.vi if sight.language == "vi" else each.en for each in said], may_make=declaring.may(mine),
        steps=_steps(house, desk, sight, mine, wish, name), reads=mine.may("read", name),
        lists=sorted({field.codes for field in known.fields.values() if field.codes}),
        **seers(house, mine, wish, sight),
    )  # fmt: skip


def _steps(house: House, desk: Desk, sight: Sight, mine: Scope, wish: Wish, name: str) -> steps.Steps:
    """What the wish would do to the tables, and what of the records would not fit."""
    known = desk.declaration(name)
    try:
        made = making.made(wish, {}, desk.declarations, desk.lists, known)
        change = declaring.change(known, made.declaration)
    except Refused as refusal:
        return steps.refused(refusal.problems, sight)
    lists = {**desk.lists, **made.lists}
    measure = Measure(lists, desk.places, clock.today(), desk.declarations)
    with house.db.app(mine.settings()) as conn:
        found = fitting.misfits(conn, known, made.declaration, measure, scope=mine)
    return steps.steps(known, made.declaration, change, found, sight)
