"""What cannot be beaten, measured in the same run: raw COPY, Polars reading alone, calamine reading alone."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import psycopg
from psycopg.sql import SQL, Identifier
from python_calamine import CalamineWorkbook

from bench.ground import Ground
from bench.material import Material
from bench.measuring import Timed, gathered, seconds

BLOCK = 1 << 20


def raw_copy(ground: Ground, material: Material, repeats: int = 5) -> Timed:
    """The whole CSV into a bare table of text columns, logged as usual and created beforehand, to COMMIT."""
    name = ground.bare()
    content = material.whole.read_bytes()
    try:
        return gathered(lambda: _copied(ground, name, content, material.columns), repeats)
    finally:
        ground.drop(name)


def _copied(ground: Ground, name: str, content: bytes, width: int) -> float:
    _, owner = ground.dsns(name)
    with psycopg.connect(owner, autocommit=True) as conn:
        conn.execute("drop table if exists public.bare")
        columns = SQL(", ").join(SQL("{} text").format(Identifier(f"c{number}")) for number in range(width))
        conn.execute(SQL("create table public.bare ({})").format(columns))
        ground.settle()
        return seconds(lambda: _send(conn, content))


def _send(conn: psycopg.Connection[tuple[object, ...]], content: bytes) -> None:
    with conn.cursor() as cursor, cursor.copy("copy public.bare from stdin (format csv, header)") as copy:
        for start in range(0, len(content), BLOCK):
            copy.write(content[start : start + BLOCK])


def polars_alone(path: Path, repeats: int = 5) -> Timed:
    """Polars reading the CSV as text, nothing else."""
    return gathered(lambda: seconds(lambda: pl.read_csv(path, infer_schema=False)), repeats)


def calamine_alone(workbooks: tuple[Path, ...], repeats: int = 2) -> Timed:
    """python-calamine's ``to_python()`` over all workbooks, nothing else."""
    return gathered(lambda: seconds(lambda: [_cells(path) for path in workbooks]), repeats)


def _cells(path: Path) -> int:
    return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())
