"""A register from a workbook: dropped, mended, made, taken in; changed later without loss; for those who may alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from tests.intake.test_sketching import HEADINGS, ROWS
from tests.web.house import EVERYTHING, GOOD, An, signed_in, visited, workbook
from tinhso.packs import documents, shaping
from tinhso.registers import declared
from tinhso.registers.declaration import CodeList, Declaration
from tinhso.web.kit.house import House

WHERE = "/staff/sketches"
COMMUNES = [(*row[:5], "Xã Lũng Cú", *row[6:]) for row in ROWS]


def drops(an: An, content: bytes | None = None, name: str = "hoc_bong.xlsx") -> str:
    """A workbook dropped; the address of what it proposes."""
    sent = {"file": (name, workbook(COMMUNES, HEADINGS) if content is None else content)}
    answer = an.client.post(WHERE, files=sent, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def form(page: str) -> dict[str, Any]:
    """What the page's form would send as it stands."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = unescape(value[1])
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def number(page: str, field: str) -> str:
    """The number of a field in the form."""
    found = re.search(rf'name="name\.(\d+)"[^>]* value="{field}"', page)
    assert found, field
    return found[1]


def makes(an: An, address: str, **said: str) -> Any:
    """The form sent with the button that makes the register."""
    return an.client.post(address, data={**form(an.reads(address)), **said, "act": "make"})


def test_from_a_workbook_to_its_list(an: An, house: House) -> None:
    address = drops(an)
    page = an.reads(address)
    assert "12 trên 12 giá trị" in page and "Vừ Thị Chi" in page and "12 dòng đúng" in page
    assert "0020090" not in re.sub(r"<fieldset.*?</fieldset>", "", page, flags=re.DOTALL), "masked in the preview"
    job = number(page, "nghe")
    mended = an.tells(address, **{**form(page), f"kind.{job}": "text", f"vi.{job}": "Nghề nghiệp", "act": "look"})
    assert '<option value="text" selected>' in mended and "Nghề nghiệp" in an.reads(address), "it is kept"
    taken = makes(an, address)
    assert taken.status_code == 200 and "Cả 12 dòng nhận được ngay" in taken.text
    an.commits(str(taken.url.path))
    listed = an.reads("/staff/registers/hoc_bong")
    assert "Vừ Thị Chi" in listed and "Học bổng" not in listed and "Hoc bong" in listed
    assert an.client.get("/staff/registers/hoc_bong/new").status_code == 200
    assert an.client.get("/staff/registers/hoc_bong/template.xlsx").status_code == 200
    assert an.client.get("/staff/registers/hoc_bong/1").status_code == 200
    assert an.client.get("/staff/registers/hoc_bong/quality").status_code == 200
    assert len(an.client.get("/api/registers/hoc_bong/records").json()["records"]) == 12
    query = "select actor, facts ->> 'lists' from access.event where action = 'register.made'"
    with house.db.owner() as conn:
        noted = conn.execute(query).fetchall()
    assert noted == [("an", "[]")] and an.client.get(address).status_code == 404, "the sketch has served"
    _changed_later(an, house)


def _changed_later(an: An, house: House) -> None:
    """The same register, by the same form."""
    own = "/staff/registers/hoc_bong/declaration"
    page = an.reads(own)
    assert "Chưa có gì" in page
    assert "Sổ được đếm thế nào" in page and "register: hoc_bong" in page, "what a figure of it needs"
    job = number(page, "nghe")
    lost = an.tells(own, **{k: v for k, v in form(page).items() if k != f"keep.{job}"}, act="look")
    assert "bỏ trường" in lost
    refused = an.client.post(own, data={k: v for k, v in form(page).items() if k != f"keep.{job}"} | {"act": "put"})
    assert refused.status_code == 400 and "Chưa có gì thay đổi" in refused.text
    more = an.tells(own, **form(page), act="add")
    new = number(more, "truong_moi")
    wanted = {**form(more), f"vi.{new}": "Lớp", f"en.{new}": "Class", f"name.{new}": "lop", f"keep.{new}": "yes",
              f"required.{number(page, 'doan_vien')}": "yes"}  # fmt: skip
    shown = an.tells(own, **wanted, act="look")
    assert "Trường mới: Lớp" in shown and "alter table registers.hoc_bong add column" in shown
    assert "6 bản ghi chưa có" in shown, "what would not fit"
    an.tells(own, **wanted, act="put")
    with house.db.app() as conn:
        kept = declared.one(conn, "hoc_bong")
    assert list(kept.fields)[-1] == "lop" and kept.fields["doan_vien"].constraints.required
    text = an.client.get(f"{own}.yaml").text
    assert shaping.shape(documents.parse(text, "x"), Declaration) == kept


