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

from tinhso.foundation.problems import refuse
from tinhso.intake import batches
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
        recent = batches.recent(conn, scope=mine)
    return page(sight, "staff/intake.html", view=views.desk(known, recent, sight, register))


@post("/intake", sync_to_thread=True, opt={"verb": "propose"})
def receive(house: AskedHouse, mine: AskedScope, data: Upload) -> Redirect:
    """Keep an uploaded file as a batch and show what is in it."""
    upload = data.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise refuse("web.no_file")
    draft = _kept(house, upload)
    try:
        register = str(data.get("register", ""))
        batch = batches.receive(house.desk(), draft, _name(upload.filename), register, scope=mine, sender=mine.actor)
    finally:
        draft.unlink(missing_ok=True)
    return Redirect(f"/staff/intake/{batch.id}", status_code=303)


def _kept(house: House, upload: UploadFile) -> Path:
    """The upload on disk: the form parser has spooled it there already, so memory stays small."""
    upload.file.seek(0, os.SEEK_END)
    if upload.file.tell() > house.upload_limit:
        raise refuse("web.too_large", limit=max(1, house.upload_limit // 2**20))
    upload.file.seek(0)
    with NamedTemporaryFile(dir=house.incoming, delete=False) as draft:
        shutil.copyfileobj(upload.file, draft)
    return Path(draft.name)


def _name(sent: str) -> str:
    """A file's name without folders and control characters; its ending is kept."""
    bare = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", sent)[-1]).strip() or "?"
    stem, dot, ending = bare.rpartition(".")
    return bare if len(bare) <= NAME_LENGTH else f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}"
