"""A department asks its communes for data, a commune answers; what is wrong with the data is found by its number."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.flows import accessible
from tests.flows.browsing import Served, troubles
from tests.web.house import WRONG, workbook

pytestmark = pytest.mark.browser
ROWS = [("DC-003", "UBND xã Lũng Cú", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "01/06/2022")]
WIDTHS = (390, 768, 1440)


def test_a_round_is_asked_answered_chased_and_closed(
    thông: BrowserContext, an: BrowserContext, served: Served, tmp_path: Path
) -> None:
    desk, commune = thông.new_page(), an.new_page()
    said = troubles(desk, commune)
    desk.goto(f"{served.address}/staff/rounds/new?area=026")
    desk.get_by_label("Tên đợt").fill("Điểm cầu quý IV")
    desk.get_by_label("Hạn gửi").fill("2030-01-31")
    desk.get_by_label("Điểm cầu trực tuyến").check()
    desk.get_by_role("button", name="Mở đợt thu thập").click()
    expect(desk.locator("h1")).to_have_text("0/19 đơn vị đã gửi")

    commune.goto(f"{served.address}/staff")
    expect(commune.locator("h1")).to_have_text("1 việc đến hạn")
    _hands_in(commune, served, tmp_path / "diem_cau.xlsx", workbook(WRONG))
    commune.goto(f"{served.address}/staff")
    expect(commune.get_by_text("diem_cau.xlsx")).to_be_visible()
    desk.reload()
    expect(desk.locator("tbody tr").first).to_contain_text("tệp có lỗi")

    _hands_in(commune, served, tmp_path / "diem_cau_sua.xlsx", workbook(ROWS))
    commune.get_by_role("button", name="Ghi nhận 1 dòng").click()
    commune.goto(f"{served.address}/staff")
    expect(commune.get_by_text("Không có việc đến hạn")).to_be_visible()
    desk.reload()
    expect(desk.locator("h1")).to_have_text("1/19 đơn vị đã gửi")

    desk.get_by_role("link", name="Nhắc 18 đơn vị").click()
    desk.get_by_role("button", name="Chép nội dung").click()
    expect(desk.get_by_role("button", name="Đã chép")).to_be_visible()
    assert "Điểm cầu quý IV" in desk.evaluate("navigator.clipboard.readText()")
    desk.get_by_role("button", name="Ghi là đã gửi").click()
    expect(desk.locator(".tl")).to_contain_text("Đã nhắc: tất cả đơn vị")
    desk.get_by_text("Đóng đợt…").click()
    desk.get_by_role("button", name="Đóng đợt").click()
    expect(desk.locator(".tl li").first).to_contain_text("Đóng đợt")
    assert said == []


def test_from_a_number_to_its_records(thông: BrowserContext, served: Served) -> None:
    page = thông.new_page()
    page.goto(f"{served.address}/staff/registers/video_points")
    page.get_by_role("link", name="Chất lượng").click()
    expect(page.locator("h1")).to_contain_text("bản ghi")
    line = page.locator("table.fields tr", has_text="Ngày đưa vào sử dụng")
    expect(line).to_contain_text("100,0")
    page.locator("table a[href*='/quality?area=']").first.click()
    page.goto(f"{served.address}/staff/registers/video_points?only=missing.district")
    expect(page.locator("a.chip")).to_contain_text("thiếu")
    page.locator("a.chip").first.click()
    expect(page.locator("a.chip")).to_have_count(0)


def test_nothing_scrolls_sideways_and_the_keyboard_is_enough(thông: BrowserContext, served: Served) -> None:
    page = thông.new_page()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        for path in ("/staff", "/staff/rounds", "/staff/rounds/new", "/staff/rounds/1", "/staff/rounds/1/reminder",
                     "/staff/registers/video_points/quality"):  # fmt: skip
            page.goto(served.address + path)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{path} at {width}"
    page.goto(f"{served.address}/staff/rounds")
    page.get_by_role("link", name="Mở đợt thu thập").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rounds/new")


def test_nobody_is_kept_out_by_a_page(thông: BrowserContext, served: Served) -> None:
    """WCAG 2.2 AA by axe, in light and in dark, with what folds away opened; after the stories above."""
    page = thông.new_page()
    for path in ("/staff", "/staff/rounds", "/staff/rounds/new", "/staff/rounds/1", "/staff/rounds/1/reminder",
                 "/staff/registers/video_points", "/staff/registers/video_points/quality", "/staff/exports",
                 "/staff/registers/video_points/exports", "/staff/transfers"):  # fmt: skip
        page.goto(served.address + path)
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert accessible.findings(page) == [], f"{path} {theme}"


def _hands_in(page: Page, served: Served, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    page.goto(f"{served.address}/staff/intake?register=video_points")
    page.set_input_files("#file", path)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    page.wait_for_url("**/staff/intake/*")
