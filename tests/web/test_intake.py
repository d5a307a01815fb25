"""Handing files in: what a sender sees, and that nothing is written before the decision."""

from __future__ import annotations

import csv
import io
import re

import openpyxl

from tests.web.house import GOOD, HAGIANG, HEADINGS, WRONG, An, shown
from tinhso.packs.read import read
from tinhso.web.kit.house import House


def test_a_good_file_is_taken_in_and_undone(an: An) -> None:
    address = an.sends()
    page = an.reads(address)
    assert "Cả 3 dòng nhận được ngay" in page and "Ghi nhận 3 dòng" in page
    assert "Chưa ghi nhận gì" in an.reads("/"), "looking writes nothing"
    page = an.commits(address)
    assert "Đã ghi nhận: 3 dòng" in page and "Hoàn tác" in page
    assert "UBND xã Lũng Cú" in an.reads("/staff/registers/video_points")
    undo = re.search(r"/staff/changes/\d+/undo", an.reads("/staff/changes"))
    assert undo
    answer = an.client.post(undo[0], data={"reason": "nhầm tệp"})
    assert "nhầm tệp" in answer.text
    assert "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")


def test_undo_wants_a_reason(an: An) -> None:
    an.commits(an.sends())
    assert an.client.post("/staff/changes/1/undo", data={"reason": " "}).status_code == 400


def test_problems_name_their_cells(an: An) -> None:
    address = an.sends(WRONG)
    page = an.reads(address)
    assert "3 dòng: 2 nhận được ngay, 1 cần người gửi sửa" in page
    assert ">A5<" in page and ">E5<" in page and "31/02/2022" in page
    assert "Chỉ ghi 2 dòng đúng" in page and "Ghi nhận 3 dòng" not in page
    an.commits(address, only_good=True)
    assert "UBND huyện Mèo Vạc" in an.reads("/staff/registers/video_points")


def test_problems_can_be_taken_home(an: An) -> None:
    address = an.sends(WRONG)
    rows = list(csv.reader(io.StringIO(an.client.get(f"{address}/problems.csv").content.decode("utf-8-sig"))))
    assert rows[0][2] == "Ô" and {row[2] for row in rows[1:]} >= {"A5", "E5", "F5"}
    book = openpyxl.load_workbook(io.BytesIO(an.client.get(f"{address}/problems.xlsx").content))
    assert [cell.value for cell in book.active[1]] == rows[0]


def test_the_difference_is_shown_before_and_after(an: An) -> None:
    an.commits(an.sends())
    changed = [("DC-001", "UBND huyện Đồng Văn (mới)", *GOOD[0][2:]), *GOOD[1:]]
    page = an.reads(an.sends(changed))
    assert "UBND huyện Đồng Văn (mới)" in page and '<del class="was">UBND huyện Đồng Văn</del>' in page
    again = an.reads(an.sends())
    assert "không có gì thay đổi" in again


def test_a_dropped_file_is_settled(an: An) -> None:
    address = an.sends()
    assert an.client.post(f"{address}/drop").status_code == 200
    assert "Tệp này đã bỏ" in an.reads(address)
    assert an.client.post(f"{address}/commit", data={}).status_code == 409


def test_what_is_no_workbook_is_said(an: An) -> None:
    sent = {"file": ("x.xlsx", b"\x00\x01 nothing")}
    page = an.client.post("/staff/intake", data={"register": "video_points"}, files=sent).text
    assert "Chưa đọc được tệp này" in page and "Ghi nhận" in page


def test_no_file_and_too_large_a_file(an: An) -> None:
    answer = an.client.post("/staff/intake", data={"register": "video_points"}, files={"file": ("", b"")})
    assert answer.status_code == 400
    large = {"file": ("x.csv", b"a" * 300_000)}
    answer = an.client.post("/staff/intake", data={"register": "video_points"}, files=large)
    assert answer.status_code == 413 and "MB" in answer.text


def test_an_upload_cut_short_is_not_taken(an: An) -> None:
    head = {"content-type": "multipart/form-data; boundary=x"}
    cut = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b'
    answer = an.client.post("/staff/intake", content=cut, headers=head)
    assert answer.status_code == 400 and "bị ngắt giữa chừng" in answer.text
    assert "Chưa có tệp nào" in an.reads("/staff/intake")


def test_nothing_is_left_of_an_upload(an: An, house: House) -> None:
    an.sends()
    answer = an.client.post("/staff/intake", data={"register": "nothing"}, files={"file": ("a.csv", b"a,b")})
    assert answer.status_code == 404 and not list(house.incoming.iterdir())


