"""Opening a round, and what is done about it afterwards: each act is an event that stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, Database, errors
from tinhso.foundation.problems import refuse
from tinhso.intake.rounds import days, standing
from tinhso.intake.rounds.standing import Round
from tinhso.registers import changes, declared

Act = Literal["reminded", "escalated", "noted"]
LONGEST_TITLE, LONGEST_WORDS, MOST_UNITS = 200, 2000, 400
_CLOSED = "TS006"
_OUTSIDE = ("TS002", "TS003")


def open_round(
    db: Database, title: str, registers: Sequence[str], areas: Sequence[str], due: date, *, note: str = "", scope: Scope
) -> Round:  # fmt: skip
    """Ask units (by code) for registers until a day; where nobody works that day, until the next worked day.

    Refused without a title, a register or a unit, for a day that is past, and where the scope may not approve in all
    the registers at all the units.
    """
    for register in registers:
        changes.demand(scope, "approve", register)
    if not title.strip() or not registers or not areas:
        raise refuse("intake.round_incomplete")
    if due < clock.today():
        raise refuse("intake.round_past", value=due.isoformat())
    with db.app(scope.settings()) as conn:
        for register in registers:
            declared.one(conn, register)
        units = _units(conn, areas)
        asked = [title.strip()[:LONGEST_TITLE], note.strip()[:LONGEST_WORDS] or None, list(dict.fromkeys(registers)),
                 units, days.worked(due)]  # fmt: skip
        number = _called(conn, "select rounds.open(%s, %s, %s, %s, %s)", asked)
        return standing.one(conn, number, clock.today(), scope=scope)


def extend(db: Database, number: int, until: date, reason: str, *, area: str | None = None, scope: Scope) -> Round:
    """Give a unit, or all, more time; why is kept."""
    if not reason.strip():
        raise refuse("intake.round_reason", value=number)
    with db.app(scope.settings()) as conn:
        known = standing.one(conn, number, clock.today(), scope=scope)
        unit = _unit(conn, area)
        if until <= standing.due_of(unit or 0, known.due, known.events):
            raise refuse("intake.round_not_longer", value=until.isoformat())
        _noted(conn, number, unit, "extended", days.worked(until), reason)
        return standing.one(conn, number, clock.today(), scope=scope)


def act(db: Database, number: int, action: Act, words: str = "", *, area: str | None = None, scope: Scope) -> Round:
    """Note that a unit, or all, was reminded or reported upwards (why is then asked for), or just a remark."""
    if action != "reminded" and not words.strip():
        raise refuse("intake.round_reason", value=number)
    with db.app(scope.settings()) as conn:
        standing.one(conn, number, clock.today(), scope=scope)
        _noted(conn, number, _unit(conn, area), action, None, words)
        return standing.one(conn, number, clock.today(), scope=scope)


def close(db: Database, number: int, words: str = "", *, scope: Scope) -> Round:
    """End a round; once closed nothing is added to it."""
    with db.app(scope.settings()) as conn:
        standing.one(conn, number, clock.today(), scope=scope)
        _noted(conn, number, None, "closed", None, words)
        return standing.one(conn, number, clock.today(), scope=scope)


def _noted(conn: Connection, number: int, unit: int | None, action: str, until: date | None, words: str) -> None:
    said = words.strip()[:LONGEST_WORDS] or None
    _called(conn, "select rounds.note(%s, %s, %s, %s, %s)", [number, unit, action, until, said])


def _called(conn: Connection, query: str, params: Sequence[object]) -> int:
    try:
        row = conn.execute(query.encode(), params).fetchone()
    except errors.Error as error:
        if error.sqlstate == _CLOSED:
            raise refuse("intake.round_closed") from error
        if error.sqlstate in _OUTSIDE:
            raise refuse("registers.outside_scope") from error
        raise
    assert row is not None
    return int(row[0])


def _units(conn: Connection, codes: Sequence[str]) -> list[int]:
    wanted = list(dict.fromkeys(codes))
    if len(wanted) > MOST_UNITS:
        raise refuse("intake.round_too_wide", count=len(wanted), most=MOST_UNITS)
    rows = conn.execute("select code, area from areas.tree where code = any(%s)", [wanted]).fetchall()
    known: dict[str, int] = dict(rows)
    for code in wanted:
        if code not in known:
            raise refuse("areas.unknown_code", value=code)
    return [known[code] for code in wanted]


def _unit(conn: Connection, code: str | None) -> int | None:
    return _units(conn, [code])[0] if code else None
