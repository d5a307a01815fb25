"""A version's SQL stands in a file of the same name beside it; here it is run as written."""

from __future__ import annotations

from pathlib import Path

from alembic import op


def run_sql(version: str) -> None:
    """Run the SQL file beside the Python file ``version``; many statements, no parameters."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(Path(version).with_suffix(".sql").read_text(encoding="utf-8"))
