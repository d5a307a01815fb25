"""The register of processing activities: what is kept of persons, what for, by which right, for how long, made from
declarations (Law 91/2025/QH15; before 2026 Decree 13/2023/NĐ-CP, art. 24 and 27)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinhso.access import roles
from tinhso.access.declaration import Purpose
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.formats import vi_date
from tinhso.privacy import writing
from tinhso.registers import declared
from tinhso.registers.declaration import Declaration, Retention, Text

MEASURES = (
    Text("Phạm vi được quyết định một lần và được cơ sở dữ liệu giữ lại lần nữa theo từng dòng",
         "Scopes are decided once and held again by the database, row by row"),
    Text("Trường nhạy cảm không tìm được theo từng phần và không hiện cho người không được cấp",
         "Sensitive fields cannot be searched by parts and are not shown to those without a grant"),
    Text("Mọi thay đổi là một đợt có người thực hiện, lý do và dấu băm; không sửa được trong im lặng",
         "Each change is a change set with author, reason and digest; nothing is changed in silence"),
    Text("Tệp nguồn lưu trong thư mục chỉ máy chủ đọc được; mật khẩu cơ sở dữ liệu riêng cho từng cài đặt",
         "Source files lie in a folder that only the server reads; each installation has its own database passwords"),
    Text("Xóa theo yêu cầu hoặc hết thời hạn lưu: xóa cả lịch sử, tệp nguồn và chữ tìm kiếm",
         "Erasure on request or at the end of retention covers history, source files and search text"),
)  # fmt: skip
"""What the platform itself does; a province adds its own in its documents."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One register that holds persons, with the purposes that cover it."""

    register: str
    title: Text
    description: Text | None
    source: str | None
    fields: tuple[tuple[str, Text, bool], ...]
    """Field, title, whether it is sensitive."""
    purposes: tuple[Purpose, ...]
    retention: Retention | None

    @property
    def covered(self) -> bool:
        """Whether any purpose says why this register may be kept at all."""
        return bool(self.purposes)

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso privacy activities --json``."""
        fields = [{"field": name, "title": title, "sensitive": sensitive} for name, title, sensitive in self.fields]
        purposes = [
            {"id": one.purpose, "title": one.title, "ground": one.ground, "law": one.basis_on(clock.today()),
             "recipients": one.recipients, "fields": one.fields.get(self.register, ()),
             "verified": all(each.verified for each in one.basis)}
            for one in self.purposes
        ]  # fmt: skip
        return {
            "register": self.register, "title": self.title, "source": self.source, "covered": self.covered,
            "fields": fields, "purposes": purposes, "retention": self.retention,
        }  # fmt: skip


def activities(conn: Connection) -> tuple[Activity, ...]:
    """Every register that holds persons, in the order of names."""
    known = tuple(roles.purposes(conn).values())
    return tuple(_activity(each, known) for each in declared.every(conn).values() if personal(each))


def personal(declaration: Declaration) -> bool:
    """Whether a register holds persons: a personal number, a sensitive field, or a list of people's names."""
    delicate = any(field.sensitive or field.check == "citizen_id" for field in declaration.fields.values())
    return delicate or declaration.label_order == "person"


def document(found: tuple[Activity, ...], controller: str) -> str:
    """The register of processing activities as a document (HTML, Vietnamese)."""
    day = vi_date(clock.today())
    return writing.html(
        "activities.html", activities=found, controller=controller, measures=MEASURES, day=day, today=clock.today()
    )


def _activity(declaration: Declaration, known: tuple[Purpose, ...]) -> Activity:
    fields = tuple((name, field.title, field.sensitive) for name, field in declaration.fields.items())
    source = declaration.source.vi if declaration.source else None
    covering = tuple(one for one in known if declaration.register in one.registers)
    return Activity(
        declaration.register, declaration.title, declaration.description, source, fields, covering,
        declaration.retention,
    )  # fmt: skip
