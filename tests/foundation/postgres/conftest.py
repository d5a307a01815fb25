"""A home of its own for tests that ill-treat their server."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinhso.foundation.postgres import server
from tinhso.foundation.settings import Settings


@pytest.fixture
def home() -> Iterator[Settings]:
    """Settings of a fresh folder; its server and data are removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tinhso-server-"))
    folder.chmod(0o755)
    pg_bin = os.environ.get("TINHSO_PG_BIN")
    settings = Settings(home=folder, pg_bin=Path(pg_bin) if pg_bin else None)
    yield settings
    server.remove(settings)
    shutil.rmtree(folder)
