"""Cases on the page: opened, led on and closed by people signed in, each within the own area."""

from __future__ import annotations

import re
from typing import Any

from litestar.testing import TestClient

from tests.web.house import An, signed_in, visited
from tinhso.access.declaration import Role, Text
from tinhso.web.kit.house import House

FORM = {"kind": "see", "citizen_id": "002190000012", "name": "Giàng Thị <Chi>", "area": "Xã Lũng Cú", "contact": "quầy"}
READER = Role("reader", Text("Xem", "Reader"), {"read": "*"})


def opened(client: TestClient[Any], **more: str) -> str:
    answer = client.post("/staff/cases", data={**FORM, **more}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def did(client: TestClient[Any], address: str, **data: str) -> str:
    answer = client.post(address, data=data)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_a_case_from_its_opening_to_its_end(an: An) -> None:
    assert "Chưa có hồ sơ" in an.client.get("/staff/cases").text
    case = opened(an.client)
    shown = an.client.get(case).text
    assert "Giàng Thị &lt;Chi&gt;" in shown and "còn hạn" in shown and "Xã Lũng Cú" in shown
    did(an.client, f"{case}/steps", action="assigned", to="an")
    assert "Tạo bản dữ liệu" in did(an.client, f"{case}/steps", action="identified", words="Đã xem thẻ")
    document = an.client.post(f"{case}/own-data")
    assert document.status_code == 200 and "attachment" in document.headers["content-disposition"]
    assert document.headers["cache-control"] == "no-store" and "Dữ liệu cá nhân" in document.text
    assert "Kết thúc" in did(an.client, f"{case}/close")
    assert case not in an.client.get("/staff/cases").text
    assert case in an.client.get("/staff/cases?every=1").text


def test_refused_and_extended_with_their_reasons(an: An) -> None:
    case = opened(an.client)
    assert "phải tra nhiều sổ" in did(an.client, f"{case}/extend", words="phải tra nhiều sổ")
    assert "Điều 4" in did(an.client, f"{case}/refuse", basis="Luật 91/2025/QH15, Điều 4", words="Không thuộc phạm vi")
    assert an.client.post(f"{case}/extend", data={"words": "nữa"}).status_code in (400, 409, 422)


def test_erasing_asks_for_the_number_of_the_case(an: An) -> None:
    case = opened(an.client, kind="delete")
    did(an.client, f"{case}/steps", action="identified")
    assert "Xóa vĩnh viễn" in an.client.get(case).text
    answer = an.client.post(f"{case}/erase", data={"sure": "no"})
    assert answer.status_code == 400


def test_what_is_not_a_step_is_refused(an: An) -> None:
    case = opened(an.client)
    for address, data in ((f"{case}/steps", {"action": "closed"}), (f"{case}/steps", {"action": "assigned"}),
                          (f"{case}/nothing", {}), ("/staff/cases", {**FORM, "citizen_id": " "})):  # fmt: skip
        assert an.client.post(address, data=data).status_code == 400
    assert an.client.get("/staff/cases/999999").status_code in (404, 409, 422, 400)


def test_who_only_reads_sees_no_names_and_no_forms(house: House) -> None:
    with visited(house) as client:
        signed_in(house, client)
        case = opened(client)
    with visited(house) as client:
        signed_in(house, client, login="doc", role=READER)
        shown = client.get(case).text
        assert "Giàng Thị" not in shown and not re.search(r'<form[^>]*action="/staff/cases', shown)
        assert client.post("/staff/cases", data=FORM).status_code == 403
    with visited(house) as client:
        signed_in(house, client, login="binh", role=READER, area="027")
        assert case not in client.get("/staff/cases").text
        assert client.get(case).status_code != 200


def test_nobody_unknown_gets_in(visitor: TestClient[Any]) -> None:
    answer = visitor.get("/staff/cases", follow_redirects=False)
    assert answer.status_code in (302, 303, 401, 403)
