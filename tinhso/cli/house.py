"""The running house as a command needs it: settings, database, files, and the scope of whoever sits here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tinhso import schema
from tinhso.access import grants
from tinhso.access.scope import Scope
from tinhso.foundation.database import Database
from tinhso.foundation.files import Files
from tinhso.foundation.postgres import opening
from tinhso.foundation.settings import Settings
from tinhso.privacy.office import Office

BESIDE = Path(__file__).resolve().parents[2]
"""The folder that holds the program and, in a clone, ``provinces``."""


@dataclass(frozen=True, slots=True)
class House:
    """What a command works with."""

    settings: Settings
    db: Database
    files: Files

    def station(self) -> Scope:
        """The scope of this machine's keyboard, until people sign in."""
        return grants.station()

    def office(self) -> Office:
        """The office where cases of privacy are handled."""
        return Office.open(self.db, self.files, self.settings.secret_key)

    def over(self, area: str) -> Scope:
        """The scope of an officer of one area, as ``--as`` asks for it."""
        with self.db.app() as conn:
            return grants.over(conn, [area], ["read", "propose", "approve", "export"], f"officer-{area}", unmask=["*"])


def pack_folder(told: Path) -> Path:
    """A pack's folder as told; from another folder ``provinces/hagiang`` is looked for beside the program."""
    beside = BESIDE / told
    return beside if not told.is_dir() and beside.is_dir() else told.absolute()


@contextmanager
def opened() -> Iterator[House]:
    """Start what is not running, bring the platform's tables up to date, and close the connections afterwards."""
    settings = Settings.from_env()
    db = opening.database(settings)
    try:
        schema.apply(db)
        yield House(settings, db, Files(settings.home))
    finally:
        db.close()
