"""Keys: what one opens is what its account holds now, narrowed; nothing of it can be read back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.access.granted import add, declare, give, station
from tinhso.access import giving, grants
from tinhso.access.keys import making
from tinhso.access.keys.making import Made, Wish
from tinhso.access.keys.using import scope_of
from tinhso.access.narrowing import Limits, common, narrowed
from tinhso.access.people import accounts
from tinhso.access.scope import EVERYWHERE, Reach, Scope, merged
from tinhso.foundation import clock
from tinhso.foundation.database import Database, errors
from tinhso.foundation.problems import Refused


@pytest.fixture
def house(province: Database) -> Database:
    """An holds a writer's grant over Đồng Văn; the registers are those of the roles."""
    declare(province)
    add(province, "an", "binh")
    give(province, "an", "writer", "026")
    with province.owner() as conn:
        conn.execute(
            "insert into registers.register (register, declaration) values ('people', '{\"pillar\": \"society\"}')"
        )
    return province


def made(db: Database, login: str = "an", wish: Wish | None = None) -> Made:
    with db.owner() as conn:
        return making.add(conn, login, wish or Wish("work", ("read", "propose")), actor="station")


def refused(db: Database, token: str) -> str:
    with pytest.raises(Refused) as refusal:
        scope_of(db, token)
    return refusal.value.problems[0].code


def test_a_key_narrows_what_its_account_holds(house: Database) -> None:
    scope = scope_of(house, made(house).token)
    assert scope.actor == "key:an/work" and [ground.role for ground in scope.grounds] == ["writer"]
    assert scope.may("read", "people") and scope.may("propose", "people") and not scope.may("approve", "people")
    assert scope.unmasked("people") == frozenset(), "masked unless said otherwise"
    clear = scope_of(house, made(house, wish=Wish("clear", clear=True)).token)
    assert clear.shows("people", "phone")
    with house.app() as conn:
        own = grants.of(conn, "an")
        (low, high) = conn.execute("select low, high from areas.tree where code = '00715'").fetchone() or (0, 0)
    assert scope.ranges("people") == own.ranges("people")
    small = scope_of(house, made(house, wish=Wish("small", area="00715")).token)
    assert small.ranges("people") == ((low, high),)
    assert not scope_of(house, made(house, wish=Wish("elsewhere", area="00796")).token).may("read")


def test_grants_are_felt_by_the_next_use(house: Database) -> None:
    key = made(house).token
    number = give(house, "an", "reader", "027")
    assert len(scope_of(house, key).ranges("people")) in (1, 2)
    wide = scope_of(house, key).ranges("people")
    station(house, giving.revoke, number, reason="over")
    assert scope_of(house, key).ranges("people") != wide
    for each in station(house, giving.every, "an"):
        station(house, giving.revoke, each.id, reason="over")
    assert not scope_of(house, key).may("read")


def test_tokens_that_open_nothing(house: Database) -> None:
    one, other = made(house), made(house, "binh")
    secret = one.token.split("_", 2)[2]
    wrong = [
        "", "x", one.token[:-1], one.token + "A", one.token.swapcase(), one.token + "\n",
        f"tinhso_{other.id}_{secret}", f"tinhso_{one.id}_{'A' * 43}", f"tinhso_0{one.id}_{secret}",
        f"tinhso_-1_{secret}", f"tinhso_{10**17}_{secret}", f"tinhso_{'9' * 30}_{secret}", f"tinhso_١_{secret}",
        "tinhso_1_'; drop table access.key --",
    ]  # fmt: skip
    assert {refused(house, token) for token in wrong} == {"access.key_wrong"}
    assert scope_of(house, one.token).actor == "key:an/work"


def test_a_key_ends_by_time_by_hand_and_with_its_account(house: Database) -> None:
    over, ended, shut = made(house), made(house, wish=Wish("ended")), made(house, "binh")
    with house.owner() as conn:
        conn.execute("update access.key set made_at = now() - interval '2 days', until = now() - interval '1 second'"
                     " where id = %s", [over.id])  # fmt: skip
        making.revoke(conn, ended.id, actor="station")
        with pytest.raises(Refused, match="number"):
            making.revoke(conn, ended.id, actor="station")
        accounts.disable(conn, "binh", actor="station")
    assert refused(house, over.token) == "access.key_over"
    assert refused(house, ended.token) == refused(house, shut.token) == "access.key_revoked"


def test_a_web_servers_wrong_clock_changes_nothing(house: Database) -> None:
    key = made(house, wish=Wish("short", days=1)).token
    for skew in (-timedelta(days=400), timedelta(days=400)):
        with clock.stopped(clock.now() + skew):
            assert scope_of(house, key).may("read")


