"""A register from a workbook: drop it, look at what it proposes, mend that, make the register, take the file in."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from tinhso.access import grants, roles
from tinhso.access.holding import named
from tinhso.access.scope import Scope
from tinhso.foundation.problems import Refused, refuse
from tinhso.intake import batches
from tinhso.intake.desk import Desk
from tinhso.intake.forms import drafts
from tinhso.intake.sketching import kept, making, trying
from tinhso.intake.sketching.kept import Kept
from tinhso.intake.sketching.making import Made
from tinhso.intake.sketching.proposing import Sketch
from tinhso.intake.sketching.wishes import Wish
from tinhso.registers import declaring
from tinhso.web.kit import places
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, PathNumber, Upload
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff import intake
from tinhso.web.staff.views import sketches as views
from tinhso.web.staff.views import wishing
from tinhso.web.staff.views.people import doing
from tinhso.web.staff.views.sketches import Preview

DECLARE = {"verb": "declare"}


@get("/sketches", sync_to_thread=True, opt=DECLARE)
def sketches(house: AskedHouse, sight: AskedSight, mine: AskedScope) -> Response[str]:
    """Where a workbook is dropped, with one's sketches that wait."""
    with house.db.app(mine.settings()) as conn:
        found = kept.every(conn, scope=mine)
    return page(sight, "staff/sketches.html", lines=found, days=drafts.days())


@post("/sketches", sync_to_thread=True, opt=DECLARE)
def begin(house: AskedHouse, mine: AskedScope, data: Upload) -> Redirect:
    """Keep a workbook and what it proposes."""
    upload = data.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise refuse("web.no_file")
    draft = intake.spooled(house, upload)
    try:
        found = kept.begin(house.desk(), draft, intake.name_of(upload.filename), scope=mine)
    finally:
        draft.unlink(missing_ok=True)
    return Redirect(f"/staff/sketches/{found.id}", status_code=303)


@get("/sketches/{sketch:int}", sync_to_thread=True, opt=DECLARE)
def sketch(house: AskedHouse, sight: AskedSight, mine: AskedScope, sketch: PathNumber) -> Response[str]:
    """What the workbook proposes, to be mended, beside how its rows would look."""
    return _shown(house, sight, mine, _kept(house, mine, sketch))


@post("/sketches/{sketch:int}", sync_to_thread=True, opt=DECLARE)
def shape(house: AskedHouse, sight: AskedSight, mine: AskedScope, sketch: PathNumber, data: Form) -> Response[Any]:
    """Keep the wish as the form has it; then show it again, make the register, or drop the sketch."""
    known = _kept(house, mine, sketch)
    wish = wishing.filled(known.wish, data)
    act = str(data.get("act", ""))
    with house.db.app(mine.settings()) as conn:
        if act == "drop":
            kept.drop(conn, sketch, scope=mine)
            return Redirect("/staff/sketches", status_code=303)
        kept.keep(conn, sketch, wish, scope=mine)
    known = _kept(house, mine, sketch)
    if act != "make":
        return _shown(house, sight, mine, known)
    try:
        return _made(house, mine, known)
    except Refused as refusal:
        if refusal.problems[0].code == "registers.may_not":
            raise
        return _shown(house, sight, mine, known, refusal, status=400)


def _made(house: House, mine: Scope, known: Kept) -> Redirect:
    """The register is made; its file goes on to intake, where whoever made it may hand files in."""
    declaring.demand(mine, known.wish.register)
    desk = house.desk()
    made = _declaration(desk, known.wish, kept.again(desk, known, scope=mine))
    declaring.declare(house.db, made.declaration, made.lists, scope=mine, fresh=True)
    name = made.declaration.register
    with house.db.app(mine.settings()) as conn:
        kept.drop(conn, known.id, scope=mine)
        now = grants.of(conn, mine.actor, address=mine.address)
    if not now.may("propose", name):
        return Redirect(f"/staff/registers/{name}/declaration", status_code=303)
    desk = house.desk()
    path = kept.stored(desk, known).path
    batch = batches.receive(desk, path, known.file_name, name, scope=now, sender=now.actor)
    return Redirect(f"/staff/intake/{batch.id}", status_code=303)


def _kept(house: House, mine: Scope, number: int) -> Kept:
    with house.db.app(mine.settings()) as conn:
        return kept.one(conn, number, scope=mine)


def _declaration(desk: Desk, wish: Wish, found: Sketch) -> Made:
    values = {letter: each.filled.unique().to_list() for letter, each in found.texts.items()}
    return making.made(wish, values, desk.declarations, desk.lists)


def _shown(
    house: House, sight: Sight, mine: Scope, known: Kept, refusal: Refused | None = None, *, status: int = 200
) -> Response[str]:
    desk = house.desk()
    found = kept.again(desk, known, scope=mine)
    choices = views.kind_choices(desk.declarations, desk.lists, sight)
    return page(
        sight, "staff/sketch.html", status=status, known=known, wish=known.wish,
        lines=views.lines(known.wish, found, choices, sight, {}), kinds=choices,
        warnings=[each.vi if sight.language == "vi" else each.en for each in found.problems],
        said=[each.vi if sight.language == "vi" else each.en for each in (refusal.problems if refusal else ())],
        preview=_preview(house, desk, known, found, sight), may_make=declaring.may(mine),
        **seers(house, mine, known.wish, sight),
    )  # fmt: skip


def _preview(house: House, desk: Desk, known: Kept, found: Sketch, sight: Sight) -> Preview:
    try:
        made = _declaration(desk, known.wish, found)
    except Refused as refusal:
        return views.refused(refusal.problems, sight)
    examined = trying.attempt(desk, kept.stored(desk, known), known.file_name, made)
    areas = [name for name, field in made.declaration.fields.items() if field.type == "area"]
    rows = examined.checked.frame.head(views.FIRST) if examined.checked else None
    codes = sorted({str(code) for name in areas for code in rows[name].drop_nulls()}) if rows is not None else []
    with house.db.app() as conn:
        titles = places.names(conn, codes)
    return views.preview(made, examined, desk.lists, titles, sight)


def seers(house: House, mine: Scope, wish: Wish, sight: Sight) -> dict[str, Any]:
    """Which roles will see the register and what they may do in it; nobody is given anything by its being made."""
    pillars, words = {wish.register: wish.pillar}, doing(sight)
    with house.db.app(mine.settings()) as conn:
        known = roles.every(conn)
    found, own, proposes = [], {ground.role for ground in mine.grounds}, False
    for each in (one.role for one in known.values()):
        verbs = [
            words[verb] for verb, registers in each.verbs.items() if named(registers, pillars) & {"*", wish.register}
        ]
        proposes |= each.role in own and words["propose"] in verbs
        if verbs:
            found.append((each.title.vi if sight.language == "vi" else each.title.en, ", ".join(verbs)))
    return {"seers": found, "may_propose": proposes}
