"""What could point at a person is told to nobody far away, on no page and in no JSON; staff see all of it."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.house import An

HEADINGS = (
    "Số định danh cá nhân", "Họ và tên", "Giới tính", "Mã tổ", "Loại tổ", "Vai trò", "Xã", "Ngày tham gia",
)  # fmt: skip
PEOPLE = {"Xã Lũng Cú": 3, "Xã Má Lé": 6, "Xã Sủng Là": 11, "Xã Pải Lủng": 9}
LUNG_CU, MA_LE, SUNG_LA, DONG_VAN, MEO_VAC = "00715", "00718", "00739", "026", "027"


def members() -> list[tuple[str, ...]]:
    """Team members of four communes of two districts."""
    communes = [name for name, count in PEOPLE.items() for _ in range(count)]
    return [
        (f"002084{number:06d}", "Vàng Mí Sính", "Nam", "00715-001", "Tổ công nghệ số cộng đồng", "Thành viên", commune,
         "03/09/2023")
        for number, commune in enumerate(communes)
    ]  # fmt: skip


@pytest.fixture
def counted(an: An) -> An:
    """The house with these members recorded."""
    rows = "\n".join(";".join(row) for row in (HEADINGS, *members()))
    sent = {"file": ("thanh_vien.csv", rows.encode())}
    answer = an.client.post("/staff/intake", data={"register": "team_members"}, files=sent, follow_redirects=False)
    assert "29 dòng" in an.commits(answer.headers["location"])
    return an


def joins(an: An, *rows: tuple[str, ...]) -> None:
    """More members are recorded."""
    sent = {"file": ("them.csv", "\n".join(";".join(each) for each in (HEADINGS, *rows)).encode())}
    answer = an.client.post("/staff/intake", data={"register": "team_members"}, files=sent, follow_redirects=False)
    an.commits(answer.headers["location"])


def value(client: TestClient[Any], area: str) -> Any:
    return next(row for row in client.get(f"/api/figures?area={area}").json() if row["id"] == "A03")["value"]


def test_small_areas_and_what_would_tell_them_are_withheld(counted: An, visitor: TestClient[Any]) -> None:
    codes = {name: _code(counted, name) for name in PEOPLE}
    seen = {name: value(visitor, code) for name, code in codes.items()}
    assert seen == {"Xã Lũng Cú": None, "Xã Má Lé": None, "Xã Sủng Là": None, "Xã Pải Lủng": 9}
    assert [value(visitor, code) for code in ("02", DONG_VAN, MEO_VAC)] == [29, 20, 9], "totals stay right"
    assert {name: value(counted.client, code) for name, code in codes.items()} == seen, "published is published"


def test_no_page_tells_them(counted: An, visitor: TestClient[Any]) -> None:
    small = _code(counted, "Xã Lũng Cú")
    district = visitor.get(f"/explain/A03?area={DONG_VAN}").text
    assert "không nêu" in district and "thanh_vien.csv" not in district
    assert all(f">{number}</td>" not in district for number in (3, 6, 11)), "told all or none"
    assert ">9</td>" in visitor.get(f"/explain/A03?area={MEO_VAC}").text
    assert "không nêu" in visitor.get("/explain/A03").text, "nor the map of the province"
    alone = visitor.get(f"/explain/A03?area={small}").text
    assert "Không công bố con số này" in alone and "thanh_vien.csv" not in alone
    board = visitor.get(f"/?area={small}").text
    assert "không nêu" in board
    told = visitor.get(f"/api/explain/A03?area={small}").json()
    assert (told["value"], told["records"], told["sources"], told["parts"]) == (None, 0, [], [])
    then = visitor.get(f"/api/figures?area={small}&as_of=1").json()
    assert next(row for row in then if row["id"] == "A03")["value"] is None


def test_a_share_of_nobody_does_not_tell_of_how_many(counted: An, visitor: TestClient[Any]) -> None:
    """Women only in Pải Lủng, so no cell above the line is small; of the members below it some are."""
    joins(counted, *((f"002184{n:06d}", "Vàng Thị Mỷ", "Nữ", *members()[-1][3:]) for n in range(9)))
    told = {name: visitor.get(f"/api/explain/T02?area={_code(counted, name)}").json() for name in PEOPLE}
    assert {name: (each["value"] is None, each["parts"] == []) for name, each in told.items()} == {
        "Xã Lũng Cú": (True, True), "Xã Má Lé": (True, True), "Xã Sủng Là": (True, True), "Xã Pải Lủng": (False, False)
    }  # fmt: skip
    assert [each["amount"] for each in told["Xã Pải Lủng"]["parts"]] == [9, 18]
    district = visitor.get(f"/explain/T02?area={DONG_VAN}").text
    assert "không nêu" in district and all(f">{number}</td>" not in district for number in (3, 6, 11))
    assert "Không công bố con số này" in visitor.get(f"/explain/T02?area={_code(counted, 'Xã Lũng Cú')}").text


def test_members_and_months_are_weighed_below_the_line_too(counted: An, visitor: TestClient[Any]) -> None:
    """A leader and a deputy more, men: of neither is one a woman, and that there is one each is not told."""
    joins(counted, *((f"002184{n:06d}", "Vàng Thị Mỷ", "Nữ", *members()[-1][3:]) for n in range(9)))
    assert "Thành viên" in visitor.get("/explain/T02").text
    for number, role in enumerate(("Tổ trưởng", "Tổ phó")):
        joins(counted, (f"00208400009{number}", *members()[-1][1:5], role, *members()[-1][6:]))
    page = visitor.get("/explain/T02").text
    assert "Tổ trưởng" not in page and "không nêu" in page


def test_month_by_month_nothing_of_a_district_is_told(counted: An, visitor: TestClient[Any]) -> None:
    """A month in which few were there would be told by the months beside it and by the whole province's."""
    assert "trend" not in visitor.get(f"/explain/A03?area={MEO_VAC}").text


def test_no_commit_tells_a_small_change(counted: An, visitor: TestClient[Any]) -> None:
    """As of every commit: one member more in the smallest commune moves nothing but the sums that are told."""
    code, before = _code(counted, "Xã Lũng Cú"), visitor.get(f"/api/figures?area={_code(counted, 'Xã Lũng Cú')}").json()
    joins(counted, ("002084000099", *members()[0][1:]))
    assert value(visitor, "02") == 30
    assert visitor.get(f"/api/figures?area={code}").json() == before
    for leaf in (1, 2):
        then = visitor.get(f"/api/figures?area={code}&as_of={leaf}").json()
        assert next(each for each in then if each["id"] == "A03")["value"] is None


def _code(an: An, name: str) -> str:
    return str(next(each for each in an.client.get(f"/api/areas?q={name}").json() if each["name"] == name)["code"])
