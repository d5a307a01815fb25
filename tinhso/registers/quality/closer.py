"""What only a closer look can tell: named checks and patterns, in columns, and records that are there twice.

Only the fields concerned are fetched, and only the numbers of the records found are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation import frames
from tinhso.foundation.database import SQL, Composable, Connection, frame, ident, made_sql
from tinhso.registers import indexes
from tinhso.registers.checks import CHECKS, Context
from tinhso.registers.checks.rules import standing
from tinhso.registers.checks.shape import Role
from tinhso.registers.declaration import Declaration
from tinhso.registers.quality.measures import Measure, roles

_KINDS = {"date": pl.Date, "boolean": pl.Boolean, "integer": pl.Int64, "money": pl.Int64}
_FOLDED = "\x00folded "


@dataclass(frozen=True, slots=True)
class Found:
    """Records by number (``id``) with their ``place``, those that have one measure."""

    rows: pl.DataFrame

    def ids(self) -> list[int]:
        return self.rows["id"].to_list()


def look(
    conn: Connection, declaration: Declaration, measures: Iterable[Measure], today: date, *, scope: Scope
) -> dict[str, Found]:  # fmt: skip
    """The records that have each of the measures of kind ``closer`` and ``double``, by the measure's word."""
    asked = [each for each in measures if each.kind in ("closer", "double")]
    if not asked:
        return {}
    rows = _fetched(conn, declaration, asked, scope)
    return {each.word: Found(_having(rows, declaration, each, today)) for each in asked}


def _having(rows: pl.DataFrame, declaration: Declaration, measure: Measure, today: date) -> pl.DataFrame:
    if measure.kind == "double":
        return _twice(rows, declaration, measure.fields)
    name = measure.fields[0]
    doubtful = rows.filter(_doubtful(declaration, name))
    return doubtful.filter(_faulty(declaration, name, today).fill_null(False)).select("id", "place")


def _doubtful(declaration: Declaration, name: str) -> pl.Expr:
    """Values that are not plainly right, as far as the check has a cheap test for that."""
    check, given = CHECKS.get(declaration.fields[name].check or ""), pl.col(name).is_not_null()
    if check is None or check.plain is None or declaration.fields[name].constraints.pattern is not None:
        return given
    return given & ~check.plain(pl.col(name)).fill_null(False)


def _fetched(conn: Connection, declaration: Declaration, asked: Sequence[Measure], scope: Scope) -> pl.DataFrame:
    names = list(dict.fromkeys(name for each in asked for name in each.fields))
    kinds = {name: _KINDS.get(declaration.fields[name].type, pl.String) for name in names}
    columns: list[Composable] = [SQL("r.id"), SQL("r.place"), *(SQL("r.{}").format(ident(name)) for name in names)]
    schema = {"id": pl.Int64, "place": pl.Int64, **kinds}
    folded = _folded_there(declaration)
    if folded in names and any(each.kind == "double" and folded in each.fields for each in asked):
        columns.append(SQL("r.search"))
        schema[f"{_FOLDED}{folded}"] = pl.String
    query = SQL("select {} from registers.{} r where r.key is not null and {}").format(
        SQL(", ").join(columns), ident(declaration.register), made_sql(scope.predicate(declaration.register, "r.place"))
    )
    return frame(conn, query, schema=schema)


def _folded_there(declaration: Declaration) -> str | None:
    """The field whose folded text a record keeps for searching anyway, where that is all it keeps."""
    searched = indexes.searched(declaration)
    return searched[0] if len(searched) == 1 else None


def _twice(rows: pl.DataFrame, declaration: Declaration, names: Sequence[str]) -> pl.DataFrame:
    """Records that agree in all the fields, none of them empty."""
    given = rows.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in names))
    parts = [_known_by(given, declaration, name).alias(f"\x00{number}") for number, name in enumerate(names)]
    return given.filter(pl.struct(parts).is_duplicated()).select("id", "place")


def _known_by(rows: pl.DataFrame, declaration: Declaration, name: str) -> pl.Expr:
    if f"{_FOLDED}{name}" in rows.columns:
        return pl.col(f"{_FOLDED}{name}")
    field = declaration.fields[name]
    plain = field.type == "string" and not field.codes
    return frames.fold_expr(pl.col(name)) if plain else pl.col(name)


def _faulty(declaration: Declaration, name: str, today: date) -> pl.Expr:
    """Where the value breaks its pattern or its named check."""
    field = declaration.fields[name]
    wrong = pl.lit(False)
    if field.constraints.pattern is not None:
        wrong |= ~pl.col(name).str.contains(f"^(?:{field.constraints.pattern})$")
    check = CHECKS.get(field.check or "")
    if check is not None:
        known: Mapping[str, Role] = {
            role: Role(pl.col(other), declaration.fields[other].type)
            for role, other in roles(declaration, name).items()
        }
        verdict = check(pl.col(name), replace(Context(today, rules=standing()), roles=known))
        wrong |= pl.any_horizontal([where.fill_null(False) for _, where in verdict.faults])
        if verdict.repairs:
            wrong |= pl.any_horizontal([where.fill_null(False) for _, where in verdict.repairs])
    return wrong
