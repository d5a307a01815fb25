"""A citizen's code opens no more than its issuer approves."""

from tinhso.schema.beside import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_sql(__file__)
