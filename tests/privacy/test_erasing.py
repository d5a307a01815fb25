"""After erasure nothing holds the person: no table, no stored file, no export; and the house still adds up."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Copies
from tests.privacy.conftest import (
    AN,
    BINH,
    CHI,
    CHI_NAME,
    CHI_PHONE,
    DONG_VAN,
    LUNG_CU,
    MEO_VAC,
    NOW,
    ROWS,
    WORKER,
    Room,
)  # fmt: skip
from tinhso.access import grants
from tinhso.foundation import clock
from tinhso.foundation.database import Database, errors, made_sql
from tinhso.foundation.files import Files
from tinhso.foundation.problems import Refused
from tinhso.indicators import explain, verify
from tinhso.intake import batches, river
from tinhso.intake.desk import Desk
from tinhso.intake.examining import Choices
from tinhso.privacy import cases, closing, erasing, holding, seeing
from tinhso.privacy.declaration import Rights
from tinhso.privacy.office import Office
from tinhso.registers import changes, declared, export, history, records, transfers
from tinhso.registers.chain import verify as chain
from tinhso.registers.changes import Source

NEEDLES = (CHI, CHI.lstrip("0"), CHI_NAME, "giang thi chi", CHI_PHONE)


def traces(room: Room) -> list[str]:
    """Every table, column of the planner's memory and stored file in which the person is found."""
    found = []
    with room.db.owner() as conn:
        tables = conn.execute(
            "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        wanted = [f"%{needle}%" for needle in NEEDLES]
        for schema, table in tables:
            query = made_sql(f'select count(*) from {schema}."{table}" t where t::text like any (%s)')
            if room.one(conn, query, wanted):  # type: ignore[arg-type]
                found.append(f"{schema}.{table}")
        remembered = "select count(*) from pg_stats where concat(most_common_vals, histogram_bounds) like any (%s)"
        if room.one(conn, remembered, wanted):
            found.append("pg_stats")
    return found + [path.name for path in room.office.files.folder.glob("??/*") if _inside(path)]


def _inside(path: Path) -> bool:
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            content = b"".join(parts.read(name) for name in parts.namelist())
    return any(needle.encode() in content for needle in NEEDLES)


def erase(room: Room) -> erasing.Erasure:
    case = room.identified("delete")
    done = erasing.erase(room.office, case.id, scope=room.station)
    room.step(case, "answered", words=f"Đã báo {CHI_NAME}")
    with room.at() as conn:
        closing.close(conn, room.office, case.id, scope=room.station)
    return done


def test_nothing_holds_the_person_any_more(filled: Room, tmp_path: Path) -> None:
    filled.take_in("workers", [{**WORKER, "citizen_id": CHI, "job": "Thợ may"}, AN], "lan-2.csv")
    filled.open("correct")
    assert len(traces(filled)) > 8
    done = erase(filled)
    for case in (1,):
        with filled.at() as conn:  # the other request of the same person ends too
            cases.decline(conn, filled.office, case, "dữ liệu đã xóa", scope=filled.station)
            closing.close(conn, filled.office, case, scope=filled.station)
            conn.execute("select privacy.forget(%s)", (case,))
    assert traces(filled) == []
    assert {act.register: act.records for act in done.acts} == {"households": 1, "team_members": 1, "workers": 1}
    assert done.complete and len(done.files) == 4 and done.kept == ()
    for register in ROWS:
        export.write_csv(filled.db, register, tmp_path / "out.csv", scope=filled.station)
        text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
        assert not [needle for needle in NEEDLES if needle in text]
        with filled.at() as conn:
            declaration = declared.one(conn, register)
            assert records.page(conn, declaration, scope=filled.station, search="Giàng Thị Chi").rows == ()
            assert records.page(conn, declaration, scope=filled.station, search=CHI).rows == ()


def test_figures_follow_and_the_recount_agrees(filled: Room) -> None:
    before = verify.verify(filled.db)
    erase(filled)
    after = verify.verify(filled.db)
    assert before.ok and after.ok, after.differences
    with filled.at() as conn:
        assert records.count(conn, declared.one(conn, "workers"), scope=filled.station) == 2


def test_the_chain_still_closes(filled: Room, tmp_path: Path) -> None:
    filled.take_in("workers", [{**WORKER, "citizen_id": CHI, "job": "Thợ may"}, AN], "lan-2.csv")
    source = Source("form", reason="chuyển đi")
    changes.remove(filled.db, "team_members", [CHI], source=source, scope=filled.station)
    erase(filled)
    changes.undo(filled.db, 1, reason="nhầm tệp", scope=filled.station)
    found = chain.chain(filled.db, tmp_path)
    assert found.findings == [], found.findings
    with filled.db.owner() as conn:
        conn.execute("update history.workers set full_name = 'x' where fingerprint is null")
    altered = chain.chain(filled.db, tmp_path)
    assert {one.code for one in altered.findings} == {"registers.not_erased"}


def test_what_is_left_says_who_when_and_why(filled: Room) -> None:
    done = erase(filled)
    workers = next(act for act in done.acts if act.register == "workers")
    with filled.at() as conn:
        query = "select record from privacy.erased where change_set = %s"
        (version,) = history.versions(
            conn, declared.one(conn, "workers"), filled.one(conn, query, workers.change_set), scope=filled.station
        )
        assert version.erased is not None
        assert "Hồ sơ 1" in version.erased.reason and "Luật 91/2025/QH15" in version.erased.reason
        assert (version.erased.actor, version.values["full_name"]) == ("station", None)
        query = "select reason from privacy.erased_file where sha256 = %s"
        assert "Hồ sơ 1" in filled.one(conn, query, done.files[0].sha256)
        made = history.change_sets(conn, scope=filled.station, register="workers")[0]
    assert (made.way, made.gone, made.new) == ("erasure", 1, 0)


def test_a_figure_says_that_a_file_is_gone_since_when_and_why(filled: Room) -> None:
    """An's record still counts; the workbook that brought it held Chi's row too."""
    filled.take_in("workers", [{**AN, "citizen_id": "002090000077", "full_name": "Lý Mí Dậu"}], "sau.csv")
    erase(filled)
    with filled.at() as conn:
        found = explain.explain(conn, "A09", "02", filled.station)
        gone = {each.file: each.gone_why for each in found.sources}
    assert gone["sau.csv"] is None and "Hồ sơ 1: xóa theo yêu cầu" in (gone["workers.xlsx"] or "")
    told = {each["file"]: each.get("file_gone") for each in found.as_json()["sources"]}
    assert told["sau.csv"] is None and told["workers.xlsx"]["at"].startswith("2026-11-23")
    erasing_step = next(step for step in found.change_sets if step.way == "erasure")
    assert "Hồ sơ 1" in (erasing_step.reason or "")


def test_an_older_change_set_is_undone_without_the_erased(filled: Room) -> None:
    erase(filled)
    undone = changes.undo(filled.db, 1, reason="nhầm tệp", scope=filled.station)
    assert (undone.gone, undone.erased) == (2, 1)
    assert traces(filled) == []


def test_a_record_that_had_left_the_register_is_erased_from_history(filled: Room) -> None:
    source = Source("form", reason="chuyển đi")
    changes.remove(filled.db, "workers", [CHI], source=source, scope=filled.station)
    erase(filled)
    assert traces(filled) == []


def test_of_a_number_that_was_wrong_only_the_wrong_version_goes(filled: Room) -> None:
    """An's household once bore Chi's number by mistake: that version goes, An's household stays."""
    wrong = {**ROWS["households"][0], "file_no": "00715-N0009", "head_name": AN["full_name"], "gender": "Nữ"}
    filled.take_in("households", [wrong], "ho.xlsx")
    filled.take_in("households", [{**wrong, "head_citizen_id": "002190000019"}], "ho-2.xlsx")
    erase(filled)
    with filled.at() as conn:
        (left,) = records.page(conn, declared.one(conn, "households"), scope=filled.station).rows
    assert (left["head_citizen_id"], left["version"]) == ("002190000019", 2)


def test_batches_that_wait_are_dropped_with_their_file(filled: Room) -> None:
    path = filled.folder / "cho.csv"
    path.write_text("citizen_id,full_name\n" + f"{CHI},{CHI_NAME}\n", encoding="utf-8")
    desk = Desk.open(filled.db, filled.office.files)
    batch = batches.receive(desk, path, path.name, "workers", scope=filled.station, sender="station")
    path.unlink()
    erase(filled)
    with filled.at() as conn:
        assert batches.one(conn, batch.id, scope=filled.station).state == "dropped"
    assert traces(filled) == []


def kept_in_transfers(room: Room) -> list[tuple[object, ...]]:
    query = "select key, content, salt, octet_length(digest), erased_at is not null from registers.transfer order by id"
    with room.db.owner() as conn:
        return conn.execute(query).fetchall()


def sends_blindly(room: Room, job: str) -> None:
    """Somebody who may hand rows in and read none: the row with Chi waits for the department."""
    with room.db.app() as conn:
        reads_nothing = grants.over(conn, [DONG_VAN], ["propose"], "enterprise")
    desk = Desk.open(room.db, room.office.files)
    path = room.folder / f"{job}.csv"
    path.write_text(",".join([*WORKER, "citizen_id"]) + "\n" + ",".join([*{**WORKER, "job": job}.values(), CHI]),
                    encoding="utf-8")  # fmt: skip
    examined = river.examine(desk, room.office.files.put(path), path.name, "workers", scope=reads_nothing,
                             sender="enterprise", choices=Choices())  # fmt: skip
    path.unlink()
    assert examined.change_set is not None and examined.change_set.held.height == 1
    source = {"way": "file", "file_name": path.name, "file_sha256": examined.stored.sha256, "sheets": []}
    with room.db.app(reads_nothing.settings()) as conn:
        transfers.hold(conn, examined.change_set.declaration, examined.change_set.held, source)


def test_rows_that_wait_lose_content_and_salt_and_keep_their_digest(filled: Room) -> None:
    sends_blindly(filled, "Thợ may")
    sends_blindly(filled, "Thợ mộc")
    assert "registers.transfer" in traces(filled)
    done = erase(filled)
    assert (done.waiting, traces(filled)) == (2, [])
    assert kept_in_transfers(filled) == [(None, None, None, 32, True)] * 2
    with filled.at() as conn:
        assert {case.state for case in transfers.cases(conn)} == {"erased"}
    assert done.as_json()["waiting"] == 2


def test_somebody_who_only_waits_is_erased_too_and_what_lies_beyond_is_said(filled: Room) -> None:
    sends_blindly(filled, "Thợ may")
    erase(filled)
    sends_blindly(filled, "Thợ may")
    with filled.at() as conn:
        outside = grants.over(conn, [MEO_VAC], ["read", "propose", "approve"], "binh", unmask=["*"])
        assert transfers.erase(conn, "workers", ["citizen_id"], CHI, reason="x") == (1, 0)
        conn.rollback()
    with filled.at(outside) as conn:
        assert transfers.erase(conn, "workers", ["citizen_id"], CHI, reason="x") == (0, 1)
    assert erase(filled).waiting == 1


def test_an_officer_cannot_erase_beyond_the_own_area(filled: Room) -> None:
    """Chi has moved to Mèo Vạc."""
    filled.take_in("workers", [{**WORKER, "citizen_id": CHI, "commune": BINH["commune"]}], "pa-vi.xlsx")
    officer = filled.officer(DONG_VAN)
    case = filled.identified("delete")
    with pytest.raises(Refused, match="outside your area"):
        erasing.erase(filled.office, case.id, scope=officer)
    assert len(list(filled.office.files.folder.glob("??/*"))) == 4


def sends(room: Room, area: str, name: str) -> tuple[int, Path]:
    """An officer hands in a file with Chi's number and has not decided; the batch and where its bytes lie."""
    officer, path = room.officer(area), room.folder / name
    path.write_text(f"citizen_id,full_name\n{CHI},{name}\n", encoding="utf-8")
    desk = Desk.open(room.db, room.office.files)
    batch = batches.receive(desk, path, name, "workers", scope=officer, sender=officer.actor)
    path.unlink()
    kept = (file for file in room.office.files.folder.glob("??/*") if name.encode() in file.read_bytes())
    return batch.id, next(kept)


def test_files_that_others_sent_stay_and_are_not_told(filled: Room) -> None:
    """An of Đồng Văn erases Chi: An's own file goes, Bình's of Mèo Vạc waits on, and no word of the answer shows it."""
    (_, an), (binh, bytes_of_binh) = sends(filled, DONG_VAN, "an.csv"), sends(filled, MEO_VAC, "binh.csv")
    officer = filled.officer(DONG_VAN)
    case = filled.identified("delete", scope=None)
    done = erasing.erase(filled.office, case.id, scope=officer)
    assert ("an.csv",) in [file.names for file in done.files] and not an.exists()
    assert bytes_of_binh.exists() and bytes_of_binh.name not in str(done.as_json()) and not done.complete
    with filled.at() as conn:
        assert batches.one(conn, binh, scope=filled.station).state != "dropped"
        told = conn.execute("select facts::text from privacy.step where action = 'carried_out'").fetchall()
    assert bytes_of_binh.name not in str(told) and f'"files": {len(done.files)}' in str(told)
    again = filled.identified("delete")
    assert ("binh.csv",) in [file.names for file in erasing.erase(filled.office, again.id, scope=filled.station).files]
    assert not bytes_of_binh.exists()


def test_the_database_too_lets_nobody_erase_the_files_of_others(filled: Room) -> None:
    _, file = sends(filled, MEO_VAC, "binh.csv")
    officer = filled.officer(DONG_VAN)
    with filled.at(officer) as conn:
        assert filled.one(conn, "select privacy.drop_batches(%s)", [file.name]) == 0
        assert filled.one(conn, "select count(*) from privacy.within(%s)", [file.name, "0" * 64]) == 0
        with pytest.raises(errors.InsufficientPrivilege):
            conn.execute("insert into privacy.erased_file (sha256, names, actor, reason) values (%s, '{}', %s, 'x')",
                         [file.name, officer.actor])  # fmt: skip


@pytest.mark.parametrize(("kind", "identified", "said"), [
    ("delete", False, "not identified"), ("see", True, "neither for deletion"),
])  # fmt: skip
def test_not_every_case_erases(filled: Room, kind: str, identified: bool, said: str) -> None:
    case = filled.identified(kind) if identified else filled.open(kind)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=said):
        erasing.erase(filled.office, case.id, scope=filled.station)


