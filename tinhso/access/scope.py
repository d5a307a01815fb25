"""A ``Scope``: what its holder may see and do, register by register, over which ranges of places.

Places are nested-set numbers of the area tree in force; an area's range covers all that lies in it.
Only this room constructs a Scope (a law test looks). Row policies in the database hold the same ranges again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from tinhso.access import sealing
from tinhso.foundation.database import Literal, Settings

RANGES = 4
"""How many separate ranges a verb may reach over in one register; more would make slow queries."""

Ranges = tuple[tuple[int, int], ...]
EVERYWHERE: Ranges = ((0, 2**62),)
"""The whole tree, whatever its numbers are: it holds beyond a renumbering, as no other range does."""
NOWHERE: Ranges = ()
ANY = "*"
"""All registers, or all sensitive fields, of which nothing else is said."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be done with one register: where each verb holds, and where each sensitive field is shown as it is.

    ``revealed`` are fields that may be looked at one record at a time, each time with a reason.
    """

    verbs: Mapping[str, Ranges] = field(default_factory=dict)
    unmasked: Mapping[str, Ranges] = field(default_factory=dict)
    revealed: Mapping[str, Ranges] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """A grant that a scope rests on: its number, the role it gives, what for, and by which law."""

    id: int
    role: str
    purpose: str
    legal_basis: str | None
    verbs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By verb the registers it holds in; ``*`` for all."""
    ranges: Ranges = NOWHERE

    def covers(self, register: str, verb: str, place: int | None) -> bool:
        """Whether it lets somebody do that in the register, at a place or (None) anywhere."""
        if not self.verbs.get(verb, frozenset()) & {register, ANY}:
            return False
        return bool(self.ranges) if place is None else any(low <= place <= high for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts (``actor``) and what each register's ``Reach`` is; ``*`` holds for registers not named.

    ``public`` limits reading to the fields that a declaration calls public. ``verb`` is ``read`` where none is told.
    ``address`` is the network address that is asked from, None at the machine itself; readings are noted with it.
    """

    actor: str
    reaches: Mapping[str, Reach]
    public: bool = False
    grounds: tuple[Ground, ...] = ()
    address: str | None = None

    def reach(self, register: str) -> Reach:
        """What may be done with a register."""
        return self.reaches.get(register) or self.reaches.get(ANY) or Reach()

    def ranges(self, register: str, verb: str = "read") -> Ranges:
        """Where the verb holds in the register."""
        return self.reach(register).verbs.get(verb, NOWHERE)

    def may(self, verb: str, register: str = ANY) -> bool:
        """Whether the verb holds anywhere in the register; with none named, in any register at all."""
        if register == ANY:
            return any(reach.verbs.get(verb) for reach in self.reaches.values())
        return bool(self.ranges(register, verb))

    def whole(self, register: str, verb: str = "read") -> bool:
        """Whether the verb holds in the whole tree."""
        return self.ranges(register, verb) == EVERYWHERE

    def predicate(self, register: str, column: str = "place", verb: str = "read") -> str:
        """The literal SQL condition that keeps rows where the verb holds (integers only, so nothing to inject)."""
        return within(self.ranges(register, verb), column)

    def mask(self, register: str, column: str = "place", verb: str = "read") -> pl.Expr:
        """The same condition for a frame."""
        return among(self.ranges(register, verb), pl.col(column))

    def covers(self, register: str, low: int, high: int, verb: str = "read") -> bool:
        """Whether the whole range lies inside one range of the verb."""
        return any(start <= low and high <= end for start, end in self.ranges(register, verb))

    def registers(self, column: str, verb: str = "read") -> str:
        """The literal SQL condition that the verb holds in the whole tree for the register named in a column."""
        named = {name: reach.verbs.get(verb) == EVERYWHERE for name, reach in self.reaches.items() if name != ANY}
        listed = [
            Literal(name).as_string(None) for name, whole in sorted(named.items()) if whole != self.whole(ANY, verb)
        ]
        if not listed:
            return "true" if self.whole(ANY, verb) else "false"
        return f"{column} {'not in' if self.whole(ANY, verb) else 'in'} ({', '.join(listed)})"

    def clear(self, register: str, name: str) -> Ranges:
        """Where the register's sensitive field ``name`` is shown as it is."""
        return _of_field(self.reach(register).unmasked, name)

    def revealable(self, register: str, name: str) -> Ranges:
        """Where the sensitive field may be looked at, one record at a time with a reason."""
        reach = self.reach(register)
        return merged((*_of_field(reach.revealed, name), *_of_field(reach.unmasked, name)))

    def unmasked(self, register: str) -> frozenset[str]:
        """The sensitive fields shown as they are in every record that may be read; ``*`` stands for all."""
        names, read = self.reach(register).unmasked, self.ranges(register)
        return frozenset(name for name in names if _inside(read, self.clear(register, name)))

    def shows(self, register: str, name: str) -> bool:
        """Whether the sensitive field is shown as it is in every record that may be read."""
        return bool(self.unmasked(register) & {name, ANY})

    def ground(self, register: str, verb: str = "read", place: int | None = None) -> Ground | None:
        """The first grant that lets it; None where the scope does not rest on grants, as the station's."""
        return next((each for each in self.grounds if each.covers(register, verb, place)), None)

    def settings(self) -> Settings:
        """The transaction's settings for ``Database.app``: this scope, sealed for that one transaction."""
        told = {
            verb: {name: reach.verbs.get(verb, NOWHERE) for name, reach in self.reaches.items()}
            for verb in ("read", "propose", "approve", "administer", "audit") if self.may(verb)
        }  # fmt: skip
        return sealing.settings(self.actor, told, EVERYWHERE)


def within(ranges: Ranges, column: str) -> str:
    """The SQL condition that a place lies in one of the ranges."""
    if ranges == EVERYWHERE:
        return "true"
    parts = [f"{column} between {int(low)} and {int(high)}" for low, high in ranges]
    return "(" + " or ".join(parts) + ")" if parts else "false"


def among(ranges: Ranges, place: pl.Expr) -> pl.Expr:
    """The same condition for a frame."""
    if ranges == EVERYWHERE:
        return pl.lit(True)
    return pl.any_horizontal([place.is_between(low, high) for low, high in ranges] or [pl.lit(False)])


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges in order, overlapping and touching ones joined."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)


def _of_field(by_field: Mapping[str, Ranges], name: str) -> Ranges:
    return merged((*by_field.get(name, NOWHERE), *by_field.get(ANY, NOWHERE)))


def _inside(inner: Ranges, outer: Ranges) -> bool:
    return all(any(start <= low and high <= end for start, end in outer) for low, high in inner)
