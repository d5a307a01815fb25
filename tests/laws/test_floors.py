"""The floors hold: a room imports only rooms below it, and every room has a floor."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

from tests.laws.house import PROVINCES, ROOT, rooms


def _contract(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser[f"importlinter:contract:{name}"]


def test_nothing_imports_upward_or_in_circles() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_room_without_a_floor_is_refused() -> None:
    assert _contract("floors").getboolean("exhaustive")
    assert _contract("faces").getboolean("exhaustive")


def test_every_room_stands_on_a_floor() -> None:
    layers = _contract("floors")["layers"]
    floors = {name for line in layers.split() for name in line.strip("()").split("|") if name}
    assert set(rooms()) <= floors


def test_provinces_hold_no_code() -> None:
    kinds = {path.suffix for path in PROVINCES.rglob("*") if path.is_file()}
    assert kinds <= {".yaml", ".csv", ".md", ".geojson"}
