"""An officer's day in a list: typing, ticking, sorting, choosing columns, keeping it, picking; then one record: its
history, a past day, a file, a change taken back. By hand, by keyboard, on a telephone, without script; nothing that
keeps a reader with a screen reader out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.flows.accessible import findings
from tests.flows.browsing import Served, troubles
from tests.laws.asked import png
from tests.web.house import GOOD, HEADINGS, workbook

pytestmark = pytest.mark.browser
PASSWORD = "ruộng bậc thang mù sương"
LIST = "/staff/registers/video_points"
RENAMED = (*GOOD[:2], ("DC-003", "Nhà văn hoá Lũng Cú", *GOOD[2][2:]))


@pytest.fixture(scope="module")
def officer(browser: Browser, served: Served, tmp_path_factory: pytest.TempPathFactory) -> StorageState:
    """The cookies of Thông, in whose register one point was renamed after it had come."""
    link = served.run("user", "add", "thong", "--name", "Trần Văn Thông")["link"]
    served.run("grant", "add", "thong", "information_officer", "--area", "02", "--purpose", "administration")
    folder = tmp_path_factory.mktemp("books")
    for number, rows in enumerate((GOOD, RENAMED)):
        path = folder / f"diem_cau_{number}.xlsx"
        path.write_bytes(workbook(rows, HEADINGS))
        served.run("intake", "video_points", str(path))
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


@pytest.fixture
def page(browser: Browser, address: str, officer: StorageState) -> Iterator[Page]:
    """A page of the officer's that must not complain."""
    context = browser.new_context(base_url=address, locale="vi-VN", storage_state=officer,
                                  viewport={"width": 1440, "height": 900})  # fmt: skip
    opened = context.new_page()
    said = troubles(opened)
    yield opened
    assert said == []
    context.close()


def names(page: Page) -> list[str]:
    return page.locator("[data-open]").all_inner_texts()


def test_a_list_follows_what_one_types_and_ticks(page: Page) -> None:
    page.goto(LIST)
    expect(page.locator("#count")).to_have_text("3 bản ghi")
    expect(page.locator("#facets")).to_contain_text("Cấp huyện2")
    page.keyboard.press("/")
    page.keyboard.type("van hoa lung")
    expect(page.locator("[data-open]")).to_have_text(["Nhà văn hoá Lũng Cú"])
    expect(page).to_have_url(re.compile(r"\?q=van\+hoa\+lung$"))
    expect(page.locator("#count")).to_have_text("1 bản ghi")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").fill("")
    expect(page.locator("#count")).to_have_text("3 bản ghi")
    page.get_by_role("checkbox", name="Cấp huyện").check()
    expect(page.locator("[data-open]")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"\?level=district$"))
    page.reload()
    expect(page.get_by_role("checkbox", name="Cấp huyện")).to_be_checked()
    page.get_by_role("link", name="Bỏ điều kiện").click()
    expect(page.locator("[data-open]")).to_have_count(3)


def test_it_is_sorted_both_ways_and_columns_are_chosen(page: Page) -> None:
    page.goto(LIST)
    first = names(page)
    page.locator("th[aria-sort=ascending] a").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    assert names(page) == first[::-1]
    page.locator("summary", has_text="Cột").click()
    page.locator("fieldset.sheet").get_by_label("Cấp", exact=True).uncheck()
    expect(page.locator("thead")).not_to_contain_text("Cấp")
    assert names(page) == first[::-1], "the order stays"
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)


def test_a_span_of_days_narrows(page: Page) -> None:
    page.goto(LIST)
    page.locator(".others > summary").click()
    asked = page.locator("details.ask", has=page.locator("input[type=date]")).first
    asked.locator("summary").click()
    asked.get_by_label("từ").fill("2022-01-01")
    asked.get_by_label("từ").press("Enter")
    expect(page.locator("[data-open]")).to_have_text(["Nhà văn hoá Lũng Cú"])
    expect(page.locator("#found .told")).to_contain_text("từ 01/01/2022")


def test_a_list_is_kept_under_a_name(page: Page) -> None:
    page.goto(LIST)
    page.get_by_role("checkbox", name="Cấp xã").check()
    expect(page.locator("[data-open]")).to_have_count(1)
    page.locator("summary", has_text="Lưu danh sách").click()
    page.get_by_label("Tên danh sách").fill("Điểm cấp xã")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".saved a[aria-current]")).to_have_text("Điểm cấp xã")
    expect(page.locator("[data-open]")).to_have_count(1)
    page.get_by_role("button", name="Bỏ danh sách Điểm cấp xã").click()
    expect(page.locator(".saved")).to_have_count(0)


