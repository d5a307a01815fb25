"""Files of others are not erased with a person."""

from tinhso.schema.beside import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_sql(__file__)
