"""Many files at once: each looked at, what is right recorded together, what was cut off said."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from tests.web.house import GOOD, WRONG, An, shown, signed_in, visited, workbook
from tests.web.test_approvals import COMMUNE
from tinhso.intake import batches, river
from tinhso.web.kit.house import House

OTHERS = [("DC-011", "UBND xã Lũng Cú, tầng 2", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "01/06/2022")]


def sent(an: An, *files: tuple[str, bytes]) -> str:
    answer = an.client.post(
        "/staff/intake", data={"register": "video_points"}, files=[("file", each) for each in files],
        follow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    address = str(answer.headers["location"])
    assert address.endswith("/together")
    return address


def looked_at(an: An, address: str) -> str:
    for _ in range(100):
        page = an.reads(address)
        if "every 1s" not in page:
            return page
        time.sleep(0.1)
    raise TimeoutError(page)


def three(an: An) -> tuple[str, str]:
    address = sent(an, ("tốt.xlsx", workbook(GOOD)), ("lỗi.xlsx", workbook(WRONG)), ("khác.xlsx", workbook(OTHERS)))
    return address, looked_at(an, address)


def picks(page: str) -> list[str]:
    return re.findall(r'name="pick" value="([^"]+)"', page)


def test_each_file_is_looked_at_and_nothing_written(an: An) -> None:
    _, page = three(an)
    assert "3 tệp gửi cùng lúc" in page and page.count("mọi dòng đều đúng") == 2 and len(picks(page)) == 2
    assert "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")


def test_what_is_right_is_recorded_together_each_by_itself(an: An) -> None:
    address, page = three(an)
    answer = an.client.post(f"{address}/commit", data={"pick": picks(page)})
    assert answer.status_code == 200 and answer.text.count("đã ghi nhận") >= 2
    listed = an.reads("/staff/registers/video_points")
    assert "Lũng Cú, tầng 2" in listed and "Mèo Vạc" in listed
    assert len(re.findall(r'href="/staff/changes/\d+"', an.reads("/staff/changes"))) == 2


def test_many_files_go_to_the_department_each_by_itself(an: An, house: House) -> None:
    with visited(house) as client:
        signed_in(house, client, "lung-cu", COMMUNE, "026")
        commune = An(client)
        rows = [(f"DC-02{at}", f"Điểm {at}", *OTHERS[0][2:]) for at in range(3)]
        address = sent(commune, *((f"{at}.xlsx", workbook([row])) for at, row in enumerate(rows)))
        page = looked_at(commune, address)
        assert "Gửi duyệt" in page and len(picks(page)) == 3
        answer = client.post(f"{address}/commit", data={"pick": picks(page)})
        assert answer.status_code == 200 and answer.text.count("chờ duyệt") >= 3
        assert len(picks(answer.text)) == 0, "what was sent is not sent twice"
        again = client.post(f"{address}/commit", data={"pick": picks(page)})
        assert again.status_code == 200
    queues = sorted(set(re.findall(r"/staff/approvals/\d+", an.reads("/staff/approvals"))))
    assert len(queues) == 3 and "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")
    an.tells(f"{queues[0]}/decide", all="yes", shown=shown(an.reads(queues[0])))
    listed = an.reads("/staff/registers/video_points")
    assert sum(f"Điểm {at}" in listed for at in range(3)) == 1, "each is decided by itself"


def test_what_moved_meanwhile_is_left(an: An) -> None:
    address, page = three(an)
    an.commits(an.sends([("DC-011", "Tên khác", *OTHERS[0][2:])]))
    answer = an.client.post(f"{address}/commit", data={"pick": picks(page)})
    assert "Sổ đã thay đổi từ lúc bạn xem" in answer.text
    assert "Tên khác" in an.reads("/staff/registers/video_points")


def test_a_file_with_errors_is_not_recorded_by_naming_it(an: An) -> None:
    address, page = three(an)
    wrong = re.findall(r'href="/staff/intake/(\d+)">lỗi.xlsx', page)[0]
    an.client.post(f"{address}/commit", data={"pick": f"{wrong}:"})
    assert "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")


def test_anothers_files_are_nobodys(an: An, house: House) -> None:
    address, _ = three(an)
    signed_in(house, an.client, "binh")
    assert an.client.get(address).status_code == 404
    assert an.client.post(f"{address}/commit", data={}).status_code == 404


def test_too_many_files_are_refused(an: An, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_TOGETHER", 1)
    files = [("file", (f"{at}.xlsx", workbook())) for at in range(2)]
    answer = an.client.post("/staff/intake", data={"register": "video_points"}, files=files)
    assert answer.status_code == 400 and "nhiều nhất 1 tệp" in answer.text


def test_a_recording_that_was_cut_off_leaves_nothing_and_is_said(an: An, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies in the middle of the commit: what it had begun is rolled back, what it had said stays."""
    address = an.sends()

    finish, update = river.finish, batches._update

    def dies(*rest: Any, **said: Any) -> Any:
        def last(conn: Any, commit: Any) -> None:
            said["beside"](conn, commit)
            raise RuntimeError("the machine stopped")

        return finish(*rest, **{**said, "beside": last})

    def unheard(conn: Any, batch: int, **values: Any) -> None:
        if values != {"begun_at": None}:  # a dead process says nothing any more
            update(conn, batch, **values)

    seen = shown(an.reads(address))
    monkeypatch.setattr(river, "finish", dies)
    monkeypatch.setattr(batches, "_update", unheard)
    answer = an.client.post(f"{address}/commit", data={"only_good": "no", "shown": seen})
    assert answer.status_code == 500
    monkeypatch.undo()
    page = an.reads("/staff/intake")
    assert "bị ngắt giữa chừng" in page and "diem_cau.xlsx" in page
    assert "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")
    assert "Đã ghi nhận: 3 dòng" in an.commits(address)
    assert "bị ngắt giữa chừng" not in an.reads("/staff/intake")


def test_one_that_is_still_at_it_is_not_said_to_be_cut_off(an: An, house: House) -> None:
    address = an.sends()
    number = int(address.rpartition("/")[2])
    with house.db.owner() as conn:
        conn.execute("update intake.batch set begun_at = now() where id = %s", (number,))
    with house.db.app() as lock:
        lock.execute("select pg_advisory_xact_lock(%s, %s)", (batches._RECORDING, number))
        assert "bị ngắt giữa chừng" not in an.reads("/staff/intake")
    assert "bị ngắt giữa chừng" in an.reads("/staff/intake")
