"""Files that are sent with a request: a photo, a scanned paper, checked like what is attached to records."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.files import Files
from tinhso.foundation.problems import refuse
from tinhso.privacy import cases
from tinhso.privacy.cases import Case
from tinhso.privacy.office import Office
from tinhso.registers import attachment_kinds, attachments
from tinhso.registers.attachment_kinds import MediaType

MOST = 3
"""Files of one request at most."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it arrived: the name it bore, and its bytes."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kept file of a request."""

    id: int
    name: str
    sha256: str
    media_type: MediaType
    size: int
    at: datetime


def keep(files: Files, sent: Sequence[Sent]) -> list[dict[str, object]]:
    """Check and store files; what the database is told of each. Refused where one is no picture or PDF, or hides
    something (``registers.attachment_…``), or they are more than three."""
    if len(sent) > MOST:
        raise refuse("privacy.too_many_files", value=len(sent), most=MOST)
    kinds = [attachment_kinds.kind_of(each.content, each.name) for each in sent]
    return [_kept(files, each, kind) for each, kind in zip(sent, kinds, strict=True)]


def _kept(files: Files, sent: Sent, kind: MediaType) -> dict[str, object]:
    stored = files.put(io.BytesIO(sent.content))
    name = attachments.named(sent.name, kind)
    return {"sha256": stored.sha256, "name": name, "media_type": kind, "size": stored.size}


def of(conn: Connection, case: Case) -> list[Evidence]:
    """The files of a case that the transaction's scope sees."""
    return [Evidence(*row) for row in conn.execute(_OF, (case.id,)).fetchall()]


_OF = """
select id, name, sha256, media_type, size, at from privacy.evidence where "case" = %s and erased_at is null order by id
"""


def one(conn: Connection, office: Office, case: int, number: int, *, scope: Scope) -> Evidence:
    """One file to hand out; refused where the case or the file is not there for the scope."""
    known = cases.one(conn, office, case, scope=scope)
    found = next((each for each in of(conn, known) if each.id == number), None)
    if found is None or not cases.told_in_words(known, scope):
        raise refuse("registers.unknown_attachment", value=number)
    return found
