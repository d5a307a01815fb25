"""What applying a pack would change: its declarations beside those in force. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from tinhso.access import roles
from tinhso.foundation.database import Connection
from tinhso.packs.read import Pack
from tinhso.registers import declared, evolution

Kind = Literal["areas", "code_list", "register", "purpose", "role", "indicator", "board"]
What = Literal["new", "changed", "gone", "left", "edited"]
"""``gone`` is taken out of force; ``left`` stays although the pack no longer declares it, since data hang on it;
``edited`` stays as somebody edited it on screen, although the pack declares it otherwise."""


SHOWN = 110
"""How much of a statement is shown to people; JSON has all of it."""

WORDS: dict[Kind | What, tuple[str, str]] = {
    "areas": ("đơn vị hành chính", "areas"),
    "code_list": ("danh mục", "code list"),
    "register": ("sổ", "register"),
    "purpose": ("mục đích", "purpose"),
    "role": ("vai trò", "role"),
    "indicator": ("chỉ tiêu", "indicator"),
    "board": ("bảng điều hành", "board"),
    "new": ("thêm", "new"),
    "changed": ("sửa", "changed"),
    "gone": ("bỏ", "gone"),
    "edited": ("giữ như đã sửa trên màn hình:", "kept as edited on screen:"),
    "left": ("giữ lại dù không còn khai báo:", "kept though no longer declared:"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One declaration that differs: ``parts`` are the keys that changed, ``statements`` the SQL it takes."""

    kind: Kind
    name: str
    what: What
    parts: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The difference in words, Vietnamese and English; the beginning of each SQL statement follows, indented."""
        words = " / ".join(f"{WORDS[self.what][side]} {WORDS[self.kind][side]}" for side in (0, 1))
        parts = f" ({', '.join(self.parts)})" if self.parts else ""
        sql = [f"    {_beginning(statement)}" for statement in self.statements]
        return [f"{words}: {self.name}{parts}", *sql]

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "name": self.name, "what": self.what,
                "parts": list(self.parts), "statements": list(self.statements)}  # fmt: skip


def between(conn: Connection, pack: Pack) -> tuple[Difference, ...]:
    """All differences between a pack and what is in force, in the order in which they would be applied.

    Refused where a change would lose data silently. The areas are not compared here: loading them tells.
    """
    declared_first = (*_code_lists(conn, pack), *_registers(conn, pack), *_purposes(conn, pack), *_roles(conn, pack))
    return (*declared_first, *_indicators(conn, pack), *_boards(conn, pack))


def _code_lists(conn: Connection, pack: Pack) -> Iterator[Difference]:
    known = {name: _plain(each) for name, each in declared.code_lists(conn).items()}
    wanted = {name: _plain(each) for name, each in pack.code_lists.items()}
    yield from _compared("code_list", known, wanted, "left")


def _registers(conn: Connection, pack: Pack) -> Iterator[Difference]:
    known = declared.every(conn)
    for name, wanted in pack.registers.items():
        before = known.get(name)
        if before != wanted:
            parts = _parts(_plain(before), _plain(wanted)) if before else ()
            statements = tuple(evolution.steps(before, wanted))
            yield Difference("register", name, "changed" if before else "new", parts, statements)
    yield from (Difference("register", name, "left") for name in known if name not in pack.registers)


def _purposes(conn: Connection, pack: Pack) -> Iterator[Difference]:
    known = {name: _plain(each) for name, each in roles.purposes(conn).items()}
    yield from _compared("purpose", known, {name: _plain(each) for name, each in pack.purposes.items()}, "left")


def _roles(conn: Connection, pack: Pack) -> Iterator[Difference]:
    known = roles.every(conn)
    edited = {name for name, kept in known.items() if kept.edited}
    plain = {name: _plain(kept.role) for name, kept in known.items()}
    for each in _compared("role", plain, {name: _plain(role) for name, role in pack.roles.items()}, "left"):
        yield replace(each, what="edited") if each.name in edited and each.what == "changed" else each


def _indicators(conn: Connection, pack: Pack) -> Iterator[Difference]:
    rows = conn.execute("select indicator, declaration from indicators.indicator order by 1").fetchall()
    wanted = {name: _plain(each) for name, each in pack.indicators.items()}
    yield from _compared("indicator", dict(rows), wanted, "gone")


def _boards(conn: Connection, pack: Pack) -> Iterator[Difference]:
    rows = conn.execute("select board, declaration, published from indicators.board order by 1").fetchall()
    known = {name: {"board": board, "published": published} for name, board, published in rows}
    wanted = {
        name: {"board": _plain(board), "published": _plain(pack.published.get(name))}
        for name, board in pack.boards.items()
    }
    yield from _compared("board", known, wanted, "gone")


def _compared(kind: Kind, known: Mapping[str, Any], wanted: Mapping[str, Any], without: What) -> Iterator[Difference]:
    for name, declaration in wanted.items():
        if name not in known:
            yield Difference(kind, name, "new")
        elif known[name] != declaration:
            yield Difference(kind, name, "changed", _parts(known[name], declaration))
    yield from (Difference(kind, name, without) for name in known if name not in wanted)


def _beginning(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _plain(declaration: Any) -> Any:
    """A declaration as JSON holds it, for comparing with what is stored."""
    return msgspec.json.decode(msgspec.json.encode(declaration))


def _parts(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys that differ, one storey deeper where both hold mappings: ``fields.name``."""
    found: list[str] = []
    for key in (*known, *(key for key in wanted if key not in known)):
        before, after = known.get(key), wanted.get(key)
        if isinstance(before, dict) and isinstance(after, dict):
            found += [f"{key}.{inner}" for inner in (*before, *(k for k in after if k not in before))
                      if before.get(inner) != after.get(inner)]  # fmt: skip
        elif before != after:
            found.append(key)
    return tuple(found)
