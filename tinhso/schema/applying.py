"""Bring a database to the newest version; nothing happens when it is there already."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Lock
from typing import Any

from tinhso.foundation import jobs
from tinhso.foundation.database import Connection, Database

FOLDER = Path(__file__).parent
_one_thread = Lock()  # Alembic keeps its environment in globals; other processes wait at a lock of the database


def apply(db: Database) -> None:
    """Apply what is missing, all in one transaction, the job tables included. Safe for several at once."""
    with db.owner() as conn:
        current = applied(conn) == newest() and jobs.installed(conn)
    if not current:
        with _one_thread:
            _upgrade(db)


def applied(conn: Connection[Any]) -> str | None:
    """The version that the database is at; ``None`` when it is empty."""
    if conn.execute("select to_regclass('public.alembic_version')").fetchone() == (None,):
        return None
    found = conn.execute("select version_num from public.alembic_version").fetchone()
    return found[0] if found else None


def newest() -> str:
    """The last version there is, such as ``0001``; read from the file names."""
    return max(file.stem[:4] for file in (FOLDER / "versions").glob("*.py") if re.match(r"\d{4}_", file.name))


def _upgrade(db: Database) -> None:
    """Alembic is imported here, since a start with nothing to apply should not wait for it."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"parameters": db.owner_parameters()})
    config.set_main_option("script_location", str(FOLDER))
    command.upgrade(config, "head")
