"""The small register of people in two communes."""

from __future__ import annotations

from tests.registers.conftest import people as people
from tests.registers.conftest import two_communes as two_communes
