"""A register that wants a second person: one sends, another splits by keyboard, the sender reads the remark."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.flows.accessible import findings
from tests.flows.browsing import Served, troubles
from tests.web.house import workbook

pytestmark = pytest.mark.browser
HEADINGS = ("Số hiệu", "Thuê bao", "Loại", "Đơn vị", "Cấp hành chính", "Huyện", "Xã", "Từ ngày", "Đến ngày")
PLACE = ("Cá nhân", "UBND xã Lũng Cú", "Cấp xã", "Huyện Đồng Văn", "Xã Lũng Cú", "06/03/2024", "05/03/2027")
ROWS = [("9E3779B97F4AD62C", "Vàng Thị Máy", *PLACE), ("0DF674607A5D345C", "Sùng Mí Chá", *PLACE)]


def test_sent_split_and_read(thông: BrowserContext, an: BrowserContext, served: Served, tmp_path: Path) -> None:
    commune, desk = an.new_page(), thông.new_page()
    said = troubles(commune, desk)
    path = tmp_path / "chung_thu.xlsx"
    path.write_bytes(workbook(ROWS, HEADINGS))
    commune.goto(f"{served.address}/staff/intake?register=certificates")
    commune.set_input_files("#file", path)
    commune.get_by_role("button", name="Kiểm tra tệp").click()
    commune.get_by_role("button", name="Gửi duyệt 2 dòng").click()
    expect(commune.get_by_role("heading", name="Chờ duyệt", exact=True)).to_be_visible()
    own = commune.url

    desk.goto(f"{served.address}/staff")
    desk.get_by_role("link", name="Đợt thay đổi chờ duyệt").click()
    assert _sound(desk) == []
    desk.locator("table a").first.click()
    expect(desk.locator("h1")).to_have_text("2 dòng chờ bạn duyệt")
    assert _sound(desk) == []
    second = desk.locator("fieldset.choice").nth(1)
    second.get_by_label("Duyệt").focus()
    desk.keyboard.press("ArrowDown")
    expect(second.get_by_label("Gửi trả")).to_be_checked()
    desk.keyboard.press("Tab")
    desk.keyboard.type("Chưa có giấy đề nghị")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Kết quả từng dòng")).to_be_visible()
    assert _sound(desk) == []

    commune.goto(f"{served.address}/staff")
    commune.get_by_role("link", name="chung_thu.xlsx").click()
    assert commune.url.split("#")[0] == own
    expect(commune.locator("#returned")).to_contain_text("Chưa có giấy đề nghị")
    assert _sound(commune) == []
    commune.goto(f"{served.address}/staff/registers/certificates")
    commune.get_by_role("link", name="Vàng Thị Máy").click()
    expect(commune.locator(".tl")).to_contain_text("an đề nghị, thong duyệt")
    assert said == []


def _sound(page: Page) -> list[str]:
    """What is wrong for readers of screens, and where the page is wider than a telephone."""
    found = findings(page)
    page.set_viewport_size({"width": 390, "height": 844})
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    return [*found, *(["wider than a telephone"] if over > 0 else [])]
