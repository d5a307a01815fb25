"""Cases: their steps, who sees them, and what they hand out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.privacy.conftest import AN, CHI, CHI_NAME, CHI_PHONE, DONG_VAN, MEO_VAC, NOW, Room
from tests.privacy.test_erasing import sends_blindly
from tinhso.access import grants
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import errors
from tinhso.foundation.problems import Refused
from tinhso.intake import batches
from tinhso.intake.desk import Desk
from tinhso.privacy import cases, seeing, waiting


def test_a_case_is_its_steps(room: Room) -> None:
    case = room.step(room.open("see"), "assigned", facts={"to": "an"})
    case = room.step(case, "identified", words="Đã xem thẻ")
    case = room.step(case, "answered")
    assert [step.action for step in case.steps] == ["received", "assigned", "identified", "answered"]
    assert (case.handler, case.law, case.subject.name) == ("an", "law91_2025", CHI_NAME)
    assert case.steps[2].words == "Đã xem thẻ"
    assert not case.closed and room.step(case, "closed").closed


def test_what_is_due_first_stands_first(room: Room) -> None:
    later = room.open("restrict")
    earlier = room.open("see", received_at=NOW - timedelta(days=20))
    done = room.step(room.step(room.open("see"), "answered"), "closed")
    with room.at() as conn:
        listed = cases.every(conn, room.office, scope=room.station)
        assert [case.id for case in listed] == [earlier.id, later.id]
        assert listed[0].next is not None and listed[0].next.state == "overdue"
        every = cases.every(conn, room.office, scope=room.station, open_only=False)
        assert every[-1].id == done.id and every[-1].next is None


def test_a_case_follows_the_law_of_the_day_it_was_received(room: Room) -> None:
    old = room.open("see", received_at=datetime(2025, 12, 31, 15, 0, tzinfo=VIETNAM))
    assert (old.law, [term.what for term in old.terms]) == ("nd13_2023", ["complete"])
    with room.at() as conn, pytest.raises(Refused, match="allows no extension"):
        cases.extend(conn, room.office, old.id, "nhiều sổ", scope=room.station)
    with pytest.raises(Refused, match="future"):
        room.open("see", received_at=NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="No law"):
        room.open("see", received_at=datetime(2023, 6, 30, tzinfo=VIETNAM))


def test_extended_once_with_a_reason_and_in_time(room: Room) -> None:
    case = room.open("see")
    before = case.terms[1].due
    with room.at() as conn, pytest.raises(Refused, match="needs a reason"):
        cases.extend(conn, room.office, case.id, "  ", scope=room.station)
    with room.at() as conn:
        longer = cases.extend(conn, room.office, case.id, "phải tra nhiều sổ", scope=room.station)
    assert before is not None and longer.terms[1].due is not None and longer.terms[1].due > before + timedelta(days=14)
    with room.at() as conn, pytest.raises(Refused, match="once only"):
        cases.extend(conn, room.office, case.id, "nữa", scope=room.station)
    late = room.open("see", received_at=NOW - timedelta(days=20))
    with room.at() as conn, pytest.raises(Refused, match="overdue"):
        cases.extend(conn, room.office, late.id, "nhiều sổ", scope=room.station)


def test_steps_that_do_not_follow_are_refused(room: Room) -> None:
    case = room.open("see")
    for action, said in (("carried_out", "identified"), ("closed", "neither answered")):
        with pytest.raises(Refused, match=said):
            room.step(case, action)  # type: ignore[arg-type]
    with room.at() as conn, pytest.raises(Refused, match="legal basis"):
        cases.decline(conn, room.office, case.id, "", scope=room.station)
    with room.at() as conn:
        refused = cases.decline(conn, room.office, case.id, "Luật 91/2025/QH15, Điều 4", scope=room.station)
    assert refused.steps[-1].facts == {"basis": "Luật 91/2025/QH15, Điều 4"}
    closed = room.step(case, "closed")
    with pytest.raises(Refused, match="closed"):
        room.step(closed, "answered")


def test_an_officer_sees_the_cases_of_the_own_area(room: Room) -> None:
    case = room.open("see", scope=room.officer(DONG_VAN))
    binh = room.officer(MEO_VAC)
    with room.at(binh) as conn:
        assert cases.every(conn, room.office, scope=binh) == []
        with pytest.raises(Refused, match="no case"):
            cases.one(conn, room.office, case.id, scope=binh)
        for table in ("case", "step", "subject"):
            assert room.one(conn, f"select count(*) from privacy.{table}") == 0
    with pytest.raises(Refused, match="outside your area"):
        room.open("see", scope=binh)
    with pytest.raises(errors.InsufficientPrivilege), room.at(binh) as conn:
        query = "insert into privacy.step (\"case\", action, actor) values (%s, 'noted', 'officer-027')"
        conn.execute(query, (case.id,))
    with room.at(room.officer(DONG_VAN)) as conn:
        assert len(cases.every(conn, room.office, scope=room.officer(DONG_VAN))) == 1


def test_who_only_looks_learns_how_far_it_is_not_who_asks(room: Room) -> None:
    reader = room.officer(DONG_VAN, ("read",))
    room.step(room.open("see"), "identified", words=f"{CHI_NAME} có mặt")
    with room.at(reader) as conn:
        (case,) = cases.every(conn, room.office, scope=reader)
    assert case.terms and CHI not in str(case) and CHI_NAME not in str(case) and CHI_PHONE not in str(case)


def test_what_is_masked_is_not_handed_over(filled: Room) -> None:
    with filled.db.app() as conn:
        masked = grants.over(conn, [DONG_VAN], ["read", "propose", "approve", "export"], "officer-026")
    case = filled.identified("see")
    with filled.at(masked) as conn, pytest.raises(Refused, match="masked"):
        seeing.see(conn, filled.office, case.id, scope=masked)


def test_without_the_verb_a_case_is_read_only(room: Room) -> None:
    reader = room.officer(DONG_VAN, ("read",))
    case = room.open("see")
    with pytest.raises(Refused, match="may not"):
        room.open("see", scope=reader)
    with pytest.raises(Refused, match="may not"):
        room.step(case, "noted", scope=reader)


def test_nobody_edits_a_step_not_even_the_owner(room: Room) -> None:
    room.open("see")
    for statement in ("update privacy.step set actor = 'x'", "delete from privacy.case", "truncate privacy.consent"):
        with pytest.raises(errors.InsufficientPrivilege), room.at() as conn:
            conn.execute(statement)
        with pytest.raises(errors.Error, match="only appended"), room.db.owner() as conn:
            conn.execute(statement)
    with room.db.owner() as conn:
        conn.execute("update privacy.case set place = place + 1000")


def test_a_step_bears_the_name_of_who_took_it(room: Room) -> None:
    case = room.open("see")
    with pytest.raises(errors.InsufficientPrivilege), room.at() as conn:
        conn.execute("insert into privacy.step (\"case\", action, actor) values (%s, 'noted', 'somebody')", (case.id,))


def test_own_data_of_all_registers(filled: Room) -> None:
    case = filled.identified("see")
    with filled.at() as conn:
        own = seeing.see(conn, filled.office, case.id, scope=filled.station)
        known = cases.one(conn, filled.office, case.id, scope=filled.station)
    assert [each.register for each in own.registers] == ["households", "team_members", "workers"]
    assert own.complete and known.terms[1].state == "done"
    values = {name: said for name, _, _, said in own.registers[2].records[0].values}
    assert (values["citizen_id"], values["phone"], values["gender"]) == (CHI, CHI_PHONE, "Nữ")
    document = seeing.document(own, known)
    assert CHI in document and "Người lao động" in document and "002090000011" not in document
    assert "style=" not in document and "<script" not in document
    assert CHI_NAME not in str(known.steps[-1].facts)


def test_own_data_say_what_waits_and_with_whom(filled: Room) -> None:
    sends_blindly(filled, "Thợ may")
    path = filled.folder / "cho.csv"
    for number in (CHI, AN["citizen_id"]):
        path.write_text(f"citizen_id,full_name\n{number},x\n", encoding="utf-8")
        batches.receive(Desk.open(filled.db, filled.office.files), path, path.name, "workers", scope=filled.station,
                        sender="station")  # fmt: skip
    case = filled.identified("see")
    with filled.at() as conn:
        own = seeing.see(conn, filled.office, case.id, scope=filled.station)
    assert [(each.who, each.unit) for each in own.waiting] == [("department", "Xã Lũng Cú"), ("sender", None)]
    assert own.complete and "Cơ quan phụ trách sổ quyết định (dòng thuộc Xã Lũng Cú)" in seeing.document(own, case)
    elsewhere = filled.officer(MEO_VAC)
    with filled.at(elsewhere) as conn:
        waits, complete = waiting.of_person(conn, filled.office.files, CHI, scope=elsewhere)
    assert (waits, complete) == ((), False)


def test_own_data_within_a_smaller_area_say_so(filled: Room) -> None:
    officer = filled.officer(DONG_VAN)
    case = filled.identified("see", scope=filled.station)
    with filled.at(officer) as conn:
        own = seeing.see(conn, filled.office, case.id, scope=officer)
        assert not own.complete and len(own.registers) == 3
        assert "trong phạm vi của nơi lập" in seeing.document(own, case)


def test_own_data_only_after_the_papers_were_checked(filled: Room) -> None:
    case = filled.open("see")
    with filled.at() as conn, pytest.raises(Refused, match="not identified"):
        seeing.see(conn, filled.office, case.id, scope=filled.station)


def test_a_name_with_markup_is_text_in_the_document(filled: Room) -> None:
    case = filled.identified("see")
    with filled.db.owner() as conn:
        conn.execute("update privacy.subject set name = '<script>alert(1)</script>'")
    with filled.at() as conn:
        own = seeing.see(conn, filled.office, case.id, scope=filled.station)
        known = cases.one(conn, filled.office, case.id, scope=filled.station)
    assert "<script>" not in seeing.document(own, known)


def test_the_clock_is_the_house_s(room: Room) -> None:
    case = room.open("see")
    with clock.stopped(NOW + timedelta(days=30)), room.at() as conn:
        assert cases.one(conn, room.office, case.id, scope=room.station).terms[0].state == "overdue"
