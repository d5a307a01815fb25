"""Forms: a new record, a change of one, one taken away; what is typed is kept as a draft and checked meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import MediaType, Response, get, post
from litestar.response import Redirect

from tinhso.access.scope import Scope
from tinhso.areas import drawing
from tinhso.areas.drawing import Ground
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import Problem, Refused
from tinhso.intake.desk import Desk
from tinhso.intake.forms import choosing, drafts, looking, sheets, writing
from tinhso.intake.forms.drafts import Draft
from tinhso.intake.forms.looking import Looked
from tinhso.intake.forms.sheets import Filled
from tinhso.registers import history, proposals
from tinhso.registers.declaration import Declaration
from tinhso.registers.history import Version
from tinhso.web.kit import refusals
from tinhso.web.kit import writing as kit_writing
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, PathNumber, PathWord
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import forms as views
from tinhso.web.staff.views import sending
from tinhso.web.staff.views.sending import Sent


@dataclass(frozen=True, slots=True)
class Open:
    """A form that somebody has before them."""

    house: House
    sight: Sight
    mine: Scope
    desk: Desk
    declaration: Declaration
    record: int | None

    @classmethod
    def of(cls, house: House, sight: Sight, mine: Scope, register: str, record: int | None) -> Open:
        desk = house.desk()
        return cls(house, sight, mine, desk, desk.declaration(register), record)


@get("/registers/{name:str}/new", sync_to_thread=True, opt={"verb": "propose"})
def new_record(house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord) -> Response[str]:
    """An empty form; where the officer's area is one commune, that one is filled in."""
    return shown(Open.of(house, sight, mine, name, None), Sent())


@post("/registers/{name:str}/new", sync_to_thread=True, opt={"verb": "propose"})
def record_new(house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, data: Form) -> Response[Any]:
    """Record a new one, or show what stands against it."""
    return _sent(Open.of(house, sight, mine, name, None), data)


@post("/registers/{name:str}/new/check", sync_to_thread=True, opt={"verb": "propose"})
def check_new(house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, data: Form) -> Response[Any]:
    """What intake says of it so far; it is kept as a draft."""
    return _checked(Open.of(house, sight, mine, name, None), data)


@get("/registers/{name:str}/{record_id:int}/edit", sync_to_thread=True, opt={"verb": "propose"})
def edit(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber
) -> Response[str]:
    """The form of a record; with one's own draft of it, where there is one."""
    form = Open.of(house, sight, mine, name, record_id)
    with house.db.app(mine.settings()) as conn:
        draft = drafts.of_record(conn, name, record_id, scope=mine)
    return shown(form, sending.of_draft(draft) if draft else Sent(), draft=draft)


@post("/registers/{name:str}/{record_id:int}/edit", sync_to_thread=True, opt={"verb": "propose"})
def record_change(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber, data: Form
) -> Response[Any]:
    """Record a change, or show what stands against it: errors, warnings, what others recorded meanwhile."""
    return _sent(Open.of(house, sight, mine, name, record_id), data)


@post("/registers/{name:str}/{record_id:int}/edit/check", sync_to_thread=True, opt={"verb": "propose"})
def check_change(
    house: AskedHouse, sight: AskedSight, mine: AskedScope, name: PathWord, record_id: PathNumber, data: Form
) -> Response[Any]:
    """What intake says of it so far; it is kept as a draft."""
    return _checked(Open.of(house, sight, mine, name, record_id), data)


@post("/registers/{name:str}/{record_id:int}/remove", sync_to_thread=True, opt={"verb": "propose"})
def take_away(
    house: AskedHouse, mine: AskedScope, name: PathWord, record_id: PathNumber, data: Form
) -> Redirect:  # fmt: skip
    """Take a record out of the register, as it was shown, with a reason; or ask a second person to."""
    declaration = house.desk().declaration(name)
    sent = sending.read(declaration, data)
    with house.db.app(mine.settings()) as conn:
        sheet = sheets.opened(conn, declaration, record_id, scope=mine, base=sent.base, seen=sent.base)
        made = writing.remove(conn, sheet, reason=sent.reason, scope=mine)
        draft = drafts.of_record(conn, name, record_id, scope=mine)
        if draft is not None:
            drafts.drop(conn, draft.id, scope=mine)
    if made.proposal is not None:
        return Redirect(f"/staff/approvals/{made.proposal}", status_code=303)
    return Redirect(f"/staff/registers/{name}/{record_id}", status_code=303)