def test_lists_of_codes_come_along(an: An, house: House) -> None:
    address = drops(an)
    assert makes(an, address).status_code == 200
    own = "/staff/registers/hoc_bong/declaration.yaml"
    text = an.client.get(own, params={"codes": "hoc_bong_nghe"}).text
    codes = shaping.shape(documents.parse(text, "x"), CodeList)
    assert {each.title.vi for each in codes.codes.values()} == {"Dệt", "Nông dân"}
    assert an.client.get(own, params={"codes": "ethnicity_1979"}).status_code == 404
    taken = drops(an)
    again = an.client.post(taken, data={**form(an.reads(taken)), "register_name": "hoc_bong", "act": "make"})
    assert again.status_code == 400 and "Đã có sổ mang tên" in again.text


BAD = [
    (("Mã", "Mã", "Tên"), [("1", "2", "a"), ("3", "4", "b")]),
    (("<script>alert(1)</script>", "id", "select", "change_set", "area", "q", "order"), [(*"abcdefg",), (*"ghijklm",)]),
    (tuple(f"Cột số {n}" for n in range(300)), [tuple(f"v{n}{r}" for n in range(300)) for r in range(3)]),
    (("Tên", "Số"), [("a", "1"), ("a", "1")]),
]


@pytest.mark.parametrize("which", range(len(BAD)))
def test_odd_workbooks(an: An, which: int) -> None:
    headings, rows = BAD[which]
    address = drops(an, workbook(rows, headings), "order.xlsx")
    page = an.reads(address)
    assert "<script>alert" not in page
    made = makes(an, address)
    if which == 3:
        assert made.status_code == 400 and "phân biệt các dòng" in made.text
    else:
        assert made.status_code == 200, made.text
        if which == 1:
            an.commits(str(made.url.path))
            assert len(an.client.get("/api/registers/order_2/records").json()["records"]) == 2
            told = an.reads("/staff/registers/order_2/declaration")
            assert "<script>alert" not in told and "&lt;script" in told.lower(), told[told.find("<fieldset") :][:900]


def test_what_is_no_table_is_said(an: An) -> None:
    for content in (b"", b"\x00\x01 nothing", workbook([], ())[:80]):
        answer = an.client.post(WHERE, files={"file": ("x.xlsx", content)})
        assert answer.status_code == 400 and "x.xlsx" in answer.text


def test_a_packs_register_is_read_not_changed(an: An) -> None:
    page = an.reads("/staff/registers/video_points/declaration")
    assert "gói tỉnh" in page and 'value="put"' not in page
    answer = an.client.post("/staff/registers/video_points/declaration", data={**form(page), "act": "put"})
    assert answer.status_code == 409 and "gói tỉnh" in answer.text


@pytest.fixture
def others(house: House) -> Iterator[Sequence[TestClient[Any]]]:
    """Bình, whose right to declare ends at a district, and Chi, who has none."""
    with visited(house) as binh, visited(house) as chi:
        signed_in(house, binh, "binh", EVERYTHING, "027")
        signed_in(house, chi, "chi", msgspec.structs.replace(EVERYTHING, role="reader", declare=False))
        yield binh, chi


def test_who_may_and_who_sees(an: An, others: Sequence[TestClient[Any]]) -> None:
    binh, chi = others
    address = drops(an)
    assert "Lãnh đạo tỉnh" in an.reads(address), "who will see it"
    assert binh.get(address).status_code == 404 and chi.get(address).status_code == 403
    assert binh.post(address, data={"act": "make"}).status_code == 404
    own = drops(An(binh))
    page = binh.get(own).text
    assert 'value="make"' not in page and "không phủ toàn tỉnh" in page
    assert binh.post(own, data={**form(page), "act": "make"}).status_code == 403
    assert chi.get(WHERE).status_code == 403


def test_a_maker_without_the_right_to_hand_in(house: House) -> None:
    role = msgspec.structs.replace(EVERYTHING, role="declarer", verbs={})
    with visited(house) as client:
        signed_in(house, client, "dinh", role)
        chi = An(client)
        address = drops(chi)
        made = makes(chi, address)
        assert str(made.url.path) == "/staff/registers/hoc_bong/declaration" and made.status_code == 200
        assert client.get("/staff/registers/hoc_bong").status_code == 403
        assert client.get("/staff/registers/hoc_bong/1").status_code == 403


def test_a_pack_may_take_a_register_over(an: An, house: House) -> None:
    """Applying the province's pack leaves what was made here as it is."""
    from tests.web.house import HAGIANG
    from tinhso.packs.apply import apply

    makes(an, drops(an))
    found = apply(house.db, HAGIANG)
    assert {(each.name, each.what) for each in found.differences if each.kind == "register"} == {("hoc_bong", "left")}
    assert GOOD and an.client.get("/staff/registers/hoc_bong").status_code == 200
