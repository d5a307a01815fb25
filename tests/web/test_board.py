"""The public board: what it says, in both languages, for every area, and while the province fills."""

from __future__ import annotations

import json
import re
from typing import Any

from litestar.testing import TestClient

from tests.web.house import WRONG, An, visited
from tinhso.web.kit.house import House


def row(page: str, indicator: str) -> str:
    found = re.search(rf'<tr class="row[^"]*" id="row-{indicator}">.*?</tr>', page, re.S)
    assert found, indicator
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


def test_every_figure_of_the_article_stands_on_it(visitor: TestClient[Any]) -> None:
    page = visitor.get("/").text
    assert re.findall(r'id="row-(A\d\d)"', page) == [
        *(f"A{n:02}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 11, 9, 10)), *(f"A{n:02}" for n in range(12, 27))
    ]  # fmt: skip
    assert "Tỉnh Hà Giang" in page and 'lang="vi"' in page
    assert "118.000" in row(page, "A17") and "gần" in row(page, "A17") and "Chưa có số liệu" in row(page, "A17")


def test_a_commit_changes_its_figure(an: An) -> None:
    assert "chưa có số liệu" in row(an.reads("/"), "A07")
    an.commits(an.sends())
    assert "241 3 điểm" in row(an.reads("/"), "A07") and "Thiếu 238" in row(an.reads("/"), "A07")
    assert " 2 điểm" in row(an.reads("/?area=026"), "A07")


def test_it_speaks_english_and_remembers(visitor: TestClient[Any]) -> None:
    page = visitor.get("/?lang=en&theme=dark").text
    assert "Video-conference points" in page and 'data-theme="dark"' in page and "12,131" in page
    again = visitor.get("/").text
    assert 'lang="en"' in again and 'data-theme="dark"' in again


def test_an_unknown_area_is_said_politely(visitor: TestClient[Any]) -> None:
    answer = visitor.get("/?area=99999")
    assert answer.status_code == 404 and "99999" in answer.text and "Traceback" not in answer.text


def test_areas_are_found_without_marks(visitor: TestClient[Any]) -> None:
    page = visitor.get("/areas", params={"q": "lung cu", "to": "/?lang=vi"}).text
    assert 'href="/?lang=vi&amp;area=00715"' in page and "Huyện Đồng Văn" in page
    assert visitor.get("/areas", params={"q": "x", "to": "//elsewhere.example"}).status_code == 400


def test_the_filling_is_told(visitor: TestClient[Any], house: House) -> None:
    file = house.home / "demo" / "progress.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"done": 57, "total": 214, "seconds_left": 40, "scale": 1}))
    page = visitor.get("/").text
    assert "Đang tiếp nhận 57/214 tệp" in page and "còn khoảng 40 giây" in page
    file.write_text(json.dumps({"done": 214, "total": 214, "seconds_left": 0, "scale": 0.02}))
    page = visitor.get("/").text
    assert "Đang tiếp nhận" not in page and "Tỉnh thu nhỏ: 2" in page


def test_what_people_write_is_never_markup(an: An) -> None:
    page = an.reads(an.sends(WRONG, name="<script>alert(1)</script>.xlsx"))
    assert "<script>alert" not in page and "&lt;script&gt;" not in page.replace("script&gt;.xlsx", "")


def test_an_empty_house_says_what_to_do(db: Any, tmp_path: Any) -> None:
    with visited(House(db, tmp_path)) as client:
        answer = client.get("/")
    assert answer.status_code == 503 and "tinhso apply" in answer.text
