"""Commits: all or nothing, only within the scope, remembered, and taken back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.conftest import AN, BINH, People
from tinhso.foundation.database import errors
from tinhso.foundation.problems import Refused
from tinhso.registers import changes, history
from tinhso.registers.changes import Source

CHI = {"code": "c1", "name": "Vừ Thị Chi", "job": "Dệt lanh", "age": 30}
DUA = {"code": "d1", "name": "Lý Thị Dua", "job": "Nuôi ong", "age": 41, "in": BINH}


def test_what_came_is_counted_and_kept(people: People) -> None:
    commit = people.put(CHI, DUA)
    assert (commit.new, commit.changed, commit.gone, commit.same) == (2, 0, 0, 0)
    assert people.all()["c1"][:3] == ("Vừ Thị Chi", "Dệt lanh", 30)


def test_the_same_rows_twice_change_nothing(people: People) -> None:
    people.put(CHI, DUA)
    again = people.put(CHI, DUA)
    assert (again.new, again.changed, again.gone, again.same) == (0, 0, 0, 2)
    with people.db.app(people.station().settings()) as conn:
        assert conn.execute("select count(*) from history.people").fetchone() == (0,)


def test_a_change_keeps_the_version_before_it(people: People) -> None:
    first = people.put(CHI)
    second = people.put({**CHI, "job": "Thợ may"})
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        (record,) = conn.execute("select id from registers.people").fetchone() or (0,)
        newest, oldest = history.versions(conn, people.declaration, record, scope=scope)
    assert (newest.values["job"], newest.change_set, newest.row) == ("Thợ may", second.id, 2)
    assert (oldest.values["job"], oldest.change_set, oldest.ended_by) == ("Dệt lanh", first.id, second.id)
    assert (oldest.file, oldest.sheet) == ("a.xlsx", "Trang 1")


def test_an_officer_cannot_write_over_anothers_record(people: People) -> None:
    people.put(DUA)
    done = people.put({**DUA, "in": AN}, scope=people.officer(AN))
    assert (done.new, done.changed) == (1, 0), "it stands beside until the department decides (test_transfers)"
    assert people.all(people.officer(BINH))["d1"][1] == "Nuôi ong"


def test_the_database_itself_refuses_a_place_outside_the_scope(people: People) -> None:
    an = people.officer(AN)
    with people.db.app(an.settings()) as conn:
        sneaked = changes.difference(conn, people.declaration, people.rows(DUA), scope=an)
    with pytest.raises(Refused, match="outside your area"):
        changes.commit(people.db, sneaked, source=Source("api"), scope=an)
    assert people.all() == {}


def test_officers_see_their_own_commune_only(people: People) -> None:
    people.put(CHI, DUA)
    assert set(people.all(people.officer(AN))) == {"c1"}
    assert set(people.all(people.officer(BINH))) == {"d1"}


def test_without_the_verb_nothing_is_written(people: People) -> None:
    with pytest.raises(Refused, match="may not"):
        people.put(CHI, scope=people.officer(AN, ["read"]))


def test_the_application_cannot_write_records_by_itself(people: People) -> None:
    for statement in ("insert into registers.people (key) values ('x')", "update registers.people set job = 'x'",
                      "delete from history.people", "update registers.change_set set author = 'x'"):  # fmt: skip
        with pytest.raises(errors.InsufficientPrivilege), people.db.app(people.station().settings()) as conn:
            conn.execute(statement)


def test_records_absent_from_a_file_stay_unless_told_to_go(people: People) -> None:
    people.put(CHI, {**CHI, "code": "c2"}, DUA)
    assert people.put(CHI).gone == 0
    taken_away = people.put(CHI, gone="remove")
    assert taken_away.gone == 1
    assert set(people.all()) == {"c1", "d1"}


def test_a_difference_made_before_anothers_commit_is_refused(people: People) -> None:
    people.put(CHI)
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        stale = changes.difference(conn, people.declaration, people.rows({**CHI, "age": 31}), scope=scope)
    people.put({**CHI, "age": 32})
    with pytest.raises(Refused, match="just changed"):
        changes.commit(people.db, stale, source=Source("form"), scope=scope)
    assert people.all()["c1"][2] == 32


def test_two_senders_of_the_same_new_key_do_not_both_win(people: People) -> None:
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        first = changes.difference(conn, people.declaration, people.rows(CHI), scope=scope)
        second = changes.difference(conn, people.declaration, people.rows(CHI), scope=scope)
    changes.commit(people.db, first, source=Source("form"), scope=scope)
    with pytest.raises(Refused, match="just changed"):
        changes.commit(people.db, second, source=Source("form"), scope=scope)


def test_undo_restores_what_was_there(people: People) -> None:
    people.put(CHI, DUA)
    before = people.all()
    mixed = people.put({**CHI, "job": "Thợ may"}, {**CHI, "code": "c3"}, gone="keep")
    undone = changes.undo(people.db, mixed.id, reason="nhầm tệp", scope=people.station())
    assert people.all() == before
    assert (undone.changed, undone.gone) == (1, 1)


def test_undo_of_a_removal_brings_records_back_under_their_ids(people: People) -> None:
    people.put(CHI)
    scope = people.station()
    ids = _ids(people)
    removal = changes.remove(people.db, "people", ["c1"], source=Source("form", reason="chuyển đi"), scope=scope)
    assert people.all() == {}
    changes.undo(people.db, removal.id, reason="chưa đi", scope=scope)
    assert _ids(people) == ids


def test_an_undo_can_be_undone(people: People) -> None:
    first = people.put(CHI)
    scope = people.station()
    undone = changes.undo(people.db, first.id, reason="thử", scope=scope)
    assert people.all() == {}
    changes.undo(people.db, undone.id, reason="thử lại", scope=scope)
    assert set(people.all()) == {"c1"}


def test_undo_is_refused_where_records_moved_on(people: People) -> None:
    first = people.put(CHI)
    people.put({**CHI, "age": 31})
    with pytest.raises(Refused, match="changed later"):
        changes.undo(people.db, first.id, reason="thử", scope=people.station())
    assert people.all()["c1"][2] == 31


def test_every_version_has_its_digest_and_every_change_set_covers_them(people: People) -> None:
    commit = people.put(CHI, DUA)
    with people.db.app(people.station().settings()) as conn:
        whole, each = conn.execute(
            "select (select digest from registers.change_set where id = %s),"
            " (select sha256(string_agg(sha256(salt || fingerprint) || int8send(id) || int4send(version)"
            " || int8send(origin) || int2send(source_sheet) || int4send(source_row), ''::bytea order by id))"
            " from registers.people)",
            (commit.id,),
        ).fetchone() or (b"", b"")
    assert whole == each
    assert len(whole) == 32


def test_leaves_are_gapless_in_the_order_of_commits(people: People) -> None:
    for age in range(4):
        people.put({**CHI, "age": age})
    with people.db.app(people.station().settings()) as conn:
        leaves = conn.execute("select leaf from registers.change_set order by id").fetchall()
    assert leaves == [(1,), (2,), (3,), (4,)]


def _ids(people: People) -> dict[str, int]:
    with people.db.app(people.station().settings()) as conn:
        return dict(conn.execute("select key, id from registers.people").fetchall())


_PERSON = st.fixed_dictionaries(
    {"code": st.sampled_from("abcd"), "job": st.sampled_from(["Dệt", "May", None]), "age": st.integers(0, 3)}
)
_FILES = st.lists(
    st.tuples(st.lists(_PERSON, max_size=4, unique_by=lambda one: one["code"]), st.sampled_from(["keep", "remove"])),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=_FILES)
def test_as_of_any_commit_is_what_was_known_then_and_undo_goes_all_the_way_back(people: People, files: Any) -> None:
    scope = people.station()
    start = people.all()
    known: list[tuple[int, int, dict[str, Any]]] = []
    for rows, gone in files:
        commit = people.put(*rows, gone=gone)
        known.append((commit.id, _last_leaf(people), people.all()))
    with people.db.app(scope.settings()) as conn:
        for _, leaf, then in known:
            seen = history.as_of(conn, people.declaration, leaf, scope=scope)
            assert {row["key"]: row["age"] for row in seen} == {key: values[2] for key, values in then.items()}
    for number, (change_set, _, _) in reversed(list(enumerate(known))):
        changes.undo(people.db, change_set, reason="lùi", scope=scope)
        assert people.all() == (known[number - 1][2] if number else start)


def _last_leaf(people: People) -> int:
    with people.db.app() as conn:
        return int((conn.execute("select coalesce(max(leaf), 0) from registers.leaf").fetchone() or (0,))[0])


def test_a_big_first_load_builds_its_indexes_after_its_rows(people: People) -> None:
    number = 25_000
    area, place = people.places[AN]
    big = pl.DataFrame({"code": [f"p{at}" for at in range(number)]}).with_columns(
        pl.lit("Vừ Mí Bình").alias("name"), pl.lit(None, pl.String).alias("job"), pl.lit(1).cast(pl.Int64).alias("age"),
        pl.lit(None, pl.Date).alias("seen"), pl.lit(area).alias("area"), pl.lit(place).alias("place"),
        pl.lit(0).cast(pl.Int32).alias("sheet"), pl.int_range(2, number + 2).alias("row"), pl.col("code").alias("key"),
    )  # fmt: skip
    scope = people.station()
    with people.db.app(scope.settings()) as conn:
        proposed = changes.difference(conn, people.declaration, big, scope=scope)
    assert changes.commit(people.db, proposed, source=Source("file"), scope=scope).new == number
    with people.db.app() as conn:
        indexes = conn.execute(
            "select count(*) from pg_indexes where schemaname = 'registers' and tablename = 'people'"
        )
        assert indexes.fetchone() == (7,)


def test_a_gap_between_own_numbers_tells_nothing_of_others(people: People) -> None:
    """Numbers are passed over at random, also where nobody else recorded anything."""
    for at in range(8):
        people.put({"code": f"g{at}", "name": "Lầu Thị An"}, scope=people.officer(AN))
    with people.db.owner() as conn:
        numbers = [number for (number,) in conn.execute("select id from registers.people order by id").fetchall()]
    gaps = {after - before for before, after in pairwise(numbers)}
    assert len(gaps) > 1 and max(gaps) > 1