def test_a_column_is_matched_by_hand_and_remembered(an: An) -> None:
    lost = ("Mã số lạ", *HEADINGS[1:])
    address = an.sends(headings=lost)
    page = an.reads(address)
    assert "1 cột chưa khớp" in page and "Không thấy trong tệp: Mã điểm cầu" in page and "Ghi nhận 3 dòng" not in page
    page = an.tells(f"{address}/columns", heading="Mã số lạ", field="point_no")
    assert "Cả 3 dòng nhận được ngay" in page and '<option value="point_no" selected>' in page
    an.commits(address)
    again = an.reads(an.sends(headings=lost))
    assert "Mã số lạ" in again and "nhớ sẵn" in again and "1 cột chưa khớp" not in again


def test_a_column_is_left_out(an: An) -> None:
    rows = [(*row, "thêm") for row in GOOD]
    address = an.sends(rows, headings=(*HEADINGS, "Cột của xã"))
    assert "Cột cần khớp bằng tay" in an.reads(address)
    page = an.tells(f"{address}/columns", heading="Cột của xã", field="-")
    assert "Cả 3 dòng nhận được ngay" in page and "Cột khớp bằng tay" in page
    assert "1 cột chưa khớp" in an.tells(f"{address}/columns", heading="Cột của xã", field="?")


def test_taking_records_away_names_how_many(an: An) -> None:
    an.commits(an.sends())
    address = an.sends([GOOD[0]])
    assert "1 bản ghi của các xã này không có trong tệp" in an.reads(address)
    page = an.tells(f"{address}/absent", gone="remove")
    assert "bỏ 1 bản ghi" in page and 'name="removing" value="1" required' in page
    assert an.decides(address, only_good="no").status_code == 400
    assert "UBND xã Lũng Cú" in an.reads("/staff/registers/video_points"), "nothing goes without the word"
    assert an.decides(address, only_good="no", removing="1").status_code == 200
    assert "UBND xã Lũng Cú" not in an.reads("/staff/registers/video_points")


def test_a_file_with_errors_takes_nothing_away(an: An) -> None:
    an.commits(an.sends())
    address = an.sends([GOOD[0], ("DC-9", *GOOD[1][1:5], "31/02/2022")])
    an.tells(f"{address}/absent", gone="remove")
    an.commits(address, only_good=True)
    assert "UBND xã Lũng Cú" in an.reads("/staff/registers/video_points")


def test_fields_keep_the_order_of_the_declaration(an: An) -> None:
    an.commits(an.sends())
    found = re.search(r'href="(/staff/registers/video_points/\d+)"', an.reads("/staff/registers/video_points"))
    assert found
    page = an.reads(found[1])
    titles = [each.title.vi for each in read(HAGIANG).registers["video_points"].fields.values()]
    places = [page.index(f"<dt>{title}</dt>") for title in titles]
    assert places == sorted(places)


def test_nothing_unseen_is_committed(an: An) -> None:
    an.commits(an.sends())
    mine, theirs = ([(*GOOD[0][:1], name, *GOOD[0][2:])] for name in ("Tên của tôi", "Tên của người khác"))
    address = an.sends(mine)
    seen = shown(an.reads(address))
    an.commits(an.sends(theirs))
    answer = an.client.post(f"{address}/commit", data={"only_good": "no", "shown": seen})
    assert answer.status_code == 409 and "Sổ đã thay đổi từ lúc bạn xem" in answer.text
    assert '<del class="was">Tên của người khác</del>' in answer.text, "the new difference is shown"
    assert f'href="{address}/commit' not in answer.text, "links of the page lead back to it"
    assert "Tên của người khác" in an.reads("/staff/registers/video_points")
    answer = an.client.post(f"{address}/commit", data={"only_good": "no", "shown": shown(answer.text)})
    assert answer.status_code == 200 and "Tên của tôi" in an.reads("/staff/registers/video_points")


def test_a_decision_that_names_no_page_is_shown_one(an: An) -> None:
    address = an.sends()
    answer = an.client.post(f"{address}/commit", data={"only_good": "no"})
    assert answer.status_code == 409 and shown(answer.text)
    assert "Chưa có bản ghi nào" in an.reads("/staff/registers/video_points")


def test_changes_elsewhere_in_the_register_disturb_nobody(an: An) -> None:
    address = an.sends(GOOD[:1])
    seen = shown(an.reads(address))
    an.commits(an.sends(GOOD[1:]))
    answer = an.client.post(f"{address}/commit", data={"only_good": "no", "shown": seen})
    assert answer.status_code == 200 and "Đã ghi nhận: 1 dòng" in answer.text


