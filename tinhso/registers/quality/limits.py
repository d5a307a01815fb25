"""What is out of the usual: numbers far beyond the quartiles, by Tukey's outer fences (three times their distance)."""

from __future__ import annotations

from decimal import Decimal

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Connection, ident, made_sql
from tinhso.registers.declaration import Declaration
from tinhso.registers.quality.conditions import Limits
from tinhso.registers.quality.measures import NUMBERS

LEAST = 20
"""Of fewer values nothing is called unusual."""
FENCE = 3
"""J. W. Tukey, Exploratory Data Analysis (1977), 2D: beyond the outer fences a value is far out."""


def usual(conn: Connection, declaration: Declaration, *, scope: Scope) -> Limits:
    """By field the lowest and highest usual number, over all that the scope reads. A field of which at least half the
    records have nearly the same number has no limits: there everything else would be unusual."""
    names = [name for name, field in declaration.fields.items()
             if field.type in NUMBERS and name not in declaration.primary_key]  # fmt: skip
    if not names:
        return {}
    quartiles = SQL("percentile_disc(array[0.25, 0.75]) within group (order by r.{0})::text[], count(r.{0})")
    columns = SQL(", ").join(quartiles.format(ident(name)) for name in names)
    query = SQL("select {} from registers.{} r where r.key is not null and {}").format(
        columns, ident(declaration.register), made_sql(scope.predicate(declaration.register, "r.place"))
    )
    row = conn.execute(query).fetchone() or ()
    found = {name: _fences(row[2 * at], row[2 * at + 1]) for at, name in enumerate(names)}
    return {name: limits for name, limits in found.items() if limits is not None}


def _fences(quartiles: list[str] | None, count: int) -> tuple[str, str] | None:
    if quartiles is None or count < LEAST:
        return None
    first, third = (Decimal(each) for each in quartiles)
    if first == third:
        return None
    apart = FENCE * (third - first)
    return str(first - apart), str(third + apart)
