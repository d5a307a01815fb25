"""Changes that wait for a second person: decided row by row, against the register as it is by then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.registers.conftest import AN, BINH, LAU_AN, SUNG_CHI, VANG_BINH, People
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.problems import Refused
from tinhso.registers import approving, changes, deciding, evolution, history, proposals, transfers, undoing
from tinhso.registers.approving import Weighing
from tinhso.registers.changes import ChangeSet, Source
from tinhso.registers.proposals import Proposal

SENT = Source("file", "xa.xlsx", "1" * 64, ("Trang 1",))
COMMUNE = ["read", "propose"]


@pytest.fixture
def people(people: People) -> People:
    """Two officers of the province's departments, and a register that wants a second person."""
    wanted = msgspec.structs.replace(people.declaration, approval="second")
    with people.db.owner() as conn:
        evolution.apply(conn, wanted)
    return replace(people, declaration=wanted)


def over(people: People, area: str, login: str, verbs: list[str] | None = None) -> Scope:
    with people.db.app() as conn:
        return grants.over(conn, [area], verbs or ["read", "propose", "approve"], login)


def drafted(people: People, scope: Scope, *rows: Any, gone: Any = "keep") -> ChangeSet:
    with people.db.app(scope.settings()) as conn:
        return changes.difference(conn, people.declaration, people.rows(*rows), scope=scope, gone=gone)


def sent(people: People, scope: Scope, *rows: Any, gone: Any = "keep") -> int:
    made = drafted(people, scope, *rows, gone=gone)
    with people.db.app(scope.settings()) as conn:
        return proposals.propose(conn, made, source=SENT, scope=scope)


def listed(people: People, scope: Scope) -> list[Proposal]:
    with people.db.app(scope.settings()) as conn:
        return proposals.listed(conn)


def weighed(people: People, scope: Scope, number: int) -> Weighing:
    return approving.weigh(people.db, number, scope=scope)


def approved(people: People, scope: Scope, number: int, *keys: str, back: dict[str, str] | None = None) -> Any:
    """Approve the rows of these keys (all), and send others back."""
    found = weighed(people, scope, number)
    ids = {each.line.key: each.line.id for each in found.rows}
    chosen = [ids[key] for key in keys or (set(ids) - set(back or {}))]
    told = {ids[key]: said for key, said in (back or {}).items()}
    return approving.decide(people.db, number, chosen, told, shown=found.mark, scope=scope)


def code(wanted: str, act: Any) -> None:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.problems[0].code == wanted


def test_nobody_writes_alone_and_two_are_remembered(people: People) -> None:
    an, dung = over(people, AN, "an"), over(people, "02", "dung")
    made = drafted(people, an, LAU_AN)
    assert not proposals.direct(made, an) and proposals.direct(made, people.station())
    code("registers.second_person", lambda: changes.commit(people.db, made, source=SENT, scope=an))
    number = sent(people, an, LAU_AN)
    assert people.all() == {}
    code("registers.own_proposal", lambda: weighed(people, an, number))
    commit = approved(people, dung, number)
    assert (commit.new, commit.changed) == (1, 0)
    with people.db.app(an.settings()) as conn:
        record = conn.execute("select id from registers.people").fetchone()
        assert record is not None
        (version,) = history.versions(conn, people.declaration, record[0], scope=an)
    assert (version.author, version.proposer, version.file, version.row) == ("dung", "an", "xa.xlsx", 2)
    with people.db.owner() as conn:
        query = "select actor, action from access.event where subject = %s order by id"
        told = conn.execute(query, [f"people/{number}"]).fetchall()
    assert told == [("an", "propose"), ("dung", "proposal.approved")]
    undoing.undo(people.db, "people", record[0], 1, what="came", reason="nhầm", scope=an)
    assert people.all() == {}


def test_split_sent_back_and_left(people: People) -> None:
    an, dung = over(people, AN, "an"), over(people, "02", "dung")
    people.put(LAU_AN)
    number = sent(people, an, {**LAU_AN, "job": "hiệu trưởng"}, SUNG_CHI, {"code": "9", "name": "Vừ Thị Gái"})
    found = weighed(people, dung, number)
    assert [(each.line.key, each.op, each.turned, each.moved) for each in found.rows] == [
        ("1", "changed", ("job",), False), ("3", "new", (), False), ("9", "new", (), False)]  # fmt: skip
    assert found.rows[0].before["job"] == "giáo viên" and found.rows[0].after["job"] == "hiệu trưởng"
    code("registers.no_remark", lambda: approved(people, dung, number, "1", back={"3": "  "}))
    assert people.all()["1"][1] == "giáo viên"
    assert approved(people, dung, number, "1", back={"3": "thiếu ngày sinh"}).changed == 1
    assert set(people.all()) == {"1"} and people.all()["1"][1] == "hiệu trưởng"
    (known,) = listed(people, an)
    assert (known.own, known.waiting, known.approved, known.returned) == (True, 1, 1, 1)
    with people.db.app(an.settings()) as conn:
        lines = {each.key: each for each in proposals.lines(conn, number)}
        assert (lines["3"].state, lines["3"].actor, lines["3"].remark) == ("returned", "dung", "thiếu ngày sinh")
        proposals.withdraw(conn, number)
    assert listed(people, dung)[0].waiting == 0
    code("registers.proposal_moved", lambda: approving.decide(
        people.db, number, [lines["9"].id], {}, shown=found.mark, scope=dung))  # fmt: skip