def test_records_that_would_go_unseen_stay(an: An) -> None:
    an.commits(an.sends(GOOD[1:]))
    address = an.sends([GOOD[1]])
    an.tells(f"{address}/absent", gone="remove")
    before = shown(an.reads(address))
    an.commits(an.sends([("DC-004", "UBND xã Mèo Vạc", "xã", "Huyện Mèo Vạc", "Thị trấn Mèo Vạc", "01/06/2022")]))
    answer = an.client.post(f"{address}/commit", data={"only_good": "no", "shown": before, "removing": "0"})
    assert answer.status_code == 409 and "DC-004" in an.reads("/staff/registers/video_points")


def test_hundreds_of_unknown_columns_make_no_endless_page(an: An) -> None:
    strange = [f"Cột lạ số {number} của đơn vị" for number in range(900)]
    address = an.sends([(*row, *["x"] * 900) for row in GOOD], headings=(*HEADINGS, *strange))
    page = an.reads(address)
    assert len(page) < 300_000 and "Còn 860 tên cột chưa hiện ở đây" in page
    page = an.tells(f"{address}/columns", heading=strange[0], field="-")
    assert strange[0] not in page and strange[40] in page, "what is decided makes room for what is open"
    assert "Còn 860 tên cột" in page


def test_an_officer_is_shown_a_right_value_not_a_regular_expression(an: An) -> None:
    page = an.reads(an.sends(WRONG))
    assert "Sửa theo mẫu: DC-001" in page and "\\d" not in page


def test_the_senders_own_workbook_comes_back_marked(an: An) -> None:
    address = an.sends(WRONG)
    assert f'href="{address}/marked.xlsx"' in an.reads(address)
    answer = an.client.get(f"{address}/marked.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["Danh sách"]
    assert sheet["B5"].value == "UBND xã Lũng Cú <b>" and sheet["B5"].comment is None, "the rest is as it was sent"
    told = {"A5": "Sửa theo mẫu: DC-001", "E5": "không có đơn vị nào tên Xã Lung Linh", "F5": "31/02/2022"}
    for cell, said in told.items():
        assert said in sheet[cell].comment.text and sheet[cell].fill.fill_type == "solid"
    assert {cell.coordinate for row in sheet for cell in row if cell.comment} == {"A5", "E5", "F5"}
    sent = {"file": ("lai.xlsx", answer.content)}
    again = an.client.post("/staff/intake", data={"register": "video_points"}, files=sent).text
    assert "3 dòng: 2 nhận được ngay, 1 cần người gửi sửa" in again, "marks are not read as data"


def test_a_marked_workbook_counts_its_problems_and_may_be_sent_again(an: An) -> None:
    address = an.sends(WRONG)
    book = openpyxl.load_workbook(io.BytesIO(an.client.get(f"{address}/marked.xlsx").content))
    said = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell is not None]
    assert book.worksheets[0].title == "Việc cần sửa" and book.active is book.worksheets[0]
    assert any("3 dòng, 1 dòng chưa nhận được" in str(each) for each in said)
    assert any("31/02/2022" in str(each) for each in said)
    for cell, value in (("A5", "DC-003"), ("E5", "Xã Lũng Cú"), ("F5", "01/06/2022")):
        book.worksheets[1][cell].value = value
    out = io.BytesIO()
    book.save(out)
    sent = {"file": ("da_sua.xlsx", out.getvalue())}
    assert "Ghi nhận 3 dòng" in an.client.post("/staff/intake", data={"register": "video_points"}, files=sent).text


def test_without_its_columns_nothing_comes_back_marked(an: An) -> None:
    sent = {"file": ("diem.csv", "Mã điểm cầu;Tên điểm cầu;Cấp\nDC-1;UBND;xã\n".encode())}
    answer = an.client.post("/staff/intake", data={"register": "video_points"}, files=sent)
    address = answer.url.path
    assert "problems.xlsx" in answer.text and "marked.xlsx" not in answer.text
    refused = an.client.get(f"{address}/marked.xlsx")
    assert refused.status_code == 400 and "Tải danh sách lỗi thay cho tệp này" in refused.text


def test_a_list_counts_its_facets(an: An) -> None:
    an.commits(an.sends())
    page = an.reads("/staff/registers/video_points?q=UBND")
    assert 'hx-get="/staff/registers/video_points/facets?q=UBND"' in page
    counted = an.reads("/staff/registers/video_points/facets?q=UBND")
    assert "<span>Cấp huyện</span><b>2</b>" in counted and "<span>Cấp xã</span><b>1</b>" in counted
    assert 'data-count="3"' in counted
    chosen = an.reads("/staff/registers/video_points/facets?level=commune")
    assert 'id="level-commune" checked' in chosen and 'data-count="1"' in chosen
    assert "<span>Cấp huyện</span><b>2</b>" in chosen, "the others may be chosen"
    assert an.client.get("/staff/registers/products?stars=x").status_code == 400
    assert an.client.get("/staff/registers/products?stars=5").status_code == 200
