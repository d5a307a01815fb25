"""Passkeys."""

from tinhso.schema.beside import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql(__file__)
