"""From settings to a database that answers, whichever server it is on."""

from __future__ import annotations

from tinhso.foundation.database import Database
from tinhso.foundation.postgres import outside, server
from tinhso.foundation.settings import Settings


def database(settings: Settings) -> Database:
    """The installation's database: the server of ``TINHSO_DATABASE_URL``, or the embedded one, started if need be.

    Raises:
        Refused: it cannot be reached, made or started.
    """
    found = outside.prepare(settings) if settings.database_url else server.start(settings)
    return Database(dsn_app=found.dsn_app, dsn_owner=found.dsn_owner)
