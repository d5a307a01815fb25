"""Asking for a correction: by an officer, from outside; assigned, accepted in part, refused; and who learns of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.laws.asked import png
from tests.privacy.conftest import BINH, CHI, CHI_NAME, CHI_PHONE, DONG_VAN, LUNG_CU, MEO_VAC, Room
from tests.privacy.test_correcting import _check, _worker
from tinhso.access import grants
from tinhso.access.people.door import Caller, Door
from tinhso.access.scope import Scope
from tinhso.foundation.problems import Refused
from tinhso.privacy import asking, assigning, cases, correcting, evidence, restricting
from tinhso.privacy.asking import Asked
from tinhso.privacy.cases import Case
from tinhso.privacy.evidence import Sent
from tinhso.registers import approving, declared, history, proposals

OUTSIDE = Asked("Năm sinh sai.", register="workers", area=LUNG_CU, citizen_id=CHI, name=CHI_NAME, contact=CHI_PHONE)
PHOTO = Sent("thẻ.png", png("thẻ"))


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.problems[0].code == code


@pytest.fixture
def door(filled: Room) -> Door:
    return Door(filled.db, "a secret of the tests")


def workers_officer(room: Room, area: str = DONG_VAN, *verbs: str) -> Scope:
    """Somebody of one register, with nothing to do with cases otherwise."""
    wanted = verbs or ("read", "propose", "approve")
    with room.db.app() as conn:
        return grants.over(conn, [area], wanted, f"workers-{area}-{len(wanted)}", registers=["workers"])


def ask(room: Room, asker: Scope, values: dict[str, str], key: str = CHI) -> int:
    asked = Asked("Giấy khai sinh ghi khác.", values, (PHOTO,), "workers", int(_worker(room, key)["id"]))
    with room.at(asker) as conn:
        return asking.as_officer(conn, room.office, asked, scope=asker)


def one(room: Room, case: int, scope: Scope) -> Case:
    with room.at(scope) as conn:
        return cases.one(conn, room.office, case, scope=scope)


def accept(room: Room, case: int, scope: Scope, *fields: str) -> Case:
    with room.at(scope) as conn:
        record = int(_worker(room)["id"])
        version = int(_worker(room)["version"])
        return correcting.accept(
            conn, room.office, case, [("workers", record, name) for name in fields], _check(room), scope=scope,
            seen={("workers", record): version}, words="Đã sửa theo giấy khai sinh.",
        )  # fmt: skip


def test_an_officer_asks_and_one_of_two_fields_is_accepted(filled: Room) -> None:
    asker, handler = workers_officer(filled, DONG_VAN, "read"), workers_officer(filled)
    case = ask(filled, asker, {"job": "Thợ may", "birth_date": "1991"})
    known = one(filled, case, asker)
    assert (known.asker, known.register, known.law) == (asker.actor, "workers", "own_corrections")
    assert known.next is not None and known.next.due is not None and known.next.due.date() == date(2026, 11, 25)
    with pytest.raises(Refused):  # seeing it is no leave to decide it
        accept(filled, case, asker, "job")
    with filled.at(handler) as conn:
        assigning.assign(conn, filled.office, case, handler.actor, scope=handler)
        with refused("privacy.cannot_handle"):
            assigning.assign(conn, filled.office, case, "khong-co", scope=handler)
    done = accept(filled, case, handler, "job")
    assert done.closed and done.handler == handler.actor
    now = _worker(filled)
    assert (now["job"], now["birth_date"], now["version"]) == ("Thợ may", "1990", 2)
    with filled.at() as conn:
        newest = history.versions(conn, declared.one(conn, "workers"), now["id"], scope=filled.station)[0]
    assert newest.reason == f"Hồ sơ {case}: chỉnh sửa theo yêu cầu"
    facts = next(step.facts for step in one(filled, case, asker).steps if step.action == "carried_out")
    assert [each[2] for each in facts["accepted"]] == ["job"] and [each[2] for each in facts["declined"]] == [
        "birth_date"]  # fmt: skip


def test_a_stranger_asks_is_identified_and_reads_the_state(filled: Room, door: Door) -> None:
    made = asking.publicly(filled.office, door, replace(OUTSIDE, files=(PHOTO,)), Caller("203.0.113.5"))
    state = asking.state(filled.office, door, str(made.case), made.code.lower(), Caller())
    assert not state.has("assigned") and state.due is not None and state.due.date() == date(2026, 12, 3)
    handler = workers_officer(filled)
    record = int(_worker(filled)["id"])
    with filled.at(handler) as conn:
        (file,) = evidence.of(conn, cases.one(conn, filled.office, made.case, scope=handler))
        assert (file.name, file.media_type) == ("thẻ.png", "image/png")
        assert filled.office.files.open(file.sha256).read() == PHOTO.content
        with refused("privacy.not_identified"):
            correcting.propose(conn, filled.office, made.case, "workers", record, {"job": "Thợ may"}, scope=handler)
        for action in ("assigned", "identified"):
            cases.step(conn, filled.office, made.case, action, scope=handler, facts={"to": handler.actor})
        correcting.propose(conn, filled.office, made.case, "workers", record, {"job": "Thợ may"}, scope=handler)
    accept(filled, made.case, handler, "job")
    state = asking.state(filled.office, door, str(made.case), made.code, Caller())
    last = state.steps[-2]
    assert (last.action, last.accepted, last.words) == (
        "carried_out", (("workers", "job"),), "Đã sửa theo giấy khai sinh.")  # fmt: skip
    assert handler.actor not in str(state)


def test_a_wrong_code_and_a_number_that_nobody_has_are_answered_alike(filled: Room, door: Door) -> None:
    made = asking.publicly(filled.office, door, OUTSIDE, Caller("203.0.113.6"))
    other = asking.publicly(filled.office, door, OUTSIDE, Caller("203.0.113.6"))
    said = set()
    for number, code in ((made.case, other.code), (999_999, made.code), ("", ""), ("9" * 40, made.code), ("é", "\x00")):
        with pytest.raises(Refused) as refusal:
            asking.state(filled.office, door, str(number), code, Caller())
        said.add((refusal.value.problems[0].code, refusal.value.problems[0].en))
    assert len(said) == 1 and {code for code, _ in said} == {"privacy.wrong_code"}


def test_requests_and_tries_are_held_back(filled: Room, door: Door) -> None:
    def asks() -> None:
        asking.publicly(filled.office, door, OUTSIDE, Caller("203.0.113.7"))

    for _ in range(5):
        asks()
    with refused("privacy.ask_wait"):
        asks()
    for _ in range(20):
        with refused("privacy.wrong_code"):
            asking.state(filled.office, door, "1", "WRONG", Caller("203.0.113.8"))
    with refused("privacy.ask_wait"):
        asking.state(filled.office, door, "1", "WRONG", Caller("203.0.113.8"))


@pytest.mark.parametrize(("changed", "code"), [
    ({"request": "a" * 10_000_000}, "ask_long"), ({"request": " \n "}, "ask_nothing"), ({"name": ""}, "ask_name"),
    ({"contact": None}, "ask_contact"), ({"citizen_id": "00219000001"}, "ask_number"),
    ({"citizen_id": "٠٠٢١٩٠٠٠٠٠١٢"}, "ask_number"), ({"files": (PHOTO,) * 4}, "too_many_files"),
    ({"files": (Sent("a.png", png("x") + b"<script>"),)}, "attachment_cut"),
    ({"files": (Sent("a.png", b"<html>"),)}, "attachment_kind"),
    ({"files": (Sent("a.png", png("<script>alert(1)</script>")),)}, "attachment_double"),
])  # fmt: skip
def test_what_cannot_be_taken_is_refused_in_a_sentence(
    filled: Room, door: Door, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        asking.publicly(filled.office, door, replace(OUTSIDE, **changed), Caller("203.0.113.9"))
    assert refusal.value.problems[0].code.endswith(code)
    with filled.db.owner() as conn:
        assert conn.execute("select count(*) from privacy.case").fetchone() == (0,)


def test_html_is_kept_as_it_was_written_and_no_control_signs(filled: Room, door: Door) -> None:
    asked = replace(OUTSIDE, request="<b>Sai</b>\x00\x07\nnăm sinh")
    made = asking.publicly(filled.office, door, asked, Caller())
    assert one(filled, made.case, filled.station).subject.request == "<b>Sai</b>\nnăm sinh"


def test_an_officer_of_another_commune_learns_nothing(filled: Room, door: Door) -> None:
    outside = asking.publicly(filled.office, door, OUTSIDE, Caller()).case
    inside = ask(filled, workers_officer(filled), {"job": "Thợ may"})
    for stranger in (workers_officer(filled, MEO_VAC), filled.officer(MEO_VAC), workers_officer(filled, "02", "read")):
        with filled.at(stranger) as conn:
            assert cases.every(conn, filled.office, scope=stranger, open_only=False) == []
            for table in ("case", "step", "subject", "correction", "evidence"):
                column = "id" if table == "case" else '"case"'
                query = f"select count(*) from privacy.{table} where {column} = any (%s)".replace(".case ", '."case" ')
                assert filled.one(conn, query, [outside, inside]) == 0, table
            for case in (outside, inside):
                with refused("privacy.unknown_case"):
                    cases.one(conn, filled.office, case, scope=stranger)
    with refused("registers.unknown_record"):
        ask(filled, workers_officer(filled), {"job": "Thợ may"}, BINH["citizen_id"])


def test_who_handles_a_register_does_no_more_than_that(filled: Room) -> None:
    """Approving in a register opens its corrections, not what the office for privacy does."""
    handler = workers_officer(filled)
    case = ask(filled, workers_officer(filled, DONG_VAN, "read"), {"job": "Thợ may"})
    other = filled.open("delete")
    with filled.at(handler) as conn:
        assert [each.id for each in cases.every(conn, filled.office, scope=handler)] == [case]
        with pytest.raises(Refused):
            cases.one(conn, filled.office, other.id, scope=handler)
        cases.step(conn, filled.office, case, "assigned", scope=handler, facts={"to": handler.actor})
        with refused("registers.may_not"):
            restricting.restrict(conn, filled.office, case, scope=handler)
        with refused("privacy.no_reason"):
            correcting.turn_down(conn, filled.office, case, " ", scope=handler)
        assert correcting.turn_down(conn, filled.office, case, "Giấy không khớp.", scope=handler).closed


def test_a_value_that_the_field_refuses_changes_nothing(filled: Room) -> None:
    handler = filled.officer(DONG_VAN)
    case = ask(filled, handler, {"job": "Thợ may", "gender": "Nam"})
    with pytest.raises(Refused):
        accept(filled, case, handler, "job", "gender")
    assert _worker(filled)["version"] == 1 and not one(filled, case, handler).closed
    accept(filled, case, handler, "job")
    assert _worker(filled)["job"] == "Thợ may"


def test_what_the_handler_does_not_see_stays(filled: Room) -> None:
    handler = workers_officer(filled)  # every sensitive field masked
    accept(filled, ask(filled, handler, {"job": "Thợ may"}), handler, "job")
    now = _worker(filled)
    assert (now["job"], now["phone"], now["citizen_id"]) == ("Thợ may", CHI_PHONE, CHI)


def test_an_older_view_of_the_record_is_overtaken(filled: Room) -> None:
    handler = filled.officer(DONG_VAN)
    first, second = (ask(filled, handler, {"job": job}) for job in ("Thợ may", "Thợ xây"))
    accept(filled, first, handler, "job")
    record = int(_worker(filled)["id"])
    with filled.at(handler) as conn, refused("registers.overtaken"):
        correcting.accept(conn, filled.office, second, [("workers", record, "job")], _check(filled), scope=handler,
                          seen={("workers", record): 1})  # fmt: skip


def test_who_may_not_approve_sends_it_on_and_the_case_follows(filled: Room) -> None:
    """The case waits with the proposal, and ends when somebody else has approved it."""
    station = filled.station
    with filled.db.app() as conn:
        handler = grants.over(conn, [DONG_VAN], ["read", "propose"], "taker", unmask=["*"])
    case = ask(filled, handler, {"job": "Thợ may"})
    with filled.at(station) as conn:
        cases.step(conn, filled.office, case, "assigned", scope=station, facts={"to": "taker"})
    accept(filled, case, handler, "job")
    waiting = one(filled, case, station)
    assert waiting.waits and not waiting.closed and _worker(filled)["version"] == 1
    (number,) = next(step.facts["proposals"] for step in waiting.steps if step.action == "answered")
    with filled.at(filled.officer(DONG_VAN)) as conn:
        lines = proposals.lines(conn, number)
    weighed = approving.weigh(filled.db, number, scope=filled.officer(DONG_VAN))
    approving.decide(filled.db, number, [lines[0].id], {}, shown=weighed.mark, scope=filled.officer(DONG_VAN))
    done = one(filled, case, station)
    assert done.closed and done.has("carried_out") and _worker(filled)["job"] == "Thợ may"


def test_evidence_of_a_request_is_no_file_that_nothing_names(filled: Room, door: Door) -> None:
    made = asking.publicly(filled.office, door, replace(OUTSIDE, files=(PHOTO,)), Caller())
    stored = filled.office.files.put(io.BytesIO(PHOTO.content))
    with filled.at() as conn:
        query = "select count(*) from privacy.unnamed(%s)"
        assert filled.one(conn, query, [stored.sha256]) == 0
        cases.step(conn, filled.office, made.case, "answered", scope=filled.station)
        cases.step(conn, filled.office, made.case, "closed", scope=filled.station)
    deletion = filled.identified("delete")
    filled.step(deletion, "answered")
    filled.step(deletion, "closed")
    with filled.at() as conn:
        conn.execute("select privacy.forget(%s)", (deletion.id,))
        assert filled.one(conn, query, [stored.sha256]) == 1
    assert one(filled, made.case, filled.station).subject.erased_at is not None

