"""The indicators in force: applied from a pack, kept in the database, read once per revision.

Applying makes the parts, the functions by which they follow commits, and counts what is already recorded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, made_sql
from tinhso.foundation.problems import refuse
from tinhso.indicators import follow, parts, states
from tinhso.indicators.declaration import Indicator
from tinhso.indicators.parts import Compiled, Formula, Part
from tinhso.indicators.places import Place
from tinhso.indicators.states import State
from tinhso.registers import declared as registers


class Known(msgspec.Struct, frozen=True):
    """Everything a reader needs: indicators, their formulas, the compiled parts and the additive ones' numbers."""

    indicators: Mapping[str, Indicator]
    formulas: Mapping[str, Formula]
    compiled: Mapping[Part, Compiled]
    numbers: Mapping[Part, int]

    def indicator(self, name: str) -> Indicator:
        """One indicator; refused when there is none of that id."""
        found = self.indicators.get(name)
        if found is None:
            raise refuse("indicators.unknown", value=name, known=", ".join(sorted(self.indicators)))
        return found

    def tells(self, name: str, scope: Scope, *places: Place) -> bool:
        """Whether an indicator's figure over areas is for whoever holds the scope (``visibility``)."""
        if self.indicators[name].visibility == "public":
            return True
        registers = {operand.part.register for operand in self.formulas[name].operands()}
        return not scope.public and all(
            scope.covers(register, place.low, place.high) for register in registers for place in places
        )

    def told(self, name: str, scope: Scope, *places: Place) -> Indicator:
        """One indicator; refused alike when there is none of that id and when it is not for the scope."""
        if name not in self.indicators or not self.tells(name, scope, *places):
            known = [each for each in sorted(self.indicators) if self.indicators[each].visibility == "public"]
            raise refuse("indicators.unknown", value=name, known=", ".join(known))
        return self.indicators[name]

    def following(self, register: str) -> tuple[str, ...]:
        """The indicators that a commit to a register may move."""
        return tuple(
            name
            for name, formula in self.formulas.items()
            if any(operand.part.register == register for operand in formula.operands())
        )


def apply(conn: Connection, indicators: Sequence[Indicator]) -> list[str]:
    """Make these the indicators in force (as owner); returns the names of the parts counted anew.

    Raises ``Refused`` for an unknown register or field, and for words that do not fit the kind; then nothing is
    changed. Registers of new parts are locked against commits until the transaction ends.
    """
    compiled = parts.every(indicators, registers.every(conn))
    additive = {made.name: made for made in compiled.values() if made.additive}
    known: dict[str, int] = dict(conn.execute("select name, id from indicators.part").fetchall())
    _drop(conn, [number for name, number in known.items() if name not in additive])
    added = {name: _add(conn, additive[name]) for name in sorted(additive) if name not in known}
    numbers = {name: known.get(name, added.get(name, 0)) for name in additive}
    _follow(conn, additive, numbers, added)
    _save(conn, indicators)
    return list(added)


def every(conn: Connection, state: State | None = None) -> Known:
    """The indicators in force, read again only when indicators or registers were declared anew."""
    state = state or states.read(conn)
    key = (state.database, state.revision, state.declared)
    known = _KNOWN.get(key)
    if known is None:
        known = _read(conn)
        if state.settled:
            _KNOWN.clear()
            _KNOWN[key] = known
    return known


def backfill(conn: Connection, part: Part) -> None:
    """Count one additive part afresh from every version ever kept, dropping what was counted before (as owner)."""
    known = every(conn)
    if part not in known.numbers:
        raise refuse("indicators.unknown_part", value=str(part))
    follow.backfill(conn, part.register, {known.numbers[part]: known.compiled[part]})


def recount(conn: Connection) -> None:
    """Count all additive parts afresh (as owner), as is needed when the tree of areas has changed."""
    known = every(conn)
    for register in registers.names(conn):
        mine = {number: known.compiled[part] for part, number in known.numbers.items() if part.register == register}
        if mine:
            follow.backfill(conn, register, mine)
    conn.execute("update indicators.state set revision = revision + 1")


_KNOWN: dict[tuple[int, int, str], Known] = {}
"""The last one read; a process serves one database."""


def _read(conn: Connection) -> Known:
    texts = conn.execute("select declaration::text from indicators.indicator order by indicator").fetchall()
    by_name: dict[str, int] = dict(conn.execute("select name, id from indicators.part").fetchall())
    indicators = [msgspec.json.decode(text, type=Indicator) for (text,) in texts]
    compiled = parts.every(indicators, registers.every(conn))
    return Known(
        indicators={each.indicator: each for each in indicators},
        formulas={each.indicator: parts.formula(each) for each in indicators},
        compiled=compiled,
        numbers={part: by_name[made.name] for part, made in compiled.items() if made.name in by_name},
    )


def _drop(conn: Connection, numbers: list[int]) -> None:
    for table in ("delta", "folded", "cell"):
        conn.execute(made_sql(f"delete from indicators.{table} where part = any(%s)"), [numbers])
    conn.execute("delete from indicators.part where id = any(%s)", [numbers])


def _add(conn: Connection, made: Compiled) -> int:
    content = msgspec.json.encode({"part": made.part, "dimensions": made.dimensions}).decode()
    row = conn.execute(
        "insert into indicators.part (register, name, declaration) values (%s, %s, %s) returning id",
        (made.part.register, made.name, content),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _follow(
    conn: Connection, additive: Mapping[str, Compiled], numbers: Mapping[str, int], added: Mapping[str, int]
) -> None:
    by_register: dict[str, dict[int, Compiled]] = defaultdict(dict)
    for name, made in additive.items():
        by_register[made.part.register][numbers[name]] = made
    for register in registers.names(conn):
        mine = by_register.get(register, {})
        follow.make(conn, register, mine)
        new = {number: made for number, made in mine.items() if made.name in added}
        if new:
            follow.backfill(conn, register, new)


def _save(conn: Connection, indicators: Sequence[Indicator]) -> None:
    names = [each.indicator for each in indicators]
    conn.execute("delete from indicators.indicator where indicator <> all(%s)", (names,))
    for each in indicators:
        conn.execute(
            "insert into indicators.indicator (indicator, declaration) values (%s, %s)"
            " on conflict (indicator) do update set declaration = excluded.declaration",
            (each.indicator, msgspec.json.encode(each).decode()),
        )
    conn.execute("update indicators.state set revision = revision + 1")
