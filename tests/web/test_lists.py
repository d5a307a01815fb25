"""The officers' lists and the page of a record, as addresses and forms ask for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.laws.asked import png
from tests.web.house import EVERYTHING, GOOD, An, signed_in, visited
from tinhso.web.kit.house import House

LIST = "/staff/registers/video_points"
NAMES = [row[1] for row in GOOD]
RENAMED = (*GOOD[:2], ("DC-003", "Nhà văn hoá Lũng Cú", *GOOD[2][2:]))


@pytest.fixture
def filled(an: An) -> An:
    an.commits(an.sends())
    return an


@pytest.fixture
def bình(house: House, filled: An) -> Iterator[TestClient[Any]]:
    """Bình, who may do everything in Mèo Vạc."""
    with visited(house) as client:
        signed_in(house, client, "binh", area="027")
        yield client


def shown(page: str) -> list[str]:
    """The labels of a list's rows, in their order."""
    return [unescape(name) for name in re.findall(r"data-open>([^<]*)</a>", page)]


def record(an: An, name: str) -> str:
    """The address of a record's page."""
    found = re.search(rf'href="({LIST}/\d+)" data-open>{name}<', an.reads(LIST))
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("asked", "rows"), [
    ("sort=-", NAMES[::-1]), ("sort=opened_on", [NAMES[0], NAMES[1], NAMES[2]]),
    ("level=commune", NAMES[2:]), ("level=district&level=commune", NAMES), ("name.has=lung%20cu", NAMES[2:]),
    ("q=dong+van", NAMES[:1]), ("area=027", NAMES[1:2]), ("point_no=DC-001,DC-003", [NAMES[0], NAMES[2]]),
    ("unheard.of=1", NAMES), ("level=.none", []),
])  # fmt: skip
def test_an_address_says_what_the_list_shows(filled: An, asked: str, rows: list[str]) -> None:
    page = filled.reads(f"{LIST}?{asked.replace('opened_on', day_field(filled))}")
    assert sorted(shown(page)) == sorted(rows)
    if asked.startswith("sort"):
        assert shown(page) == rows


def day_field(an: An) -> str:
    """The name of the register's day, as its list of columns has it."""
    found = re.search(r'name="columns" value="(\w*on)"', an.reads(LIST))
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("low", "high", "rows"), [
    ("2021-04-01", "2021-12-31", [NAMES[1]]), ("2021-04-15", "", NAMES[1:]), ("", "2021-03-01", [NAMES[0]]),
])  # fmt: skip
def test_days_narrow_by_a_span(filled: An, low: str, high: str, rows: list[str]) -> None:
    day = day_field(filled)
    assert sorted(shown(filled.reads(f"{LIST}?{day}.from={low}&{day}.to={high}"))) == sorted(rows)


def test_the_address_follows_in_one_way_of_writing(filled: An) -> None:
    answer = filled.client.get(f"{LIST}?q=&level=commune&level=district&name.has=&after=&sort=")
    assert answer.headers["hx-replace-url"] == f"{LIST}?level=commune%2Cdistrict"
    assert filled.client.get(f"{LIST}?q=").headers["hx-replace-url"] == LIST


@pytest.mark.parametrize("asked", ["DAY.from=31/12/2023", "DAY.to=x", "id=x", "after=%00"])
def test_wrong_values_are_refused(filled: An, asked: str) -> None:
    answer = filled.client.get(f"{LIST}?{asked.replace('DAY', day_field(filled))}")
    assert answer.status_code == 400


def test_columns_are_chosen(filled: An) -> None:
    page = filled.reads(f"{LIST}?columns=level,name")
    heads = re.findall(r"<th scope=\"col\"[^>]*>.*?</th>", page)
    assert len(heads) == 2 and "Cấp xã" in page and "DC-001" not in page.partition("<tbody>")[2]


def test_picked_records_are_a_list(filled: An) -> None:
    ids = re.findall(r'data-pick="(\d+)"', filled.reads(LIST))
    page = filled.reads(f"{LIST}?id={ids[0]},{ids[2]}")
    assert shown(page) == [NAMES[0], NAMES[2]] and "2 bản ghi đã chọn" in page


def saves(client: TestClient[Any], name: str, query: str, **more: str) -> Any:
    return client.post(f"{LIST}/lists", data={"name": name, "query": query, **more}, follow_redirects=False)


def test_a_list_is_kept_and_forgotten(filled: An) -> None:
    answer = saves(filled.client, "Điểm cấp xã", "level=commune&q=lung")
    assert answer.headers["location"] == f"{LIST}?q=lung&level=commune"
    page = filled.reads(LIST)
    assert "Điểm cấp xã" in page
    (number,) = re.findall(r"/lists/(\d+)/remove", page)
    filled.client.post(f"{LIST}/lists/{number}/remove")
    assert "Điểm cấp xã" not in filled.reads(LIST)
    assert saves(filled.client, " ", "").status_code == 400


def test_a_shared_list_leaves_typed_words_behind(filled: An, bình: TestClient[Any]) -> None:
    saves(filled.client, "Của riêng An", "level=commune")
    saves(filled.client, "Cho mọi người", "q=Lung&name.has=van&name=UBND&level=district&sort=-", shared="yes")
    page = bình.get(LIST).text
    assert "Của riêng An" not in page
    found = re.search(r'href="([^"]*)"[^>]*>Cho mọi người', page)
    assert found is not None and unescape(found[1]) == f"{LIST}?sort=-&level=district"
    own = re.search(r"Cho mọi người.*?/lists/(\d+)/remove", filled.reads(LIST))
    assert own is not None
    refused = bình.post(f"{LIST}/lists/{own[1]}/remove")
    assert refused.status_code == 404 and "Cho mọi người" in filled.reads(LIST)


