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
from tinhso.registers import looking, masking
from tinhso.registers.declaration import Declaration

PAGE = 50
_IN_ORDER = SQL(" order by r.sort_key, r.id")
_ORDERED = _IN_ORDER + SQL(" limit %s")
_SYSTEM = ("id", "key", "area", "place", "version", "change_set", "origin", "source_sheet", "source_row", "sort_key")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the last row's sort key and id."""

    sort_key: str
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records as mappings from column to value; ``after`` leads to the next page."""

    rows: tuple[Mapping[str, Any], ...]
    after: Position | None


def page(
    conn: Connection, declaration: Declaration, *, scope: Scope, filters: Mapping[str, Any] | None = None,
    search: str = "", within: tuple[int, int] | None = None, after: Position | None = None, size: int = PAGE,
) -> Page:  # fmt: skip
    """A page of the records of the scope, in the register's order.

    ``filters`` are fields and the value (or list of values) they must have; ``search`` is folded, so marks and
    tone placement do not matter; ``within`` narrows to a range of places.
    """
    if search.strip():
        rows = _found(conn, declaration, scope, filters or {}, search, within, after, size + 1)
    else:
        rows = _listed(conn, declaration, scope, filters or {}, within, after, size + 1)
    kept = rows[:size]
    last = kept[-1] if len(rows) > size else None
    action = "search" if search.strip() else "list"
    looking.at_several(conn, declaration, looking.rows(kept), scope=scope, action=action, search=search)
    return Page(tuple(kept), Position(last["sort_key"], last["id"]) if last else None)


def count(
    conn: Connection, declaration: Declaration, *, scope: Scope,
    filters: Mapping[str, Any] | None = None, search: str = "", within: tuple[int, int] | None = None,
) -> int:  # fmt: skip
    """How many records the same list would have in all."""
    found = _count(conn, declaration, scope, filters or {}, search, within)
    looking.counted(conn, declaration, found, scope=scope, search=search)
    return found


def _count(
    conn: Connection, declaration: Declaration, scope: Scope, filters: Mapping[str, Any], search: str,
    within: tuple[int, int] | None,
) -> int:  # fmt: skip
    if search.strip():
        ids = _ids(conn, declaration, search, within, None, 1_000_000)
        if not filters:
            return len(ids)
        where, params = _where(declaration, scope, filters, within)
        where, params = SQL("r.id = any(%s) and ") + where, [ids, *params]
    else:
        where, params = _where(declaration, scope, filters, within)
    query = SQL("select count(*) from registers.{} r where ").format(ident(declaration.register)) + where
    row = conn.execute(query, params).fetchone()
    return int(row[0]) if row else 0


def facet_counts(
    conn: Connection, declaration: Declaration, *, scope: Scope, filters: Mapping[str, Any] | None = None,
    search: str = "", within: tuple[int, int] | None = None,
) -> dict[str, dict[Any, int]]:  # fmt: skip
    """For each declared facet how many records have each of its values; None for those that have none.

    A facet is counted under the filters of the others, not its own: what one would get by choosing another value.
    """
    names = facets(declaration, scope)
    if not names:
        return {}
    where, params = _where(declaration, scope, {}, within)
    if search.strip():
        where = SQL("r.id = any(%s) and ") + where
        params = [_ids(conn, declaration, search, within, None, 1_000_000), *params]
    columns = SQL(", ").join(SQL("r.{}").format(ident(name)) for name in names)
    # one pass for all: combinations of codes are few, however many records there are
    query = SQL("select {}, count(*) from registers.{} r where ").format(columns, ident(declaration.register))
    rows = conn.execute(query + where + SQL(" group by ") + columns, params).fetchall()
    found: dict[str, dict[Any, int]] = {name: {} for name in names}
    for *values, count in rows:
        off = [at for at, name in enumerate(names) if name in (filters or {}) and values[at] != (filters or {})[name]]
        for at, name in enumerate(names):
            if not off or off == [at]:
                found[name][values[at]] = found[name].get(values[at], 0) + int(count)
    return found


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
    conn: Connection, declaration: Declaration, *, scope: Scope, filters: Mapping[str, Any] | None = None,
    search: str = "", within: tuple[int, int] | None = None,
) -> tuple[Composed, list[Any]]:  # fmt: skip
    """What holds of the rows (``r``) of such a list and of no others, with its parameters."""
    where, params = _where(declaration, scope, filters or {}, within)
    if not search.strip():
        return where, params
    return SQL("r.id = any(%s) and ") + where, [_ids(conn, declaration, search, within, None, 1_000_000), *params]


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
    conn: Connection, declaration: Declaration, scope: Scope, filters: Mapping[str, Any], search: str,
    within: tuple[int, int] | None, after: Position | None, size: int,
) -> list[Mapping[str, Any]]:  # fmt: skip
    # with filters the ids are not cut, since the filter may drop most of them
    ids = _ids(conn, declaration, search, within, after, size if not filters else 1_000_000)
    where, params = _where(declaration, scope, filters, within)
    query = _select(declaration, scope) + SQL(" where r.id = any(%s) and ") + where + _ORDERED
    return _mappings(conn, query, [ids, *params, size], declaration, scope)


def _listed(
    conn: Connection, declaration: Declaration, scope: Scope, filters: Mapping[str, Any],
    within: tuple[int, int] | None, after: Position | None, size: int,
) -> list[Mapping[str, Any]]:  # fmt: skip
    where, params = _where(declaration, scope, filters, within)
    if after is not None:
        where += SQL(" and (r.sort_key, r.id) > (%s, %s)")
        params += [after.sort_key, after.id]
    # the ids first: the index of the list's order holds place and facets, so only the page's rows are fetched
    ids = SQL("select r.id from registers.{} r where ").format(ident(declaration.register)) + where + _ORDERED
    query = _select(declaration, scope) + SQL(" where r.id = any(array(") + ids + SQL("))") + _IN_ORDER
    return _mappings(conn, query, [*params, size], declaration, scope)


def _where(
    declaration: Declaration, scope: Scope, filters: Mapping[str, Any], within: tuple[int, int] | None
) -> tuple[Composed, list[Any]]:
    where = Composed([made_sql(scope.predicate(declaration.register, "r.place"))])
    params: list[Any] = []
    if within is not None:
        where += made_sql(f" and r.place between {int(within[0])} and {int(within[1])}")
    for name, wanted in filters.items():
        if name not in visible_fields(declaration, scope):
            raise refuse("registers.unknown_field", value=name, register=declaration.register)
        masking.expect_shown(declaration, scope, name)
        values: Sequence[Any] = wanted if isinstance(wanted, (list, tuple)) else [wanted]
        where += SQL(" and r.{} = any(%s)").format(ident(name))
        params.append(list(values))
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
