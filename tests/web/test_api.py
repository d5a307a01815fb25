"""The API gives the terminal's shapes, and refusals as problem JSON in both languages."""

from __future__ import annotations

from typing import Any

from litestar.testing import TestClient

from tests.web.house import An


def test_figures(an: An) -> None:
    an.commits(an.sends())
    figures = {each["id"]: each for each in an.client.get("/api/figures").json()}
    assert len(figures) == 26
    assert figures["A07"]["value"] == 3 and figures["A07"]["published"] == 241 and figures["A07"]["agrees"] is False
    before = {each["id"]: each for each in an.client.get("/api/figures?as_of=0").json()}
    assert not before["A07"]["value"]


def test_explain_and_areas(an: An) -> None:
    an.commits(an.sends())
    explained = an.client.get("/api/explain/A07?area=026").json()
    assert explained["value"] == 2 and {each["row"] for each in explained["sources"]} == {3, 5}
    assert [each["code"] for each in an.client.get("/api/areas?q=Lũng Cú").json()] == ["00715"]


def test_records_page_on(an: An) -> None:
    rows = [(f"DC-{n:03}", f"Điểm {n:03}", "huyện", "Huyện Đồng Văn", "", "01/03/2021") for n in range(60)]
    an.commits(an.sends(rows))
    first = an.client.get("/api/registers/video_points/records").json()
    assert len(first["records"]) == 50 and first["next"]
    rest = an.client.get("/api/registers/video_points/records", params={"after": first["next"]}).json()
    assert len(rest["records"]) == 10 and rest["next"] is None
    assert {each["key"] for each in first["records"]}.isdisjoint(each["key"] for each in rest["records"])
    found = an.client.get("/api/registers/video_points/records?q=diem 007").json()
    assert [each["point_no"] for each in found["records"]] == ["DC-007"]
    assert an.client.get("/api/registers/video_points/records?after=@@@").status_code == 400


def test_refusals(visitor: TestClient[Any]) -> None:
    answer = visitor.get("/api/figures?area=xx")
    assert answer.status_code == 404 and answer.headers["content-type"].startswith("application/problem+json")
    assert set(answer.json()) >= {"code", "vi", "en"}
    assert visitor.get("/api/figures?as_of=x").status_code == 400
    assert visitor.get("/api/nothing").json()["code"] == "web.not_found"
