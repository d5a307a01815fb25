"""The two-communes law over every exit: whatever An of Đồng Văn asks, by whatever route and with whatever number of
somebody else's, nothing of Mèo Vạc's is told, and nothing is answered otherwise than if Mèo Vạc had no record at all.

The routes come from the application, the registers from the packs: what is new is covered without anybody's help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from litestar import Litestar, get

from tests.conftest import Copies
from tests.laws import exits
from tests.laws.exits import Ask, Exit
from tests.laws.worlds import (
    ABSENT,
    AN,
    AUDITOR,
    FIRST_ID,
    LIVE,
    MARK,
    NOBODY,
    PACKS,
    STRANGER,
    WARDEN,
    World,
    built,
    told,
)
from tinhso.access import grants
from tinhso.access.keys import making
from tinhso.access.keys.making import Wish
from tinhso.access.scope import Scope
from tinhso.dashboards import withholding
from tinhso.foundation.database import made_sql
from tinhso.foundation.postgres.server import Cluster
from tinhso.registers import records

Worlds = tuple[World, World]
STRANGERS_NUMBERS = re.compile(r"770[.,]?077[.,]?\d{3}")
"""The ids of what is Mèo Vạc's (``worlds.FIRST_ID``), as they may be written."""


@pytest.fixture(scope="module", params=PACKS, ids=lambda pack: pack.folder.name)
def worlds(
    request: pytest.FixtureRequest, cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    with built(Copies(cluster), template, request.param, tmp_path_factory.mktemp("worlds")) as pair:
        yield pair


def behind(world: World) -> list[Exit]:
    """The exits that answer to people signed in, but those for looking after people."""
    return [each for each in exits.exits(world.client.app) if each.verb not in (None, "administer", "audit")]


def leaks(world: World, twin: World | None, who: str = AN) -> list[str]:
    """The questions whose answer tells somebody of Mèo Vạc's records."""
    found = []
    for each in behind(world):
        for which in ("foreign", "own") if each.method == "GET" else ("foreign",):
            for ask in exits.asked(world, each, which):
                found += _leak(ask, world, twin, who)
    return found


def _leak(ask: Ask, world: World, twin: World | None, who: str) -> list[str]:
    said = told(ask.of(world, who))
    if MARK in _unsaid(said, ask):
        return [f"{ask} tells a mark"]
    if STRANGERS_NUMBERS.search(said) and not STRANGERS_NUMBERS.search(str(ask)):
        return [f"{ask} tells a number"]
    if twin is not None and ask.exit.method == "GET" and said != told(ask.of(twin, who)):
        return [f"{ask} differs from a house without"]
    return []


def _unsaid(said: str, ask: Ask) -> str:
    """An answer without what was asked, which may be said back."""
    for value in ask.query.values():
        for written in (value, quote(value), quote_plus(value)):
            said = said.replace(written.lower(), "") if MARK in value else said
    return said


def test_an_learns_nothing(worlds: Worlds) -> None:
    world, twin = worlds
    assert leaks(world, twin) == []


def test_every_exit_answers_an_of_the_own(worlds: Worlds) -> None:
    """Else the law would hold for nothing."""
    world, _ = worlds
    for each in behind(world):
        if each.method == "GET":
            ask = next(exits.asked(world, each, "own"))
            assert ask.of(world, AN).status_code == 200, str(ask)


def test_what_is_anothers_is_answered_as_what_nobody_has(worlds: Worlds) -> None:
    world, _ = worlds
    numbered = [each for each in behind(world) if each.numbered]
    assert numbered
    for each in numbered:
        pairs = zip(exits.asked(world, each, "foreign"), exits.asked(world, each, "absent"), strict=True)
        for foreign, absent in pairs:
            said, nobody = told(foreign.of(world, AN)), told(absent.of(world, AN))
            assert said[:4] in ("400 ", "403 ", "404 "), f"{foreign}: {said[:200]}"
            assert _unnumbered(said, foreign) == _unnumbered(nobody, absent), str(foreign)


def _unnumbered(said: str, ask: Ask) -> str:
    """An answer without the number that was asked for, in whatever way it is written, and without its length."""
    for number in re.findall(r"\d{9}", ask.address):
        dotted = f"{int(number):,}"
        for written in (number, dotted, dotted.replace(",", ".")):
            said = said.replace(written, "#")
    return said


def test_whatever_an_sends_touches_nothing_of_anothers(worlds: Worlds) -> None:
    """Each row of each table that is Mèo Vạc's, by its mark or number, stands as it stood."""
    world, _ = worlds
    before = _rows_of_strangers(world)
    assert len(before) > len(world.pack.registers)
    for each in behind(world):
        if each.method != "GET":
            for ask in exits.asked(world, each, "foreign"):
                ask.of(world, AN)
    assert before - _rows_of_strangers(world) == set()


def _rows_of_strangers(world: World) -> set[tuple[str, str]]:
    wanted, found = [f"%{MARK}%", f"%{FIRST_ID // 1000}%"], set()
    with world.house.db.owner() as conn:
        tables = conn.execute(
            "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            query = made_sql(f'select t::text from {schema}."{table}" t where t::text ilike any (%s)')
            found |= {(table, row) for (row,) in conn.execute(query, (wanted,)).fetchall()}
    return found


def test_neither_lengths_nor_validators_tell(worlds: Worlds) -> None:
    """Numbers of nine digits both, so that answers are of one length to the byte; and nothing to be asked again by."""
    world, _ = worlds
    for each in (one for one in behind(world) if one.numbered and one.method == "GET"):
        pairs = zip(exits.asked(world, each, "foreign"), exits.asked(world, each, "absent"), strict=True)
        for foreign, absent in pairs:
            said, nobody = foreign.of(world, AN), absent.of(world, AN)
            assert len(said.content) == len(nobody.content), str(foreign)
            assert not {"etag", "last-modified"} & {name.lower() for name in said.headers}, str(foreign)
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE"):
        address = f"/staff/registers/{next(iter(sorted(world.pack.registers)))}"
        (foreign_id, _), _ = world.records[next(iter(sorted(world.pack.registers)))]
        answers = {world.ask(AN, method, f"{address}/{number}").status_code for number in (foreign_id, ABSENT)}
        assert len(answers) == 1, method


def test_no_word_after_the_question_mark_tells(worlds: Worlds) -> None:
    """Every field as a filter, and words that other systems sort and choose by."""
    world, twin = worlds
    for register, declaration in world.pack.registers.items():
        (_, key), _ = world.records[register]
        asked = dict.fromkeys(declaration.primary_key, key) | {
            name: f"{MARK} 2 {place}" for place, name in enumerate(declaration.fields)
        }
        for name, value in (*asked.items(), ("sort", "key"), ("order", "desc"), ("fields", "*"), ("filter", MARK)):
            for address in (f"/staff/registers/{register}", f"/api/registers/{register}/records"):
                query = {name: value}
                said, other = (told(house.ask(AN, "GET", address, params=query)) for house in (world, twin))
                assert said == other and not STRANGERS_NUMBERS.search(said), f"{address} {query}"


def test_a_key_made_too_wide_opens_no_more_than_its_account(worlds: Worlds) -> None:
    world, _ = worlds
    with world.house.db.owner() as conn:
        wish = Wish("rong", ("read", "propose", "approve", "export"), area="02", clear=True)
        token = making.add(conn, AN, wish, actor="admin").token
    world.client.cookies.clear()
    for register in world.pack.registers:
        for address in (f"/api/registers/{register}/records", f"/api/registers/{register}/records?area=02",
                        f"/api/registers/{register}/records/{world.records[register][0][0]}"):  # fmt: skip
            answer = world.client.get(address, headers={"authorization": f"Bearer {token}"})
            said = told(answer)
            assert answer.status_code in (200, 404) and MARK not in said
            assert not STRANGERS_NUMBERS.search(said.replace(str(world.records[register][0][0]), "")), address


def test_nothing_is_kept_from_one_visitor_for_the_next(worlds: Worlds) -> None:
    """Mèo Vạc's officer asks first and is told; An, asking the same, is not."""
    world, _ = worlds
    for each in behind(world):
        if each.method == "GET":
            first = next(exits.asked(world, each, "foreign"))
            answer = first.of(world, STRANGER)
            assert answer.status_code == 200, str(first)
            assert answer.headers["cache-control"] == "no-store", str(first)
            assert _leak(first, world, None, AN) == []
    for register in world.pack.registers:
        address = f"/staff/registers/{register}"
        for who in (STRANGER, AN):
            found = STRANGERS_NUMBERS.search(told(world.ask(who, "GET", f"{address}?area=02")))
            assert bool(found) is (who == STRANGER), f"{address} to {who}"


def test_the_public_is_told_no_word_of_a_record(worlds: Worlds) -> None:
    world, _ = worlds
    for each in exits.exits(world.client.app):
        if each.verb is None:
            for ask in exits.asked(world, each, "foreign"):
                for who in (STRANGER, AN, NOBODY):
                    assert MARK not in _unsaid(told(ask.of(world, who)), ask), f"{ask} to {who}"
    for address in ("/", *(f"/explain/{indicator}" for indicator in world.pack.indicators)):
        for area in ("02", "027", "00796"):
            world.ask(STRANGER, "GET", f"{address}?area={area}")
            for who in (AN, NOBODY):
                assert MARK not in told(world.ask(who, "GET", f"{address}?area={area}")), f"{address} {area} to {who}"


def test_the_stream_of_events_tells_what_the_page_tells(worlds: Worlds) -> None:
    """To everybody alike, whoever is signed in; no word of a record, and no small number of people."""
    world, _ = worlds
    for area in ("02", "026", "027", "00796"):
        told_to = {who: world.ask(who, "GET", f"{LIVE}?board=article&area={area}") for who in (STRANGER, AN, NOBODY)}
        for who, answer in told_to.items():
            assert answer.status_code == 200 and b"event: change" in answer.content, f"{area} to {who}"
            assert answer.headers["cache-control"] in ("no-store", "no-cache"), "nobody in between answers for it"
            assert MARK not in told(answer) and not STRANGERS_NUMBERS.search(told(answer)), f"{area} to {who}"
        pieces = {_data(answer) for answer in told_to.values()}
        assert len(pieces) == 1, f"{area}: told otherwise to one than to another"
    unknown = world.ask(AN, "GET", f"{LIVE}?area=zz")
    assert unknown.status_code == 404


def _data(answer: Any) -> bytes:
    return b"".join(line for line in answer.content.splitlines() if line.startswith(b"data:"))


def test_figures_of_people_tell_no_small_number(worlds: Worlds) -> None:
    """Every register has one record of Mèo Vạc's and one of Đồng Văn's."""
    world, _ = worlds
    with world.house.db.app(grants.station().settings()) as conn:
        people = [name for name in world.pack.indicators if withholding.weighed(conn, name)]
    assert people
    for area in ("027", "00796", "026"):
        for query in ("", "&as_of=1000000"):
            rows = world.ask(AN, "GET", f"/api/figures?area={area}{query}").json()
            assert {row["records"] for row in rows if row["id"] in people} <= {0}, area
        for name in people:
            found = world.ask(AN, "GET", f"/api/explain/{name}?area={area}").json()
            assert (found["sources"], found["records"]) == ([], 0), f"{name} {area}"


def test_who_audits_in_the_own_area_sees_nothing_of_the_other(worlds: Worlds) -> None:
    world, _ = worlds
    logs = [each for each in exits.exits(world.client.app) if each.verb == "audit"]
    for each in logs:
        for ask in exits.asked(world, each, "foreign"):
            assert ask.of(world, AN).status_code == 403, str(ask)
            assert _leak(ask, world, None, AUDITOR) == []
    for each in behind(world):
        assert _leak(next(exits.asked(world, each, "foreign")), world, None, AUDITOR) == []


def test_who_administers_sees_no_record(worlds: Worlds) -> None:
    world, _ = worlds
    desk = [each for each in exits.exits(world.client.app) if each.verb == "administer"]
    assert desk
    for each in desk:
        for ask in exits.asked(world, each, "foreign"):
            assert ask.of(world, AN).status_code == 403, str(ask)
            if each.method == "GET":
                answer = ask.of(world, WARDEN)
                assert answer.status_code in (200, 400, 404) and MARK not in _unsaid(told(answer), ask), str(ask)
    for each in behind(world):
        answer = next(exits.asked(world, each, "foreign")).of(world, WARDEN)
        assert answer.status_code == (200 if each.verb == "own" else 403), f"{each.address} to who administers"
        assert MARK not in told(answer)


def test_an_exit_nobody_thought_of_fails_the_law(worlds: Worlds) -> None:
    @get("/staff/lockers/{locker:int}", opt={"verb": "read"})
    async def open_locker(locker: int) -> str:
        return "–"

    (each,) = exits.exits(Litestar([open_locker]))
    with pytest.raises(AssertionError, match="locker"):
        list(exits.asked(worlds[0], each, "foreign"))


@contextmanager
def without_policies(world: World, *kept: str) -> Iterator[None]:
    """Row security switched off in the whole house but for some tables."""
    tables = [f"{schema}.{name}" for name in world.pack.registers for schema in ("registers", "history")]
    tables = [each for each in (*tables, "registers.change_set", "intake.batch") if each not in kept]

    def switch(how: str) -> None:
        with world.house.db.owner() as conn:
            for table in tables:
                conn.execute(made_sql(f"alter table {table} {how} row level security"))

    switch("disable")
    try:
        yield
    finally:
        switch("enable")


def without_predicates(patch: pytest.MonkeyPatch) -> None:
    for name in ("predicate", "registers"):
        patch.setattr(Scope, name, lambda *_, **__: "true")


def told_of(world: World) -> list[str]:
    """The registers whose list tells An something of Mèo Vạc's."""
    return [name for name in sorted(world.pack.registers)
            if STRANGERS_NUMBERS.search(told(world.ask(AN, "GET", f"/staff/registers/{name}?area=02")))]  # fmt: skip


def test_the_predicates_alone_hold(worlds: Worlds) -> None:
    world, twin = worlds
    with without_policies(world):
        assert leaks(world, twin) == []


def test_the_policies_alone_hold(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    without_predicates(monkeypatch)
    assert leaks(*worlds) == []


def test_a_dropped_policy_fails_the_law(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law of the policies, for each single one of them."""
    world, _ = worlds
    without_predicates(monkeypatch)
    for register in world.pack.registers:
        kept = [f"registers.{name}" for name in world.pack.registers if name != register]
        with without_policies(world, *kept):
            assert told_of(world) == [register]


def test_a_dropped_policy_of_cases_fails_the_law(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of persons and for corrections have the same two walls."""
    world, _ = worlds

    def told_of_cases() -> bool:
        return STRANGERS_NUMBERS.search(told(world.ask(AN, "GET", "/staff/cases"))) is not None

    def switch(how: str) -> None:
        with world.house.db.owner() as conn:
            conn.execute(made_sql(f"alter table privacy.case {how} row level security"))

    switch("disable")
    try:
        assert not told_of_cases(), "the predicates alone hold"
        with monkeypatch.context() as patch:
            without_predicates(patch)
            assert told_of_cases()
    finally:
        switch("enable")
    without_predicates(monkeypatch)
    assert not told_of_cases(), "the policies alone hold"


def test_a_forgotten_predicate_fails_the_law(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law of the predicates: one reading that forgets its scope is enough."""
    world, _ = worlds
    known = records._where
    scopeless = type("Scopeless", (), {"predicate": lambda *_, **__: "true", "public": False, "shows": lambda *_: True})

    def forgetful(declaration, scope, filters, within):  # type: ignore[no-untyped-def]
        return known(declaration, scopeless(), filters, within)

    monkeypatch.setattr(records, "_where", forgetful)
    with without_policies(world):
        assert told_of(world) == sorted(world.pack.registers)
    assert told_of(world) == []
