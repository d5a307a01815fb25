"""Read every version of a register's records, in force and earlier, and recount fingerprints and digests.

A version's content, salt and fingerprint may have been erased; then ``ledgers.erased_version`` names it with the
change set that did it, and its digest, which stays, is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import polars as pl

from tinhso.foundation.database import SQL, Connection, frame, ident
from tinhso.ledgers.findings import Finding
from tinhso.registers import versions
from tinhso.registers.declaration import Declaration

BLOCKS = 4_096
"""Pages of a table (of 8 KiB) read at a time: about 32 MiB, whatever the rows' numbers are."""
MOST = 1000
"""Findings of one kind that are told one by one for a register."""

BOUND = {
    "id": pl.Int64, "version": pl.Int64, "change_set": pl.Int64, "origin": pl.Int64, "source_sheet": pl.Int64,
    "source_row": pl.Int64, "area": pl.Int64, "place": pl.Int64, "until_change_set": pl.Int64, "op": pl.String,
    "digest": pl.String,
}  # fmt: skip
"""What of each version is kept in memory while its register is verified; digests as hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of a register without their content, and what was found wrong with single ones."""

    bound: pl.DataFrame
    findings: list[Finding]


def read(conn: Connection, declaration: Declaration) -> Versions:
    """Read and recount both tables of the register, a slice at a time."""
    erased = _erased(conn, declaration.register)
    bound = [pl.DataFrame(schema={**BOUND, "erased": pl.Boolean})]
    findings: list[Finding] = []
    tables: tuple[Schema, ...] = ("registers", "history")
    for table in tables:
        for rows in _slices(conn, declaration, table):
            marked = rows.join(erased, on=["id", "version"], how="left").with_columns(pl.col("erased").fill_null(False))
            findings += _recounted(declaration, marked)
            bound.append(marked.select(*BOUND, "erased"))
    return Versions(pl.concat(bound), findings[: 3 * MOST])


def _erased(conn: Connection, register: str) -> pl.DataFrame:
    query = "select id, version, true as erased from ledgers.erased_version where register = %s"
    return frame(conn, query, (register,), {"id": pl.Int64, "version": pl.Int64, "erased": pl.Boolean})


Schema = Literal["registers", "history"]


def _slices(conn: Connection, declaration: Declaration, schema: Schema) -> Iterator[pl.DataFrame]:
    """By place on the disk: rows come once each, however they are numbered, and nothing is sorted."""
    table = ident(schema, declaration.register)
    name = f"{schema}.{declaration.register}"
    (pages,) = conn.execute("select pg_relation_size(%s::regclass) / 8192", (name,)).fetchone() or (0,)
    for first in range(0, pages, BLOCKS):
        query, wanted = _query(declaration, schema, table)
        low, high = f"({first},0)", f"({first + BLOCKS},0)"
        rows = frame(conn, query, (low, high), wanted)
        truths = [name for name, field in declaration.fields.items() if field.type == "boolean"]
        yield rows.with_columns(pl.col(truths).replace({"t": "true", "f": "false"})) if truths else rows


_ENDED = ("until_change_set", "op")


def _query(declaration: Declaration, schema: str, table: Any) -> tuple[Any, dict[str, Any]]:
    content = {**dict.fromkeys(("key", "fingerprint", "salt", "sort_key", "search", *declaration.fields), pl.String)}
    wanted = {**BOUND, **content}
    columns = [SQL("null") if name in _ENDED and schema == "registers" else ident(name) for name in wanted]
    query = SQL("select {} from {} where ctid >= %s::tid and ctid < %s::tid").format(SQL(", ").join(columns), table)
    return query, wanted


def _recounted(declaration: Declaration, rows: pl.DataFrame) -> Iterator[Finding]:
    """Versions whose content, fingerprint, salt and digest do not belong together."""
    kept = rows.filter(~pl.col("erased"))
    ours = kept.with_columns(versions.fingerprints(declaration, kept).alias("counted"))
    yield from _named("registers.content_altered", declaration, ours.filter(~_is("fingerprint", "counted")))
    salted = ours.with_columns(_digests(ours))
    right = salted.filter(_is("fingerprint", "counted"))
    yield from _named("registers.digest_altered", declaration, right.filter(~_is("digest", "salted")))
    yield from _named("registers.search_altered", declaration, right.filter(_found_otherwise(declaration, right)))
    left = ["key", "fingerprint", "salt", "sort_key", "search", *declaration.fields]
    full = rows.filter("erased", pl.any_horizontal(pl.col(left).is_not_null()))
    yield from _named("registers.not_erased", declaration, full)


def _found_otherwise(declaration: Declaration, rows: pl.DataFrame) -> pl.Series:
    """Versions whose sort key or search text are not those of their content, so that lists and searches miss them."""
    made = versions.prepared(declaration, rows.drop("sort_key", "search")).select("sort_key", "search")
    return made["sort_key"].ne_missing(rows["sort_key"]) | made["search"].ne_missing(rows["search"])


def _is(kept: str, counted: str) -> pl.Expr:
    """Whether bytes that PostgreSQL wrote down are these digits; no bytes are not."""
    return (pl.col(kept) == "\\x" + pl.col(counted)).fill_null(False)


def _digests(rows: pl.DataFrame) -> pl.Series:
    """SHA-256 of salt and fingerprint, as digits; null where either is missing."""
    joined = rows.select((_bytes("salt") + _bytes("fingerprint")).str.decode("hex")).to_series().to_list()
    digests = [None if each is None else sha256(each).hexdigest() for each in joined]
    return pl.Series("salted", digests, dtype=pl.String)


def _bytes(column: str) -> pl.Expr:
    return pl.col(column).str.strip_prefix("\\x")


def _named(code: str, declaration: Declaration, rows: pl.DataFrame) -> Iterator[Finding]:
    for record, version, change_set in rows.select("id", "version", "change_set").head(MOST).iter_rows():
        yield Finding(code, register=declaration.register, record=record, version=version, change_set=change_set)
