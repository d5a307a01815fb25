"""Walls that a hostile reading found low: administrators, restrictions, consents, shared lists, the log of readings."""

from tinhso.schema.beside import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_sql(__file__)
