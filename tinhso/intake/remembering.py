"""How a sender's headings were matched before, so that the next file needs no matching."""

from __future__ import annotations

from collections.abc import Mapping

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.intake.desk import Desk
from tinhso.intake.examining import Examined


class Memory:
    """One sender's memory, asked for once for each register and kept up while files are taken in."""

    def __init__(self, desk: Desk, scope: Scope, sender: str) -> None:
        self._desk, self._scope, self._sender = desk, scope, sender
        self._known: dict[str, Mapping[str, str]] = {}

    def of(self, register: str) -> Mapping[str, str]:
        """Fields by heading; an unknown register is refused."""
        if register not in self._known:
            self._desk.declaration(register)
            with self._desk.db.app(self._scope.settings()) as conn:
                self._known[register] = _asked(conn, self._sender, register)
        return self._known[register]

    def learn(self, examined: Examined) -> None:
        """What a file that was committed adds. Whoever reads at this moment keeps what he has."""
        self._known[examined.register] = {**self._known.get(examined.register, {}), **examined.matched}


def keep(conn: Connection, sender: str, examined: Examined) -> None:
    """Write down how a file's headings were matched, where that is news."""
    for heading, field in examined.matched.items():
        if examined.remembered.get(heading) != field:
            conn.execute(
                "insert into intake.heading (sender, register, heading, field) values (%s, %s, %s, %s)"
                " on conflict (sender, register, heading) do update set field = excluded.field",
                (sender, examined.register, heading, field),
            )


def _asked(conn: Connection, sender: str, register: str) -> dict[str, str]:
    query = "select heading, field from intake.heading where sender = %s and register = %s"
    return dict(conn.execute(query, (sender, register)).fetchall())
