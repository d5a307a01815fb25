"""The built front end: which files the pages load, by the manifest that the build leaves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "static"
ENTRY = "src/main.ts"
_FIRST_WORDS = ("be-vietnam-pro-latin-400", "be-vietnam-pro-vietnamese-400", "be-vietnam-pro-latin-600")


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of the styles and scripts of a page, and of the fonts that its first words need."""

    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()


@cache
def assets() -> Assets:
    """What to load; nothing where the front end has not been built (pages are then plain but readable)."""
    manifest = FOLDER / "manifest.json"
    if not manifest.is_file():
        return Assets()
    entry = msgspec.json.decode(manifest.read_bytes())[ENTRY]
    fonts = [name for name in entry.get("assets", []) if any(word in name for word in _FIRST_WORDS)]
    return Assets(tuple(map(_address, entry.get("css", []))), (_address(entry["file"]),), tuple(map(_address, fonts)))


def _address(file: str) -> str:
    return f"/static/{file}"