def shown(
    form: Open, sent: Sent, *, looked: Looked | None = None, refused: Sequence[Problem] = (),
    draft: Draft | None = None,
) -> Response[str]:  # fmt: skip
    """The form's page. What stands against recording it decides the status: 409 for others' changes, else 422."""
    with form.house.db.app(form.mine.settings()) as conn:
        filled = _filled(conn, form, sent)
        sheets.expect_there(filled.sheet)
        versions = _versions(conn, form)
        if sent.anew and form.record is None and draft is None:
            filled = _begun(form, filled)
        ground = _ground(conn, form, filled)
    if draft is not None:
        looked = _of_typed(_looked(form, filled, sent), filled)
    told = _told(form, filled)
    view = views.form(filled, sent, looked, refused, told)
    moved = filled.sheet.moved or bool(filled.disputed) or bool(view.taken)
    status = 200 if sent.anew else 409 if moved else 422 if view.errors or view.warnings else 200
    now, base = filled.sheet.now, filled.sheet.base
    label = form.declaration.label
    return page(
        form.sight, "staff/form.html", status=status, form=view, sent=sent, draft=draft, record=form.record,
        register=form.declaration.register, register_title=form.sight.say(form.declaration.title), moved=moved,
        base=sent.base if base is None else base.version, seen=now.version if now is not None else None,
        sends=not proposals.alone(form.declaration, form.mine), others=_others(versions, filled),
        name=versions[0].values.get(label) if versions else None,
        ground=msgspec.json.encode(ground).decode() if ground is not None else "",
    )  # fmt: skip


def _sent(form: Open, data: dict[str, Any]) -> Response[Any]:
    """Keep what came, then record it if nothing stands against it."""
    sent = sending.read(form.declaration, data)
    with form.house.db.app(form.mine.settings()) as conn:
        filled = _filled(conn, form, sent)
        sent = sent.kept_as(_keep(conn, form, filled, sent))
    sheets.expect_there(filled.sheet)
    if sent.act == "keep":
        return Redirect("/staff/drafts", status_code=303)
    looked = _looked(form, filled, sent)
    if sent.act == "look":
        return shown(form, sent, looked=_of_typed(looked, filled))
    if not _ready(filled, sent, looked):
        return shown(form, sent, looked=looked)
    try:
        return Redirect(_recorded(form, filled, sent, looked), status_code=303)
    except Refused as refusal:
        return shown(form, sent, looked=looked, refused=refusal.problems)


def _ready(filled: Filled, sent: Sent, looked: Looked) -> bool:
    """Whether nothing stands against recording: no error, no warning but those overridden, nothing unseen of others."""
    unseen = filled.sheet.moved or filled.merged.conflicts
    warned = {sending.mark(each) for each in looked.warnings}
    overridden = not warned or (sent.overrides and warned <= sent.warned)
    return sent.act == "record" and not (unseen or sent.problems or looked.errors) and overridden


def _recorded(form: Open, filled: Filled, sent: Sent, looked: Looked) -> str:
    """Record it; the address to go on to."""
    reason = sent.reason
    if looked.warnings:
        codes = ", ".join(dict.fromkeys(each.code for each in looked.warnings))
        reason = f"{reason} (ghi dù có cảnh báo: {codes})"
    with form.house.db.app(form.mine.settings()) as conn:
        made = writing.record(conn, filled, looked.row, reason=reason, scope=form.mine)
        if sent.draft is not None:
            drafts.drop(conn, sent.draft, scope=form.mine)
    if made.proposal is not None:
        return f"/staff/approvals/{made.proposal}"
    register = form.declaration.register
    return f"/staff/registers/{register}/{made.record}" if made.record is not None else "/staff/transfers"