def test_files_are_kept_where_the_rule_says_so(filled: Room) -> None:
    office = filled.office
    kept = Office(office.db, office.files, office.key, _keeping(office), office.calendar)
    case = filled.identified("delete")
    done = erasing.erase(kept, case.id, scope=filled.station)
    assert (len(done.files), len(done.kept)) == (0, 3)
    assert set(done.kept) == set(holding.files(office.files, CHI))


def _keeping(office: Office) -> Rights:
    from msgspec.structs import replace

    return replace(office.rights, source_files="keep")


def test_a_number_is_found_however_it_was_typed(tmp_path: Path) -> None:
    store = Files(tmp_path)
    contents = {
        "text": CHI.encode(), "lost zeros": b"2190000012,x", "utf16": CHI.encode("utf-16-le"),
        "another": b"1" + CHI.encode(), "longer": b"0021900000123",
    }  # fmt: skip
    names = {}
    for name, content in contents.items():
        (tmp_path / "f").write_bytes(content)
        names[store.put(tmp_path / "f").sha256] = name
    (tmp_path / "f").write_bytes(b"x" * ((1 << 20) - 5) + CHI.encode())
    names[store.put(tmp_path / "f").sha256] = "across pieces"
    assert {names[one] for one in holding.files(store, CHI)} == {"text", "lost zeros", "utf16", "across pieces"}


