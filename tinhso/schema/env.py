"""Alembic's environment: one transaction under one lock, on a connection of the owner's own."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tinhso.foundation import jobs

LOCK = 7_304_100
"""Two starting servers take turns under this advisory lock; the second finds nothing left to do."""

parameters = context.config.attributes["parameters"]
engine = create_engine("postgresql+psycopg://", connect_args=parameters, poolclass=NullPool)
with engine.begin() as conn:
    conn.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.configure(connection=conn, version_table_schema="public")
    context.run_migrations()
    driver = conn.connection.driver_connection
    assert driver is not None
    jobs.install(driver)
