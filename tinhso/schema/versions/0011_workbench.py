"""Workbench."""

from tinhso.schema.beside import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql(__file__)
