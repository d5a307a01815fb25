"""Erasure: the content is gone from both tables, the stub stays, and the rest of the house goes on."""

from __future__ import annotations

import pytest

from tests.registers.conftest import AN, BINH, People
from tinhso.foundation.database import errors
from tinhso.foundation.problems import Refused
from tinhso.registers import changes, erasure, history, records
from tinhso.registers.changes import Source

CHI = {"code": "c1", "name": "Vừ Thị Chi", "job": "Dệt lanh", "age": 30}
DUA = {"code": "d1", "name": "Lý Thị Dua", "job": "Nuôi ong", "age": 41, "in": BINH}


def _id(people: People, code: str) -> int:
    with people.db.owner() as conn:
        row = conn.execute("select id from registers.people where key = %s", (code,)).fetchone()
    assert row is not None
    return int(row[0])


def _erase(people: People, *codes: str, lone: tuple[tuple[int, int], ...] = ()) -> erasure.Erased:
    scope = people.station()
    ids = [_id(people, code) for code in codes]
    with people.db.app(scope.settings()) as conn:
        return erasure.erase(conn, people.declaration, ids, lone, reason="hồ sơ 1", scope=scope)


def test_all_versions_lose_their_content_and_keep_their_digest(people: People) -> None:
    people.put(CHI, DUA)
    people.put({**CHI, "job": "Thợ may"})
    record = _id(people, "c1")
    erased = _erase(people, "c1")
    assert (erased.records, erased.versions) == (1, 2)
    assert set(people.all()) == {"d1"}
    with people.db.owner() as conn:
        kept = conn.execute(
            "select key, name, job, age, search, sort_key, salt, fingerprint from history.people where id = %s",
            (record,),
        ).fetchall()
        assert kept == [(None,) * 8] * 2
        counted = conn.execute("select count(*) from history.people where digest is null").fetchone()
    assert counted == (0,)


def test_history_shows_a_stub_with_who_when_and_why(people: People) -> None:
    people.put(CHI)
    record = _id(people, "c1")
    erased = _erase(people, "c1")
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        (version,) = history.versions(conn, people.declaration, record, scope=scope)
        assert history.as_of(conn, people.declaration, 10_000, scope=scope) == []
        assert history.as_of(conn, people.declaration, 1, scope=scope) == []
    assert version.erased is not None and set(version.values.values()) == {None}
    assert (version.erased.change_set, version.erased.actor, version.erased.reason) == (
        erased.change_set, scope.actor, "hồ sơ 1",
    )  # fmt: skip


def test_one_earlier_version_can_go_alone(people: People) -> None:
    people.put(CHI)
    people.put({**CHI, "name": "Vừ Thị Chiên"})
    _erase(people, lone=((_id(people, "c1"), 1),))
    assert people.all()["c1"][0] == "Vừ Thị Chiên"
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        newest, oldest = history.versions(conn, people.declaration, _id(people, "c1"), scope=scope)
    assert newest.erased is None and oldest.erased is not None


def test_undo_leaves_the_erased_out_and_takes_back_the_rest(people: People) -> None:
    brought = people.put(CHI, {**CHI, "code": "c2"}, DUA)
    _erase(people, "c1")
    undone = changes.undo(people.db, brought.id, reason="nhầm tệp", scope=people.station())
    assert (undone.gone, undone.erased) == (2, 1)
    assert people.all() == {}
    again = changes.undo(people.db, undone.id, reason="không nhầm", scope=people.station())
    assert (again.new, again.erased) == (2, 0)
    assert set(people.all()) == {"c2", "d1"}


def test_undo_with_nothing_but_erased_records_is_refused(people: People) -> None:
    brought = people.put(CHI)
    scope = people.station()
    removed = changes.remove(people.db, "people", ["c1"], source=Source("form"), scope=scope)
    changes.undo(people.db, removed.id, reason="chưa đi", scope=scope)
    erased = _erase(people, "c1")
    for change_set in (brought.id, removed.id):
        with pytest.raises(Refused, match="Nothing is left to undo"):
            changes.undo(people.db, change_set, reason="thử", scope=scope)
    with pytest.raises(Refused, match="erased personal data"):
        changes.undo(people.db, erased.change_set, reason="thử", scope=scope)


def test_nobody_erases_outside_the_scope_or_without_the_verb(people: People) -> None:
    people.put(CHI, DUA)
    for scope in (people.officer(BINH), people.officer(AN, ["read", "propose"])):
        with pytest.raises(Refused), people.db.app(scope.settings()) as conn:
            erasure.erase(conn, people.declaration, [_id(people, "c1")], reason="x", scope=scope)
    call = "select registers.erase_people(array[1::bigint], '{}', '{}', null, null, 'x')"
    with pytest.raises(errors.Error), people.db.app() as conn:
        conn.execute(call)
    assert set(people.all()) == {"c1", "d1"}


def test_the_key_may_come_again_as_another_record(people: People) -> None:
    people.put(CHI)
    first = _id(people, "c1")
    _erase(people, "c1")
    assert people.put(CHI).new == 1
    assert _id(people, "c1") != first


def test_restricted_records_are_seen_by_whoever_handles_the_case_alone(people: People) -> None:
    people.put(CHI, DUA)
    record, station = _id(people, "c1"), people.station()
    with people.db.owner() as conn:
        area, place = people.places[AN]
        case = conn.execute(
            "insert into privacy.case (kind, area, place, law, received_at, channel) values"
            " ('restrict', %s, %s, 'law91_2025', now(), 'paper') returning id", (area, place)).fetchone()  # fmt: skip
        assert case is not None
        conn.execute(
            "insert into privacy.step (\"case\", action, actor, facts) values (%s, 'assigned', 'x', %s)",
            (case[0], f'{{"to": "officer-{AN}"}}'),
        )
        conn.execute(
            "insert into privacy.restriction (register, record, \"case\", way, actor)"
            " values ('people', %s, %s, 'restricted', 'x')", (record, case[0]),
        )  # fmt: skip
    handler = people.officer(AN)
    for scope, seen in ((station, {"d1"}), (handler, {"c1"})):
        assert set(people.all(scope)) == seen
        with people.db.app(scope.settings()) as conn:
            listed = records.page(conn, people.declaration, scope=scope).rows
            assert {row["key"] for row in listed} == seen
            assert records.count(conn, people.declaration, scope=scope, search="Chi") == len(seen & {"c1"})
            assert len(records.page(conn, people.declaration, scope=scope, search="Chi").rows) == len(seen & {"c1"})
