"""Where a person stands in the registers: by the personal number, in records in force and in earlier versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Composable, Connection, ident, made_sql
from tinhso.foundation.problems import refuse
from tinhso.registers import declared, masking
from tinhso.registers.declaration import Declaration

IDENTIFYING = frozenset({"citizen_id", "tax_code", "social_insurance_no"})
"""Named checks of fields that may hold the personal number: tax codes of individuals and insurance numbers are the
same number since 2025-07-01 (Law 56/2024/QH15 and its circulars)."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one register holds of a person.

    ``records`` are the person's: their newest version bears the number, in force or not. ``lone`` are earlier versions
    (id, version) that bear it while the record is somebody else's, as where a wrong number was corrected.
    """

    declaration: Declaration
    records: tuple[int, ...]
    in_force: tuple[int, ...]
    lone: tuple[tuple[int, int], ...]

    @property
    def anything(self) -> bool:
        return bool(self.records or self.lone)


def fields(declaration: Declaration) -> tuple[str, ...]:
    """The fields of a register that may hold a personal number."""
    return tuple(name for name, field in declaration.fields.items() if field.check in IDENTIFYING)


def personal(conn: Connection) -> Iterator[Declaration]:
    """The registers that may hold a person by number."""
    yield from (each for each in declared.every(conn).values() if fields(each))


def held(conn: Connection, citizen_id: str, *, scope: Scope) -> tuple[Held, ...]:
    """What every register within the scope holds of the person with that number."""
    every = (_held(conn, declaration, citizen_id, scope) for declaration in personal(conn))
    return tuple(one for one in every if one.anything)


def complete(conn: Connection, *, scope: Scope) -> bool:
    """Whether the scope reaches all that registers hold of anybody: else a wider one has to look too."""
    return all(scope.whole(declaration.register) for declaration in personal(conn))


def expect_shown(declaration: Declaration, *, scope: Scope) -> None:
    """Refuse where the scope masks a field of the register: what is masked can neither be handed over nor corrected."""
    for name in masking.sensitive(declaration):
        if not scope.shows(declaration.register, name):
            raise refuse("privacy.masked", field=name, register=declaration.register)


def _held(conn: Connection, declaration: Declaration, citizen_id: str, scope: Scope) -> Held:
    names = _names(declaration, scope)
    params = [citizen_id] * len(fields(declaration))
    now = [row[0] for row in conn.execute(SQL(_NOW).format(**names), params).fetchall()]
    earlier = conn.execute(SQL(_EARLIER).format(**names), params).fetchall()
    mine = {*now, *(record for record, _, last in earlier if last)}
    lone = tuple((record, version) for record, version, _ in earlier if record not in mine)
    return Held(declaration, tuple(sorted(mine)), tuple(now), lone)


def _names(declaration: Declaration, scope: Scope) -> dict[str, Composable]:
    bearing = SQL(" or ").join(SQL("v.{} = %s").format(ident(name)) for name in fields(declaration))
    return {
        "register": ident(declaration.register),
        "bearing": bearing,
        "scope": made_sql(scope.predicate(declaration.register, "v.place")),
    }


_NOW = "select v.id from registers.{register} v where ({bearing}) and {scope} order by v.id"
_EARLIER = """
select v.id, v.version, not exists (select from registers.{register} r where r.id = v.id)
  and not exists (select from history.{register} n where n.id = v.id and n.version > v.version)
from history.{register} v where ({bearing}) and {scope} order by v.id, v.version
"""