def test_a_list_is_shared_where_its_owner_reads(house: House) -> None:
    """An of Đồng Văn shares with who reads there: with the province, not with Bình of Mèo Vạc."""
    with visited(house) as an, visited(house) as bình, visited(house) as tỉnh:
        signed_in(house, an, "an", EVERYTHING, "026")
        signed_in(house, bình, "binh", EVERYTHING, "027")
        signed_in(house, tỉnh, "tinh", EVERYTHING, "02")
        saves(an, "Hồ sơ 002092104729", "level=commune", shared="yes")
        saves(tỉnh, "Của cả tỉnh", "level=district", shared="yes")
        seen = {name: client.get(LIST).text for name, client in (("an", an), ("binh", bình), ("tinh", tỉnh))}
    assert [name for name, page in seen.items() if "002092104729" in page] == ["an", "tinh"]
    assert [name for name, page in seen.items() if "Của cả tỉnh" in page] == ["an", "binh", "tinh"]


def test_history_is_a_time_line_and_one_change_is_taken_back(filled: An) -> None:
    filled.commits(filled.sends(RENAMED, "sua.xlsx"))
    address = record(filled, "Nhà văn hoá Lũng Cú")
    page = filled.reads(address)
    assert "sua.xlsx, trang Danh sách, dòng 5" in page
    assert '<del class="was">UBND xã Lũng Cú</del>' in page and "Vào sổ" in page
    answer = filled.client.post(f"{address}/undo", data={"version": "2", "what": "changed", "reason": "ghi nhầm"})
    assert answer.status_code == 200
    assert "Lý do: ghi nhầm" in answer.text and "Hoàn tác một thay đổi" in answer.text
    assert "UBND xã Lũng Cú" in filled.reads(LIST) and "Nhà văn hoá" not in filled.reads(LIST)


def test_what_stands_on_a_change_is_named(filled: An) -> None:
    filled.commits(filled.sends(RENAMED, "sua.xlsx"))
    filled.commits(filled.sends((*GOOD[:2], ("DC-003", "Hội trường Lũng Cú", *GOOD[2][2:])), "sua_2.xlsx"))
    address = record(filled, "Hội trường Lũng Cú")
    answer = filled.client.post(f"{address}/undo", data={"version": "2", "what": "changed", "reason": "nhầm"})
    assert answer.status_code == 409 and "đợt 3 (" in answer.text and "Tên điểm cầu" in answer.text
    for version in ("9", "x", "99999999999"):
        sent = {"version": version, "what": "changed", "reason": "nhầm"}
        assert filled.client.post(f"{address}/undo", data=sent).status_code == 404


def test_two_readings_of_a_past_day_are_named(filled: An) -> None:
    address = record(filled, NAMES[2])
    before = filled.reads(f"{address}?day=2020-01-01")
    assert "Sổ ghi thế nào vào cuối ngày 01/01/2020" in before and "Vào ngày đó sổ không có bản ghi này." in before
    assert "<dt>" not in before.partition("Thông tin")[2].partition("</section>")[0], "nothing is shown for it"
    later = filled.reads(f"{address}?day=2100-01-01&reading=was")
    assert "Thực tế ngày 01/01/2100, theo những gì biết đến hôm nay" in later and NAMES[2] in later
    assert filled.client.get(f"{address}?day=hôm+qua").status_code == 400


def attaches(client: TestClient[Any], address: str, content: bytes, name: str = "bản khai.png") -> Any:
    return client.post(f"{address}/attachments", data={"note": "mặt trước"}, files={"file": (name, content)})


def test_a_file_is_attached_handed_out_sealed_and_taken_off(filled: An) -> None:
    address, picture = record(filled, NAMES[2]), png("<b>")
    page = attaches(filled.client, address, picture).text
    assert "bản khai.png" in page and "mặt trước" in page
    (link,) = set(re.findall(rf'href="({address}/attachments/\d+)"', page))
    answer = filled.client.get(link)
    assert answer.content == picture and answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''b%E1%BA%A3n")
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"
    gone = filled.client.post(f"{link}/remove", data={"reason": "nhầm người"})
    assert "nhầm người" in gone.text and filled.client.get(link).status_code == 404


@pytest.mark.parametrize(("content", "said"), [
    (b"<html><script>alert(1)</script>", "không phải là ảnh"), (png("<svg onload=1>"), "trang web hay tệp nén"),
    (png("x") + b"PK", "không nguyên vẹn"),
])  # fmt: skip
def test_wrong_files_are_refused_in_words(filled: An, content: bytes, said: str) -> None:
    answer = attaches(filled.client, record(filled, NAMES[2]), content, "<b>.png")
    assert answer.status_code == 400 and said in answer.text and "<b>.png" not in answer.text


def test_nobody_reaches_a_record_of_another_area(filled: An, bình: TestClient[Any]) -> None:
    address = record(filled, NAMES[2])
    attaches(filled.client, address, png("x"))
    assert bình.get(f"{address}/attachments/1").status_code == 404
    assert attaches(bình, address, png("y")).status_code == 404
    sent = {"version": "1", "what": "came", "reason": "x"}
    assert bình.post(f"{address}/undo", data=sent).status_code == 404
    assert NAMES[2] in filled.reads(LIST)
