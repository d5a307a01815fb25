"""What officers keep beside records: files of a record, and lists under a name."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, quote

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from tinhso.foundation.problems import refuse
from tinhso.registers import attachment_kinds, attachments, declared, saved
from tinhso.registers.clauses import ONLY
from tinhso.registers.declaration import Declaration
from tinhso.registers.quality import behind
from tinhso.web.kit.asked import AskedHouse, AskedScope, Form, PathNumber, PathWord, Upload
from tinhso.web.staff.views import asking
from tinhso.web.staff.views.values import Lists

SEALED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a browser may do with a file that somebody sent, should it be made to open one: show it, and nothing else."""


@post("/registers/{name:str}/{record_id:int}/attachments", sync_to_thread=True, opt={"verb": "propose"})
def attach(house: AskedHouse, mine: AskedScope, name: PathWord, record_id: PathNumber, data: Upload) -> Redirect:
    """Keep a picture or a PDF with a record."""
    upload = data.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise refuse("web.no_file")
    content = _content(upload)
    with house.db.app(mine.settings()) as conn:
        declaration = declared.one(conn, name)
        note = str(data.get("note", ""))
        attachments.add(conn, house.files, declaration, record_id, content, upload.filename, note, scope=mine)
    return Redirect(f"/staff/registers/{name}/{record_id}#files", status_code=303)


@get("/registers/{name:str}/{record_id:int}/attachments/{attachment:int}", sync_to_thread=True, opt={"verb": "read"})
def attached(
    house: AskedHouse, mine: AskedScope, name: PathWord, record_id: PathNumber, attachment: PathNumber
) -> Response[bytes]:
    """A file as it was sent, to be saved: nothing in it runs here."""
    with house.db.app(mine.settings()) as conn:
        found = attachments.one(conn, declared.one(conn, name), record_id, attachment, scope=mine)
        with house.files.open(found.sha256) as stream:
            content = stream.read()
    return Response(content, media_type=found.media_type, headers={
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}", "content-security-policy": SEALED,
        "x-content-type-options": "nosniff", "cache-control": "no-store",
    })  # fmt: skip


@post("/registers/{name:str}/{record_id:int}/attachments/{attachment:int}/remove", sync_to_thread=True,
      opt={"verb": "propose"})  # fmt: skip
def detach(
    house: AskedHouse, mine: AskedScope, name: PathWord, record_id: PathNumber, attachment: PathNumber, data: Form
) -> Redirect:
    """Take a file off a record, with a reason."""
    with house.db.app(mine.settings()) as conn:
        reason = str(data.get("reason", ""))
        attachments.remove(conn, declared.one(conn, name), record_id, attachment, reason, scope=mine)
    return Redirect(f"/staff/registers/{name}/{record_id}#files", status_code=303)


@post("/registers/{name:str}/lists", sync_to_thread=True, opt={"verb": "read"})
def keep_list(house: AskedHouse, mine: AskedScope, name: PathWord, data: Form) -> Redirect:
    """Keep the list at hand under a name; what was typed to search by is not shared."""
    shared = bool(data.get("shared"))
    with house.db.app(mine.settings()) as conn:
        declaration, lists = declared.one(conn, name), declared.code_lists(conn)
        query = _query(str(data.get("query", "")))
        asked = asking.read(declaration, lists, query, mine)
        left = dict.fromkeys(["q", "id", *_typed(declaration, lists)]) if shared else {}
    if ONLY in query:
        behind.clause(house.db, declaration, query[ONLY], scope=mine)  # refused where it means nothing
    with house.db.app(mine.settings()) as conn:
        kept = saved.save(conn, name, str(data.get("name", "")), asked.query(**left), shared=shared, scope=mine)
    return Redirect(f"/staff/registers/{name}?{kept.query}", status_code=303)


@post("/registers/{name:str}/lists/{kept:int}/remove", sync_to_thread=True, opt={"verb": "read"})
def forget_list(house: AskedHouse, mine: AskedScope, name: PathWord, kept: PathNumber) -> Redirect:
    """Forget one of one's own lists."""
    with house.db.app(mine.settings()) as conn:
        declared.one(conn, name)
        saved.drop(conn, name, kept, scope=mine)
    return Redirect(f"/staff/registers/{name}", status_code=303)


def _typed(declaration: Declaration, lists: Lists) -> list[str]:
    """The words of an address that hold what a reader typed: it may be somebody's name."""
    free = [name for name, field in declaration.fields.items() if asking.control(field, lists) == "words"]
    return [word for name in free for word in (name, f"{name}__has")]


def _query(said: str) -> dict[str, Any]:
    words: dict[str, list[str]] = {}
    for name, word in parse_qsl(said[:8000]):
        words.setdefault(name, []).append(word)
    return {name: ",".join(each) for name, each in words.items()}


def _content(upload: UploadFile) -> bytes:
    """The bytes, unless they are more than any attachment may have."""
    upload.file.seek(0, os.SEEK_END)
    if upload.file.tell() > attachment_kinds.LIMIT:
        most = attachment_kinds.LIMIT // 2**20
        raise refuse("registers.attachment_large", value=str(upload.filename), most=most)
    upload.file.seek(0)
    return upload.file.read()
