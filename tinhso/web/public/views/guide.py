"""The officers' guide: short pages by task, kept as Markdown in ``docs/huong-dan``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_HERE = Path(__file__).resolve()
_FOLDERS = (_HERE.parents[4] / "docs" / "huong-dan", _HERE.parents[1] / "huong-dan")
"""In a clone, and in an installed package."""
PICTURES = "hinh"


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    pages: list[str]


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One task: its name in addresses, its title, the pages it is about, and its text as HTML."""

    name: str
    title: str
    about: tuple[str, ...]
    text: Markup

    def fits(self, path: str) -> int:
        """How closely the page is about a path: the length of what they share, 0 where it is about something else."""
        return max((len(each) for each in self.about if _begins(path, each)), default=0)


def folder() -> Path:
    """Where the guide is kept."""
    return next((each for each in _FOLDERS if each.is_dir()), _FOLDERS[0])


@cache
def pages() -> tuple[GuidePage, ...]:
    """All pages, in the order of their files."""
    return tuple(_read(path) for path in sorted(folder().glob("*.md")))


def about(path: str) -> GuidePage | None:
    """The page that is about this path most closely."""
    found = max(pages(), key=lambda page: page.fits(path), default=None)
    return found if found is not None and found.fits(path) else None


def _read(path: Path) -> GuidePage:
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    told = msgspec.yaml.decode(head, type=_Head)
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse(text)
    for token in tokens:
        _lead_here(token)
    # the text is the house's own, and its reader lets no HTML through
    written = Markup(reader.renderer.render(tokens, reader.options, {}))  # nosec B704
    return GuidePage(_name(path), told.title, tuple(told.pages), written)


def _lead_here(token: Token) -> None:
    """Links to other pages and pictures, written for readers of the files, as addresses of the site."""
    for child in token.children or []:
        link = str(child.attrs.get("href", ""))
        if link.endswith(".md"):
            child.attrs["href"] = f"/guide/{_name(Path(link))}"
        if child.type == "image":
            child.attrs["src"] = f"/guide/{child.attrs['src']}"
            child.attrs["loading"] = "lazy"


def _name(path: Path) -> str:
    return path.stem.partition("-")[2]


def _begins(path: str, pattern: str) -> bool:
    """Whether the path begins with the pattern's parts, of which ``*`` stands for any; "/" is the first page only, and
    a pattern that ends with "/" wants more to follow."""
    if pattern == "/":
        return path == "/"
    asked, given = pattern.split("/"), path.split("/")
    return len(given) >= len(asked) and all(
        part in ("*", there) or (not part and bool(there) and at > 0)
        for at, (part, there) in enumerate(zip(asked, given, strict=False))
    )
