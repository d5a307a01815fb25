"""Carrying a list out from its page: what is shown, what for, and only for whoever asked."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest

from tests.web.house import An, signed_in
from tinhso.registers.export import aside
from tinhso.web.kit.house import House

REGISTER = "/staff/registers/video_points"


def carried(an: An, query: str = "", **said: str) -> Any:
    return an.client.post(f"{REGISTER}/exports{query}", data={"format": "xlsx", "reason": "họp giao ban", **said})


def names(content: bytes) -> list[Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [row[0] for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]


def test_the_file_is_the_list_as_narrowed(an: An) -> None:
    an.commits(an.sends())
    answer = carried(an)
    assert answer.headers["content-type"].endswith("sheet") and "video_points-" in answer.headers["content-disposition"]
    assert names(answer.content) == ["DC-001", "DC-002", "DC-003"], "in the order of the list"
    assert names(carried(an, "?level=commune").content) == ["DC-003"]
    assert names(carried(an, "?q=meo+vac").content) == ["DC-002"]
    assert names(carried(an, "?area=027").content) == ["DC-002"]


def test_what_is_kept_of_a_list_behind_a_number_is_its_word(an: An, house: House) -> None:
    """Not the numbers of the records that it meant when the file was asked for."""
    an.commits(an.sends())
    assert names(carried(an, "?only=since.0&level=commune").content) == ["DC-003"]
    with house.db.owner() as conn:
        ((wish, count),) = conn.execute("select wish::text, total from registers.export").fetchall()
    assert '"since.0"' in wish and '"id"' not in wish and count == 1
    assert carried(an, "?only=nonsense").status_code == 404


def test_headings_speak_the_readers_language(an: An) -> None:
    an.commits(an.sends())
    heads = []
    for language in ("vi", "en"):
        answer = carried(an, f"?lang={language}")
        heads.append([cell.value for cell in openpyxl.load_workbook(io.BytesIO(answer.content)).active[1]])
    assert heads[0][0] == "Mã điểm cầu" and heads[0] != heads[1]


def test_csv_comes_back_unchanged(an: An) -> None:
    an.commits(an.sends())
    content = carried(an, format="csv").content
    sent = {"file": ("lai.csv", content)}
    page = an.client.post("/staff/intake", data={"register": "video_points"}, files=sent).text
    assert "3 dòng, đã có sẵn cả" in page or "không có gì thay đổi" in page


def test_the_page_lists_own_files(an: An, house: House) -> None:
    an.commits(an.sends())
    assert "Chưa có tệp nào" in an.reads("/staff/exports")
    carried(an)
    page = an.reads("/staff/exports")
    found = re.search(r'href="(/staff/exports/\d+/file)" download', page)
    assert found and "họp giao ban" in page
    assert an.client.get(found[1]).status_code == 200
    signed_in(house, an.client, "binh")
    assert an.client.get(found[1]).status_code == 404 and "họp giao ban" not in an.reads("/staff/exports")


def test_a_long_one_shows_how_far_it_is(an: An, monkeypatch: pytest.MonkeyPatch) -> None:
    an.commits(an.sends())
    monkeypatch.setattr(aside, "SHORT", 1)
    threads: list[Any] = []
    begin = aside.begin

    def noted(*rest: Any, **said: Any) -> Any:
        threads.append(begin(*rest, **said))
        return threads[-1]

    monkeypatch.setattr(aside, "begin", noted)
    page = carried(an).text
    assert "every 2s" in page and ("chờ đến lượt" in page or "bản ghi" in page)
    threads[0].join(60)
    page = an.reads("/staff/exports")
    assert "every 2s" not in page and "sẵn sàng" in page


def test_an_unknown_kind_is_refused(an: An) -> None:
    assert carried(an, format="exe").status_code == 400


def test_a_register_of_persons_wants_to_know_what_for(an: An) -> None:
    answer = an.client.post("/staff/registers/workers/exports", data={"format": "csv", "reason": " "})
    assert answer.status_code == 400
    assert an.client.post("/staff/registers/workers/exports", data={"format": "csv", "reason": "đối soát"}).is_success
