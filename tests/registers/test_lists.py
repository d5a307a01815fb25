"""Lists narrowed, sorted and paged in every way that their pages offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.conftest import AN, BINH, People
from tinhso.access.scope import Scope
from tinhso.foundation.problems import Refused
from tinhso.foundation.text import person_sort_key, sort_key
from tinhso.registers import conditions, ordering, records
from tinhso.registers.conditions import Among, Span, Words
from tinhso.registers.ordering import Order
from tinhso.web.kit import paging

PLAIN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
JOBS = ["Dệt lanh", "Thợ xây", "Trồng ngô", "Đan lát", "Ấp trứng", None]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Giàng Thị Ái", "Vừ Mí Bình", "Lý Thị Hoà", "Sùng Thị Hòa", "Trần Văn Đông"]),
        st.sampled_from(JOBS), st.sampled_from([None, 20, 30, 41]),
        st.sampled_from([None, date(2023, 1, 1), date(2023, 6, 30)]), st.sampled_from([AN, BINH]),
    ),
    min_size=1, max_size=14,
)  # fmt: skip
RANKS = ("Thợ xây", "Dệt lanh")


def put(people: People, rows: Sequence[tuple[Any, ...]]) -> None:
    """These rows and no others."""
    with people.db.owner() as conn:
        conn.execute("delete from registers.people")
    people.put(*(
        {"code": f"p{at:02}", "name": name, "job": job, "age": age, "seen": seen, "in": place}
        for at, (name, job, age, seen, place) in enumerate(rows)
    ))  # fmt: skip


def walked(people: People, scope: Scope, size: int = 3, **asked: Any) -> list[dict[str, Any]]:
    """All rows of a list, page by page, each position gone through its word in the address."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        with people.db.app(scope.settings()) as conn:
            page = records.page(conn, people.declaration, scope=scope, size=size, after=after, **asked)
        found += [dict(row) for row in page.rows]
        if page.after is None:
            return found
        after = paging.position(paging.token(page.after))


@PLAIN
@given(ROWS, st.sampled_from(["", "area", "change_set", "code", "age", "seen", "job"]), st.booleans(),
       st.sampled_from(["", "hoa"]))  # fmt: skip
def test_every_order_is_walked_whole_and_sorted(
    people: People, rows: list[tuple[Any, ...]], name: str, down: bool, search: str
) -> None:
    put(people, rows)
    scope = people.station()
    found = walked(people, scope, order=ordering.of(people.declaration, scope, name, down), search=search)
    with people.db.app(scope.settings()) as conn:
        count = records.count(conn, people.declaration, scope=scope, search=search)
    assert len(found) == len({row["id"] for row in found}) == count
    keys = [_key(row, name) for row in found]
    given = [key for key in keys if key is not None]
    assert given == sorted(given, reverse=down), "in order"
    assert keys == [*given, *[None] * (len(keys) - len(given))], "those without a value come last"


def _key(row: dict[str, Any], name: str) -> Any:
    if name == "":
        return person_sort_key(row["name"])
    if name == "job":
        return None if row["job"] is None else sort_key(row["job"])
    return row[{"area": "place", "code": "key"}.get(name, name)]


def test_codes_stand_in_the_order_that_readers_have(people: People) -> None:
    put(people, [("An", job, None, None, AN) for job in ("Dệt lanh", "Thợ xây", "Dệt lanh", "Trồng ngô", None)])
    scope = people.station()
    order = Order("job", False, RANKS)
    assert [row["job"] for row in walked(people, scope, 2, order=order)][:3] == ["Thợ xây", "Dệt lanh", "Dệt lanh"]


@PLAIN
@given(ROWS, st.sampled_from([
    {"job": Among(("Dệt lanh",), True)}, {"job": Among((), True)}, {"job": ["Dệt lanh", "Thợ xây"]},
    {"age": Span(21, None)}, {"age": Span(20, 30)}, {"seen": Span(None, date(2023, 1, 1))},
    {"job": Words("dan LAT")}, {"job": Words("trong  ngô")}, {"job": "Thợ xây", "age": Span(None, 30)},
]))  # fmt: skip
def test_what_narrows_a_list_narrows_its_counts(
    people: People, rows: list[tuple[Any, ...]], filters: dict[str, Any]
) -> None:
    put(people, rows)
    declaration = msgspec.structs.replace(people.declaration, facets=("job", "age"))
    scope = people.station()
    wanted = sorted(f"p{at:02}" for at, row in enumerate(rows) if _answers(row, filters))
    assert sorted(row["key"] for row in walked(people, scope, filters=filters)) == wanted
    lows = sorted(low for _, low in (people.places[AN], people.places[BINH]))
    with people.db.app(scope.settings()) as conn:
        tally = records.tally(conn, declaration, scope=scope, filters=filters, parts=lows)
    assert tally.count == len(wanted) == sum(tally.parts.values())
    by_place = {code: sum(1 for row in rows if row[4] == code and _answers(row, filters)) for code in (AN, BINH)}
    assert {lows[part - 1]: n for part, n in tally.parts.items()} == {
        people.places[code][1]: n for code, n in by_place.items() if n
    }  # fmt: skip


def _answers(row: tuple[Any, ...], filters: dict[str, Any]) -> bool:
    values = dict(zip(("name", "job", "age", "seen"), row, strict=False))
    return all(_holds(conditions.of(wanted), values[name]) for name, wanted in filters.items())


def _holds(condition: Any, value: Any) -> bool:
    if isinstance(condition, Among):
        return condition.holds(value)
    if value is None:
        return False
    held: bool = _reaches(condition, value)
    return held


def _reaches(condition: Any, value: Any) -> Any:
    if isinstance(condition, Words):
        return {"dan LAT": "Đan lát", "trong  ngô": "Trồng ngô"}[condition.text] == value
    return (condition.low is None or value >= condition.low) and (condition.high is None or value <= condition.high)


def test_nobody_sorts_or_narrows_by_what_is_masked(people: People) -> None:
    age = msgspec.structs.replace(people.declaration.fields["age"], sensitive=True)
    declaration = msgspec.structs.replace(people.declaration, fields={**people.declaration.fields, "age": age})
    scope = people.officer(AN)
    with pytest.raises(Refused, match="masked"):
        ordering.of(declaration, scope, "age")
    with people.db.app(scope.settings()) as conn:
        with pytest.raises(Refused, match="masked"):
            records.page(conn, declaration, scope=scope, filters={"age": Span(20, 21)})
        assert "age" not in ordering.sortable(conn, declaration, scope)


@pytest.mark.parametrize(("order", "key"), [("age", "x"), ("seen", "31/12/2023"), ("age", "1;drop")])
def test_a_forged_position_is_refused(people: People, order: str, key: str) -> None:
    scope = people.station()
    with people.db.app(scope.settings()) as conn, pytest.raises(Refused, match="position"):
        records.page(conn, people.declaration, scope=scope, order=Order(order), after=records.Position(key, 1))


@pytest.mark.parametrize("words", ["%", "_", ".*", "[a", "(", "\\", "a'b"])
def test_words_are_words(people: People, words: str) -> None:
    put(people, [("An", "Thợ xây", None, None, AN), ("An", f"nói {words} rồi", None, None, AN)])
    found = walked(people, people.station(), filters={"job": Words(words)})
    assert [row["job"] for row in found] == [f"nói {words} rồi"]
