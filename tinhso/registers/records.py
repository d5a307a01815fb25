"""Reading records: find, list, count. Every reading takes a ``Scope`` and carries it as literal predicates too.

Whatever shows persons is noted in the same transaction (``looking``).

Lists stand in the register's own order (``sort_key``, ``id``) and are paged by the last row seen, never by offset.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation import text
from tinhso.foundation.database import SQL, Composed, Connection, ident, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers import conditions, looking, masking, ordering
from tinhso.registers.conditions import Among, Filters
from tinhso.registers.declaration import Declaration
from tinhso.registers.ordering import Order
from tinhso.registers.ordering import Position as Position

PAGE = 50
MANY = 1_000_000
"""So many records a search answers with at most where they are filtered, counted or sorted otherwise."""
OWN = Order()
_SYSTEM = ("id", "key", "area", "place", "version", "change_set", "origin", "source_sheet", "source_row", "sort_key")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records as mappings from column to value; ``after`` leads to the next page."""

    rows: tuple[Mapping[str, Any], ...]
    after: Position | None


def page(
    conn: Connection, declaration: Declaration, *, scope: Scope, filters: Filters | None = None,
    search: str = "", within: tuple[int, int] | None = None, after: Position | None = None, size: int = PAGE,
    order: Order = OWN,
) -> Page:  # fmt: skip
    """A page of the records of the scope, in the register's order or another (``ordering.of``).

    ``filters`` are fields and what they must have (``conditions``); ``search`` is folded, so marks and
    tone placement do not matter; ``within`` narrows to a range of places.
    """
    wanted = filters or {}
    if search.strip():
        rows = _found(conn, declaration, scope, wanted, search, within, after, size + 1, order)
    else:
        rows = _listed(conn, declaration, scope, wanted, within, after, size + 1, order)
    kept = [row for row, _ in rows[:size]]
    last = Position(rows[size - 1][1], kept[-1]["id"]) if len(rows) > size else None
    action = "search" if search.strip() else "list"
    looking.at_several(conn, declaration, looking.rows(kept), scope=scope, action=action, search=search)
    return Page(tuple(kept), last)


def count(
    conn: Connection, declaration: Declaration, *, scope: Scope,
    filters: Filters | None = None, search: str = "", within: tuple[int, int] | None = None,
) -> int:  # fmt: skip
    """How many records the same list would have in all."""
    found = _count(conn, declaration, scope, filters or {}, search, within)
    looking.counted(conn, declaration, found, scope=scope, search=search)
    return found


