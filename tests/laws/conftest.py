"""The small home, for laws about what commands print; the two communes, for laws about who sees what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.laws import small_home
from tests.laws.communes import province as province
from tests.laws.small_home import Home


@pytest.fixture(scope="session")
def shared_home() -> Iterator[Home]:
    """A small province with its own server; see ``small_home``."""
    with small_home.opened("laws") as opened:
        yield opened


@pytest.fixture
def home(shared_home: Home) -> Iterator[Home]:
    """The small province, for this test alone. Leave it with the good file taken in, or as it was."""
    with small_home.alone(shared_home):
        yield shared_home
