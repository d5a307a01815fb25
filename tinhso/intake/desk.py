"""The desk where files are taken in: declarations, code lists and places at hand, and the store of files.

Made once for many files; ``Desk.fresh`` looks whether the tree or a declaration changed and reads them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tinhso.areas.places import PlaceIndex
from tinhso.foundation.database import Connection, Database
from tinhso.foundation.files import Files
from tinhso.foundation.problems import refuse
from tinhso.registers import declared
from tinhso.registers.declaration import CodeList, Declaration


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking in a file needs to know; ``marker`` tells whether it is still current."""

    db: Database
    files: Files
    declarations: Mapping[str, Declaration]
    lists: Mapping[str, CodeList]
    places: PlaceIndex
    marker: str

    @classmethod
    def open(cls, db: Database, files: Files) -> Desk:
        """Read everything from the database."""
        with db.app() as conn:
            return cls._read(conn, db, files)

    @classmethod
    def _read(cls, conn: Connection, db: Database, files: Files) -> Desk:
        return cls(db, files, declared.every(conn), declared.code_lists(conn), PlaceIndex.read(conn), _marker(conn))

    def fresh(self) -> Desk:
        """This desk, or a newly read one where something it knows has changed."""
        with self.db.app() as conn:
            return self if _marker(conn) == self.marker else self._read(conn, self.db, self.files)

    def declaration(self, register: str) -> Declaration:
        """The declaration of a register; refused when there is none of that name."""
        if register not in self.declarations:
            raise refuse("registers.unknown", value=register, known=", ".join(sorted(self.declarations)))
        return self.declarations[register]


def _marker(conn: Connection) -> str:
    query = """
    select md5(concat_ws(' ', (select max(low) from areas.tree), (select count(*) from areas.tree),
      (select max(declared_at) from registers.register), (select count(*) from registers.register),
      (select md5(string_agg(declaration::text, '' order by list)) from registers.code_list)))
    """
    row = conn.execute(query).fetchone()
    return str(row[0]) if row else ""