def _count(
    conn: Connection, declaration: Declaration, scope: Scope, filters: Filters, search: str,
    within: tuple[int, int] | None,
) -> int:  # fmt: skip
    if search.strip():
        ids = _ids(conn, declaration, search, within, None, MANY)
        if not filters:
            return len(ids)
        where, params = _where(declaration, scope, filters, within)
        where, params = SQL("r.id = any(%s) and ") + where, [ids, *params]
    else:
        where, params = _where(declaration, scope, filters, within)
    query = SQL("select count(*) from registers.{} r where ").format(ident(declaration.register)) + where
    row = conn.execute(query, params).fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records a list has: in all, by facet and value, and by part (``parts[0]``: what lies before them)."""

    count: int
    facets: Mapping[str, Mapping[Any, int]]
    parts: Mapping[int, int]


def tally(
    conn: Connection, declaration: Declaration, *, scope: Scope, filters: Filters | None = None, search: str = "",
    within: tuple[int, int] | None = None, parts: Sequence[int] = (),
) -> Tally:  # fmt: skip
    """Count a list, by each of its facets, and by parts of the tree of areas, told by their first places in order.

    A facet is counted under the filters of the others, not its own: what one would get by choosing another value.
    """
    names = facets(declaration, scope)
    asked = {name: conditions.of(wanted) for name, wanted in (filters or {}).items()}
    own = {name: each for name, each in asked.items() if name in names and isinstance(each, Among)}
    others = {name: each for name, each in asked.items() if name not in own}
    where, params = _where(declaration, scope, others, within)
    if search.strip():
        where = SQL("r.id = any(%s) and ") + where
        params = [_ids(conn, declaration, search, within, None, MANY), *params]
    part = SQL("width_bucket(r.place, %s::bigint[])") if parts else SQL("0")
    columns = SQL(", ").join([part, *(SQL("r.{}").format(ident(name)) for name in names)])
    # one pass for all: combinations of codes are few, however many records there are
    query = SQL("select {}, count(*) from registers.{} r where ").format(columns, ident(declaration.register))
    grouped = SQL(" group by {}").format(SQL(", ").join(SQL(str(at + 1)) for at in range(len(names) + 1)))
    rows = conn.execute(query + where + grouped, [*([list(parts)] if parts else []), *params]).fetchall()
    found = _tallied(names, own, rows)
    looking.counted(conn, declaration, found.count, scope=scope, search=search)
    return found


def _tallied(names: Sequence[str], own: Mapping[str, Among], rows: Sequence[tuple[Any, ...]]) -> Tally:
    found: dict[str, dict[Any, int]] = {name: {} for name in names}
    by_part: dict[int, int] = {}
    whole = 0
    for part, *values, count in rows:
        off = [at for at, name in enumerate(names) if name in own and not own[name].holds(values[at])]
        for at, name in enumerate(names):
            if not off or off == [at]:
                found[name][values[at]] = found[name].get(values[at], 0) + int(count)
        if not off:
            whole += int(count)
            by_part[part] = by_part.get(part, 0) + int(count)
    return Tally(whole, found, by_part)


def one(conn: Connection, declaration: Declaration, record: int, *, scope: Scope) -> Mapping[str, Any]:
    """One record by id; refused where it does not exist within the scope."""
    found = _one(conn, declaration, record, scope)
    looking.at_record(conn, declaration, looking.rows([found])[0], scope=scope)
    return found


def _one(conn: Connection, declaration: Declaration, record: int, scope: Scope) -> Mapping[str, Any]:
    query = (
        _select(declaration, scope)
        + SQL(" where r.id = %s and ")
        + made_sql(scope.predicate(declaration.register, "r.place"))
    )
    rows = _mappings(conn, query, [record], declaration, scope)
    if not rows:
        raise refuse("registers.unknown_record", value=record, register=declaration.register)
    return rows[0]


def revealable(conn: Connection, declaration: Declaration, record: int, *, scope: Scope) -> frozenset[str]:
    """The fields of a record that hold something, are masked for the scope, and may be looked at with a reason."""
    known = _one(conn, declaration, record, scope)
    return frozenset(
        name for name in masking.Mask(declaration, scope).hidden(known["place"])
        if known.get(name) not in (None, "")
        and masking.inside(scope.revealable(declaration.register, name), known["place"])
    )  # fmt: skip


def unmask(
    conn: Connection, declaration: Declaration, record: int, fields: Sequence[str], reason: str, *, scope: Scope
) -> Mapping[str, Any]:  # fmt: skip
    """The true values of some sensitive fields of one record. That somebody looked, and why, is noted beside it.

    Refused without a reason, and where the scope neither shows nor may reveal a field at the record's place.
    """
    known = _one(conn, declaration, record, scope)
    if not reason.strip():
        raise refuse("registers.no_reason", value=record)
    for name in fields:
        if name not in masking.sensitive(declaration) or name not in known:
            raise refuse("registers.unknown_field", value=name, register=declaration.register)
        if not masking.inside(scope.revealable(declaration.register, name), known["place"]):
            raise refuse("registers.may_not_unmask", value=name, register=declaration.register)
    seen = Seen(record, known["area"], known["place"])
    looking.at_record(
        conn, declaration, seen, scope=scope, action="unmask", fields=fields, reason=reason.strip()
    )  # fmt: skip
    columns = SQL(", ").join(ident(name) for name in fields)
    query = SQL("select {} from registers.{} where id = %s").format(columns, ident(declaration.register))
    row = conn.execute(query, [record]).fetchone()
    assert row is not None
    return dict(zip(fields, row, strict=True))


def condition(
    conn: Connection, declaration: Declaration, *, scope: Scope, filters: Filters | None = None,
    search: str = "", within: tuple[int, int] | None = None,
) -> tuple[Composed, list[Any]]:  # fmt: skip
    """What holds of the rows (``r``) of such a list and of no others, with its parameters."""
    where, params = _where(declaration, scope, filters or {}, within)
    if not search.strip():
        return where, params
    return SQL("r.id = any(%s) and ") + where, [_ids(conn, declaration, search, within, None, MANY), *params]


def recalled(
    conn: Connection, declaration: Declaration, keys: Sequence[str], fields: Sequence[str], *, scope: Scope
) -> dict[str, dict[str, str | None]]:  # fmt: skip
    """By key the true values of fields, as text, to be written back as they are: never to be shown to anybody.

    Only of records that the scope may both read and propose to.
    """
    columns = SQL(", ").join(SQL("r.{}::text").format(ident(name)) for name in fields)
    where = " and ".join(scope.predicate(declaration.register, "r.place", verb) for verb in ("read", "propose"))
    query = SQL("select r.key, {} from registers.{} r where r.key = any(%s) and ").format(
        columns, ident(declaration.register)
    ) + made_sql(where)
    return {str(key): dict(zip(fields, row, strict=True)) for key, *row in conn.execute(query, [list(keys)]).fetchall()}


def visible_fields(declaration: Declaration, scope: Scope) -> list[str]:
    """The declared fields that the scope may see."""
    return [name for name in declaration.fields if not scope.public or name in declaration.public]


def facets(declaration: Declaration, scope: Scope) -> list[str]:
    """The facets by which the scope may narrow a list: those it sees, unmasked."""
    shown = [name for name in declaration.facets if name in visible_fields(declaration, scope)]
    return [name for name in shown if masking.may_filter(declaration, scope, name)]


def patterns(search: str) -> list[str]:
    """LIKE patterns over the folded search text: the words as typed, in order, from the beginning of a word."""
    folded = " ".join(text.fold(search).split())
    escaped = folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"% {escaped}%"] if escaped else []


def number(search: str) -> str | None:
    """The personal number that was typed, as it is kept, if it is one: a citizen's or a telephone number, complete."""
    plain = re.sub(r"[\s.\-()]", "", search)
    if not re.fullmatch(r"\+?[0-9]{9,15}", plain):
        return None
    return re.sub(r"^\+84", "0", plain)


