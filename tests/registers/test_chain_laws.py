"""For every column and every row of every table under the chain: altered, deleted or doubled, it is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registers.conftest import Archive, People
from tinhso.foundation.database import made_sql
from tinhso.registers import changes

TABLES = ("registers.people", "history.people", "registers.change_set", "ledgers.checkpoint", "ledgers.leaf")
OTHERWISE = {
    "text": "coalesce({}, '') || 'x'", "bytea": "sha256(coalesce({}, ''))", "ARRAY": "array_append({}, 'x')",
    "date": "coalesce({}, '2020-01-01') + 1", "timestamp with time zone": "{} + interval '1 second'",
}  # fmt: skip
"""By type, another value than the one there; numbers go up by one."""


RULES = """
alter table registers.people alter id drop identity;
alter table registers.people drop constraint people_pkey;
drop index registers.people_key_twin;
alter table registers.change_set alter id drop identity;
alter table registers.change_set drop constraint change_set_pkey cascade;
alter table registers.change_set drop constraint change_set_leaf_key;
alter table registers.change_set drop constraint change_set_way_check;
alter table registers.change_set drop constraint change_set_register_fkey;
alter table ledgers.checkpoint drop constraint checkpoint_pkey;
alter table ledgers.leaf drop constraint leaf_pkey;
alter table ledgers.leaf drop constraint leaf_hash_check;
drop index ledgers.leaf_ledger_row_id_idx
"""


def _unlocked(archive: Archive) -> None:
    """No rule of the database stands in the way; only the chain is left."""
    copies = [f"create table public.kept_{at} as select * from {table}" for at, table in enumerate(TABLES)]
    archive.tamper(*copies, *RULES.split(";"))


@contextmanager
def _tampered(archive: Archive, at: int, statement: str) -> Iterator[None]:
    archive.tamper(statement)
    yield
    archive.tamper(f"delete from {TABLES[at]}", f"insert into {TABLES[at]} select * from public.kept_{at}")


def _rows(archive: Archive, at: int) -> list[str]:
    with archive.people.db.owner() as conn:
        return [row for (row,) in conn.execute(made_sql(f"select ctid::text from {TABLES[at]} order by 1")).fetchall()]


def _columns(archive: Archive, table: str) -> list[tuple[str, str]]:
    with archive.people.db.owner() as conn:
        query = (
            "select column_name, data_type from information_schema.columns where table_schema || '.' || table_name = %s"
        )
        return [(name, kind) for name, kind in conn.execute(query, (table,)).fetchall()]


def test_every_column_altered_in_every_row_is_found(archive: Archive) -> None:
    _unlocked(archive)
    unnoticed = []
    for at, table in enumerate(TABLES):
        for column, kind in _columns(archive, table):
            value = OTHERWISE.get(kind, "coalesce({}, 0) + 1").format(f'"{column}"')
            for number in range(len(_rows(archive, at))):
                row = _rows(archive, at)[number]
                with _tampered(archive, at, f"update {table} set \"{column}\" = {value} where ctid = '{row}'"):
                    if not archive.found():
                        unnoticed.append((table, column))
    assert unnoticed == []
    assert archive.found() == []


def test_every_row_deleted_or_doubled_is_found(archive: Archive) -> None:
    _unlocked(archive)
    for at, table in enumerate(TABLES):
        for number in range(len(_rows(archive, at))):
            for statement in (f"delete from {table}", f"insert into {table} select * from {table}"):
                row = _rows(archive, at)[number]
                with _tampered(archive, at, f"{statement} where ctid = '{row}'"):
                    assert archive.found(), (statement, row)
    assert archive.found() == []


def test_any_two_rows_with_their_content_exchanged_are_found(archive: Archive) -> None:
    _unlocked(archive)
    exchanged = {
        "registers.people": ("salt", "fingerprint", "digest", "key", "code", "name", "job", "age", "seen", "area"),
        "registers.change_set": ("leaf",),
        "ledgers.checkpoint": ("note",),
        "ledgers.leaf": ("hash",),
    }
    for table, columns in exchanged.items():
        at = TABLES.index(table)
        first, second = _rows(archive, at)[:2]
        assigned = ", ".join(f"{column} = o.{column}" for column in columns)
        pair = f"(t.ctid, o.ctid) in (('{first}'::tid, '{second}'::tid), ('{second}'::tid, '{first}'::tid))"
        with _tampered(archive, at, f"update {table} t set {assigned} from {table} o where {pair}"):
            assert archive.found(), table


_PERSON = st.fixed_dictionaries(
    {"code": st.sampled_from("abcd"), "job": st.sampled_from(["Dệt", "", None]), "age": st.integers(-3, 3),
     "name": st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=5)}
)  # fmt: skip
_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.lists(_PERSON, max_size=4, unique_by=lambda one: one["code"]), st.sampled_from(["keep", "remove"])
        ),
        st.sampled_from(["undo", "checkpoint"]),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_whatever_the_platform_itself_does_is_whole(people: People, tmp_path_factory: Any, steps: Any) -> None:
    home = tmp_path_factory.getbasetemp() / f"chain-{people.db.dsn_owner.partition('dbname=')[2].split()[0]}"
    archive = Archive(people, home)
    done: list[int] = []
    for step in steps:
        if step == "checkpoint":
            archive.checkpoint()
        elif step == "undo" and done:
            changes.undo(people.db, done.pop(), reason="lùi", scope=people.station())
        elif step != "undo":
            rows, gone = step
            done.append(people.put(*rows, gone=gone).id)
        assert archive.found() == []
