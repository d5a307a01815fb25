"""What stands on a change set: the records of it that were changed again, and the later change sets that did so.

A whole change set is taken back by ``changes.undo``, which is all of it or nothing. A part would leave it neither in
force nor taken back, and what remained could never be told from what came later; so the later ones go first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, Literal, ident, made_sql
from tinhso.registers import history, looking
from tinhso.registers.declaration import Declaration
from tinhso.registers.masking import Mask

NAMED = 5
"""Records of a later change set that are named."""


@dataclass(frozen=True, slots=True)
class Later:
    """A later change set: how many records of the earlier one it changed, and some of them (id, label).

    Who made it is known where the scope may read it; ``gone`` are records that it took out.
    """

    change_set: int
    at: datetime
    author: str
    way: str
    file_name: str | None
    count: int
    gone: int
    records: tuple[tuple[int, Any], ...]


def later(conn: Connection, declaration: Declaration, change_set: int, *, scope: Scope) -> list[Later]:
    """The change sets that stand on a change set, newest first: in this order they can be taken back.

    Only of records that the scope may read. Those that were taken back stand on nothing, nor do the acts that did it;
    but whatever came after an undoing ends that it can be taken back.
    """
    query = SQL(_LATER).format(
        register=ident(declaration.register), label=ident(declaration.label),
        scope=made_sql(scope.predicate(declaration.register, "v.place")), named=Literal(NAMED),
    )  # fmt: skip
    rows = conn.execute(query, {"set": change_set}).fetchall()
    settled = _settled(conn, change_set, [row[0] for row in rows])
    rows = [row for row in rows if row[0] not in settled]
    told = _told(conn, declaration, [row[0] for row in rows], [number for row in rows for number in row[3]])
    mask = Mask(declaration, scope)
    found, seen = [], []
    for number, count, gone, ids, labels, areas, places in rows:
        shown = [
            mask.row({declaration.label: label}, place)[declaration.label]
            for label, place in zip(labels, places, strict=True)
        ]
        at, author, way, file_name = told[number]
        found.append(Later(number, at, author, way, file_name, count, gone, tuple(zip(ids, shown, strict=True))))
        seen += [Seen(*each) for each in zip(ids, areas, places, strict=True)]
    looking.at_several(conn, declaration, seen, scope=scope, action="list")
    return found


_LATER = """
with overtaken as (
  select h.id from history.{register} h
  where h.change_set = %(set)s and h.fingerprint is not null
    and not exists (select from registers.{register} r where r.id = h.id and %(set)s in (r.change_set, r.origin))
  union select r.id from history.{register} h join registers.{register} r on r.id = h.id or r.key = h.key
  where h.until_change_set = %(set)s and h.op = 'gone' and h.fingerprint is not null
)
select s, count(*), count(*) filter (where op = 'gone'), (array_agg(id order by id))[:{named}],
  (array_agg(label order by id))[:{named}],
  (array_agg(area order by id))[:{named}], (array_agg(place order by id))[:{named}]
from (
  select distinct on (v.until_change_set, v.id) v.until_change_set as s, v.id, v.op, v.{label} as label, v.area, v.place
  from history.{register} v join overtaken o on o.id = v.id
  where v.until_change_set > %(set)s and {scope}
) each group by s order by s desc
"""


def _settled(conn: Connection, change_set: int, numbers: Sequence[int]) -> set[int]:
    """Of these later change sets, those that were taken back, and those that took one of them back."""
    told = conn.execute(
        "select id, undoes from registers.change_set where id = any(%s) and undoes is not null",
        ([change_set, *numbers],),
    ).fetchall()
    acts: dict[int, int] = dict(told)
    if change_set in acts:
        return set()
    return {*history.undone(conn, numbers), *(number for number, undoes in acts.items() if undoes in numbers)}


def _told(
    conn: Connection, declaration: Declaration, numbers: Sequence[int], records: Sequence[int]
) -> Mapping[int, tuple[Any, ...]]:
    """When change sets were made, and by whom, as far as they concern these records."""
    plain = conn.execute(
        "select change_set, at, '', way, null from registers.leaf where change_set = any(%s)", (list(numbers),)
    ).fetchall()
    named = conn.execute(
        "select change_set, at, author, way, file_name from registers.told(%s, %s)",
        (declaration.register, list(records)),
    ).fetchall()
    return {row[0]: row[1:] for row in (*plain, *named)}
