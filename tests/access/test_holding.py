"""Grants become a scope: what any of them allows, and nothing that none does; and they end when they end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.access import granted
from tinhso.access import giving, grants, holding, readings, roles, why
from tinhso.access.declaration import Pillars, Role, Text
from tinhso.access.holding import Held
from tinhso.access.scope import RANGES, Ranges, Scope
from tinhso.foundation.database import Database, errors
from tinhso.foundation.problems import Refused

PILLARS = {"people": "society", "houses": "society", "roads": "economy"}
FIELDS = ("phone", "income")
NOW = datetime(2024, 1, 1, tzinfo=UTC)
registers = st.one_of(
    st.just("*"), st.lists(st.sampled_from(sorted(PILLARS)), max_size=2).map(tuple),
    st.lists(st.sampled_from(["society", "economy"]), max_size=1).map(lambda names: Pillars(tuple(names))),  # type: ignore[arg-type]
)  # fmt: skip
fields = st.dictionaries(
    st.sampled_from(["*", *PILLARS]), st.lists(st.sampled_from(["*", *FIELDS]), max_size=2).map(tuple)
)
spans = st.tuples(st.integers(1, 30), st.integers(0, 9)).map(lambda pair: ((pair[0], pair[0] + pair[1]),))


@st.composite
def held(draw: st.DrawFn) -> Held:
    verbs: dict[Any, Any] = draw(st.dictionaries(st.sampled_from(["read", "propose", "approve"]), registers))
    role = Role("r", Text("r", "r"), verbs, draw(fields), draw(fields), draw(st.booleans()), draw(st.booleans()))
    return Held(1, role, "work", None, "02", draw(spans), NOW, None, None)


def scope(grants_held: Iterable[Held]) -> Scope:
    return holding.together("An", grants_held, PILLARS)


def places(ranges: Ranges) -> set[int]:
    return {place for low, high in ranges for place in range(low, high + 1)}


def told(one: Scope) -> dict[tuple[str, ...], set[int]]:
    """Everything that a scope says, as places: by verb and register, and where a field is both read and shown."""
    said: dict[tuple[str, ...], set[int]] = {
        (verb, name): places(one.ranges(name, verb)) for verb in grants.VERBS for name in PILLARS
    }
    for name in PILLARS:
        for field in FIELDS:
            said["shown", name, field] = places(one.clear(name, field)) & places(one.ranges(name))
            said["revealed", name, field] = places(one.revealable(name, field)) & places(one.ranges(name))
    return said


@given(st.lists(held(), max_size=2), st.lists(held(), max_size=2))
def test_two_together_see_what_either_sees(some: list[Held], others: list[Held]) -> None:
    assert RANGES >= 4
    one, other, both = told(scope(some)), told(scope(others)), told(scope([*some, *others]))
    assert {what: one[what] | other[what] for what in both} == both


@given(st.lists(held(), min_size=1, max_size=4), st.data())
def test_a_scope_never_widens_when_a_grant_is_taken_away(some: list[Held], data: st.DataObject) -> None:
    left = data.draw(st.integers(0, len(some) - 1))
    before, after = told(scope(some)), told(scope([*some[:left], *some[left + 1 :]]))
    assert all(after[what] <= before[what] for what in before)


@pytest.fixture
def office(province: Database) -> Database:
    granted.declare(province)
    granted.add(province, "an", "binh", "chi")
    return province


def of(db: Database, login: str, at: datetime | None = None) -> Scope:
    with db.app() as conn:
        return grants.of(conn, login, at)


def test_grants_come_to_a_scope_in_one_query(office: Database) -> None:
    granted.give(office, "an", "reader", "026")
    granted.give(office, "an", "writer", "00796")
    an = of(office, "an")
    assert an.actor == "an" and [ground.role for ground in an.grounds] == ["reader", "writer"]
    assert an.grounds[0].legal_basis == "Luật A"
    assert len(an.ranges("people")) == 2 and an.ranges("people", "approve") != an.ranges("people")
    assert not an.may("read", "houses") and not an.shows("people", "phone")
    assert an.clear("people", "phone") == an.ranges("people", "approve")


def test_the_whole_province_is_everywhere(office: Database) -> None:
    granted.give(office, "an", "leader", "02")
    assert of(office, "an").whole("people") and not of(office, "an").may("approve")


def test_a_grant_that_ends_is_felt_by_the_next_transaction(office: Database) -> None:
    number = granted.give(office, "an", "reader", "026")
    assert of(office, "an").may("read", "people")
    granted.station(office, giving.revoke, number, reason="chuyển công tác")
    assert not of(office, "an").may("read", "people")


def test_grants_hold_for_their_time_and_for_active_people(office: Database) -> None:
    begins, ends = datetime.now(UTC) + timedelta(days=1), datetime.now(UTC) + timedelta(days=2)
    granted.give(office, "an", "reader", "026", begins=begins, ends=ends)
    seen = [of(office, "an", at).may("read", "people") for at in (None, begins, ends - timedelta(seconds=1), ends)]
    assert seen == [False, True, True, False]
    with office.owner() as conn:
        conn.execute("update access.person set state = 'disabled' where login = 'an'")
    assert not of(office, "an", begins).may("read", "people")


def test_refusals(office: Database) -> None:
    for login, role, area, purpose, code in (
        ("nobody", "reader", "026", "work", "access.unknown_person"),
        ("an", "king", "026", "work", "access.unknown_role"),
        ("an", "reader", "999", "work", "access.unknown_area"),
        ("an", "reader", "026", "fun", "access.unknown_purpose"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            granted.station(office, giving.give, login, role, area, purpose)
        assert refused.value.problems[0].code == code
    for code in ("00715", "00724", "00733", "00739"):
        granted.give(office, "an", "reader", code)
    with pytest.raises(Refused, match="separate stretches"):
        granted.give(office, "an", "reader", "00745")
    assert len(of(office, "an").grounds) == 4
    with pytest.raises(Refused, match="nobody"):
        of(office, "nobody")


def test_only_who_administers_there_gives_and_nobody_to_themselves(office: Database) -> None:
    granted.give(office, "an", "clerk", "026")
    granted.give(office, "binh", "leader", "02")
    with office.app(of(office, "an").settings()) as conn:
        number = giving.give(conn, "chi", "reader", "00715", "work")
    for giver, login, area, code in (
        ("an", "chi", "027", "access.may_not_administer"), ("an", "an", "026", "access.own_grant"),
        ("binh", "chi", "026", "access.may_not_administer"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused, office.app(of(office, giver).settings()) as conn:
            giving.give(conn, login, "reader", area, "work")
        assert refused.value.problems[0].code == code
    with pytest.raises(Refused, match="administer"), office.app(of(office, "binh").settings()) as conn:
        giving.revoke(conn, number, reason="x")
    with pytest.raises(Refused, match="administer"), office.app(of(office, "an").settings()) as conn:
        roles.change(conn, granted.ROLES[0])


def test_who_sees_which_grants(office: Database) -> None:
    for login, role in (("an", "clerk"), ("binh", "reader"), ("chi", "reader")):
        granted.give(office, login, role, "026")

    def listed(login: str) -> list[str]:
        with office.app(of(office, login).settings()) as conn:
            return [each.login for each in giving.every(conn)]

    assert (listed("an"), listed("binh")) == (["an", "binh", "chi"], ["binh"])
    with office.app() as conn:
        assert giving.every(conn) == []


def test_grants_and_logs_are_neither_altered_nor_deleted(office: Database) -> None:
    number = granted.give(office, "an", "reader", "026")
    station = grants.station()
    with office.app(station.settings()) as conn:
        readings.note(conn, scope=station, action="export", register="people", count=3)
    for statement in (
        "delete from access.grant", "update access.grant set role = 'leader'", "delete from access.event",
        "update access.event set actor = 'x'", "truncate access.event", "delete from access.reading",
    ):  # fmt: skip
        with pytest.raises(errors.Error) as refused, office.owner() as conn:
            conn.execute(statement.encode())
        assert refused.value.sqlstate in ("TS004", "0A000"), "by the ledger's guard, or since letters refer to it"
        with pytest.raises(errors.InsufficientPrivilege), office.app(station.settings()) as conn:
            conn.execute(statement.encode())
    granted.station(office, giving.revoke, number, reason="x")
    with pytest.raises(errors.Error), office.owner() as conn:
        conn.execute("update access.grant set revoked_at = null, revoked_by = null")
    with office.owner() as conn:
        events = conn.execute("select actor, action, subject from access.event order by id").fetchall()
    assert events[-2:] == [("station", "grant", "an"), ("station", "revoke", "an")]


def test_a_role_edited_on_screen_stays_so(office: Database) -> None:
    edited = Role("reader", granted.SAID, {"read": ("people", "houses")})
    granted.station(office, roles.change, edited)
    granted.declare(office)
    with office.app() as conn:
        kept = roles.every(conn)
    assert kept["reader"].edited and kept["reader"].role == edited and not kept["writer"].edited


def test_why_agrees_with_the_scope_and_names_the_first_reason(office: Database) -> None:
    for role, area in (("reader", "026"), ("writer", "00796"), ("leader", "027")):
        granted.give(office, "an", role, area)
    ended = granted.give(office, "an", "writer", "026")
    granted.station(office, giving.revoke, ended, reason="x")
    scope = of(office, "an")
    with office.app() as conn:
        spans = {code: (low, high) for code, low, high in conn.execute("select code, low, high from areas.tree")}
        for verb in ("read", "propose", "approve", "export"):
            for register in ("people", "houses"):
                for code, span in spans.items():
                    told = why.explained(conn, "an", verb, register, area=code)
                    assert told.allowed == scope.covers(register, *span, verb), (verb, register, code)
        said = why.explained(conn, "an", "approve", "people", area="00715")
        assert [reason.said.code.removeprefix("access.why_") for reason in said.reasons] == [
            "verb", "area", "verb", "revoked",
        ]  # fmt: skip
        field = why.explained(conn, "an", "read", "people", place=spans["00796"][0], field="phone")
        assert [(each.role, each.allows) for each in field.reasons] == [
            ("reader", False), ("writer", True), ("leader", False), ("writer", False),
        ]  # fmt: skip
        assert field.reasons[2].said.code == "access.why_masked" and "phone" in field.reasons[2].said.en
        assert not why.explained(conn, "binh", "read", "people").allowed


def test_who_administers_a_part_reads_the_grants_there(province: Database) -> None:
    granted.declare(province)
    granted.add(province, "an", "binh", "chi")
    for login, role, area in (("an", "reader", "026"), ("binh", "reader", "027"), ("chi", "clerk", "026")):
        granted.give(province, login, role, area)
    with province.app() as conn:
        scope = grants.of(conn, "chi")
    with province.app(scope.settings()) as conn:
        assert sorted(each.login for each in giving.every(conn)) == ["an", "chi"]
        assert giving.every(conn, "binh") == []
