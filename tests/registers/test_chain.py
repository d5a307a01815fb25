"""Nothing can be altered behind the platform's back: every kind of tampering is found, and named."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.registers.conftest import LAU_AN, SUNG_CHI, Archive, People
from tinhso.ledgers import sealing
from tinhso.registers import changes
from tinhso.registers.chain import verify
from tinhso.registers.chain.ledgers import CHANGES, EVENTS, READINGS


def test_what_nobody_touched_is_whole(archive: Archive) -> None:
    found = verify.chain(archive.people.db, archive.home)
    assert found.findings == []
    assert (found.registers, found.versions, found.change_sets, found.leaves, found.checkpoints) == (1, 6, 4, 4, 2)
    assert found.as_json()["ok"]


def test_an_empty_house_is_whole(people: People, tmp_path: Path) -> None:
    assert verify.chain(people.db, tmp_path).ok


def test_commits_since_the_last_checkpoint_are_whole(archive: Archive) -> None:
    archive.people.put({**SUNG_CHI, "job": "nông dân"})
    assert archive.found() == []


def test_undoing_and_undoing_that_is_whole(archive: Archive) -> None:
    station, db = archive.people.station(), archive.people.db
    undone = changes.undo(db, 3, reason="không trùng", scope=station)
    changes.undo(db, undone.id, reason="trùng thật", scope=station)
    changes.undo(db, 4, reason="nhầm", scope=station)
    archive.checkpoint()
    assert archive.found() == []
    changes.undo(db, 2, reason="nhầm", scope=station)
    assert archive.found() == []


@pytest.mark.parametrize("value", ["job = 'cán bộ xã'", "job = null", "age = 31", "key = '9', code = '9'", "area = 3"])
def test_content_in_force(archive: Archive, value: str) -> None:
    archive.tamper(f"update registers.people set {value} where id = 1")
    found = [one for one in archive.found() if one.code == "registers.content_altered"]
    assert [(one.register, one.record, one.version, one.change_set) for one in found] == [("people", 1, 2, 2)]


def test_content_of_an_earlier_version(archive: Archive) -> None:
    archive.tamper("update history.people set age = 29 where id = 1")
    (one,) = archive.found()
    assert (one.code, one.record, one.version, one.change_set) == ("registers.content_altered", 1, 1, 1)


@pytest.mark.parametrize("column", ["salt", "digest"])
@pytest.mark.parametrize("table", ["registers", "history"])
def test_salt_and_digest(archive: Archive, table: str, column: str) -> None:
    archive.tamper(f"update {table}.people set {column} = sha256({column}) where id = 1")
    found = {one.code: one for one in archive.found()}
    one = found.pop("registers.digest_altered")
    assert (one.record, one.version) == (1, 2 if table == "registers" else 1)
    assert set(found) <= {"registers.change_set_altered"}


@pytest.mark.parametrize("column", ["salt", "fingerprint"])
def test_content_that_was_wiped_without_an_act(archive: Archive, column: str) -> None:
    archive.tamper(f"update registers.people set {column} = null where id = 2")
    assert {(one.record, one.version) for one in archive.found()} == {(2, 1)}


FORGED = """
update registers.people set job = 'cán bộ xã', fingerprint = '{fingerprint}', digest = sha256(salt || '{fingerprint}')
where id = 1
"""


def _forged(area: int) -> str:
    """The canonical text of An's record with another job."""
    fields = {"key": 1, "area": area, "age": 30, "code": 1, "job": "cán bộ xã", "name": LAU_AN["name"]}
    return "".join(f"{name}\x1e{value}\x1f" for name, value in fields.items())


def test_a_version_forged_with_its_digest_shows_in_its_change_set(archive: Archive) -> None:
    area = archive.people.places["00715"][0]
    fingerprint = sha256(_forged(area).encode()).hexdigest()
    archive.tamper(FORGED.format(fingerprint="\\x" + fingerprint))
    (one,) = archive.found()
    assert (one.code, one.register, one.change_set) == ("registers.change_set_altered", "people", 2)