def test_what_moved_since_it_was_shown_is_not_done(people: People) -> None:
    an, dung = over(people, AN, "an"), over(people, "02", "dung")
    people.put(LAU_AN, SUNG_CHI)
    number = sent(people, an, {**LAU_AN, "job": "hiệu trưởng"}, gone="remove")
    found = weighed(people, dung, number)
    assert [(each.op, each.line.key) for each in found.rows] == [("changed", "1"), ("gone", "3")]
    people.put({**LAU_AN, "age": 31})
    ids = [each.line.id for each in found.rows]
    code("registers.proposal_moved", lambda: approving.decide(people.db, number, ids, {}, shown=found.mark, scope=dung))
    assert people.all()["1"][1] == "giáo viên"
    again = weighed(people, dung, number)
    assert [each.moved for each in again.rows] == [True, False] and again.rows[0].turned == ("job", "age")
    commit = approved(people, dung, number)
    assert (commit.changed, commit.gone) == (1, 1) and set(people.all()) == {"1"}
    code("registers.proposal_moved", lambda: approving.decide(people.db, number, ids, {}, shown=again.mark, scope=dung))


def test_only_who_answers_for_all_its_places_sees_it(people: People) -> None:
    """The law of the two communes, for the queue."""
    an, binh = over(people, AN, "an"), over(people, BINH, "binh")
    chief, province = over(people, "026", "chief"), over(people, "02", "dung")
    here = sent(people, an, LAU_AN)
    both = sent(people, over(people, "02", "both", COMMUNE), VANG_BINH, SUNG_CHI)
    assert listed(people, binh) == [] and listed(people, over(people, "02", "reader", COMMUNE)) == []
    assert [each.id for each in listed(people, chief)] == [here]
    assert [each.id for each in listed(people, province)] == [both, here]
    for number in (here, both, 999):
        code("registers.unknown_proposal", lambda number=number: weighed(people, binh, number))
    with people.db.app(binh.settings()) as conn:
        assert proposals.lines(conn, here) == []
        for query in ("select * from registers.proposal", "select * from registers.seconded"):
            with pytest.raises(Exception, match="permission denied"), conn.transaction():
                conn.execute(query.encode())
    with people.db.app(binh.settings()) as conn:
        code("registers.outside_scope", lambda: proposals.decide(conn, here, {1: "không"}, "returned"))
    with people.db.app(binh.settings()) as conn:
        code("registers.outside_scope", lambda: proposals.propose(
            conn, drafted(people, province, LAU_AN), source=SENT, scope=binh))  # fmt: skip


def test_who_only_approves_needs_no_other_verb(people: People) -> None:
    an, approver = over(people, AN, "an", COMMUNE), over(people, "02", "duyet", ["read", "approve"])
    number = sent(people, an, LAU_AN)
    assert approved(people, approver, number).new == 1


def test_a_key_kept_elsewhere_is_the_approvers_to_judge(people: People) -> None:
    """The sender learns nothing; who approves over both sees that the record would move."""
    an, dung = over(people, AN, "an"), over(people, "02", "dung")
    people.put(VANG_BINH)
    number = sent(people, an, {**VANG_BINH, "in": AN})
    with people.db.app(an.settings()) as conn:
        assert [(each.record, each.base) for each in proposals.lines(conn, number)] == [(None, None)]
    (row,) = weighed(people, dung, number).rows
    assert row.op == "changed"
    approved(people, dung, number)
    assert people.all()["2"][-1] == people.places[AN][0]


def test_the_other_ways_with_two_people_stay_open(people: People) -> None:
    """A row that waited for the department was sent by somebody else."""
    blind, dung = over(people, AN, "blind", ["propose"]), over(people, "02", "dung")
    made = drafted(people, blind, LAU_AN)
    assert made.held.height == 1
    with people.db.app(blind.settings()) as conn:
        transfers.hold(conn, people.declaration, made.held, {"file_name": "xa.xlsx", "sheets": ["Trang 1"]})
    with people.db.app(dung.settings()) as conn:
        (case,) = transfers.cases(conn)
    assert deciding.accept(people.db, case.id, scope=dung).state == "accepted" and set(people.all()) == {"1"}


def test_erasing_a_person_takes_the_rows_that_wait(people: People) -> None:
    an, dung = over(people, AN, "an"), over(people, "02", "dung")
    number = sent(people, an, LAU_AN, SUNG_CHI)
    with people.db.app(dung.settings()) as conn:
        assert proposals.erase(conn, "people", ["code"], "3", reason="theo yêu cầu") == (1, 0)
    with people.db.app(an.settings()) as conn:
        first, second = proposals.lines(conn, number)
    assert (second.key, second.content, second.state) == ("", {}, "erased") and first.state == "waiting"
    assert approved(people, dung, number).new == 1
