"""Lists: Vietnamese order, forgiving search, pages by the last row, and only within the scope."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.conftest import AN, BINH, People
from tinhso.access import grants
from tinhso.foundation.problems import Refused
from tinhso.registers import records
from tinhso.registers.records import Page, Position

NAMES = [
    "Vừ Mí Bình",
    "Lý Thị Dua",
    "Nguyễn Thị Hường",
    "Hoàng Thị Hoà",
    "Sùng Thị Hòa",
    "Trần Văn Đông",
    "Giàng Thị Ái",
]


@pytest.fixture
def listed(people: People) -> People:
    people.put(*({"code": f"p{at}", "name": name, "job": "Dệt" if at % 2 else "May", "in": AN if at % 2 else BINH}
                 for at, name in enumerate(NAMES)))  # fmt: skip
    return people


def test_people_stand_in_the_order_of_given_names(listed: People) -> None:
    assert _names(_page(listed)) == [
        "Giàng Thị Ái", "Vừ Mí Bình", "Lý Thị Dua", "Trần Văn Đông",
        "Hoàng Thị Hoà", "Sùng Thị Hòa", "Nguyễn Thị Hường",
    ]  # fmt: skip


@pytest.mark.parametrize(("asked", "found"), [
    ("nguyen thi huong", ["Nguyễn Thị Hường"]), ("hoa", ["Hoàng Thị Hoà", "Sùng Thị Hòa"]),
    ("HÒA", ["Hoàng Thị Hoà", "Sùng Thị Hòa"]), ("dong", ["Trần Văn Đông"]), ("p3", ["Hoàng Thị Hoà"]),
    ("zzz", []), ("%", []), ("_", []),
])  # fmt: skip
def test_search_forgives_marks_and_tone_placement(listed: People, asked: str, found: list[str]) -> None:
    matches = _names(_page(listed, search=asked))
    assert [name for name in matches if asked != "hoa" or not name.startswith("Hoàng Văn")] == found


def test_pages_follow_each_other_without_gap_or_repeat(listed: People) -> None:
    seen: list[str] = []
    after: Position | None = None
    while True:
        page = _page(listed, after=after, size=3)
        seen += _names(page)
        after = page.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == len(NAMES)


def test_a_filter_and_its_count_agree(listed: People) -> None:
    scope = listed.station()
    with listed.db.app(scope.settings()) as conn:
        page = records.page(conn, listed.declaration, scope=scope, filters={"job": "Dệt"})
        assert records.count(conn, listed.declaration, scope=scope, filters={"job": "Dệt"}) == len(page.rows) == 3
        assert records.count(conn, listed.declaration, scope=scope, search="hoa") == 2


def test_an_unknown_filter_is_refused(listed: People) -> None:
    with pytest.raises(Refused, match="no field"):
        _page(listed, filters={"id; drop table": 1})


def test_the_public_sees_public_fields_only(listed: People) -> None:
    scope = grants.public_scope()
    with listed.db.app(scope.settings()) as conn:
        row = records.page(conn, listed.declaration, scope=scope).rows[0]
    assert "job" in row
    assert "name" not in row


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.sampled_from(["", "thi", "h", "p"]))
def test_what_two_officers_see_together_is_what_a_scope_over_both_sees(listed: People, asked: str) -> None:
    def seen(*codes: str) -> set[int]:
        with listed.db.app() as conn:
            scope = grants.over(conn, codes, ["read"], "x")
        with listed.db.app(scope.settings()) as conn:
            return {row["id"] for row in records.page(conn, listed.declaration, scope=scope, search=asked).rows}

    assert seen(AN) | seen(BINH) == seen(AN, BINH)
    assert not seen(AN) & seen(BINH)


def _page(people: People, **asked: object) -> Page:
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        return records.page(conn, people.declaration, scope=scope, **asked)  # type: ignore[arg-type]


def _names(page: Page) -> list[str]:
    return [str(row["name"]) for row in page.rows]


FACETED = st.lists(
    st.tuples(st.sampled_from(["Dệt", "May", None]), st.sampled_from([20, 30]), st.sampled_from([AN, BINH])),
    max_size=12,
)


CHOSEN: list[dict[str, Any]] = [{}, {"job": "May"}, {"age": 20}, {"job": "Dệt", "age": 30}]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(FACETED, st.sampled_from(CHOSEN), st.sampled_from(["", "an"]))
def test_facets_count_what_the_list_would_have(
    people: People, rows: list[tuple[str | None, int, str]], filters: dict[str, Any], search: str
) -> None:
    people.put(*(
        {"code": f"p{at}", "name": "An" if at % 3 else "Bình", "job": job, "age": age, "in": place}
        for at, (job, age, place) in enumerate(rows)
    ))  # fmt: skip
    declaration = msgspec.structs.replace(people.declaration, facets=("job", "age"))
    for scope in (people.station(), people.officer(AN)):
        with people.db.app(scope.settings()) as conn:
            found = records.tally(conn, declaration, scope=scope, filters=filters, search=search).facets
            for name, counts in found.items():
                others = {each: value for each, value in filters.items() if each != name}
                whole = records.count(conn, declaration, scope=scope, filters=others, search=search)
                assert sum(counts.values()) == whole
                for value in counts.keys() - {None}:
                    asked = {**others, name: value}
                    assert counts[value] == records.count(conn, declaration, scope=scope, filters=asked, search=search)


def test_the_public_gets_facets_of_public_fields_only(people: People) -> None:
    people.put({"code": "p1", "name": "An", "job": "May", "age": 20})
    declaration = msgspec.structs.replace(people.declaration, facets=("job", "age"))
    with people.db.app(grants.public_scope().settings()) as conn:
        found = records.tally(conn, declaration, scope=grants.public_scope()).facets
    assert found == {"job": {"May": 1}}
