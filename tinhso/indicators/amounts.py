"""Amounts: what operands come to over places, from cells where they are kept, else from the records.

An amount that a process has read once is kept until the next commit to its register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.memory import Memory
from tinhso.indicators import cells, computing, tails
from tinhso.indicators.asking import Asked
from tinhso.indicators.declared import Known
from tinhso.indicators.states import State
from tinhso.indicators.tails import Tail

_amounts: Memory[tuple[int, str, Asked], Decimal] = Memory()
_members: Memory[tuple[int, str, str, Asked], dict[str, Decimal]] = Memory(5_000)


def read(conn: Connection, known: Known, state: State, asked: Iterable[Asked], *, scope: Scope) -> dict[Asked, Decimal]:
    """Every amount asked for, remembered ones without a query; what has no records is 0."""
    wanted = dict.fromkeys(asked)
    remembered = {
        each: _amounts.get((state.database, _seen(each, scope), each), _stamp(each, state)) for each in wanted
    }
    found = {each: amount for each, amount in remembered.items() if amount is not None}
    fresh = _fresh(conn, known, state, [each for each in wanted if each not in found], scope)
    if state.settled:
        for each, amount in fresh.items():
            _amounts.put((state.database, _seen(each, scope), each), _stamp(each, state), amount)
    return found | fresh


def members(
    conn: Connection, known: Known, state: State, asked: Asked, dimension: str, *, scope: Scope
) -> dict[str, Decimal]:
    """The amount of each member of a dimension of the asked operand's register; those without records are left out."""
    key = (state.database, _seen(asked, scope), dimension, asked)
    found = _members.get(key, _stamp(asked, state))
    if found is None:
        kept = cells.has(known, asked) and dimension in known.compiled[asked.operand.part].dimensions
        found = (cells if kept else computing).members(conn, known, asked, dimension, scope)
        if state.settled:
            _members.put(key, _stamp(asked, state), found)
    return found


def prepare(
    conn: Connection, known: Known, state: State, asked: Asked, dimensions: Sequence[str], *, scope: Scope
) -> None:
    """Read the members of several dimensions in one pass over the records, for ``members`` to remember."""
    part = asked.operand.part
    wanted = [
        each
        for each in dimensions
        if not (cells.has(known, asked) and each in known.compiled[part].dimensions)
        and _members.get((state.database, _seen(asked, scope), each, asked), _stamp(asked, state)) is None
    ]
    if len(wanted) < 2 or part.kind == "distinct" or not state.settled:
        return
    for each, found in computing.members_at_once(conn, known, asked, wanted, scope).items():
        _members.put((state.database, _seen(asked, scope), each, asked), _stamp(asked, state), found)


def forget() -> None:
    """Drop all remembered amounts (for tests and measurements)."""
    _amounts.clear()
    _members.clear()


def _seen(asked: Asked, scope: Scope) -> str:
    """Where the scope may read the register that the amount is of: answers are never kept across scopes."""
    return scope.predicate(asked.operand.part.register)


def _stamp(asked: Asked, state: State) -> Hashable:
    """What must still hold for a remembered amount to be true: the declarations and the register's last commit."""
    return state.revision, state.leaves.get(asked.operand.part.register, 0)


def _fresh(conn: Connection, known: Known, state: State, asked: Sequence[Asked], scope: Scope) -> dict[Asked, Decimal]:
    kept: dict[Hashable, list[Asked]] = defaultdict(list)
    ended: dict[Hashable, list[Tail]] = defaultdict(list)
    others: dict[Hashable, list[Asked]] = defaultdict(list)
    for each in asked:
        register = each.operand.part.register
        if cells.has(known, each):
            kept[each.as_of, _seen(each, scope)].append(each)
        elif tail := tails.of(known, each):
            ended[register, tail.first, tail.last].append(tail)
        else:
            others[register, each.as_at, each.as_of].append(each)
    found: dict[Asked, Decimal] = {}
    for together in kept.values():
        found |= cells.read(conn, known, together, scope)
    for together in others.values():
        found |= computing.read(conn, known, together, scope)
    whole = [tail.months for days in ended.values() for tail in days if tail.months]
    months = read(conn, known, state, whole, scope=scope) if whole else {}
    for days in ended.values():
        for tail, amount in zip(days, tails.read(conn, known, days, scope), strict=True):
            found[tail.asked] = amount + (months[tail.months] if tail.months else 0)
    return found
