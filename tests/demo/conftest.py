"""The planned province of Hà Giang, and its records as frames, never written to disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from tinhso.demo import planning, senders
from tinhso.demo.planning import Plan

PACK = Path(__file__).parents[2] / "provinces" / "hagiang"


@pytest.fixture(scope="session")
def plan() -> Plan:
    return planning.read(PACK)


@pytest.fixture(scope="session")
def records(plan: Plan) -> Mapping[str, pl.DataFrame]:
    """Every record of the whole province, by register."""
    found: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for one in senders.every(plan):
        found[one.register].append(one.make(plan))
    return {register: pl.concat(frames, how="diagonal_relaxed") for register, frames in found.items()}