def _ids(
    conn: Connection, declaration: Declaration, search: str,
    within: tuple[int, int] | None, after: Position | None, limit: int,
) -> list[int]:  # fmt: skip
    low, high = within or (None, None)
    sort_key, last = (after.sort_key, after.id) if after else (None, None)
    query = SQL("select id from registers.{}(%s, %s, %s, %s, %s, %s, %s)").format(ident(f"find_{declaration.register}"))
    asked = (patterns(search), number(search), low, high, sort_key, last, limit)
    found = conn.execute(query, asked).fetchall()
    return [row[0] for row in found]


def _found(
    conn: Connection, declaration: Declaration, scope: Scope, filters: Filters, search: str,
    within: tuple[int, int] | None, after: Position | None, size: int, order: Order,
) -> list[Row]:  # fmt: skip
    if order != OWN:
        ids = _ids(conn, declaration, search, within, None, MANY)
        return _listed(conn, declaration, scope, filters, within, after, size, order, ids)
    # with filters the ids are not cut, since the filter may drop most of them
    ids = _ids(conn, declaration, search, within, after, size if not filters else MANY)
    return _listed(conn, declaration, scope, filters, within, None, size, order, ids)


def _listed(
    conn: Connection, declaration: Declaration, scope: Scope, filters: Filters, within: tuple[int, int] | None,
    after: Position | None, size: int, order: Order, ids: Sequence[int] | None = None,
) -> list[Row]:  # fmt: skip
    rows: list[Row] = []
    for stretch in ordering.stretches(declaration, order, after):
        where, params = _where(declaration, scope, filters, within)
        if ids is not None:
            where, params = SQL("r.id = any(%s) and ") + where, [ids, *params]
        where += SQL(" and ") + stretch.where
        # the ids first: the index of the list's order holds place and facets, so only the page's rows are fetched
        kept = SQL("select r.id from registers.{} r where ").format(ident(declaration.register)) + where
        query = SQL(" where r.id = any(array({}{} limit %s)){}").format(kept, stretch.by, stretch.by)
        bound = [*params, *stretch.where_params, *stretch.by_params, size - len(rows), *stretch.by_params]
        rows += _rows(conn, query, bound, declaration, scope, order)
        if len(rows) >= size:
            break
    return rows


def _where(
    declaration: Declaration, scope: Scope, filters: Filters, within: tuple[int, int] | None
) -> tuple[Composed, list[Any]]:
    where = Composed([made_sql(scope.predicate(declaration.register, "r.place"))])
    if within is not None:
        where += made_sql(f" and r.place between {int(within[0])} and {int(within[1])}")
    clauses, params = conditions.where(declaration, scope, filters)
    for clause in clauses:
        where += SQL(" and ") + clause
    return where, params


def _select(declaration: Declaration, scope: Scope) -> Composed:
    names = [*_SYSTEM, *visible_fields(declaration, scope)]
    columns = SQL(", ").join(SQL("r.{}").format(ident(name)) for name in names)
    return SQL("select {} from registers.{} r").format(columns, ident(declaration.register))


def _mappings(
    conn: Connection, query: Composed, params: Sequence[Any], declaration: Declaration, scope: Scope
) -> list[Mapping[str, Any]]:
    names, mask = [*_SYSTEM, *visible_fields(declaration, scope)], masking.Mask(declaration, scope)
    rows = (dict(zip(names, row, strict=True)) for row in conn.execute(query, params).fetchall())
    return [mask.row(row, row["place"]) for row in rows]


Row = tuple[Mapping[str, Any], str | None]
"""A record, and what its list's order compares."""


def _rows(
    conn: Connection, rest: Composed, params: Sequence[Any], declaration: Declaration, scope: Scope, order: Order
) -> list[Row]:
    names, mask = [*_SYSTEM, *visible_fields(declaration, scope)], masking.Mask(declaration, scope)
    compared, bound = ordering.cursor(declaration, order)
    columns = SQL(", ").join([compared, *(SQL("r.{}").format(ident(name)) for name in names)])
    query = SQL("select {} from registers.{} r").format(columns, ident(declaration.register)) + rest
    found = conn.execute(query, [*bound, *params]).fetchall()
    rows = ((dict(zip(names, row[1:], strict=True)), row[0]) for row in found)
    return [(mask.row(row, row["place"]), compared) for row, compared in rows]
