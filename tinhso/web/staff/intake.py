"""Handing a file in: choose the register, drop the file, go on to what was found in it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from tinhso.access.scope import Scope
from tinhso.foundation.problems import refuse
from tinhso.intake import batches, together
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, MaybeWord, Upload
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.staff.views import intake as views

NAME_LENGTH = 120


@get("/intake", sync_to_thread=True, opt={"verb": "propose"})
def desk(house: AskedHouse, sight: AskedSight, mine: AskedScope, register: MaybeWord = None) -> Response[str]:
    """Where files are handed in, with the latest ones below."""
    known = {name: each for name, each in house.desk().declarations.items() if mine.may("propose", name)}
    with house.db.app(mine.settings()) as conn:
        recent, broken = batches.recent(conn, scope=mine), batches.cut_off(conn, scope=mine)
    return page(sight, "staff/intake.html", view=views.desk(known, recent, sight, register), broken=broken)


@post("/intake", sync_to_thread=True, opt={"verb": "propose"})
def receive(house: AskedHouse, mine: AskedScope, data: Upload) -> Redirect:
    """Keep uploaded files, each as a batch, and show what is in them: many are looked at beside other work."""
    told = data.get("file")
    uploads = [each for each in (told if isinstance(told, list) else [told])
               if isinstance(each, UploadFile) and each.filename]  # fmt: skip
    if not uploads:
        raise refuse("web.no_file")
    if len(uploads) > batches.MOST_TOGETHER:
        raise refuse("intake.too_many_files", count=len(uploads), limit=batches.MOST_TOGETHER)
    first: int | None = None
    received = []
    for upload in uploads:
        received.append(_received(house, mine, upload, str(data.get("register", "")), first))
        first = first or received[0]
    if len(received) == 1:
        return Redirect(f"/staff/intake/{first}", status_code=303)
    together.look(house.desk(), received, scope=mine)
    return Redirect(f"/staff/intake/{first}/together", status_code=303)


def _received(house: House, mine: Scope, upload: UploadFile, register: str, first: int | None) -> int:
    """A file as a batch; its number."""
    draft = spooled(house, upload)
    try:
        name = name_of(upload.filename)
        return batches.receive(
            house.desk(), draft, name, register, scope=mine, sender=mine.actor, together=first
        ).id  # fmt: skip
    finally:
        draft.unlink(missing_ok=True)


def spooled(house: House, upload: UploadFile) -> Path:
    """The upload on disk: the form parser has spooled it there already, so memory stays small."""
    upload.file.seek(0, os.SEEK_END)
    if upload.file.tell() > house.upload_limit:
        raise refuse("web.too_large", limit=max(1, house.upload_limit // 2**20))
    upload.file.seek(0)
    with NamedTemporaryFile(dir=house.incoming, delete=False) as draft:
        shutil.copyfileobj(upload.file, draft)
    return Path(draft.name)


def name_of(sent: str) -> str:
    """A file's name without folders and control characters; its ending is kept."""
    bare = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", sent)[-1]).strip() or "?"
    stem, dot, ending = bare.rpartition(".")
    return bare if len(bare) <= NAME_LENGTH else f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}"