@pytest.mark.parametrize(
    "change",
    ["source_row = 77", "source_sheet = 1", "origin = 1", "id = 1000, source_row = 2"],
)
def test_what_binds_a_version_to_its_place(archive: Archive, change: str) -> None:
    archive.tamper(
        "alter table registers.people alter id drop identity",
        f"update registers.people set {change} where change_set = 4 and key = '4'",
    )
    assert ("registers.change_set_altered", 4) in {(one.code, one.change_set) for one in archive.found()}


def test_a_record_shown_elsewhere(archive: Archive) -> None:
    archive.tamper("update registers.people set place = place + 1 where id = 1")
    (one,) = archive.found()
    assert (one.code, one.record, one.version) == ("registers.place_altered", 1, 2)


INSERTED = """
insert into registers.people overriding system value
select (r).* from (select jsonb_populate_record(r, '{{"id": {id}, "key": "7", "version": {version}}}') as r
  from registers.people r where id = 2) copied
"""


def test_a_record_put_in(archive: Archive) -> None:
    archive.tamper(INSERTED.format(id=70, version=1))
    found = archive.found()
    named = {(one.code, one.record, one.version, one.change_set) for one in found}
    assert ("registers.version_put_in", 70, 1, 1) in named


def test_a_record_deleted(archive: Archive) -> None:
    archive.tamper("delete from registers.people where id = 2")
    found = {(one.code, one.record, one.change_set) for one in archive.found()}
    assert ("registers.record_gone", 2, 1) in found


def test_a_record_deleted_that_had_earlier_versions(archive: Archive) -> None:
    archive.tamper("delete from registers.people where id = 1")
    found = {(one.code, one.record, one.version) for one in archive.found()}
    assert ("registers.version_gone", 1, 2) in found


def test_an_earlier_version_deleted(archive: Archive) -> None:
    archive.tamper("delete from history.people where id = 1")
    found = {(one.code, one.record, one.version) for one in archive.found()}
    assert ("registers.version_gone", 1, 1) in found


def test_the_trace_of_what_went_deleted(archive: Archive) -> None:
    archive.tamper("delete from history.people where id = 3")
    assert {("registers.change_set_altered", 1), ("registers.change_set_altered", 3)} <= {
        (one.code, one.change_set) for one in archive.found()
    }


def test_an_earlier_version_put_in(archive: Archive) -> None:
    archive.tamper("insert into history.people select * from history.people where id = 1")
    named = {(one.code, one.record, one.version) for one in archive.found()}
    assert ("registers.version_twice", 1, 1) in named


@pytest.mark.parametrize("change", ["until_change_set = 4", "op = 'gone'", "until_change_set = null, op = null"])
def test_how_an_earlier_version_ended(archive: Archive, change: str) -> None:
    archive.tamper(f"update history.people set {change} where id = 1")
    found = archive.found()
    assert ("registers.ends_altered", 1, 2) in {(one.code, one.record, one.version) for one in found}


def test_a_version_moved_to_another_change_set(archive: Archive) -> None:
    archive.tamper("update registers.people set change_set = 4 where id = 2")
    found = {(one.code, one.change_set) for one in archive.found()}
    assert ("registers.version_put_in", 4) in found or ("registers.change_set_altered", 4) in found
    assert {one.change_set for one in archive.found()} >= {1, 4}


@pytest.mark.parametrize(
    "change",
    [
        "author = 'Bình'", "reason = 'theo lệnh'", "file_name = 'b.xlsx'", "file_sha256 = repeat('1', 64)",
        "sheets = '{Trang 2}'", "way = 'api'", "at = at - interval '1 day'", "same_count = 7", "undoes = 1",
        "at = 'infinity'", "form = null",
    ],
)  # fmt: skip
def test_a_change_set(archive: Archive, change: str) -> None:
    archive.tamper(f"update registers.change_set set {change} where id = 2")
    found = archive.found()
    assert ("ledgers.leaf_altered", 2, 2) in {(one.code, one.leaf, one.change_set) for one in found}
    assert {one.checkpoint for one in found if one.code == "ledgers.root_differs"} == {1, 2}


