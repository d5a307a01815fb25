"""Declarations become tables, grow, and never lose data silently."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.conftest import AN, BINH, PEOPLE, People, titled
from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused
from tinhso.registers import declared, evolution, records, renewal, tables
from tinhso.registers.declaration import POSTGRES_TYPES, Declaration, Field


def test_a_new_field_leaves_known_records_the_same(people: People) -> None:
    person = {"code": "c1", "name": "Vừ Thị Chi"}
    people.put(person)
    grown = msgspec.structs.replace(PEOPLE, fields={**PEOPLE.fields, "note": Field("string", titled("Ghi chú"))})
    with people.db.owner() as conn:
        evolution.apply(conn, grown)
    wide = People(people.db, grown, people.places)
    rows = people.rows(person).with_columns(note=None).cast({"note": str})
    scope = wide.station()
    from tinhso.registers import changes

    with wide.db.app(scope.settings()) as conn:
        assert changes.difference(conn, grown, rows, scope=scope).same == 1


@pytest.mark.parametrize(("fields", "said"), [
    ({name: field for name, field in PEOPLE.fields.items() if name != "job"}, "drops the field"),
    ({**PEOPLE.fields, "age": Field("string", titled("Tuổi"))}, "changes its type"),
])  # fmt: skip
def test_loss_is_refused(people: People, fields: dict[str, Field], said: str) -> None:
    with pytest.raises(Refused, match=said), people.db.owner() as conn:
        evolution.apply(conn, msgspec.structs.replace(PEOPLE, fields=fields))


def test_a_new_key_is_refused(people: People) -> None:
    with pytest.raises(Refused, match="identifies"), people.db.owner() as conn:
        evolution.apply(conn, msgspec.structs.replace(PEOPLE, primary_key=("name",)))


@pytest.mark.parametrize("name", ["Tên", "a b", "id", "place", "x;drop", "1a"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(Refused, match="cannot be used"):
        tables.create(msgspec.structs.replace(PEOPLE, fields={name: Field("string", titled("x"))}))


def test_applying_twice_does_nothing(people: People) -> None:
    with people.db.owner() as conn:
        assert evolution.apply(conn, PEOPLE) == []
        assert declared.one(conn, "people") == PEOPLE


_FIELDS = st.dictionaries(
    st.from_regex(r"f_[a-z0-9]{1,8}", fullmatch=True), st.sampled_from(sorted(POSTGRES_TYPES)), min_size=1, max_size=6
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=_FIELDS, number=st.integers(0, 10**9))
def test_a_declaration_and_the_tables_it_becomes_say_the_same(
    db: Database, fields: dict[str, str], number: int
) -> None:
    made = {name: Field(kind, titled(name)) for name, kind in fields.items()}  # type: ignore[arg-type]
    first = next(iter(made))
    wanted = Declaration(register=f"r{number}", title=titled("r"), fields=made, primary_key=(first,), label=first)
    with db.owner() as conn:
        if conn.execute("select to_regclass(%s)", (f"registers.r{number}",)).fetchone() != (None,):
            return
        evolution.apply(conn, wanted)
        query = (
            "select column_name, data_type from information_schema.columns"
            " where table_schema = 'registers' and table_name = %s order by ordinal_position"
        )
        found = dict(conn.execute(query, (wanted.register,)).fetchall())
        assert declared.one(conn, wanted.register) == wanted
    own = {*tables.SYSTEM_COLUMNS, "twin"}
    assert {name: kind for name, kind in found.items() if name not in own} == tables.columns(wanted)


def test_records_are_found_and_sorted_as_declared_anew(people: People) -> None:
    people.put({"code": "c1", "name": "Vừ Thị Chi", "job": "Dệt"}, {"code": "c2", "name": "Lý Mí An", "job": "May"})
    people.put({"code": "c1", "name": "Vừ Thị Chi", "job": "Thêu"})
    by_job = msgspec.structs.replace(PEOPLE, search=("job",), label="job", label_order="text")
    with people.db.owner() as conn:
        evolution.apply(conn, by_job)
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        assert [row["job"] for row in records.page(conn, by_job, scope=scope).rows] == ["May", "Thêu"]
        assert [row["key"] for row in records.page(conn, by_job, scope=scope, search="theu").rows] == ["c1"]
        assert records.page(conn, by_job, scope=scope, search="chi").rows == ()
    with people.db.owner() as conn:
        kept = conn.execute("select search from history.people").fetchall()
        assert renewal.renew(conn, by_job) is False
    assert kept == [(" det ",)]


def test_indexes_that_an_earlier_platform_did_not_make_are_made(people: People) -> None:
    with people.db.owner() as conn:
        conn.execute("drop index registers.people_seen_dated")
        conn.execute("create index people_old on registers.people (job)")
        assert len(evolution.apply(conn, PEOPLE)) == 2
        assert evolution.apply(conn, PEOPLE) == []


@pytest.mark.parametrize("statement", [
    "drop policy within_scope on registers.people", "alter table history.people disable row level security",
    "comment on policy within_scope on registers.people is 'of an earlier platform'",
])  # fmt: skip
def test_policies_taken_down_or_outdated_are_put_up_again(people: People, statement: str) -> None:
    people.put({"code": "c", "name": "Vừ Mí Chi", "in": AN})
    with people.db.owner() as conn:
        conn.execute(statement.encode())
        assert any("create policy" in each for each in evolution.apply(conn, people.declaration))
        assert evolution.apply(conn, people.declaration) == []
    assert people.all(people.officer(BINH)) == {} and len(people.all()) == 1
