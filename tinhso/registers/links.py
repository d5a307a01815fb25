"""Records of other registers that belong to one: those that it names, and those that name it (``foreignKeys``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, ident, made_sql
from tinhso.registers import looking, masking
from tinhso.registers.declaration import Declaration

MOST = 20
"""So many records of one link are named at most; ``more`` tells that there are others."""


@dataclass(frozen=True, slots=True)
class Related:
    """One record by its label, masked where the scope does not show it."""

    id: int
    label: Any


@dataclass(frozen=True, slots=True)
class Link:
    """Records of a register: ``named`` by this one's ``fields``, or (not ``named``) naming it by theirs.

    ``values`` lead to the list of all of them, by field of that register; None where a field of them is sensitive.
    """

    register: str
    fields: tuple[str, ...]
    named: bool
    records: tuple[Related, ...]
    more: bool
    values: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class _Way:
    register: str
    own: tuple[str, ...]
    theirs: tuple[str, ...]
    named: bool


def links(
    conn: Connection, declaration: Declaration, record: int, known: Mapping[str, Declaration], *, scope: Scope
) -> list[Link]:
    """The links of a record that lead somewhere, within the scope. Each that shows persons is noted as a list is."""
    ways = [way for way in _ways(declaration, known) if scope.may("read", way.register)]
    if not ways:
        return []
    own = _values(conn, declaration, record, sorted({name for way in ways for name in way.own}), scope)
    found: list[Link] = []
    for way in ways:
        wanted = [own.get(name) for name in way.own]
        if all(value is not None for value in wanted):
            found += _link(conn, known[way.register], way, wanted, scope)
    return found


def known_keys(conn: Connection, declaration: Declaration, keys: Sequence[str], *, scope: Scope) -> int:
    """How many of these keys records within the scope have; not which."""
    query = SQL("select count(*) from registers.{} r where r.key = any(%s) and {}").format(
        ident(declaration.register), made_sql(scope.predicate(declaration.register, "r.place"))
    )
    row = conn.execute(query, [list(keys)]).fetchone()
    return int(row[0]) if row else 0


def _ways(declaration: Declaration, known: Mapping[str, Declaration]) -> Iterator[_Way]:
    for key in declaration.foreign_keys:
        if key.reference.resource in known:
            yield _Way(key.reference.resource, key.fields, key.reference.fields, True)
    for name, other in sorted(known.items()):
        for key in other.foreign_keys:
            if key.reference.resource == declaration.register:
                yield _Way(name, key.reference.fields, key.fields, False)


def _values(
    conn: Connection, declaration: Declaration, record: int, names: Sequence[str], scope: Scope
) -> dict[str, Any]:
    """The true values: they only find other records, and are told to nobody."""
    columns = SQL(", ").join(SQL("r.{}").format(ident(name)) for name in names)
    query = SQL("select {} from registers.{} r where r.id = %s and {}").format(
        columns, ident(declaration.register), made_sql(scope.predicate(declaration.register, "r.place"))
    )
    row = conn.execute(query, [record]).fetchone()
    return dict(zip(names, row, strict=True)) if row else {}


def _link(conn: Connection, other: Declaration, way: _Way, wanted: Sequence[Any], scope: Scope) -> Iterator[Link]:
    equal = SQL(" and ").join(SQL("r.{} = %s").format(ident(name)) for name in way.theirs)
    query = SQL(
        "select r.id, r.area, r.place, r.{} from registers.{} r where {} and {} order by r.sort_key, r.id limit %s"
    ).format(
        ident(other.label), ident(other.register), equal, made_sql(scope.predicate(other.register, "r.place"))
    )  # fmt: skip
    rows = conn.execute(query, [*wanted, MOST + 1]).fetchall()
    if not rows:
        return
    shown, mask = rows[:MOST], masking.Mask(other, scope)
    seen = looking.rows({"id": row[0], "area": row[1], "place": row[2]} for row in shown)
    looking.at_several(conn, other, seen, scope=scope, action="list")
    related = tuple(Related(row[0], mask.row({other.label: row[3]}, row[2])[other.label]) for row in shown)
    open_ = not any(other.fields[name].sensitive for name in way.theirs)
    values = {name: str(value) for name, value in zip(way.theirs, wanted, strict=True)} if open_ else None
    yield Link(other.register, way.own if way.named else way.theirs, way.named, related, len(rows) > MOST, values)
