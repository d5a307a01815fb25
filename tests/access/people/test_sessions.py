"""Sessions: idle and absolute limits, seen at most once a minute, ended one by one or all."""

from __future__ import annotations

from tests.access.people.conftest import ELSEWHERE, START, People, after
from tinhso.access.people import accounts, sessions
from tinhso.foundation import clock


def test_idle(people: People) -> None:
    with clock.stopped(START):
        token = people.signs_in("an").token
    for minutes, open_still in ((29, True), (58, True), (89, False), (60, True)):
        with clock.stopped(after(minutes=minutes)):
            assert (sessions.read(people.door, token) is not None) == open_still, minutes


def test_absolute_however_busy(people: People) -> None:
    with clock.stopped(START):
        token = people.signs_in("an").token
    for minutes in range(0, 12 * 60, 20):
        with clock.stopped(after(minutes=minutes)):
            assert sessions.read(people.door, token)
    with clock.stopped(after(hours=12)):
        assert sessions.read(people.door, token) is None


def test_seen_is_written_at_most_once_a_minute(people: People) -> None:
    with clock.stopped(START):
        token = people.signs_in("an").token
    written = []
    for seconds in range(0, 130, 10):
        with clock.stopped(after(seconds=seconds)):
            assert sessions.read(people.door, token)
        with people.door.db.owner() as conn:
            written.append(conn.execute("select max(xmin::text::bigint) from access.session").fetchone())
    assert len(set(written)) == 2


def test_reading_is_one_query(people: People) -> None:
    token = people.signs_in("an").token
    with people.door.db.app() as conn:
        plan = conn.execute(
            "explain select * from access.session_of(%s, now(), interval '30 minutes')", [token.encode()]
        ).fetchall()
    assert len(plan) == 1


def test_unknown_and_foreign_tokens(people: People) -> None:
    an, binh = people.signs_in("an"), people.signs_in("binh")
    number = sessions.mine(people.door, binh.token)[0].id
    assert sessions.read(people.door, "x") is None and sessions.read(people.door, "") is None
    assert not sessions.end(people.door, an.token, number), "Bình's session is not An's to end"
    assert sessions.read(people.door, binh.token)


def test_the_own_list(people: People) -> None:
    with clock.stopped(START):
        first = people.signs_in("an")
    with clock.stopped(after(minutes=5)):
        second = people.signs_in("an", caller=ELSEWHERE)
        people.signs_in("binh")
        listed = sessions.mine(people.door, second.token)
        assert [(one.address, one.device, one.own) for one in listed] == [
            ("203.0.113.9", "curl", True), ("10.0.0.1", "Firefox", False),
        ]  # fmt: skip
        assert sessions.end(people.door, second.token, listed[1].id)
        assert sessions.read(people.door, first.token) is None and sessions.read(people.door, second.token)
        assert sessions.end(people.door, second.token) and sessions.read(people.door, second.token) is None


def test_all_others(people: People) -> None:
    tokens = [people.signs_in("an").token for _ in range(3)]
    assert sessions.end_others(people.door, tokens[0]) == 2
    assert [sessions.read(people.door, token) is not None for token in tokens] == [True, False, False]


def test_the_administrator_ends_them(people: People) -> None:
    token = people.signs_in("an").token
    with people.door.db.owner() as conn:
        assert accounts.end_sessions(conn, "an", actor="admin") == 1
    assert sessions.read(people.door, token) is None
