"""The office of Hà Giang with three persons: An (Đồng Văn's worker), Bình (Mèo Vạc's) and Chi, who stands in three
registers. All of them are made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.conftest import Copies
from tests.laws.house import PROVINCES
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.clock import VIETNAM
from tinhso.foundation.database import Connection, Database
from tinhso.foundation.files import Files
from tinhso.foundation.postgres.server import Cluster
from tinhso.intake import river
from tinhso.intake.desk import Desk
from tinhso.packs import apply as packs
from tinhso.privacy import cases
from tinhso.privacy.cases import Action, Case, Subject
from tinhso.privacy.declaration import Kind
from tinhso.privacy.office import Office
from tinhso.registers.changes import Commit

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=VIETNAM)
DONG_VAN, MEO_VAC, LUNG_CU = "026", "027", "00715"
CHI, CHI_NAME, CHI_PHONE = "002190000012", "Giàng Thị Chi", "0938783959"
WORKER = {"full_name": CHI_NAME, "birth_date": "1990", "gender": "Nữ", "ethnicity": "Mông", "commune": "Xã Lũng Cú",
          "phone": CHI_PHONE, "qualification": "Chưa qua đào tạo", "status": "Có việc làm", "job": "Dệt lanh",
          "position": "Tự làm", "surveyed_on": "20/10/2023"}  # fmt: skip
AN = {**WORKER, "citizen_id": "002090000011", "full_name": "Vàng Mí An", "gender": "Nam", "phone": "0397294500"}
BINH = {**AN, "citizen_id": "002090000013", "full_name": "Sùng Mí Bình", "commune": "Xã Pả Vi", "phone": "0860221485"}
ROWS: Mapping[str, list[dict[str, str]]] = {
    "workers": [{**WORKER, "citizen_id": CHI}, AN, BINH],
    "households": [{
        "file_no": "00715-N0003", "head_name": CHI_NAME, "head_citizen_id": CHI, "gender": "Nữ", "ethnicity": "Mông",
        "commune": "Xã Lũng Cú", "residence": "Nông thôn", "members": "4", "income": "828.000", "deprivations": "4",
        "poverty_class": "Hộ nghèo", "assessed_on": "21/11/2022", "digitised_on": "15/10/2023"}],
    "team_members": [{
        "citizen_id": CHI, "full_name": CHI_NAME, "gender": "Nữ", "team_no": "00715-001",
        "team_kind": "Tổ công nghệ số cộng đồng", "role": "Thành viên", "association": "Công an", "phone": CHI_PHONE,
        "commune": "Xã Lũng Cú", "joined_on": "24/06/2023"}],
}  # fmt: skip


@dataclass(frozen=True)
class Room:
    """The office at work: files are taken in, cases opened and led on."""

    office: Office
    folder: Path

    @property
    def db(self) -> Database:
        return self.office.db

    @property
    def station(self) -> Scope:
        return grants.station()

    def officer(self, area: str, verbs: tuple[str, ...] = ("read", "propose", "approve", "export")) -> Scope:
        with self.db.app() as conn:
            return grants.over(conn, [area], verbs, f"officer-{area}", unmask=["*"])

    def take_in(self, register: str, rows: list[dict[str, str]], name: str | None = None) -> Commit:
        path = self.folder / (name or f"{register}.xlsx")
        workbook(path, rows)
        desk = Desk.open(self.db, self.office.files)
        taken = river.take_in(desk, path, path.name, register, scope=self.station, sender="station")
        assert taken.commit is not None, [problem.vi for problem in taken.examined.problems]
        path.unlink()
        return taken.commit

    def fill(self) -> None:
        for register, rows in ROWS.items():
            self.take_in(register, rows)

    def open(self, kind: Kind, *, scope: Scope | None = None, citizen_id: str | None = CHI, **more: Any) -> Case:
        subject = Subject(citizen_id, CHI_NAME if citizen_id else None, CHI_PHONE if citizen_id else None, "Đề nghị.")
        return cases.receive(
            self.office, kind, scope=scope or self.station, area=LUNG_CU, channel="paper", subject=subject, **more
        )

    def step(self, case: Case, action: Action, *, scope: Scope | None = None, **more: Any) -> Case:
        with self.at(scope) as conn:
            return cases.step(conn, self.office, case.id, action, scope=scope or self.station, **more)

    def identified(self, kind: Kind, **more: Any) -> Case:
        return self.step(self.open(kind, **more), "identified", facts={"paper": "CCCD"}, words=f"{CHI_NAME} có mặt")

    def at(self, scope: Scope | None = None) -> Any:
        return self.db.app((scope or self.station).settings())

    def one(self, conn: Connection, query: str, *params: Any) -> Any:
        row = conn.execute(query, params).fetchone()
        return row[0] if row else None


def workbook(path: Path, rows: list[dict[str, str]]) -> None:
    if path.suffix == ".csv":
        lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
        path.write_text("\n".join(lines), encoding="utf-8")
        return
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate([dict(zip(rows[0], rows[0], strict=True)), *rows]):
            for place, name in enumerate(rows[0]):
                sheet.write_string(line, place, row[name])


@pytest.fixture(scope="session")
def pack_template(cluster: Cluster, template: str) -> Iterator[str]:
    copies = Copies(cluster)
    name, db = copies.make(template)
    packs.apply(db, PROVINCES / "hagiang")
    db.close()
    yield name
    copies.drop(name)


@pytest.fixture
def room(cluster: Cluster, pack_template: str, tmp_path: Path) -> Iterator[Room]:
    """An office with empty registers, its clock standing at a Monday morning in November 2026."""
    copies = Copies(cluster)
    name, db = copies.make(pack_template)
    try:
        with clock.stopped(NOW):
            yield Room(Office.open(db, Files(tmp_path), "a secret of the tests"), tmp_path)
    finally:
        db.close()
        copies.drop(name)


@pytest.fixture
def filled(room: Room) -> Room:
    """The office with its three persons in the registers."""
    room.fill()
    return room
