"""Requests for corrections."""

from tinhso.schema.beside import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_sql(__file__)
