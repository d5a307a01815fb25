"""Sketches that wait for their officer: the workbook as it was sent, and the wish as it was last edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, errors
from tinhso.foundation.files import Stored
from tinhso.foundation.problems import Refused, refuse
from tinhso.intake import reading
from tinhso.intake.desk import Desk
from tinhso.intake.reading.workbook import Workbook
from tinhso.intake.sketching import kinds, proposing
from tinhso.intake.sketching.measuring import Measure
from tinhso.intake.sketching.proposing import Links, Sketch
from tinhso.intake.sketching.wishes import Wish
from tinhso.registers import declaring, links

MOST = 50
"""Sketches of one person at most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A sketch: its file, and the wish as it was last kept."""

    id: int
    file_sha256: str
    file_name: str
    wish: Wish
    kept_at: datetime


def begin(desk: Desk, path: Path, name: str, *, scope: Scope) -> Kept:
    """Keep a workbook with the declaration that it proposes. Refused where it holds no table, saying why."""
    if not scope.may(declaring.DECLARE):
        raise refuse("registers.may_not", actor=scope.actor, verb=declaring.DECLARE)
    stored = desk.files.put(path)
    workbook = reading.read(stored.path, name)
    sketch = sketched(desk, workbook, name, scope=scope)
    content = msgspec.json.encode(sketch.wish).decode()
    with desk.db.app(scope.settings()) as conn:
        try:
            row = conn.execute(_NEW, {"owner": scope.actor, "sha": stored.sha256, "name": name, "content": content,
                                      "most": MOST}).fetchone()  # fmt: skip
        except errors.CheckViolation as error:
            raise refuse("intake.sketch_too_large") from error
        if row is None:
            raise refuse("intake.too_many_sketches", most=MOST)
        return one(conn, row[0], scope=scope)


_NEW = """
insert into intake.sketch (owner, file_sha256, file_name, content)
select %(owner)s, %(sha)s, %(name)s, %(content)s::jsonb
where (select count(*) from intake.sketch where owner = %(owner)s) < %(most)s returning id
"""


def sketched(desk: Desk, workbook: Workbook, name: str, *, scope: Scope) -> Sketch:
    """What a workbook proposes to whoever asks; refused with the workbook's problems where it holds no table."""
    measure = Measure(desk.lists, desk.places, clock.today(), desk.declarations)
    found = proposing.propose(workbook, name, measure, known(desk, scope))
    if found is None:
        raise Refused(workbook.problems)
    return found


def again(desk: Desk, kept: Kept, *, scope: Scope) -> Sketch:
    """The evidence once more, from the file as it was sent."""
    return sketched(desk, reading.read(stored(desk, kept).path, kept.file_name), kept.file_name, scope=scope)


def stored(desk: Desk, kept: Kept) -> Stored:
    """The sketch's file; refused where it was erased meanwhile."""
    path = desk.files.path(kept.file_sha256)
    return Stored(kept.file_sha256, path.stat().st_size, path)


def known(desk: Desk, scope: Scope) -> Links:
    """Which registers texts are keys of, within what the scope may read."""
    open_ = {name: each for name, each in desk.declarations.items() if scope.may("read", name) and kinds.linkable(each)}

    def asked(texts: Sequence[str]) -> Mapping[str, int]:
        with desk.db.app(scope.settings()) as conn:
            counts = {name: links.known_keys(conn, each, texts, scope=scope) for name, each in open_.items()}
        return {name: count for name, count in counts.items() if count}

    return asked


def every(conn: Connection, *, scope: Scope) -> list[Kept]:
    """One's own sketches, the last one first."""
    query = f"select {_COLUMNS} from intake.sketch where owner = %s order by kept_at desc, id desc"
    return [_kept(*row) for row in conn.execute(query.encode(), [scope.actor]).fetchall()]


def one(conn: Connection, sketch: int, *, scope: Scope) -> Kept:
    """One's own sketch; refused for anybody else's as for one that is not there."""
    query = f"select {_COLUMNS} from intake.sketch where owner = %s and id = %s"
    row = conn.execute(query.encode(), [scope.actor, sketch]).fetchone()
    if row is None:
        raise refuse("intake.unknown_sketch", value=sketch)
    return _kept(*row)


def keep(conn: Connection, sketch: int, wish: Wish, *, scope: Scope) -> None:
    """Keep the wish as it was edited."""
    content = msgspec.json.encode(wish).decode()
    query = (
        "update intake.sketch set content = %s::jsonb, kept_at = clock_timestamp() where owner = %s and id = %s"
        " returning id"
    )
    if conn.execute(query, [content, scope.actor, sketch]).fetchone() is None:
        raise refuse("intake.unknown_sketch", value=sketch)


def drop(conn: Connection, sketch: int, *, scope: Scope) -> None:
    """Let one's own sketch go; refused where there is none."""
    query = "delete from intake.sketch where owner = %s and id = %s returning id"
    if conn.execute(query, [scope.actor, sketch]).fetchone() is None:
        raise refuse("intake.unknown_sketch", value=sketch)


_COLUMNS = "id, file_sha256, file_name, content::text, kept_at"


def _kept(number: int, sha256: str, name: str, content: str, at: datetime) -> Kept:
    return Kept(number, sha256, name, msgspec.json.decode(content, type=Wish), at)