def test_records_are_picked_one_by_one_and_all_that_match(page: Page) -> None:
    page.goto(LIST)
    expect(page.locator("#count")).to_have_text("3 bản ghi")
    page.get_by_role("checkbox", name="Chọn UBND huyện Đồng Văn").check()
    bar = page.get_by_role("region", name="Bản ghi đã chọn")
    expect(bar).to_contain_text("Đã chọn 1 bản ghi")
    page.locator("#q").fill("Lung Cu")
    expect(page.locator("[data-open]")).to_have_count(1)
    page.locator("[data-pick]").first.check()
    expect(bar).to_contain_text("Đã chọn 2 bản ghi")
    bar.get_by_role("link", name="Chỉ xem các bản ghi này").click()
    expect(page.locator("[data-open]")).to_have_count(2)
    page.goto(LIST)
    bar.get_by_role("button", name="Chọn cả 3 bản ghi khớp").click()
    expect(bar).to_contain_text("Đã chọn cả 3 bản ghi khớp")
    expect(page.locator("[data-pick]:checked")).to_have_count(3)
    bar.get_by_role("button", name="Bỏ chọn").click()
    expect(bar).to_be_hidden()


def test_the_area_is_picked_by_typing(page: Page) -> None:
    page.goto(LIST)
    page.locator("details.where summary").click()
    page.locator("#find-area").press_sequentially("meo vac")
    page.locator("#found-areas").get_by_role("link", name="Huyện Mèo Vạc", exact=True).click()
    expect(page.locator("[data-open]")).to_have_text(["UBND huyện Mèo Vạc"])


def test_a_record_tells_its_history_and_a_change_is_taken_back(page: Page) -> None:
    page.goto(LIST)
    page.get_by_role("link", name="Nhà văn hoá Lũng Cú").click()
    line = page.locator("ol.tl > li").first
    expect(line).to_contain_text("diem_cau_1.xlsx, trang Danh sách, dòng 5")
    expect(line.locator("del")).to_have_text("UBND xã Lũng Cú")
    page.get_by_label("Xem như vào ngày").fill("2020-01-01")
    page.get_by_role("button", name="Sổ ghi ngày đó").click()
    expect(page.get_by_role("status")).to_contain_text("Vào ngày đó sổ không có bản ghi này.")
    page.get_by_role("link", name="Về hôm nay").click()
    line.locator("summary").click()
    line.get_by_label("Lý do").fill("ghi nhầm tên")
    line.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator("h1")).to_have_text("UBND xã Lũng Cú")
    expect(page.locator("ol.tl > li").first).to_contain_text("Lý do: ghi nhầm tên")
    expect(page.locator("ol.tl > li")).to_have_count(3)


def test_a_file_is_attached_and_taken_off(page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "mặt trước.png"
    picture.write_bytes(png("x"))
    page.goto(LIST)
    page.get_by_role("link", name="UBND huyện Đồng Văn").click()
    page.get_by_label("Ảnh hoặc PDF").set_input_files(picture)
    page.get_by_label("Nội dung tệp").fill("biên bản")
    page.get_by_role("button", name="Đính kèm").click()
    files = page.locator("#files")
    expect(files).to_contain_text("biên bản")
    with page.expect_download() as handed:
        files.get_by_role("link", name="mặt trước.png").click()
    assert handed.value.path().read_bytes() == picture.read_bytes()
    files.locator("summary", has_text="Gỡ tệp").click()
    files.get_by_label("Lý do").fill("nhầm bản ghi")
    files.get_by_role("button", name="Gỡ tệp").click()
    expect(files).to_contain_text("nhầm bản ghi")


def test_nothing_keeps_anybody_out(page: Page) -> None:
    page.goto(LIST)
    record = page.locator("[data-open]").first.get_attribute("href")
    assert record is not None
    for path in (
        LIST,
        f"{LIST}?q=x",
        f"{LIST}?level=district&sort=-",
        f"{LIST}/facets",
        record,
        f"{record}?day=2020-01-01",
    ):
        for theme in ("light", "dark"):
            page.goto(f"{path}{'&' if '?' in path else '?'}theme={theme}")
            page.wait_for_load_state("networkidle")
            for folded in page.locator("main details:not([open]) > summary").all():
                if folded.is_visible():
                    folded.click()
            assert findings(page) == [], f"{path} {theme}"


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_scrolls_sideways_or_needs_script(
    browser: Browser, address: str, officer: StorageState, width: int
) -> None:
    for script in (True, False):
        context = browser.new_context(base_url=address, storage_state=officer, java_script_enabled=script,
                                      viewport={"width": width, "height": 844}, locale="vi-VN")  # fmt: skip
        page = context.new_page()
        page.goto(f"{LIST}?q=UBND")
        path = page.locator("[data-open]").first.get_attribute("href") or ""
        for address_ in (f"{LIST}?q=UBND", path):
            page.goto(address_)
            over = page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth") if script else 0
            assert over <= 0, f"{address_} at {width}"
        if not script:
            page.goto(LIST)
            page.get_by_role("searchbox", name="Tìm").fill("lung cu")
            page.get_by_role("button", name="Tìm").first.click()
            expect(page.locator("[data-open]")).to_have_count(1)
        context.close()
