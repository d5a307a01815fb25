"""The river as an officer sees it: sign in, open the board, hand in a workbook with errors, read them, hand in the
mended one, and see the figure change in the page that stayed open.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.flows.browsing import Served, troubles
from tests.web.house import GOOD, WRONG, workbook

pytestmark = pytest.mark.browser
PASSWORD = "ruộng bậc thang mù sương"
PATHS = ("/", "/explain/A07", "/staff/intake", "/staff/registers", "/staff/registers/video_points", "/staff/changes",
         "/staff/cases", "/account", "/sign-in")  # fmt: skip
SOON = 3_000
"""Milliseconds within which the figure has to change."""


@pytest.fixture(scope="module")
def officer(browser: Browser, served: Served) -> StorageState:
    """The cookies of Thông, officer of the department that keeps the video points, who was invited and signed in."""
    link = served.run("user", "add", "thong", "--name", "Trần Văn Thông")["link"]
    served.run("grant", "add", "thong", "information_officer", "--area", "02", "--purpose", "administration")
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Tên đăng nhập").fill("thong")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("Trần Văn Thông")
    state = context.storage_state()
    context.close()
    return state


def test_from_a_workbook_with_errors_to_a_live_figure(
    browser: Browser, address: str, officer: StorageState, tmp_path: Path
) -> None:
    context = browser.new_context(locale="vi-VN", storage_state=officer)
    board, desk = context.new_page(), context.new_page()
    said = troubles(board, desk)
    board.goto(address)
    figure = board.locator("#row-A07 .ours")
    expect(figure).to_contain_text("chưa có số liệu")

    _drop(desk, address, tmp_path / "diem_cau.xlsx", workbook(WRONG))
    expect(desk.locator("h1")).to_have_text("3 dòng: 2 nhận được ngay, 1 cần người gửi sửa")
    problems = desk.locator("#problems")
    expect(problems).to_contain_text("A5")
    expect(problems).to_contain_text("31/02/2022")
    expect(figure).to_contain_text("chưa có số liệu")

    _drop(desk, address, tmp_path / "diem_cau_sua.xlsx", workbook(GOOD))
    expect(desk.locator("h1")).to_have_text("Cả 3 dòng nhận được ngay")
    desk.get_by_role("button", name="Ghi nhận 3 dòng").click()
    expect(figure).to_contain_text("3", timeout=SOON)
    expect(board.locator("#row-A07 .check")).to_contain_text("Thiếu 238")

    figure.locator("xpath=../td[@class='name']/a").click()
    expect(board.locator(".fig .value")).to_contain_text("3")
    expect(board.locator("body")).to_contain_text("diem_cau_sua.xlsx")
    assert said == []
    context.close()


def test_reading_needs_no_script(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.locator("details.where summary").click()
    page.get_by_role("link", name="Huyện Đồng Văn").click()
    expect(page.locator("h1")).to_contain_text("Huyện Đồng Văn")
    context.close()


def test_nothing_scrolls_sideways(browser: Browser, address: str, officer: StorageState) -> None:
    for width in (390, 768, 1280, 1440):
        context = browser.new_context(viewport={"width": width, "height": 844}, storage_state=officer)
        page = context.new_page()
        for path in PATHS:
            page.goto(address + path)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{path} at {width}"
        context.close()


def _drop(page: Page, address: str, path: Path, content: bytes) -> None:
    """Drop a file on the desk, as with the mouse."""
    path.write_bytes(content)
    page.goto(f"{address}/staff/intake")
    page.get_by_label("Sổ", exact=True).select_option("video_points")
    carried = page.evaluate_handle(
        """([name, bytes]) => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], name));
            return carried;
        }""",
        [path.name, list(content)],
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": carried})
    page.wait_for_url("**/staff/intake/*")