def test_pace(house: Database) -> None:
    slow, other = made(house, wish=Wish("slow", per_minute=3)), made(house)
    for _ in range(3):
        scope_of(house, slow.token)
    with pytest.raises(Refused) as refusal:
        scope_of(house, slow.token)
    (problem,) = refusal.value.problems
    assert problem.code == "access.key_pace" and 1 <= int(problem.facts["seconds"]) <= 20
    assert scope_of(house, other.token), "each key has a bucket of its own"
    with house.owner() as conn:
        conn.execute("update access.key_pace set at = at - interval '21 seconds' where key = %s", [slow.id])
    assert scope_of(house, slow.token)
    assert refused(house, slow.token) == "access.key_pace"
    with house.owner() as conn:
        conn.execute("update access.key_pace set at = at + interval '1 hour' where key = %s", [slow.id])
    assert refused(house, slow.token) == "access.key_pace", "a clock set back gives nothing and breaks nothing"


def test_last_use_is_written_at_most_once_a_minute(house: Database) -> None:
    key = made(house)

    def used() -> object:
        with house.owner() as conn:
            return making.every(conn, "an")[0].used_at

    assert used() is None
    scope_of(house, key.token)
    first = used()
    scope_of(house, key.token)
    assert first is not None and used() == first
    with house.owner() as conn:
        conn.execute("update access.key set used_at = used_at - interval '61 seconds'")
    scope_of(house, key.token)
    assert used() != first


def test_the_application_reads_no_key(house: Database) -> None:
    made(house)
    for query in ("select * from access.key", "select * from access.key_pace", "select * from access.keys_listed(null)",
                  "select access.end_key(null, 'x', 1)", "update access.key set until = now() + interval '1 year'",
                  "select access.keep_key(1, 'x', 'x', sha256('x'), '{read}', null, null, false, 1, 1)"):  # fmt: skip
        with pytest.raises(errors.InsufficientPrivilege), house.app(grants.station().settings()) as conn:
            conn.execute(query)


def test_nothing_of_the_token_is_kept(house: Database) -> None:
    key = made(house)
    assert key.token not in repr(key)
    with house.owner() as conn:
        kept = repr(conn.execute("select k::text, e::text from access.key k, access.event e").fetchall())
        actions = [row[0] for row in conn.execute("select action from access.event where subject = 'an'").fetchall()]
    assert key.token.split("_", 2)[2] not in kept and actions[-1] == "key.made"


def test_wishes_refused(house: Database) -> None:
    made(house)
    for wish, code in (
        (Wish("work"), "access.key_name_taken"), (Wish("Việc"), "access.key_name"), (Wish(""), "access.key_name"),
        (Wish("a", ()), "access.key_verbs"), (Wish("a", ("administer",)), "access.unknown_verb"),
        (Wish("a", days=366), "access.key_days"), (Wish("a", days=0), "access.key_days"),
        (Wish("a", per_minute=0), "access.key_rate"), (Wish("a", registers=("x",)), "access.unknown_register"),
        (Wish("a", area="9"), "access.unknown_area"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            made(house, wish=wish)
        assert refusal.value.problems[0].code == code
    for number in range(19):
        made(house, wish=Wish(f"k{number}"))
    with pytest.raises(Refused, match="20 keys"):
        made(house, wish=Wish("one-more"))


def test_nobody_signs_in_as_a_client(house: Database) -> None:
    with house.owner() as conn:
        assert making.client(conn, "lgsp", "Trục liên thông", actor="station") == "lgsp"
        with pytest.raises(Refused, match="program"):
            accounts.reset(conn, "lgsp", actor="station")
    with pytest.raises(errors.Error, match="nobody signs in"), house.owner() as conn:
        conn.execute(
            "insert into access.outside_identity select 'i', 's', id, now() from access.person where login = 'lgsp'"
        )
    give(house, "lgsp", "reader", "027")
    assert scope_of(house, made(house, "lgsp").token).actor == "key:lgsp/work"


_ranges = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=4).map(
    lambda pairs: merged((low, low + more) for low, more in pairs)
)


def _places(ranges: tuple[tuple[int, int], ...]) -> set[int]:
    return {place for low, high in ranges for place in range(low, min(high, 60) + 1)}


@given(_ranges | st.just(EVERYWHERE), _ranges | st.just(EVERYWHERE))
def test_common_ground_is_where_both_hold(one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]) -> None:
    assert _places(common(one, other)) == _places(one) & _places(other)
    assert common(one, EVERYWHERE) == one


@given(
    st.sets(st.sampled_from(["read", "propose", "approve"])), st.sets(st.sampled_from(["a", "b"])) | st.none(), _ranges
)
def test_a_narrowed_scope_is_never_more(
    verbs: set[str], registers: set[str] | None, ranges: tuple[tuple[int, int], ...]
) -> None:
    whole = Scope("an", {"a": Reach({"read": ((3, 20),), "approve": ((3, 5),)}, {"phone": ((3, 20),)}),
                         "*": Reach({"read": EVERYWHERE, "administer": EVERYWHERE})})  # fmt: skip
    less = narrowed(whole, Limits(frozenset(verbs), None if registers is None else frozenset(registers), ranges), "key")
    for register in ("a", "b", "c"):
        for verb in ("read", "propose", "approve", "administer"):
            assert _places(less.ranges(register, verb)) <= _places(whole.ranges(register, verb)) & _places(ranges)
        assert less.unmasked(register) == frozenset()
    assert not less.may("administer") and not less.may("declare")