@pytest.mark.parametrize("column", ["new_count", "changed_count", "gone_count"])
def test_counts(archive: Archive, column: str) -> None:
    archive.tamper(f"update registers.change_set set {column} = {column} + 1 where id = 4")
    found = {(one.code, one.change_set) for one in archive.found()}
    assert {("registers.counts_altered", 4), ("ledgers.leaf_altered", 4)} <= found


def test_counts_and_records_before_they_were_signed(archive: Archive) -> None:
    archive.people.put({**SUNG_CHI, "job": "nông dân"})
    archive.tamper("update registers.change_set set new_count = 2 where id = 5")
    (one,) = archive.found()
    assert (one.code, one.change_set) == ("registers.counts_altered", 5)


def test_two_change_sets_in_each_others_place(archive: Archive) -> None:
    archive.tamper(
        "update registers.change_set set leaf = 99 where id = 1",
        "update registers.change_set set leaf = 1 where id = 2",
        "update registers.change_set set leaf = 2 where id = 1",
    )
    found = {(one.code, one.leaf, one.change_set) for one in archive.found()}
    assert {("ledgers.leaf_altered", 1, 2), ("ledgers.leaf_altered", 2, 1)} <= found


@pytest.mark.parametrize("change_set", [1, 4])
def test_a_change_set_deleted(archive: Archive, change_set: int) -> None:
    archive.tamper(f"delete from registers.change_set where id = {change_set}")
    found = {(one.code, one.change_set) for one in archive.found()}
    assert {("registers.no_change_set", change_set), ("ledgers.leaf_gone", change_set)} <= found


def test_the_last_hour_cut_off(archive: Archive) -> None:
    archive.people.put({"code": "6", "name": "Má Thị Phượng"})
    archive.tamper("delete from registers.people where key = '6'", "delete from registers.change_set where id = 5")
    (one,) = archive.found()
    assert (one.code, one.register, one.leaf) == ("registers.last_leaf", "people", 5)


def test_a_change_set_slipped_in(archive: Archive) -> None:
    archive.tamper(
        "update registers.change_set set leaf = leaf + 100 where leaf >= 3",
        "update registers.change_set set leaf = leaf - 99 where leaf >= 100",
        "insert into registers.change_set (register, author, way, digest, form, leaf)"
        " values ('people', 'station', 'form', sha256(''), 2, 3)",
    )
    found = {(one.code, one.leaf) for one in archive.found()}
    assert {("ledgers.leaf_altered", 3), ("ledgers.leaf_altered", 4)} <= found


def test_a_change_set_altered_with_its_kept_hash_shows_between_which_checkpoints(archive: Archive) -> None:
    archive.tamper("update registers.change_set set author = 'Bình' where id = 3")
    with archive.people.db.owner() as conn:
        forged = next(leaf.data for leaf in CHANGES.leaves(conn, 2))
    assert forged is not None
    digits = sha256(b"\0" + forged).hexdigest()
    archive.tamper(f"update ledgers.leaf set hash = '\\x{digits}' where position = 2")
    (one,) = archive.found()
    assert (one.code, one.checkpoint, one.facts) == ("ledgers.root_differs", 2, {"first": 3, "last": 4})


def test_a_register_taken_out_of_sight(archive: Archive) -> None:
    archive.tamper(
        "alter table registers.change_set drop constraint change_set_register_fkey",
        "delete from registers.register where register = 'people'",
    )
    assert "registers.undeclared" in archive.codes()


def test_a_register_whose_table_is_gone(archive: Archive) -> None:
    archive.tamper("drop table history.people")
    assert "registers.table_gone" in archive.codes()


def _erase(archive: Archive, *, act: bool = True, marked: bool = True, wiped: bool = True) -> None:
    """What erasing Chi's two traces will do: wipe, mark, and one change set whose digest covers what was erased."""
    with archive.people.db.owner() as conn:
        if wiped:
            conn.execute(
                "update history.people set key = null, sort_key = null, search = null, fingerprint = null, salt = null,"
                " code = null, name = null, job = null, age = null, seen = null where id = 3"
            )
        if act:
            conn.execute(_ACT)
        if marked:
            conn.execute(
                "insert into ledgers.erased_version (register, id, version, act)"
                " values ('people', 3, 1, (select max(id) from registers.change_set))"
            )


