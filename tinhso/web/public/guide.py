"""The officers' guide as pages: ``?`` on any page opens the one about it."""

from __future__ import annotations

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.response import File, Redirect

from tinhso.web.kit.asked import AskedSight, MaybeWord, PathWord
from tinhso.web.kit.pages import page
from tinhso.web.public.views import guide as views


@get("/", sync_to_thread=True, opt={"public": True})
def contents(sight: AskedSight, about: MaybeWord = None) -> Response[str] | Redirect:
    """All tasks; with ``about`` (the path of a page) the task that is about it."""
    found = views.about(about) if about else None
    if found is not None:
        return Redirect(f"/guide/{found.name}", status_code=303)
    return page(sight, "public/guide.html", pages=views.pages(), shown=None)


@get("/{name:str}", sync_to_thread=True, opt={"public": True})
def task(sight: AskedSight, name: PathWord) -> Response[str]:
    """One task."""
    shown = next((each for each in views.pages() if each.name == name), None)
    if shown is None:
        raise NotFoundException
    return page(sight, "public/guide.html", pages=views.pages(), shown=shown)


@get("/hinh/{name:str}", sync_to_thread=True, opt={"public": True})
def picture(name: PathWord) -> File:
    """A picture of the guide."""
    kept = {each.name: each for each in (views.folder() / views.PICTURES).glob("*.png")}
    if name not in kept:
        raise NotFoundException
    return File(
        kept[name], media_type="image/png", content_disposition_type="inline", headers={"cache-control": "no-cache"}
    )
