"""Records that belong together, found both ways, within the scope and without telling a masked value."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.registers.conftest import AN, BINH, PEOPLE, People, titled
from tinhso.access.scope import Scope
from tinhso.registers import evolution, indexes, links
from tinhso.registers.declaration import Declaration, Field, ForeignKey, Reference
from tinhso.registers.links import Link

HOUSES = msgspec.structs.replace(
    PEOPLE, register="houses", title=titled("Nhà"), search=("name",), public=(),
    fields={**PEOPLE.fields, "owner": Field("string", titled("Chủ nhà"))},
    foreign_keys=(ForeignKey(("owner",), Reference("people", ("code",))),),
)  # fmt: skip
KNOWN: dict[str, Declaration] = {"people": PEOPLE, "houses": HOUSES}


@pytest.fixture
def houses(people: People) -> People:
    """Lầu Thị An of Lũng Cú owns a house there and one in Tả Lủng."""
    with people.db.owner() as conn:
        evolution.apply(conn, HOUSES)
    made = People(people.db, HOUSES, people.places)
    people.put({"code": "1", "name": "Lầu Thị An"}, {"code": "2", "name": "Vàng Mí Bình", "in": BINH})
    with people.db.owner() as conn:
        for number, (owner, name, place) in enumerate(
            (("1", "Nhà trên", AN), ("1", "Nhà dưới", BINH), ("9", "Lều", AN))
        ):
            area, low = people.places[place]
            conn.execute(
                "insert into registers.houses (key, area, place, version, sort_key, name, owner)"
                " values (%s, %s, %s, 1, %s, %s, %s)", (f"h{number}", area, low, f"{number}", name, owner),
            )  # fmt: skip
    return made


def found(
    people: People, register: str, record: int, scope: Scope, known: dict[str, Declaration] = KNOWN
) -> list[Link]:
    with people.db.app(scope.settings()) as conn:
        return links.links(conn, known[register], record, known, scope=scope)


def named(each: Link) -> tuple[str, bool, list[Any]]:
    return each.register, each.named, [one.label for one in each.records]


def test_a_record_leads_to_those_that_name_it_and_back(houses: People) -> None:
    station = houses.station()
    (owned,) = found(houses, "people", 1, station)
    assert named(owned) == ("houses", False, ["Nhà trên", "Nhà dưới"]) and owned.values == {"owner": "1"}
    (owner,) = found(houses, "houses", 1, station)
    assert named(owner) == ("people", True, ["Lầu Thị An"])
    assert found(houses, "people", 2, station) == found(houses, "houses", 3, station) == [], "nobody is named"


def test_only_what_the_scope_holds_is_named(houses: People) -> None:
    an, bình = houses.officer(AN), houses.officer(BINH)
    assert [named(each) for each in found(houses, "people", 1, an)] == [("houses", False, ["Nhà trên"])]
    assert found(houses, "people", 1, bình) == [] and found(houses, "houses", 2, bình) == []


def test_a_masked_value_links_and_is_not_told(houses: People) -> None:
    owner = msgspec.structs.replace(HOUSES.fields["owner"], sensitive=True)
    known = {**KNOWN, "houses": msgspec.structs.replace(HOUSES, fields={**HOUSES.fields, "owner": owner})}
    (owned,) = found(houses, "people", 1, houses.officer(AN), known)
    assert owned.values is None and [each.label for each in owned.records] == ["Nhà trên"]


def test_the_way_back_has_an_index(houses: People) -> None:
    assert indexes.linked(HOUSES) == ("owner",)
    with houses.db.owner() as conn:
        there = conn.execute("select 1 from pg_indexes where indexname = 'houses_owner_link'").fetchall()
    assert there == [(1,)]