_ACT = """
insert into registers.change_set (register, author, way, reason, form, digest, leaf)
select 'people', 'station', 'erasure', 'theo yêu cầu của công dân', 2,
  sha256(sha256('erased'::bytea || digest) || int8send(id) || int4send(version)),
  (select max(leaf) + 1 from registers.change_set)
from history.people where id = 3
"""


def _remembered(archive: Archive) -> None:
    with archive.people.db.owner() as conn:
        conn.execute("update registers.register set last_leaf = (select max(leaf) from registers.change_set)")


def test_what_was_erased_by_an_act_is_whole(archive: Archive) -> None:
    _erase(archive)
    _remembered(archive)
    archive.checkpoint()
    assert archive.found() == []


def test_what_was_erased_without_a_mark_is_found(archive: Archive) -> None:
    _erase(archive, act=False, marked=False)
    assert {(one.code, one.record) for one in archive.found()} == {("registers.content_altered", 3)}


def test_a_mark_without_its_act_is_found(archive: Archive) -> None:
    _erase(archive, act=False)
    assert [(one.code, one.change_set) for one in archive.found()] == [("registers.change_set_altered", 4)]


def test_a_mark_that_spares_a_forged_version_is_found(archive: Archive) -> None:
    _erase(archive, wiped=False)
    _remembered(archive)
    assert [(one.code, one.record) for one in archive.found()] == [("registers.not_erased", 3)]


def test_change_sets_of_the_first_form_are_recounted_too(archive: Archive) -> None:
    archive.tamper(
        "update registers.change_set set form = null, digest = sha256((select string_agg(digest, ''::bytea order by id)"
        " from registers.people where change_set = 4)) where id = 4"
    )
    assert "registers.change_set_altered" not in archive.codes()
    archive.tamper("update registers.people set digest = sha256(digest) where change_set = 4 and key = '4'")
    assert "registers.change_set_altered" in archive.codes()


def test_every_column_of_a_change_set_is_in_its_leaf(people: People) -> None:
    people.put(LAU_AN)
    with people.db.owner() as conn:
        conn.execute("update registers.change_set set reason = 'x', undoes = 1")
        (full,) = CHANGES.leaves(conn, 0)
    assert full.data is not None
    assert set(json.loads(full.data)) == _columns(people, "registers.change_set")


def test_every_column_of_the_logs_is_in_their_leaves(people: People) -> None:
    with people.db.owner() as conn:
        conn.execute(
            "insert into access.reading (actor, register, record, action, purpose, grant_id, address, reason, records,"
            " units, words) values ('an', 'people', 1, 'record', 'tra cứu', 1, '10.0.0.7', 'theo đơn', '{1}',"
            " '{1}', 'x')"
        )
        conn.execute("insert into access.event (actor, action, subject) values ('an', 'grant', 'binh')")
        for each, table in ((READINGS, "access.reading"), (EVENTS, "access.event")):
            (leaf,) = each.leaves(conn, 0)
            assert leaf.data is not None
            assert set(json.loads(leaf.data)) == _columns(people, table)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("update access.reading set actor = 'binh'", "ledgers.leaf_altered"),
        ("update access.reading set record = null", "ledgers.leaf_altered"),
        ("delete from access.reading", "ledgers.leaf_gone"),
    ],
)
def test_who_looked_cannot_be_wiped_out(archive: Archive, statement: str, code: str) -> None:
    with archive.people.db.owner() as conn:
        conn.execute("insert into access.reading (actor, register, record, action) values ('an', 'people', 1, 'open')")
    sealing.seal(archive.people.db, archive.home, READINGS, occasion="asked")
    assert archive.found() == []
    archive.tamper("alter table access.reading disable trigger user", statement)
    one, *_ = [one for one in archive.found() if one.code == code]
    assert (one.ledger, one.leaf, one.facts["row"]) == ("readings", 1, 1)


def _columns(people: People, table: str) -> set[str]:
    query = "select column_name from information_schema.columns where table_schema || '.' || table_name = %s"
    with people.db.owner() as conn:
        return {name for (name,) in conn.execute(query, (table,)).fetchall()}
