"""What a person's grants come to: the grants as they stand, and the Scope that several of them make together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tinhso.access.declaration import Pillars, Registers, Role
from tinhso.access.roles import decoded
from tinhso.access.scope import ANY, EVERYWHERE, NOWHERE, RANGES, Ground, Ranges, Reach, Scope, merged
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse

Layers = dict[str, dict[str, list[tuple[int, int]]]]
"""By register and by verb (or field): the ranges that grants add."""


@dataclass(frozen=True, slots=True)
class Held:
    """A grant as it stands: its role, where, when; ``area`` is the unit's code, None when the tree lost it."""

    id: int
    role: Role
    purpose: str
    legal_basis: str | None
    area: str | None
    ranges: Ranges
    valid_from: datetime
    valid_to: datetime | None
    revoked_at: datetime | None

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        ended = [end for end in (self.valid_to, self.revoked_at) if end is not None]
        return self.valid_from <= at and all(at < end for end in ended)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with all grants ever given; ``pillars`` is the pillar of each register, ``now`` the database's clock."""

    login: str
    active: bool
    grants: tuple[Held, ...]
    pillars: Mapping[str, str]
    now: datetime

    def in_force(self, at: datetime | None) -> tuple[Held, ...]:
        """The grants that hold at a moment (now); none of somebody who is not active."""
        return tuple(held for held in self.grants if held.in_force(at or self.now)) if self.active else ()


def holder(conn: Connection, login: str) -> Holder:
    """A person's grants, in one query; refused where nobody has the login."""
    rows = conn.execute(_GRANTS, [login]).fetchall()
    if not rows:
        raise refuse("access.unknown_person", value=login)
    state, pillars, now = rows[0][-3:]
    held = tuple(_held(*row[:-3]) for row in rows if row[0] is not None)
    return Holder(login, state == "active", held, msgspec.json.decode(pillars) if pillars else {}, now)


_GRANTS = """
select id, declaration, purpose, legal_basis, code, low, high, root, valid_from, valid_to, revoked_at,
  state, pillars, now() from access.grants_of(%s)
"""


def _held(
    number: int, declaration: str, purpose: str, basis: str | None, code: str | None, low: int | None, high: int | None,
    root: bool, *times: datetime | None,
) -> Held:  # fmt: skip
    ranges = NOWHERE if low is None or high is None else EVERYWHERE if root else ((low, high),)
    begins, ends, revoked = times
    assert begins is not None
    return Held(number, decoded(declaration), purpose, basis, code, ranges, begins, ends, revoked)


def together(
    actor: str, grants: Iterable[Held], pillars: Mapping[str, str], *, address: str | None = None
) -> Scope:  # fmt: skip
    """The scope that grants make together: what any of them allows, and nothing that none does.

    A field is shown where one and the same grant reads the record and shows the field.
    """
    verbs, unmasked, revealed = _layers(), _layers(), _layers()
    held = tuple(grants)
    for each in held:
        _add_verbs(verbs, each, pillars)
        for into, fields in ((unmasked, each.role.unmask), (revealed, each.role.reveal)):
            _add_fields(into, each, fields, pillars)
    reaches = {
        name: Reach(*(_with_any(layer, name) for layer in (verbs, unmasked, revealed)))
        for name in {*verbs, *unmasked, *revealed}
    }
    return Scope(actor, reaches, grounds=tuple(_ground(each, pillars) for each in held), address=address)


def _ground(held: Held, pillars: Mapping[str, str]) -> Ground:
    verbs = {str(verb): named(registers, pillars) for verb, registers in held.role.verbs.items()}
    return Ground(held.id, held.role.role, held.purpose, held.legal_basis, verbs, held.ranges)


def named(registers: Registers | None, pillars: Mapping[str, str]) -> frozenset[str]:
    """The names of registers that a role means; ``*`` for all."""
    if registers is None:
        return frozenset()
    if isinstance(registers, Pillars):
        return frozenset(name for name, pillar in pillars.items() if pillar in registers.pillars)
    return frozenset({ANY}) if registers == ANY else frozenset(registers)


def _layers() -> Layers:
    return defaultdict(lambda: defaultdict(list))


def _add_verbs(verbs: Layers, held: Held, pillars: Mapping[str, str]) -> None:
    for verb, registers in held.role.verbs.items():
        for name in named(registers, pillars):
            verbs[name][verb] += held.ranges
    for right in ("administer", "declare", "audit"):
        if getattr(held.role, right):
            verbs[ANY][right] += held.ranges


def _add_fields(
    layer: Layers, held: Held, fields: Mapping[str, tuple[str, ...]], pillars: Mapping[str, str]
) -> None:  # fmt: skip
    read = named(held.role.verbs.get("read"), pillars)
    for register, names in fields.items():
        for name in _both(read, register):
            for field in names:
                layer[name][field] += held.ranges


def _both(read: frozenset[str], register: str) -> frozenset[str]:
    """The registers that a role reads among those it shows a field of."""
    if register == ANY:
        return read
    return frozenset({register}) if {register, ANY} & read else frozenset()


def _with_any(layer: Layers, name: str) -> dict[str, Ranges]:
    """What is said of a register, with what is said of all."""
    own, general = layer.get(name, {}), layer.get(ANY, {})
    ranges = {key: merged([*own.get(key, ()), *general.get(key, ())]) for key in {*own, *general}}
    for each in ranges.values():
        if len(each) > RANGES:
            raise refuse("access.too_many_areas", count=len(each), most=RANGES)
    return ranges
