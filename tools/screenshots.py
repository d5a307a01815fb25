"""Take the pictures of README, docs and the officers' guide: ``make pictures``.

With address and home of a running demo (``python tools/screenshots.py http://127.0.0.1:8000 var``) of that one, else
of a province of its own, filled at full size in a folder that is thrown away. Needs Chromium (``tools/browser.py`` says
how to get it). What is handed in, typed, sent for approval or asked for is dropped, taken back or closed afterwards; no
record is written.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
from browser import found  # type: ignore[import-not-found,unused-ignore]
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

DOCS = Path(__file__).resolve().parent.parent / "docs"
GENERAL, GUIDE = DOCS / "pictures", DOCS / "huong-dan" / "hinh"
WORKBOOK = "workers/00715-xa-lung-cu.xlsx"
"""Sent by An, officer of Đồng Văn, once with a few changes and once with mistakes."""


@dataclass(frozen=True)
class Picture:
    """One picture: its file, the page, who looks at it (a login of the demo, or nobody), and through what."""

    file: Path
    path: str
    who: str | None = None
    width: int = 1440
    height: int = 900
    dark: bool = False
    click: str = ""
    """Something to open before the picture is taken."""


PICTURES = (
    Picture(GENERAL / "board.png", "/"),
    Picture(GENERAL / "board-dark.png", "/", dark=True),
    Picture(GENERAL / "board-phone.png", "/", width=390, height=844),
    Picture(GENERAL / "explain.png", "/explain/A16", height=1200),
    Picture(GENERAL / "register.png", "/staff/registers/workers?area=027", "laodong"),
    Picture(GUIDE / "dang-nhap.png", "/sign-in", width=1100, height=640),
    Picture(GUIDE / "hom-nay.png", "/staff", "an", width=1100, height=700),
    Picture(GUIDE / "so.png", "/staff/registers/workers", "an", width=1280, height=800),
    Picture(
        GUIDE / "ban-ghi.png", "/staff/registers/workers", "an", 1100, 900, click="main tbody th a, main tbody td a"
    ),
    Picture(GUIDE / "chat-luong.png", "/staff/registers/workers/quality", "an", width=1100, height=800),
    Picture(GUIDE / "bang-so-lieu.png", "/", width=1100, height=760),
    Picture(GUIDE / "giai-thich.png", "/explain/A09", width=1100, height=800),
)
REVIEWS = (
    (Picture(GUIDE / "kiem-tra-tep.png", "/staff/intake", "an", width=1100, height=820), False),
    (Picture(GUIDE / "tep-co-loi.png", "/staff/intake", "an", width=1100, height=1000), True),
    (Picture(GENERAL / "intake.png", "/staff/intake", "an", height=1000), True),
)
FORM = Picture(GUIDE / "them-ban-ghi.png", "/staff/registers/workers/new", "an", width=1000, height=900)
QUEUE = Picture(GUIDE / "phe-duyet.png", "/staff/approvals", "thongtin", width=1100, height=760)
ROUND = Picture(GUIDE / "dot-thu-thap.png", "/staff/rounds/new?area=026", "laodong", width=1100, height=860)


def main(arguments: list[str]) -> None:
    """Take all pictures."""
    program = found()
    if program is None:
        sys.exit("There is no Chromium here: python tools/browser.py installs it or says how.")
    with contextlib.ExitStack() as stack:
        running = (arguments[0], Path(arguments[1])) if len(arguments) == 2 else stack.enter_context(province())
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        house = House(browser, *running)
        for picture in PICTURES:
            house.take(picture)
        for picture, wrong in REVIEWS:
            house.take_review(picture, wrong=wrong)
        house.take_form(FORM)
        house.take_approval(QUEUE)
        house.take_round(ROUND)
        browser.close()


@contextlib.contextmanager
def province() -> Iterator[tuple[str, Path]]:
    """The whole demo, filled and served from a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tinhso-pictures-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {"TINHSO_HOME": folder, "TINHSO_PORT": str(port)}
        command = [sys.executable, "-m", "tinhso", "demo", "--scale", "1"]
        demo = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert demo.stdout is not None
            if not any(line.startswith("Xong") for line in demo.stdout):
                sys.exit("The demo did not come up; make demo shows why.")
            time.sleep(12)  # the server counts afresh what has come in
            yield f"http://127.0.0.1:{port}", Path(folder)
        finally:
            demo.terminate()
            demo.wait(30)


