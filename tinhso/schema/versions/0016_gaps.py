"""What waits: kept no longer than what is recorded, and told to whom it names."""

from tinhso.schema.beside import run_sql

revision = "0016"
down_revision = "0014"


def upgrade() -> None:
    run_sql(__file__)
