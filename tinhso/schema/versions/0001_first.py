"""Areas, registers, intake and indicators."""

from tinhso.schema.beside import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql(__file__)