@dataclass(frozen=True)
class House:
    """The running demo, looked at through a browser."""

    browser: Browser
    address: str
    home: Path

    def take(self, picture: Picture) -> None:
        """Take one picture."""
        with self._open(picture) as page:
            if picture.click:
                page.locator(picture.click).first.click()
                page.wait_for_load_state()
            keep(page, picture)

    def take_review(self, picture: Picture, *, wrong: bool) -> None:
        """Hand a workbook in, picture what was found in it, and drop it again."""
        with self._open(picture) as page, tempfile.TemporaryDirectory() as folder:
            page.select_option("#register", "workers")
            page.set_input_files("#file", changed(self.home / "demo" / WORKBOOK, Path(folder), wrong=wrong))
            page.click("button.primary")
            page.wait_for_selector(".review")
            keep(page, picture)
            page.click("button.danger")
            page.wait_for_selector("#register")

    def take_form(self, picture: Picture) -> None:
        """Type a worker with a slip in two fields, and drop the draft again."""
        with self._open(picture) as page:
            typed = {"citizen_id": "00219", "full_name": "Giàng Thị Chi", "birth_date": "31/2/1990"}
            for name, text in typed.items():
                page.fill(f"#f-{name}", text)
                page.keyboard.press("Tab")
            page.wait_for_selector("#f-birth_date-said .said")
            page.wait_for_timeout(900)
            page.evaluate("scrollTo(0, 0)")
            keep(page, picture)
            page.goto(self.address + "/staff/drafts")
            page.get_by_role("button", name="Bỏ").first.click()
            page.wait_for_load_state()

    def take_approval(self, picture: Picture) -> None:
        """A commune sends a village's new figures, the department looks at them, the commune takes them back."""
        with self._open(Picture(picture.file, "/staff/registers/villages", "an")) as sender:
            sender.locator("main tbody th a, main tbody td a").first.click()
            sender.get_by_role("link", name="Sửa", exact=True).click()
            households = int(sender.input_value("#f-households").replace(".", ""))
            sender.fill("#f-households", str(households + 3))
            sender.fill("#reason", "Rà soát hộ tháng 12")
            sender.get_by_role("button", name="Gửi duyệt").click()
            sender.wait_for_url("**/staff/approvals/*")
            with self._open(replace(picture, path=sender.url.removeprefix(self.address))) as page:
                keep(page, picture)
            sender.locator("form[action$=withdraw] button").click()
            sender.wait_for_load_state()

    def take_round(self, picture: Picture) -> None:
        """Ask the communes of a district for their workers, and close the round again."""
        with self._open(picture) as page:
            page.fill("#title", "Lao động, quý IV")
            page.fill("#due", f"{date.today() + timedelta(days=10):%Y-%m-%d}")
            page.check("input[name=registers][value=workers]")
            page.click("main form button.primary")
            page.wait_for_url("**/staff/rounds/*")
            keep(page, picture)
            page.locator("details", has=page.locator("form[action$=close]")).locator("summary").click()
            page.locator("form[action$=close] button").click()
            page.wait_for_load_state()

    @contextlib.contextmanager
    def _open(self, picture: Picture) -> Iterator[Page]:
        context = looking(self.browser, picture)
        page = context.new_page()
        if picture.who is not None:
            self._sign_in(page, picture.who)
        page.goto(self.address + picture.path, wait_until="load")
        yield page
        context.close()

    def _sign_in(self, page: Page, who: str) -> None:
        page.goto(self.address + "/sign-in")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", (self.home / "demo" / "password").read_text().strip())
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()


def changed(book: Path, folder: Path, *, wrong: bool) -> Path:
    """A copy of a commune's workbook with a few new jobs in it, or with the mistakes that Excel and haste make."""
    work = openpyxl.load_workbook(book)
    sheet = work.worksheets[0]
    rows = [row for row in sheet.iter_rows() if str(row[0].value or "").isdigit() and len(str(row[0].value)) == 12]
    for number, row in enumerate(rows[:60]):
        if not wrong and number % 5 == 0:
            row[1].value = f"{row[1].value} Anh"
        elif wrong and number % 4 == 0:
            row[0].value = int(row[0].value)
        elif wrong and number % 9 == 0:
            row[2].value = "31/02/1990"
    made = folder / ("lao-dong-co-loi.xlsx" if wrong else "lao-dong-thang-12.xlsx")
    work.save(made)
    return made


def looking(browser: Browser, picture: Picture) -> BrowserContext:
    """A window as the picture wants it, in Vietnamese, in which nothing moves."""
    return browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, locale="vi-VN", reduced_motion="reduce",
        color_scheme="dark" if picture.dark else "light", device_scale_factor=2 if picture.width < 500 else 1,
    )  # fmt: skip


def keep(page: Page, picture: Picture) -> None:
    """The page as a PNG, once its fonts have come."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    picture.file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture.file)
    print(picture.file)


if __name__ == "__main__":
    main(sys.argv[1:])
