"""Papers that leave and come back, as an officer sees them: many files at once, a list carried out, a template with the
records in it, and a whole import taken back.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.flows.browsing import Served, troubles
from tests.web.house import GOOD, WRONG, workbook

pytestmark = pytest.mark.browser
PASSWORD = "ruộng bậc thang mù sương"
REGISTER = "/staff/registers/video_points"
MORE = [("DC-011", "UBND xã Lũng Cú, tầng 2", "xã", "Huyện Đồng Văn", "Xã Lũng Cú", "01/06/2022")]


@pytest.fixture(scope="module")
def officer(browser: Browser, served: Served) -> StorageState:
    """The cookies of An, officer of the department that keeps the video points."""
    link = served.run("user", "add", "an", "--name", "Vàng Thị An")["link"]
    served.run("grant", "add", "an", "information_officer", "--area", "02", "--purpose", "administration")
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Tên đăng nhập").fill("an")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("Vàng Thị An")
    state = context.storage_state()
    context.close()
    return state


def drop(page: Page, address: str, *files: Path) -> None:
    page.goto(f"{address}/staff/intake")
    page.get_by_label("Sổ", exact=True).select_option("video_points")
    page.locator("#file").set_input_files(files)
    page.get_by_role("button", name="Kiểm tra tệp").click()


def test_papers_leave_and_come_back(
    browser: Browser, address: str, officer: StorageState, tmp_path: Path
) -> None:  # fmt: skip
    context = browser.new_context(locale="vi-VN", storage_state=officer, accept_downloads=True)
    page = context.new_page()
    said = troubles(page)

    files = {"tot.xlsx": GOOD, "loi.xlsx": WRONG, "them.xlsx": MORE}
    for name, rows in files.items():
        (tmp_path / name).write_bytes(workbook(rows))
    drop(page, address, *(tmp_path / name for name in files))
    expect(page.locator("h1")).to_have_text("3 tệp gửi cùng lúc")
    record = page.get_by_role("button", name="Ghi nhận các tệp đã chọn")
    expect(record).to_be_visible(timeout=20_000)
    record.click()
    expect(page.locator("table")).to_contain_text("đã ghi nhận")

    page.goto(f"{address}{REGISTER}?q=UBND")
    page.get_by_role("button", name="Xuất danh sách này").click()
    expect(page.locator("h1")).to_have_text("Xuất 4 bản ghi")
    with page.expect_download() as download:
        page.get_by_role("button", name="Xuất danh sách").click()
    download.value.save_as(tmp_path / "danh_sach.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "danh_sach.xlsx").worksheets[0]
    assert sheet.max_row == 5 and sheet["A1"].value == "Mã điểm cầu"

    page.goto(f"{address}{REGISTER}")
    page.get_by_text("Mẫu nhập liệu", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Điền sẵn bản ghi của địa bàn, để sửa").click()
    download.value.save_as(tmp_path / "mau.xlsx")
    book = openpyxl.load_workbook(tmp_path / "mau.xlsx")
    sheet = book.worksheets[0]
    assert sheet.max_row == 7
    sheet["B4"].value = "UBND huyện Đồng Văn, hội trường"
    book.save(tmp_path / "mau.xlsx")
    drop(page, address, tmp_path / "mau.xlsx")
    expect(page.locator("h1")).to_have_text("Cả 4 dòng nhận được ngay")
    expect(page.locator("ins.now")).to_have_text("UBND huyện Đồng Văn, hội trường")
    page.get_by_role("button", name="Ghi nhận 4 dòng").click()
    expect(page.locator("h1")).to_contain_text("Đã ghi nhận")

    page.get_by_role("link", name="Hoàn tác…").click()
    page.get_by_label("Vì sao hoàn tác").fill("nhầm mẫu")
    page.get_by_role("button", name="Hoàn tác thay đổi của 1 bản ghi").click()
    expect(page.locator("table")).to_contain_text("nhầm mẫu")
    page.goto(f"{address}{REGISTER}?q=hội trường")
    expect(page.locator(".empty")).to_be_visible()
    assert said == [], said
    context.close()


@pytest.mark.parametrize("path", ["/staff/exports", f"{REGISTER}/exports", "/staff/changes/1"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_and_have_one_heading(
    browser: Browser, address: str, officer: StorageState, path: str, width: int
) -> None:
    context = browser.new_context(locale="vi-VN", storage_state=officer, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{address}{path}")
    expect(page.locator("h1")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} is {wide} pixels too wide at {width}"
    context.close()
