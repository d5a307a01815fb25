"""The officers' face: taking files in, registers, change sets, cases of persons. For people who are signed in."""

from __future__ import annotations

from litestar import Router
from litestar.types import ControllerRouterHandler

from tinhso.web.kit.standing import allowed
from tinhso.web.staff.accounts import act_on, invitation, invite
from tinhso.web.staff.administering import (
    change_role,
    give,
    grants_page,
    revoke,
    role_page,
    roles_page,
    why_page,
)  # fmt: skip
from tinhso.web.staff.approvals import approval, approvals, decide, withdraw
from tinhso.web.staff.batches import absent, choose, commit, drop, match, propose, review
from tinhso.web.staff.beside import attach, attached, detach, forget_list, keep_list
from tinhso.web.staff.blanks import blank
from tinhso.web.staff.cases import accepted, acted, begun, case, cases, led, own_data
from tinhso.web.staff.changes import change, changes, undo
from tinhso.web.staff.corrections import asked, proof, taken_down, taking_down, wish
from tinhso.web.staff.declarations import change_declaration, declaration, declaration_file
from tinhso.web.staff.drafts import draft_page, drafts_page, drop_draft
from tinhso.web.staff.exports import carry_out, choose_export, exports, fetch
from tinhso.web.staff.forms import (
    check_change,
    check_new,
    edit,
    new_record,
    record_change,
    record_new,
    take_away,
)  # fmt: skip
from tinhso.web.staff.intake import desk, receive
from tinhso.web.staff.looked import code, notices, readings
from tinhso.web.staff.marked import as_csv, as_sent, as_workbook
from tinhso.web.staff.people import people, person
from tinhso.web.staff.quality import quality
from tinhso.web.staff.record import record, take_back, unmask
from tinhso.web.staff.registers import faceted, register, registers
from tinhso.web.staff.rounds import act, begin, close, extend, new, one, reminder, rounds
from tinhso.web.staff.sketches import begin as begin_sketch
from tinhso.web.staff.sketches import shape, sketch, sketches
from tinhso.web.staff.start import home
from tinhso.web.staff.together import look_again, record_all, together
from tinhso.web.staff.transfers import accept, transfers_page, turn_down


def router() -> Router:
    """All doors of officers, behind one guard: signed in, and holding the verb that the route names."""
    doors: list[ControllerRouterHandler] = [
        desk, receive, together, look_again, record_all, review, match, choose, absent, commit, propose, drop,
        as_csv, as_workbook, as_sent, registers, register, faceted, record, unmask, take_back, changes, change, undo,
        attach, attached, detach, keep_list, forget_list, exports, choose_export, carry_out, fetch, blank,
        wish, asked, taking_down, taken_down, accepted, proof,
        cases, begun, case, led, acted, own_data, readings, notices, code,
        transfers_page, accept, turn_down, approvals, approval, decide, withdraw,
        new_record, record_new, check_new, edit, record_change, check_change, take_away,
        drafts_page, draft_page, drop_draft,
        home, quality, rounds, new, begin, one, reminder, extend, act, close,
        sketches, begin_sketch, sketch, shape, declaration, change_declaration, declaration_file,
        people, person, invitation, invite, act_on,
        grants_page, give, revoke, roles_page, role_page, change_role, why_page,
    ]  # fmt: skip
    return Router("/staff", route_handlers=doors, guards=[allowed])
