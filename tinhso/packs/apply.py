"""Apply a province's folder: read, check, compare, and bring the database to it; all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinhso.access import roles
from tinhso.areas import load, shapes
from tinhso.dashboards import declared as boards
from tinhso.foundation.database import Connection, Database
from tinhso.indicators import declared as indicators
from tinhso.packs import consistency, differences, examples
from tinhso.packs.differences import Difference, What
from tinhso.packs.read import Pack, read
from tinhso.registers import declared, declaring, evolution

STAYS = ("left", "edited")
"""Differences by which nothing changes."""
BOUNDARIES = "boundaries.geojson"


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying changed; nothing when the database stood at the pack already."""

    pack: str
    differences: tuple[Difference, ...]

    @property
    def changed(self) -> bool:
        return any(difference.what not in STAYS for difference in self.differences)

    def lines(self) -> list[str]:
        """The differences in words, Vietnamese and English, with the SQL they took below each, shortened."""
        return [line for difference in self.differences for line in difference.lines()]

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso apply --json``."""
        listed = [difference.as_json() for difference in self.differences]
        return {"pack": self.pack, "changed": self.changed, "differences": listed}


class _Shown(Exception):
    """Ends a dry run, so that its transaction is rolled back."""


def apply(db: Database, folder: Path, *, dry_run: bool = False) -> Applied:
    """Bring the database to the pack in ``folder`` in one transaction; a dry run only tells what would change.

    Refused, with nothing changed, where a file is wrong, a name leads nowhere, an example comes out
    otherwise, or data would be lost.
    """
    pack = read(folder)
    consistency.check(pack)
    examples.check(pack)
    found: list[Difference] = []
    try:
        with db.owner() as conn:
            found += _bring(conn, pack)
            if dry_run:
                raise _Shown
    except _Shown:
        pass
    return Applied(pack.file.pack, tuple(found))


def _bring(conn: Connection, pack: Pack) -> tuple[Difference, ...]:
    conn.execute("select pg_advisory_xact_lock(%s)", [declaring.LOCK])
    areas = _areas(conn, pack)
    found = differences.between(conn, pack)
    for code_list in pack.code_lists.values():
        declared.save_code_list(conn, code_list)
    for declaration in pack.registers.values():
        evolution.apply(conn, declaration)
    touched = {difference.kind for difference in found if difference.what not in STAYS}
    if touched & {"role", "purpose"}:
        roles.apply(conn, pack.roles.values(), pack.purposes.values())
    if touched & {"register", "indicator"}:
        indicators.apply(conn, tuple(pack.indicators.values()))
    if touched & {"indicator", "board"}:
        boards.apply(conn, tuple(pack.boards.values()), pack.published)
    return (*areas, *found)


def _areas(conn: Connection, pack: Pack) -> tuple[Difference, ...]:
    if pack.areas is None:
        return ()
    loaded = load.load(conn, pack.areas)
    boundaries = pack.areas / BOUNDARIES
    drawn = shapes.boundaries(conn, boundaries).changed if boundaries.is_file() else 0
    estimated = shapes.estimate(conn)
    if not (loaded.changed or drawn or estimated):
        return ()
    parts = {"added": loaded.added, "corrected": loaded.corrected, "boundaries": drawn, "estimated": estimated}
    what: What = "new" if loaded.added and not loaded.corrected else "changed"
    told = tuple(f"{name} {count}" for name, count in parts.items() if count)
    return (Difference("areas", pack.file.pack, what, told),)
