"""The house with Hà Giang's declarations and no records, and visitors: one far away, An at the machine itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Copies  # type: ignore[import-not-found]
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send

from tinhso.app import made
from tinhso.foundation.database import Database
from tinhso.foundation.postgres.server import Cluster
from tinhso.packs.apply import apply
from tinhso.web.kit.house import House