def _checked(form: Open, data: dict[str, Any]) -> Response[Any]:
    sent = sending.read(form.declaration, data)
    try:
        with form.house.db.app(form.mine.settings()) as conn:
            filled = _filled(conn, form, sent)
            draft = _keep(conn, form, filled, sent)
            ground = _ground(conn, form, filled)
        sheets.expect_there(filled.sheet)
    except Refused as refusal:
        said = [views.words(each, form.sight) for each in refusal.problems]
        status = refusals.status_of(refusal.problems[0].code)
        return Response({"refused": said}, status_code=status, media_type=MediaType.JSON)
    looked = _looked(form, filled, sent)
    sight = form.sight
    at = f"{draft.kept_at.astimezone(kit_writing.HOME):%H:%M:%S}" if draft is not None else None
    return Response({
        "draft": draft.id if draft is not None else None,
        "kept": sight.gettext("Draft kept at %(time)s", time=at) if at else "",
        "problems": views.told_while_typing((*sent.problems, *looked.problems), looked, sight),
        "ground": ground,
        "choices": views.options(_dependent(form, filled), sight),
        "moved": sight.gettext("Somebody has changed this record meanwhile; you will see both when you record.")
        if filled.sheet.moved else "",
    }, status_code=200, media_type=MediaType.JSON)  # fmt: skip


def _filled(conn: Connection, form: Open, sent: Sent) -> Filled:
    sheet = sheets.opened(
        conn, form.declaration, form.record, scope=form.mine, base=sent.base, seen=sent.seen
    )  # fmt: skip
    return sheets.filled(sheet, sent.texts, sent.sides, sent.emptied)


def _begun(form: Open, filled: Filled) -> Filled:
    """A new form with what can only be one thing."""
    texts = dict(filled.mine)
    for _ in range(3):  # the commune is known once the district is, the village once the commune is
        found = choosing.choices(
            form.desk, form.declaration, texts, scope=form.mine, today=clock.today()
        )  # fmt: skip
        texts |= choosing.only(form.declaration, found)
    return sheets.filled(filled.sheet, texts, {})


def _keep(conn: Connection, form: Open, filled: Filled, sent: Sent) -> Draft | None:
    content = sent.content(filled.changed)
    if content.blank:
        if sent.draft is not None:
            drafts.drop(conn, sent.draft, scope=form.mine)
        return None
    base = filled.sheet.base.version if filled.sheet.base is not None else sent.base
    return drafts.keep(
        conn, form.declaration.register, content, scope=form.mine, record=form.record, draft=sent.draft,
        base=base if form.record is not None else None,
    )  # fmt: skip


def _looked(form: Open, filled: Filled, sent: Sent) -> Looked:
    return looking.look(
        form.desk, form.declaration, filled.merged.texts, scope=form.mine, accept=sent.accept, kept=filled.kept
    )


def _of_typed(looked: Looked, filled: Filled) -> Looked:
    """Only what is said of fields that were typed: what was not come to yet is not wrong yet."""
    return Looked(looked.row, tuple(each for each in looked.problems if each.field in filled.changed), looked.mended)


def _dependent(form: Open, filled: Filled) -> choosing.Choices:
    found = choosing.choices(
        form.desk, form.declaration, filled.merged.texts, scope=form.mine, today=clock.today()
    )  # fmt: skip
    fields = form.declaration.fields
    rule = form.declaration.area
    return {name: each for name, each in found.items()
            if name in (rule.commune, rule.village) or fields[name].on is not None}  # fmt: skip


def _ground(conn: Connection, form: Open, filled: Filled) -> Ground | None:
    """The commune that the form says, for its point to be put on."""
    rule = form.declaration.area
    said = [filled.merged.texts.get(name or "", "") for name in (rule.commune, rule.village)]
    code = next((each for each in said if each), "")
    return drawing.ground(conn, code) if form.declaration.point is not None and code else None


def _told(form: Open, filled: Filled) -> views.Told:
    found = choosing.choices(
        form.desk, form.declaration, filled.merged.texts, scope=form.mine, today=clock.today()
    )  # fmt: skip
    units = dict(form.desk.places.codes.select("code", "name").iter_rows())
    return views.Told(form.declaration, form.desk.lists, units, found, form.sight)


def _versions(conn: Connection, form: Open) -> list[Version]:
    """The record as whoever asks may see it; that it was looked at is noted."""
    if form.record is None:
        return []
    return history.versions(conn, form.declaration, form.record, scope=form.mine)


def _others(versions: Sequence[Version], filled: Filled) -> list[Version]:
    """The versions that came since typing began, newest first."""
    began = filled.sheet.base.version if filled.sheet.base is not None else 0
    return [each for each in versions if each.version > began]
