"""The house with Hà Giang's declarations, and its visitors: one unknown, An signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.conftest import Copies
from tests.web.house import HAGIANG, An, signed_in, visited
from tinhso.foundation.database import Database
from tinhso.foundation.postgres.server import Cluster
from tinhso.packs.apply import apply
from tinhso.web.kit.house import House


@pytest.fixture(scope="session")
def province(cluster: Cluster, template: str) -> Iterator[str]:
    """The name of a database with Hà Giang's declarations; to be copied."""
    copies = Copies(cluster)
    name, db = copies.make(template)
    apply(db, HAGIANG)
    db.close()
    yield name
    copies.drop(name)


@pytest.fixture
def declared(cluster: Cluster, province: str) -> Iterator[Database]:
    """A fresh database with the declarations and no records."""
    copies = Copies(cluster)
    name, db = copies.make(province)
    yield db
    db.close()
    copies.drop(name)


@pytest.fixture
def house(declared: Database, tmp_path: Path) -> House:
    """The house over it, with a small limit of uploads."""
    return House(declared, tmp_path, upload_limit=200_000)


@pytest.fixture
def visitor(house: House) -> Iterator[TestClient[Any]]:
    """Somebody unknown."""
    with visited(house) as client:
        yield client


@pytest.fixture
def an(house: House) -> Iterator[An]:
    """An, signed in."""
    with visited(house) as client:
        signed_in(house, client)
        yield An(client)
