"""Take the pictures of README and docs from a running house: ``python tools/screenshots.py [ADDRESS] [WORKBOOK]``.

Needs Chromium (``tools/browser.py`` says how to get it) and a filled province (``make demo``). With a workbook of
workers that has errors, the review of it is pictured too; the file is dropped afterwards, so nothing is written.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from browser import found  # type: ignore[import-not-found,unused-ignore]
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ADDRESS = "http://127.0.0.1:8000"
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the page, and how it is looked at."""

    name: str
    path: str
    width: int = 1440
    height: int = 1000
    dark: bool = False

    @property
    def phone(self) -> bool:
        return self.width < 500


PICTURES = (
    Picture("board", "/", height=900),
    Picture("board-dark", "/", dark=True, height=900),
    Picture("board-phone", "/", 390, 844),
    Picture("explain", "/explain/A16", height=1200),
    Picture("register", "/staff/registers/workers?area=027", height=900),
)
INTAKE = Picture("intake", "/staff/intake", height=1000)


def main(arguments: list[str]) -> None:
    """Take all pictures."""
    address = arguments[0] if arguments else ADDRESS
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = found()
    if program is None:
        sys.exit("There is no Chromium here: python tools/browser.py installs it or says how.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for picture in PICTURES:
            take(browser, address, picture)
        if len(arguments) > 1:
            take_review(browser, address, Path(arguments[1]))
        browser.close()


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Take one picture."""
    context = looking(browser, picture)
    page = context.new_page()
    page.goto(address + picture.path, wait_until="load")
    keep(page, picture)
    context.close()


def take_review(browser: Browser, address: str, workbook: Path) -> None:
    """Hand a workbook in, picture what was found in it, and drop it again."""
    context = looking(browser, INTAKE)
    page = context.new_page()
    page.goto(address + INTAKE.path, wait_until="load")
    page.select_option("#register", "workers")
    page.set_input_files("#file", workbook)
    page.click("button.primary")
    page.wait_for_selector(".review")
    keep(page, INTAKE)
    page.click("button.danger")
    page.wait_for_selector("#register")
    context.close()


def looking(browser: Browser, picture: Picture) -> BrowserContext:
    """A window as the picture wants it, in Vietnamese, in which nothing moves."""
    return browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, locale="vi-VN", reduced_motion="reduce",
        color_scheme="dark" if picture.dark else "light", device_scale_factor=2 if picture.phone else 1,
    )  # fmt: skip


def keep(page: Page, picture: Picture) -> None:
    """The page as a PNG, once its fonts have come."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    print(FOLDER / f"{picture.name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
