"""``tinhso verify --chain``: recount everything from the tables, from single values up to the signed checkpoints.

One moment is looked at; commits go on meanwhile. What the commits use is used here only where it is the law itself: the
canonical text of a version. All else is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tinhso.access import replaying
from tinhso.foundation.database import SQL, Connection, Database, ident
from tinhso.ledgers import verify
from tinhso.ledgers.findings import Finding
from tinhso.registers import declared
from tinhso.registers.chain import change_sets, lives, versions
from tinhso.registers.chain.ledgers import CHANGES, LEDGERS
from tinhso.registers.declaration import Declaration

TOLD = 1000
"""Findings that are listed; the others are counted."""


@dataclass(slots=True)
class Verified:
    """What was counted, and what is not as it was."""

    registers: int = 0
    versions: int = 0
    change_sets: int = 0
    leaves: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso verify --chain --json``."""
        counted = ("registers", "versions", "change_sets", "leaves", "checkpoints")
        told = [each.as_json() for each in self.findings[:TOLD]]
        return {
            "ok": self.ok, "checked": {name: getattr(self, name) for name in counted},
            "found": len(self.findings), "findings": told,
        }  # fmt: skip


def chain(db: Database, home: Path) -> Verified:
    """Verify every register, every ledger kept, and people and rights against the log of their changes."""
    found = Verified()
    with db.owner() as conn:
        verify.hold_still(conn)
        for declaration in declared.every(conn).values():
            _register(conn, declaration, found)
        for each in LEDGERS:
            counted = verify.recount(conn, home, each)
            found.leaves += counted.leaves
            found.checkpoints += counted.checkpoints
            found.findings += [_with_change_set(one) for one in counted.findings]
        found.findings += verify.unknown_ledgers(conn, home, {each.name for each in LEDGERS})
        found.findings += _tables(conn)
        found.findings += replaying.altered(conn)
        (found.change_sets,) = conn.execute("select count(*) from registers.change_set").fetchone() or (0,)
    return found


def _register(conn: Connection, declaration: Declaration, found: Verified) -> None:
    name = declaration.register
    if conn.execute(_THERE, (name, name)).fetchone() != (True,):
        found.findings.append(Finding("registers.table_gone", register=name))
        return
    read = versions.read(conn, declaration)
    found.registers += 1
    found.versions += read.bound.height
    found.findings += read.findings
    found.findings += lives.broken(name, read.bound)
    found.findings += change_sets.recounted(conn, name, read.bound)
    found.findings += _places(conn, name)
    found.findings += _twins(conn, name)
    found.findings += _last_leaf(conn, name)


_THERE = "select to_regclass('registers.' || %s) is not null and to_regclass('history.' || %s) is not null"


def _places(conn: Connection, register: str) -> Iterator[Finding]:
    """The place decides who sees a record; it follows from the area, which the digests cover."""
    query = SQL(
        "select v.id, v.version, v.change_set from {} v join areas.tree t on t.area = v.area"
        " where v.place is distinct from t.low order by v.id, v.version limit %s"
    )
    for schema in ("registers", "history"):
        moved = conn.execute(query.format(ident(schema, register)), (versions.MOST,)).fetchall()
        for record, version, change_set in moved:
            yield Finding(
                "registers.place_altered", register=register, record=record, version=version, change_set=change_set
            )


def _twins(conn: Connection, register: str) -> Iterator[Finding]:
    """A record stands beside another with its key only where a commit put it there (``transfers``)."""
    query = SQL(
        "select v.id, v.version, v.change_set from registers.{name} v where v.twin <> 0 and (v.twin <> v.change_set"
        " and not exists (select from history.{name} h where h.id = v.id and h.change_set = v.twin)"
        " or not exists (select from registers.transfer t where t.register = %s and t.record = v.id))"
        " order by v.id limit %s"
    )
    rows = conn.execute(query.format(name=ident(register)), (register, versions.MOST)).fetchall()
    for record, version, change_set in rows:
        yield Finding(
            "registers.twin_altered", register=register, record=record, version=version, change_set=change_set
        )


def _last_leaf(conn: Connection, register: str) -> Iterator[Finding]:
    """The register remembers its last leaf, so change sets cut off at the end are missed."""
    remembered, there = conn.execute(_LAST_LEAF, (register,)).fetchone() or (0, 0)
    if remembered != there:
        facts = {"remembered": remembered, "there": there}
        yield Finding("registers.last_leaf", register=register, ledger=CHANGES.name, leaf=remembered, facts=facts)


_LAST_LEAF = """
select r.last_leaf, coalesce((select max(s.leaf) from registers.change_set s where s.register = r.register), 0)
from registers.register r where r.register = %s
"""


def _tables(conn: Connection) -> Iterator[Finding]:
    """A register whose declaration was taken away takes its records out of everybody's sight."""
    rows = conn.execute(_UNDECLARED).fetchall()
    for (name,) in rows:
        yield Finding("registers.undeclared", register=name)


_UNDECLARED = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'history' and c.relkind = 'r'
  and not exists (select from registers.register r where r.register = c.relname) order by 1
"""


def _with_change_set(one: Finding) -> Finding:
    """A leaf of the ledger of changes is a change set, so it is named as one."""
    row = one.facts.get("row")
    return replace(one, change_set=row) if one.ledger == CHANGES.name and isinstance(row, int) else one
