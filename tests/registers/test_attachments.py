"""Files of a record: only whole pictures and papers, only for who may, never gone without a trace."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.laws.asked import png
from tests.registers.conftest import AN, BINH, LAU_AN, VANG_BINH, People
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.files import Files
from tinhso.foundation.problems import Refused
from tinhso.registers import attachments, erasure
from tinhso.registers.attachment_kinds import LIMIT, kind_of

PNG = png("bản khai")
JPEG = (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\x34\xff\xd9")  # fmt: skip
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF\n"


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.txt", "x")
    return made.getvalue()


def hidden_script() -> bytes:
    packed = zlib.compress(b"<</S/JavaScript/JS(app.alert(1))>>")
    return PDF.replace(b"startxref", b"2 0 obj<</Type/ObjStm/Length 9>>stream\n" + packed + b"\nendstream\nstartxref")


@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (PDF, "application/pdf")])
def test_the_content_tells_what_a_file_is(content: bytes, kind: str) -> None:
    assert kind_of(content, "x.exe") == kind


@pytest.mark.parametrize(("content", "code"), [
    (b"", "kind"), (b"GIF89a", "kind"), (b"<html><script>", "kind"), (b"MZ\x90", "kind"), (archive(), "kind"),
    (b" " + PDF, "kind"), (PNG[:-4], "cut"), (PNG + b"x", "cut"), (PNG[:40] + b"\x00" + PNG[41:], "cut"),
    (JPEG[:-2], "cut"), (PDF[:-7], "cut"), (JPEG + archive(), "double"), (PDF + archive(), "double"),
    (JPEG + b"<ScRiPt>alert(1)</script>", "double"), (JPEG[:20] + b"\xff\xfe\x00\x07%PDF-" + JPEG[20:], "double"),
    (png("<svg onload=x>"), "double"),
    (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</JavaScript 3 0 R>>"), "active"),
    (PDF.replace(b"/Catalog", b"/Catalog/J#61vaScript"), "active"), (hidden_script(), "active"),
    (PDF.replace(b"/Catalog", b"/Catalog/EmbeddedFiles"), "active"), (PDF + b"x" * LIMIT, "large"),
])  # fmt: skip
def test_what_is_none_of_them_or_two_at_once_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        kind_of(content, "ảnh.png")
    (problem,) = refused.value.problems
    assert problem.code == f"registers.attachment_{code}" and "ảnh.png" in problem.vi


@contextmanager
def by(people: People, scope: Scope) -> Iterator[Connection]:
    with people.db.app(scope.settings()) as conn:
        yield conn


def add(people: People, files: Files, scope: Scope, record: int = 1, content: bytes = PNG) -> int:
    with by(people, scope) as conn:
        return attachments.add(
            conn, files, people.declaration, record, content, "C:\\ảnh\\bản khai.exe", "mặt trước", scope=scope
        )


@pytest.fixture
def files(people: People, tmp_path: Path) -> Files:
    people.put(LAU_AN, VANG_BINH)
    return Files(tmp_path / "home")


def test_a_file_is_kept_under_its_digest_and_its_coming_and_going_are_noted(people: People, files: Files) -> None:
    an = people.officer(AN)
    number = add(people, files, an)
    with by(people, an) as conn:
        (kept,) = attachments.of(conn, people.declaration, 1, scope=an)
        assert (kept.name, kept.media_type, kept.note) == ("bản khai.png", "image/png", "mặt trước")
        assert files.open(kept.sha256).read() == PNG
        attachments.remove(conn, people.declaration, 1, number, "nhầm người", scope=an)
        (kept,) = attachments.of(conn, people.declaration, 1, scope=an)
        assert (kept.taken_by, kept.why) == (an.actor, "nhầm người")
        with pytest.raises(Refused, match="no attachment"):
            attachments.one(conn, people.declaration, 1, number, scope=an)
    with people.db.owner() as conn:
        noted = conn.execute("select actor, action, subject from access.event where action in ('attach', 'detach')"
                             " order by id").fetchall()  # fmt: skip
    assert noted == [(an.actor, "attach", "people/1"), (an.actor, "detach", "people/1")]


def test_the_same_file_is_refused_a_second_time_and_removal_wants_a_reason(people: People, files: Files) -> None:
    an = people.officer(AN)
    number = add(people, files, an)
    with pytest.raises(Refused, match="already"):
        add(people, files, an)
    with by(people, an) as conn, pytest.raises(Refused, match="reason"):
        attachments.remove(conn, people.declaration, 1, number, " ", scope=an)


def test_nobody_elses_files_are_there(people: People, files: Files) -> None:
    number, bình = add(people, files, people.officer(AN)), people.officer(BINH)
    with by(people, bình) as conn:
        for way in (lambda: attachments.of(conn, people.declaration, 1, scope=bình),
                    lambda: attachments.one(conn, people.declaration, 1, number, scope=bình),
                    lambda: attachments.remove(conn, people.declaration, 1, number, "x", scope=bình)):  # fmt: skip
            with pytest.raises(Refused, match="no record"):
                way()
    reading = people.officer(AN, ["read"])
    with pytest.raises(Refused):
        add(people, files, reading)


def test_the_policies_alone_hold(people: People, files: Files) -> None:
    number, bình = add(people, files, people.officer(AN)), people.officer(BINH)
    with by(people, bình) as conn:
        assert conn.execute("select id from workbench.attachment").fetchall() == []
    for statement, params in (
        ("insert into workbench.detachment (attachment, actor, reason) values (%s, %s, 'x')", (number, bình.actor)),
        ("insert into workbench.attachment (register, record, sha256, name, media_type, size, actor)"
         " values ('people', 1, repeat('a', 64), 'x', 'image/png', 1, %s)", (bình.actor,)),
        ("insert into workbench.attachment (register, record, sha256, name, media_type, size, actor)"
         " values ('people', 2, repeat('a', 64), 'x', 'image/png', 1, 'somebody else')", ()),
        ("delete from workbench.attachment where id = %s", (number,)),
    ):  # fmt: skip
        with pytest.raises(errors.InsufficientPrivilege), by(people, bình) as conn:
            conn.execute(statement, params)


def test_erasing_a_record_takes_its_files_along(people: People, files: Files) -> None:
    station = people.station()
    add(people, files, people.officer(AN))
    add(people, files, people.officer(BINH), 2, JPEG)
    with by(people, station) as conn:
        made = erasure.erase(conn, people.declaration, [1], reason="theo yêu cầu", scope=station)
        sources: list[Any] = conn.execute("select * from privacy.sources(%s)", ([made.change_set],)).fetchall()
    with people.db.owner() as conn:
        kept = conn.execute("select record, name, note, sha256 from workbench.attachment order by record").fetchall()
    assert [row[:3] for row in kept] == [(1, "", ""), (2, "bản khai.jpg", "mặt trước")]
    assert (kept[0][3],) in sources and (kept[1][3],) not in sources