EDITS = st.lists(st.sampled_from(["change", "remove", "again", "other"]), max_size=4)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_whatever_happened_before_nothing_is_left(
    copies: Copies, pack_template: str, tmp_path_factory: pytest.TempPathFactory, edits: list[str]
) -> None:
    name, db = copies.make(pack_template)
    folder = tmp_path_factory.mktemp("store")
    try:
        with clock.stopped(NOW):
            room = Room(Office.open(db, Files(folder), "a secret of the tests"), folder)
            room.fill()
            for number, edit in enumerate(edits):
                _edit(room, db, edit, number)
            erase(room)
            assert traces(room) == []
            assert verify.verify(db).ok
    finally:
        db.close()
        copies.drop(name)


def _edit(room: Room, db: Database, edit: str, number: int) -> None:
    if edit == "change":
        room.take_in("workers", [{**WORKER, "citizen_id": CHI, "job": f"Việc {number}"}], f"{number}.csv")
    elif edit == "again":
        room.take_in("workers", [{**WORKER, "citizen_id": CHI}], f"{number}.xlsx")
    elif edit == "other":
        room.take_in("workers", [{**AN, "job": f"Việc {number}"}], f"{number}.csv")
    else:
        with room.at() as conn:
            known = room.one(conn, "select count(*) from registers.workers where citizen_id = %s", CHI)
        if known:
            changes.remove(db, "workers", [CHI], source=Source("form"), scope=room.station)


def test_own_data_after_erasure_are_none(filled: Room) -> None:
    erase(filled)
    case = filled.identified("see")
    with filled.at() as conn:
        assert seeing.see(conn, filled.office, case.id, scope=filled.station).registers == ()
    assert case.area == LUNG_CU
