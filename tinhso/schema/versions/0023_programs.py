"""No role becomes an administering one while a program holds it."""

from tinhso.schema.beside import run_sql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_sql(__file__)
