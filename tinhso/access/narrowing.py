"""Less of a Scope: only some verbs, some registers, one area; sensitive fields masked unless said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tinhso.access.scope import EVERYWHERE, NOWHERE, Ranges, Reach, Scope, merged


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left: ``registers`` None for all that there are, ``ranges`` EVERYWHERE for no narrower place."""

    verbs: frozenset[str]
    registers: frozenset[str] | None = None
    ranges: Ranges = EVERYWHERE
    clear: bool = False


def narrowed(scope: Scope, limits: Limits, actor: str) -> Scope:
    """The scope within the limits, acting under another name; never more than the scope itself, and rests on the same
    grants."""
    wanted = scope.reaches if limits.registers is None else limits.registers
    reaches = {name: _reach(scope.reach(name), limits) for name in wanted}
    return replace(scope, actor=actor, reaches=reaches)


def deciding(scope: Scope) -> Scope:
    """The scope with which somebody else's proposals are compared: where its holder may approve, and nowhere else,
    what would change may be asked as if it were the holder's own proposal."""
    reaches = {name: replace(reach, verbs={**reach.verbs, "propose": reach.verbs.get("approve", NOWHERE)})
               for name, reach in scope.reaches.items()}  # fmt: skip
    return replace(scope, reaches=reaches)


def asking(scope: Scope) -> Scope:
    """The scope with which values that somebody asks for are checked: as if its holder might propose wherever they
    read. Good for checking alone: the transaction's settings stay the scope's own."""
    reaches = {name: replace(reach, verbs={**reach.verbs, "propose": reach.verbs.get("read", NOWHERE)})
               for name, reach in scope.reaches.items()}  # fmt: skip
    return replace(scope, reaches=reaches)


def _reach(reach: Reach, limits: Limits) -> Reach:
    verbs = {verb: ranges for verb, ranges in reach.verbs.items() if verb in limits.verbs}
    shown = (reach.unmasked, reach.revealed) if limits.clear else ({}, {})
    return Reach(*(_within(each, limits.ranges) for each in (verbs, *shown)))


def _within(layer: Mapping[str, Ranges], limit: Ranges) -> dict[str, Ranges]:
    return {name: common(ranges, limit) for name, ranges in layer.items()}


def common(one: Ranges, other: Ranges) -> Ranges:
    """Where both hold."""
    if EVERYWHERE in (one, other):
        return other if one == EVERYWHERE else one
    return merged((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d))
