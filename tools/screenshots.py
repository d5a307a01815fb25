"""Take the pictures of README and docs from a running house: ``python tools/screenshots.py [ADDRESS] [FOLDER]``.

Needs Chromium (``tools/browser.py`` says how to get it) and a filled province (``make demo``).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from browser import found  # type: ignore[import-not-found,unused-ignore]
from playwright.sync_api import Browser, sync_playwright

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
    whole: bool = False

    @property
    def phone(self) -> bool:
        return self.width < 500


PICTURES = (
    Picture("board", "/", height=900),
    Picture("board-whole", "/", whole=True),
    Picture("board-dark", "/", dark=True, height=900),
    Picture("board-phone", "/", 390, 844),
    Picture("explain", "/explain/A16", height=1200),
    Picture("explain-workers", "/explain/A09?area=027", height=1200),
    Picture("intake", "/staff/intake", height=800),
    Picture("register", "/staff/registers/workers?area=027", height=900),
)


def main(arguments: list[str]) -> None:
    """Take all pictures."""
    address = arguments[0] if arguments else ADDRESS
    folder = Path(arguments[1]) if len(arguments) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    program = found()
    if program is None:
        sys.exit("There is no Chromium here: python tools/browser.py installs it or says how.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for picture in PICTURES:
            take(browser, address, picture, folder)
        browser.close()


def take(browser: Browser, address: str, picture: Picture, folder: Path) -> None:
    """Take one picture, in Vietnamese, once fonts have come and nothing moves."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, locale="vi-VN", reduced_motion="reduce",
        color_scheme="dark" if picture.dark else "light", device_scale_factor=2 if picture.phone else 1,
    )  # fmt: skip
    page = context.new_page()
    page.goto(address + picture.path, wait_until="load")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    page.screenshot(path=folder / f"{picture.name}.png", full_page=picture.whole)
    context.close()
    print(folder / f"{picture.name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
