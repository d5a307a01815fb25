"""The declarations in force: registers and code lists as they stand in the database."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.registers.declaration import CodeList, Declaration


def one(conn: Connection, register: str) -> Declaration:
    """The declaration of a register; refused when there is none of that name."""
    row = conn.execute("select declaration::text from registers.register where register = %s", (register,)).fetchone()
    if row is None:
        raise refuse("registers.unknown", value=register, known=", ".join(names(conn)))
    return _declaration(row[0])


def every(conn: Connection) -> dict[str, Declaration]:
    """All declarations by name."""
    rows = conn.execute("select register, declaration::text from registers.register order by register").fetchall()
    return {name: _declaration(text) for name, text in rows}


def names(conn: Connection) -> list[str]:
    """The names of all registers, in order."""
    return [name for (name,) in conn.execute("select register from registers.register order by register").fetchall()]


def code_lists(conn: Connection) -> dict[str, CodeList]:
    """All code lists by name."""
    rows = conn.execute("select list, declaration::text from registers.code_list").fetchall()
    return {name: _code_list(text) for name, text in rows}


def save_code_list(conn: Connection, code_list: CodeList) -> bool:
    """Store a code list; says whether anything changed. A code in use is ended by a date, never dropped."""
    row = conn.execute(
        "select declaration::text from registers.code_list where list = %s", (code_list.list,)
    ).fetchone()
    text = msgspec.json.encode(code_list).decode()
    if row is not None:
        known = _code_list(row[0])
        if row[0] == text:
            return False
        dropped = sorted(known.codes.keys() - code_list.codes.keys())
        if dropped:
            raise refuse("registers.code_dropped", value=dropped[0], list=code_list.list)
    conn.execute(
        "insert into registers.code_list (list, declaration) values (%s, %s)"
        " on conflict (list) do update set declaration = excluded.declaration",
        (code_list.list, text),
    )
    return True


@lru_cache(maxsize=512)
def _declaration(text: str) -> Declaration:
    return msgspec.json.decode(text, type=Declaration)


@lru_cache(maxsize=512)
def _code_list(text: str) -> CodeList:
    return msgspec.json.decode(text, type=CodeList)
