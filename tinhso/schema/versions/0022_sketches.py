"""Sketches."""

from tinhso.schema.beside import run_sql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_sql(__file__)
