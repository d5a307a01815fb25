"""The boards in force, with what others published about their figures kept apart from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from tinhso.dashboards.declaration import Board, PublishedValues
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.indicators import declared as indicators


def apply(conn: Connection, boards: Sequence[Board], published: Mapping[str, PublishedValues]) -> None:
    """Make these the boards in force (as owner), after their indicators were applied.

    ``published`` is by board. Raises ``Refused`` where a row names an unknown indicator.
    """
    known = indicators.every(conn)
    for board in boards:
        for row in board.rows:
            known.indicator(row.indicator)
    conn.execute("delete from indicators.board where board <> all(%s)", ([board.board for board in boards],))
    for board in boards:
        values = published.get(board.board)
        conn.execute(
            "insert into indicators.board (board, declaration, published) values (%s, %s, %s) on conflict (board)"
            " do update set declaration = excluded.declaration, published = excluded.published",
            (board.board, _text(board), _text(values) if values else None),
        )
    conn.execute("update indicators.state set revision = revision + 1")


def one(conn: Connection, board: str) -> Board:
    """A board; refused when there is none of that name."""
    row = conn.execute("select declaration::text from indicators.board where board = %s", (board,)).fetchone()
    if row is None:
        raise refuse("dashboards.unknown", value=board, known=", ".join(names(conn)))
    return _board(row[0])


def published(conn: Connection, board: str) -> PublishedValues:
    """What others published of a board's figures; no values where nothing is known."""
    row = conn.execute("select published::text from indicators.board where board = %s", (board,)).fetchone()
    return _published(row[0]) if row and row[0] else PublishedValues(board, {})


def names(conn: Connection) -> list[str]:
    """The names of all boards, in order."""
    return [name for (name,) in conn.execute("select board from indicators.board order by board").fetchall()]


def _text(shape: Board | PublishedValues) -> str:
    return msgspec.json.encode(shape).decode()


@lru_cache(maxsize=64)
def _board(text: str) -> Board:
    return msgspec.json.decode(text, type=Board)


@lru_cache(maxsize=64)
def _published(text: str) -> PublishedValues:
    return msgspec.json.decode(text, type=PublishedValues)
