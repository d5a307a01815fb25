"""A citizen asks on a telephone, with a photo; an officer takes it, accepts one of two fields; the citizen reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from tests.flows import accessible
from tests.flows.browsing import Served, officer, troubles
from tests.laws.asked import png
from tests.privacy.conftest import CHI, CHI_NAME, CHI_PHONE, ROWS, workbook

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}
PHOTO: FilePayload = {"name": "the.png", "mimeType": "image/png", "buffer": png("thẻ")}


def test_a_citizen_asks_and_an_officer_answers(browser: Browser, served: Served, tmp_path: Path) -> None:
    workbook(tmp_path / "workers.xlsx", ROWS["workers"])
    served.run("intake", "workers", str(tmp_path / "workers.xlsx"))
    with (
        browser.new_context(locale="vi-VN", viewport=PHONE) as telephone,
        officer(browser, served, "an", "Vàng Thị An", "00715", "commune_officer") as desk,
    ):
        chi, page = telephone.new_page(), desk.new_page()
        said = troubles(chi, page)
        number, code = _asks(chi, served)
        _takes(page, served, number)
        _accepts_one_of_two(page)
        _reads(chi, number, code)
        assert [each for each in said if "401" not in each] == [], "a wrong code is told as such"


def _fits(page: Page) -> None:
    """Nothing is wider than the page, and nothing serious stands against it; looked at in full height, for on a
    telephone the bar at its foot covers what one scrolls by."""
    size = page.viewport_size or PHONE
    tall = int(page.evaluate("document.documentElement.scrollHeight")) + 120
    page.set_viewport_size({"width": size["width"], "height": tall})
    assert accessible.findings(page) == []
    page.set_viewport_size(size)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, page.url


def _asks(page: Page, served: Served) -> tuple[str, str]:
    page.goto(f"{served.address}/sign-in")
    page.get_by_role("link", name="Đề nghị sửa dữ liệu ghi về bạn").click()
    _fits(page)
    page.get_by_label("Sai ở đâu").fill("Năm sinh sai")
    page.get_by_label("Đúng ra là").fill("1991")
    page.get_by_label("Trong sổ nào").select_option("workers")
    page.get_by_label("Xã của bạn").select_option("Xã Lũng Cú")
    page.get_by_label("Giấy tờ kèm theo").set_input_files([PHOTO])
    page.get_by_label("Số định danh").fill(CHI)
    page.get_by_label("Họ và tên").fill(CHI_NAME)
    page.get_by_label("Số điện thoại hoặc địa chỉ").fill(CHI_PHONE)
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.locator("h1")).to_have_text("Đã nhận yêu cầu")
    _fits(page)
    return page.locator("[data-case]").inner_text(), page.locator("[data-code]").inner_text()


def _takes(page: Page, served: Served, number: str) -> None:
    page.goto(f"{served.address}/staff/cases")
    _fits(page)
    page.locator(f'a[href="/staff/cases/{number}"]').click()
    expect(page.get_by_text("Chưa xác minh người đề nghị")).to_be_visible()
    page.get_by_role("button", name="Nhận hồ sơ").click()
    page.locator("#action").select_option("identified")
    page.get_by_role("button", name="Ghi bước này").click()
    _fits(page)


def _accepts_one_of_two(page: Page) -> None:
    page.get_by_role("link", name="Ghi giá trị cần sửa").click()
    _fits(page)
    page.get_by_role("link", name=CHI_NAME).click()
    page.locator("#f-job").fill("Thợ may")
    page.locator("#f-birth_date").fill("12/5/1990")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        _fits(page)
    page.get_by_role("button", name="Lưu vào hồ sơ").click()
    expect(page.locator(".wished-line")).to_have_count(2)
    _fits(page)
    page.locator('input[name="take"][value$="/birth_date"]').uncheck()
    page.get_by_label("Lời trả lời cho người đề nghị").fill("Đã sửa nghề; ngày sinh giữ như giấy khai sinh.")
    page.get_by_role("button", name="Chấp nhận các mục đã chọn").click()
    expect(page.get_by_text("giữ nguyên:")).to_be_visible()
    page.locator(".wished legend a").click()
    expect(page.locator("main")).to_contain_text("Thợ may")
    expect(page.locator("#history")).to_contain_text("Hồ sơ")


def _reads(page: Page, number: str, code: str) -> None:
    page.get_by_role("link", name="Tình trạng đề nghị của tôi").click()
    expect(page.get_by_label("Số đề nghị")).to_have_value(number)
    page.locator("#code").fill("AAAA-AAAA-AAAA")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("không khớp nhau")
    _fits(page)
    page.locator("#code").fill(code.lower())
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_have_text("Đã sửa")
    expect(page.locator(".tl")).to_contain_text("giữ nguyên")
    expect(page.locator(".tl")).to_contain_text("Đã sửa nghề")
    expect(page.locator("body")).not_to_contain_text("Vàng Thị An")
    _fits(page)
